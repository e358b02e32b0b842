using System.Globalization;
using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Delivery.Deadlines;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing.Questions;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>Routes claimed work in the router's transaction: rules give recipients, the purpose decides what each may get, results and entries are written.</summary>
internal sealed class RouteGroup(RegistersInForce registers, AskPartners partners, AuditLog log, KnownOutcomes outcomes, Dossiers.AccompanimentNews news, TimeProvider clock)
{
    /// <returns>Explanations that the transaction has written for others to share, once it is committed.</returns>
    public async Task<IReadOnlyList<SharedExplanation>> RouteAsync(NpgsqlConnection connection, IReadOnlyList<WorkItem> work, CancellationToken ct)
    {
        var inForce = registers.Current;
        var now = clock.GetUtcNow();
        // A trial has no work item; should a later step ever give it one, it still goes to nobody.
        var drawn = await DrawnPlaces.ReadAsync(connection, work, ct);
        var (memory, routed) = await EvaluateAsync(connection, inForce, [.. work.Where(w => !w.Sandbox)], drawn, now, ct);
        var codes = routed.SelectMany(o => o.Outcome.Targets.Select(t => t.Destinataire).Concat(o.Outcome.Holds.Where(h => h.Asks).SelectMany(h => h.AskedOf))).Distinct(StringComparer.Ordinal);
        var known = await RouteContext.ReadAsync(connection, work, [.. codes], ct);

        var rows = new RouteRows(now);
        var deadlines = new AcknowledgementDates(inForce.Law.Calendar, now);
        var entries = new List<AuditEntry>();
        foreach (var trial in work.Where(w => w.Sandbox))
            rows.Remove(trial.Id);
        foreach (var (item, territory, outcome) in routed)
            Write(item, territory, outcome, inForce, memory, known, drawn, deadlines, now, rows, entries);

        var prepared = new List<PreparedEntry>(entries.Count);
        foreach (var entry in entries)
            prepared.Add(await log.PrepareAsync(entry, now, ct));
        prepared.AddRange(await news.OfFollowUpsAsync(connection, work, now, ct));
        await using var batch = new NpgsqlBatch(connection);
        rows.AddTo(batch);
        if (prepared.Count > 0)
            log.AddTo(batch, prepared);
        rows.AddDeliveriesTo(batch);
        await batch.ExecuteNonQueryAsync(ct);
        return rows.NewlyShared;
    }

    /// <summary>What the rules say of each deposit, with what its file remembers. The files of those that ask, wait or answer are locked, and looked at again.</summary>
    private async Task<(DossierMemory Memory, List<Routed> Outcomes)> EvaluateAsync(
        NpgsqlConnection connection, RegisterSet inForce, IReadOnlyList<WorkItem> work, DrawnPlaces drawn, DateTimeOffset now, CancellationToken ct)
    {
        var placed = work.Select(w => (Work: w, Territory: inForce.Territories.TryGet(w.Territory, out var t) ? t.At(w.ReceivedAt) : throw new InvalidDataException($"Territory {w.Territory} is no longer configured."))).ToList();
        var memory = await DossierMemory.ReadAsync(
            connection, [.. placed.Where(p => p.Territory.LookingBack.Contains(p.Work.Type)).Select(p => p.Work)], [.. placed.Where(p => p.Territory.Questions is not null).Select(p => p.Work)], ct);
        var routed = placed.Select(p => Evaluate(p.Work, p.Territory)).ToList();
        var concerned = routed.FindAll(o => AskPartners.Concerns(o.Work, o.Territory, o.Outcome));
        if (concerned.Count == 0)
            return (memory, routed);
        await AskPartners.LockAsync(connection, [.. concerned.Select(o => o.Work)], memory, now, ct);
        return (memory, [.. placed.Select(p => Evaluate(p.Work, p.Territory))]);

        Routed Evaluate(WorkItem item, Territory territory) => new(
            item, territory,
            drawn.OutcomeOf(item, territory, now) ?? outcomes.Evaluate(territory, memory.FactsOf(item, territory, now), item.ReceivedAt, now, inForce.Law.Calendar, item.SentBackBy));
    }

    private sealed record Routed(WorkItem Work, Territory Territory, RoutingOutcome Outcome);

    private void Write(
        WorkItem item, Territory territory, RoutingOutcome outcome, RegisterSet inForce, DossierMemory memory, RouteContext known, DrawnPlaces drawn, AcknowledgementDates deadlines, DateTimeOffset now,
        RouteRows rows, List<AuditEntry> entries)
    {
        if (item.Corrected is not null)
        {
            rows.Quotas.Drop(item.Deposit);
            CorrectionRoutes.RouteCorrected(item, known, now, rows, entries);
            return;
        }

        var reachedSecretariat = false;
        var targets = outcome.Targets.Select(t => (Target: t, OnBehalfOf: t.AuTitreDe is { } code ? territory.Partners[code].Nature : null));
        if (item.Replaces is { } replaced)
            targets = targets.Concat(known.TargetsOf(replaced).ToList());
        foreach (var (target, onBehalfOf) in targets.Where(t => item.Covers(t.Target.Finalite)))
        {
            if (!known.Organisations.TryGetValue(target.Destinataire, out var recipient))
            {
                entries.Add(Entry(item, LogAction.RoutingDenied, inForce, target, null, "refuse", ("refus", "destinataireInconnu")));
                continue;
            }

            reachedSecretariat |= recipient.Nature is "ccapex";
            if (known.Delivered.ContainsKey((item.Deposit, recipient.Id, target.Finalite)))
                continue;
            var (agreement, named) = Agreements.Of(item.Faits).InForce(inForce.Purposes.InForce(target.Finalite, now), item.Consents, item.ReceivedAt, now);
            var decision = PurposeDecision.MayDisclose(
                inForce.Purposes,
                new DisclosureRequest(
                    target.Finalite, item.SenderNature, item.Type, onBehalfOf, recipient.Nature, RecipientRole: null, item.Territory,
                    CategoryNames.All, item.RestrictedFor(target.Finalite), agreement, now, registers.Mode, named));
            if (decision is not DisclosureDecision.Permit permit)
            {
                // An agreement that the purpose asks for and the message does not declare: kept back, not refused.
                var held = decision is DisclosureDecision.Hold;
                entries.Add(Entry(item, held ? LogAction.RoutingHeld : LogAction.RoutingDenied, inForce, target, recipient.Id, held ? "retenu" : "refuse", ("refus", DecisionCodes.Of(decision))));
                continue;
            }

            if (QuotaPass.QuotaOf(item, target, territory, known, recipient.Id) is { } quota)
            {
                entries.Add(QuotaPass.Queue(item, target, quota, territory, rows, Entry(item, LogAction.RoutingHeld, inForce, target, recipient.Id, "retenu")));
                continue;
            }

            var delivery = rows.NextDelivery();
            rows.AddDelivery(new RouteRows.NewDelivery(delivery, item, recipient.Id, recipient.Nature, onBehalfOf, target.Finalite, inForce.Purposes.Version, target.RuleId, permit.Categories)
            {
                Alerts = target.Duplicate ? [Drapeaux.OrientationEnDouble.Code] : [],
                Corrects = item.Corrects is { } corrected ? known.Delivered.GetValueOrDefault((corrected, recipient.Id, target.Finalite))?.Id : null,
                DueAt = deadlines.Reminder(territory, target.DelaiJours),
            });
            entries.Add(Entry(item, target.FellBack ? LogAction.RoutingFellBack : LogAction.Routed, inForce, target, recipient.Id, "permis") with { Delivery = delivery });
            known.Delivered[(item.Deposit, recipient.Id, target.Finalite)] = new EarlierDelivery(
                delivery, item.Deposit, item.Dossier, recipient.Id, recipient.Nature, onBehalfOf, target.Finalite, inForce.Purposes.Version, target.RuleId, DeliveryState.Delivered);
        }

        // A pass for one purpose leaves the waiting of the others to their own row.
        var holds = item.Only is null ? outcome.Holds : [];
        foreach (var hold in holds)
        {
            entries.Add(Entry(item, LogAction.RoutingHeld, inForce, null, null, "retenu",
                ("regle", hold.RuleId), ("fait", hold.MissingFact), ("jusqua", hold.Until.ToString("O", CultureInfo.InvariantCulture))));
        }

        drawn.Close(item, known, rows);
        if (item is { Only: null, Candidate: null })
            partners.Write(item, territory, holds, memory, known, inForce, now, rows, entries);
        if (item.SentBack is { } sentBack)
            SentBackRoutes.TellSecretariat(item, sentBack, known, rows, entries);
        CorrectionRoutes.EndReplaced(item, known, now, rows, entries);
        var explanation = QuotaPass.Explain(outcome.Explanation, rows.Quotas.DrawsOf(item.Deposit), territory);
        rows.AddResult(item, outcome.RulesVersion, explanation, ReferenceEquals(explanation, outcome.Explanation) ? outcome.Shared : null);
        if (holds.Count > 0)
            rows.Postpone(item.Id, holds.Min(h => h.Until).ToUniversalTime());
        else
            rows.Remove(item.Id);
        if (reachedSecretariat)
            rows.MarkDeposit(item.Deposit, DepositState.Transmitted);
    }

    private static AuditEntry Entry(
        WorkItem item, LogAction action, RegisterSet inForce, RoutingTarget? target, Guid? recipient, string decision, params (string Key, string Value)[] details)
    {
        var all = details.ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal);
        if (target is not null)
        {
            all["regle"] = target.RuleId;
            all["destinataire"] = target.Destinataire;
        }

        return new AuditEntry
        {
            Action = action,
            Organisation = recipient,
            Subjects = [item.Subject],
            Deposit = item.Deposit,
            Purpose = target?.Finalite,
            RegisterVersion = inForce.Purposes.Version,
            Decision = decision,
            Details = all,
        };
    }
}
