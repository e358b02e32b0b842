using System.Diagnostics;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;
using Npgsql;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>
/// Tells the paying body that a household it signalled is accompanied by another service, once, so that it does not begin the
/// same: yes and since when, never who. In the transaction of what shows it: an acknowledgement, a follow-up.
/// </summary>
internal sealed class AccompanimentNews(RegistersInForce registers, AuditLog log)
{
    /// <summary>The purpose under which it is told.</summary>
    public const string Purpose = "P16";

    /// <summary>In the place of a rule's id, which would tell who accompanies.</summary>
    private const string Rule = "accompagnement";

    private const string Social = "social";

    /// <summary>After an acknowledgement, in its transaction.</summary>
    /// <returns>The log entries to commit with it.</returns>
    public Task<IReadOnlyList<PreparedEntry>> OfAcknowledgementAsync(NpgsqlConnection connection, Caller caller, DeliveryRecord delivery, DateTimeOffset now, CancellationToken ct) =>
        delivery.Nature is DeliveryNature.Message && Accompanies(delivery.Purpose, caller.Nature, now)
            ? TellAsync(connection, delivery.Dossier, caller, now, ct)
            : Task.FromResult<IReadOnlyList<PreparedEntry>>([]);

    /// <summary>After the routing of follow-ups, in the router's transaction: those that go on have a next contact.</summary>
    public async Task<IReadOnlyList<PreparedEntry>> OfFollowUpsAsync(NpgsqlConnection connection, IEnumerable<WorkItem> work, DateTimeOffset now, CancellationToken ct)
    {
        var followUps = work.Where(w => w is { Sandbox: false, Corrected: null } && w.Type.ToString() == FollowUps.Type).ToList();
        if (followUps.Count == 0)
            return [];
        var goingOn = new HashSet<Guid>();
        await using (var select = new NpgsqlCommand("select deposit from exchange.deadline where deposit = any($1) and rule = $2", connection)
        {
            Parameters = { new() { Value = followUps.Select(w => w.Deposit).ToArray() }, new() { Value = LawRules.MobileTeamContact } },
        })
        {
            await using var reader = await select.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                goingOn.Add(reader.GetGuid(0));
        }

        var entries = new List<PreparedEntry>();
        foreach (var item in followUps.Where(w => goingOn.Contains(w.Deposit)))
        {
            if (registers.Current.Purposes.InForce(now).Any(p => p.Support == Social && p.HasDepositor(item.SenderNature, item.Type) && Accompanies(p.Id, item.SenderNature, now)))
                entries.AddRange(await TellAsync(connection, item.Dossier, null, now, ct));
        }

        return entries;
    }

    /// <summary>Whether an organisation of this nature helps the household socially by what it holds under a purpose.</summary>
    private bool Accompanies(string purpose, string nature, DateTimeOffset now) =>
        registers.Current.Purposes.InForce(purpose, now) is { Support: Social } known && known.OnBehalfOf != nature && known.Recipients.Any(r => r.Nature == nature);

    private async Task<IReadOnlyList<PreparedEntry>> TellAsync(NpgsqlConnection connection, Guid dossier, Caller? caller, DateTimeOffset now, CancellationToken ct)
    {
        var purposes = registers.Current.Purposes;
        if (purposes.InForce(Purpose, now) is not { } purpose)
            return [];
        var entries = new List<PreparedEntry>();
        foreach (var untold in await UntoldAsync(connection, dossier, purpose, ct))
        {
            var decision = PurposeDecision.MayDisclose(purposes, new DisclosureRequest(
                Purpose, untold.Nature, untold.Type, purpose.OnBehalfOf, untold.Nature, RecipientRole: null, untold.Territory, CategoryNames.All,
                untold.Restricted || untold.Consents.Restricts(Purpose), ConsentState.Unknown, now, registers.Mode));
            if (decision is not DisclosureDecision.Permit)
                continue;
            var notice = Guid.CreateVersion7(now);
            if (await Notices.TellAsync(connection, new(notice, untold.Deposit, purpose.OnBehalfOf, Purpose, purposes.Version, Rule, DeliveryNature.Information, AnnulationMotifs.Accompanied, null), now, ct))
                entries.Add(await log.PrepareAsync(Entry(untold, notice, purposes.Version, caller), now, ct));
        }

        return entries;
    }

    private static AuditEntry Entry(Untold untold, Guid notice, string version, Caller? caller) => new()
    {
        Action = LogAction.InformationDelivered,
        Organisation = untold.Sender,
        Agent = caller?.Agent,
        Subjects = [untold.Subject],
        Deposit = untold.Deposit,
        Delivery = notice,
        Purpose = Purpose,
        RegisterVersion = version,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["motif"] = AnnulationMotifs.Accompanied },
        TraceId = Activity.Current?.TraceId.ToString(),
    };

    private static async Task<List<Untold>> UntoldAsync(NpgsqlConnection connection, Guid dossier, Consent.Purpose purpose, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select * from delivery.untold($1, $2, $3, $4)", connection)
        {
            Parameters =
            {
                new() { Value = dossier }, new() { Value = purpose.Id }, new() { Value = DeliveryNature.Information },
                new() { Value = purpose.Depositors.SelectMany(d => d.Types).Select(t => t.ToString()).Distinct(StringComparer.Ordinal).ToArray() },
            },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var found = new List<Untold>();
        while (await reader.ReadAsync(ct))
        {
            found.Add(new(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), MessageType.Parse(reader.GetString(3)), reader.GetString(4), reader.GetGuid(5),
                reader.GetBoolean(6), SubjectConsents.Parse(reader.GetString(7))));
        }

        return found;
    }

    private sealed record Untold(Guid Deposit, Guid Sender, string Nature, MessageType Type, string Territory, Guid Subject, bool Restricted, SubjectConsents Consents);
}
