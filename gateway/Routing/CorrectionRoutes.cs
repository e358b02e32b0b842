using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>
/// What senders corrected: nobody new gets a corrected deposit, and everyone who had it is told once, by the delivery of
/// the mended message or by the news that it was withdrawn.
/// </summary>
internal static class CorrectionRoutes
{
    /// <summary>
    /// Ends the earlier work of corrected deposits. It waits for a router that holds such a row, so that what that one
    /// delivers is seen by the statements that follow; <see langword="null"/> when the group corrects nothing.
    /// </summary>
    public static NpgsqlBatchCommand? EndEarlierWork(IReadOnlyList<WorkItem> work)
    {
        var corrected = work.Where(w => w.Corrected is not null).Select(w => w.Deposit).Concat(work.Select(w => w.Corrects).OfType<Guid>()).ToArray();
        return corrected.Length == 0
            ? null
            : new NpgsqlBatchCommand("delete from routing.work where deposit = any($1) and id <> all($2)")
            {
                Parameters = { new() { Value = corrected }, new() { Value = work.Select(w => w.Id).ToArray() } },
            };
    }

    /// <summary>Routes a deposit that its sender has corrected: nothing of it goes out any more.</summary>
    public static void RouteCorrected(WorkItem item, RouteContext known, DateTimeOffset now, RouteRows rows, List<AuditEntry> entries)
    {
        rows.Remove(item.Id);
        // A replaced deposit's recipients are told by the routing of its replacement.
        if (item.Corrected is not CorrectionKind.Annulation)
            return;
        foreach (var earlier in Open(known, item.Deposit))
            Withdraw(item, earlier, known, now, rows, entries);
        rows.MarkDeposit(item.Deposit, Intake.DepositState.Cancelled);
    }

    /// <summary>After the routing of a replacement: who had the first message has it no longer.</summary>
    public static void EndReplaced(WorkItem item, RouteContext known, DateTimeOffset now, RouteRows rows, List<AuditEntry> entries)
    {
        if (item.Corrects is not { } replaced)
            return;
        foreach (var earlier in Open(known, replaced))
        {
            if (known.Delivered.ContainsKey((item.Deposit, earlier.Recipient, earlier.Purpose)))
                Close(earlier, DeliveryState.Replaced, known, rows);
            else
                Withdraw(item, earlier, known, now, rows, entries);
        }

        rows.MarkDeposit(replaced, Intake.DepositState.Cancelled);
    }

    private static List<EarlierDelivery> Open(RouteContext known, Guid deposit) =>
        [.. known.DeliveredOf(deposit).Where(d => d.State is DeliveryState.Delivered or DeliveryState.Acknowledged)];

    private static void Close(EarlierDelivery earlier, string state, RouteContext known, RouteRows rows)
    {
        rows.MarkDelivery(earlier.Id, state);
        known.Delivered[(earlier.Deposit, earlier.Recipient, earlier.Purpose)] = earlier with { State = state };
    }

    private static void Withdraw(WorkItem item, EarlierDelivery earlier, RouteContext known, DateTimeOffset now, RouteRows rows, List<AuditEntry> entries)
    {
        var notice = rows.NextDelivery();
        rows.AddDelivery(new RouteRows.NewDelivery(
            notice, item with { Deposit = earlier.Deposit, Dossier = earlier.Dossier }, earlier.Recipient, earlier.RecipientNature, earlier.OnBehalfOf, earlier.Purpose,
            earlier.RegisterVersion, earlier.Rule, Categories.None)
        { Nature = DeliveryNature.Cancellation, Corrects = earlier.Id });
        Close(earlier, DeliveryState.Cancelled, known, rows);
        entries.Add(new AuditEntry
        {
            Action = LogAction.CorrectionDelivered,
            Organisation = earlier.Recipient,
            Subjects = [item.Subject],
            Deposit = earlier.Deposit,
            Delivery = notice,
            Purpose = earlier.Purpose,
            RegisterVersion = earlier.RegisterVersion,
            Decision = "permis",
        });
    }
}
