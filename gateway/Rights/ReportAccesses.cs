using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pages.Journal;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>Every entry of the log about a person, oldest first, each with its proof. Nothing of an entry that may tell of somebody else: no agent, no note, no other person of a list.</summary>
internal sealed class ReportAccesses(Databases databases, AuditPseudonyms pseudonyms, EntrySeal seal, JournalProofs proofs)
{
    /// <summary>Actions by which somebody saw something of the person.</summary>
    private static readonly HashSet<string> Readings = new(StringComparer.Ordinal)
    {
        nameof(LogAction.DepositConsulted), nameof(LogAction.InboxListed), nameof(LogAction.DeliveryConsulted), nameof(LogAction.IdentityDisclosed), nameof(LogAction.PieceDisclosed),
        nameof(LogAction.DossierConsulted), nameof(LogAction.JournalSearched), nameof(LogAction.MatchesListed), nameof(LogAction.StateFileWritten), nameof(LogAction.CorrespondenceGiven),
        nameof(LogAction.ConsentsConsulted), nameof(LogAction.RightsRequestsConsulted), nameof(LogAction.RightsReportGiven), nameof(LogAction.RightsNoticesListed),
        nameof(LogAction.RightsPieceCopied),
    };

    /// <param name="persons">The person, under every subject joined.</param>
    /// <param name="isOthers">Whether a deposit is about somebody else of the household, or was taken off the person's file: its entries are left out.</param>
    /// <param name="received">Deposits that were in the file of another person by mistake: what was done with them there is the person's.</param>
    public async Task<IReadOnlyList<ReportAccess>> ReadAsync(IReadOnlyList<Guid> persons, Func<Guid, bool> isOthers, Guid[] received, CancellationToken ct)
    {
        var marks = new List<byte[]>(persons.Count);
        foreach (var person in persons)
            marks.Add(await pseudonyms.OfAsync(person, ct));
        var accesses = new List<ReportAccess>();
        foreach (var (row, origin, organisation) in await RowsAsync([.. marks], received, ct))
        {
            // That it was taken off is said of both.
            if (row.Deposit is { } deposit && isOthers(deposit) && row.Action is not nameof(LogAction.DepositSeparated))
                continue;
            accesses.Add(await OfAsync(row, origin, organisation, ct));
        }

        return accesses;
    }

    private async Task<List<(EntryRow Row, string? Origin, string? Organisation)>> RowsAsync(byte[][] marks, Guid[] received, CancellationToken ct)
    {
        await using var select = databases.Reader.CreateCommand(
            $"""
            select {EntryRow.Columns}, h.origin, o.name from {EntryRow.Tables}
            left join audit.head h on h.tree = l.tree left join access.organisation o on o.id = e.organisation
            where e.id in (select s.entry from audit.entry_subject s where s.pseudonym = any($1) union all select r.id from audit.entry r where r.deposit = any($2)) order by e.at, e.id
            """);
        select.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = marks });
        select.Parameters.AddWithValue(received);
        await using var reader = await select.ExecuteReaderAsync(ct);
        var rows = new List<(EntryRow, string?, string?)>();
        while (await reader.ReadAsync(ct))
            rows.Add((EntryRow.Read(reader), reader.IsDBNull(13) ? null : reader.GetString(13), reader.IsDBNull(14) ? null : reader.GetString(14)));
        return rows;
    }

    private async Task<ReportAccess> OfAsync(EntryRow row, string? origin, string? organisation, CancellationToken ct)
    {
        var opened = row.Open(seal);
        var content = (opened as OpenedEntry.Opened)?.Content;
        var proof = await proofs.OfEntryAsync(row.Id, ct) as ProofOutcome.Given;
        return new ReportAccess(
            row.Id, row.At, row.Action, JournalWords.Action(row.Action), Readings.Contains(row.Action), organisation, content?.Purpose, Reason(content),
            (content?.Details.GetValueOrDefault("categories") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries), row.Deposit,
            opened switch { OpenedEntry.Opened => "lisible", OpenedEntry.Forgotten => "oublie", _ => "illisible" },
            new ReportProof(proof is null ? "pasEncoreIntegree" : "integree", proof?.Proof.Index ?? row.Rank, proof?.Origin ?? origin, proof?.Proof.ToText(), $"/v1/journal/{row.Id}/preuve"));
    }

    /// <summary>From the closed list only: what somebody wrote may name another person.</summary>
    private static string? Reason(EntryContent? content) =>
        content?.Details.GetValueOrDefault("motif") is { } code && DisclosureMotifs.Labels.TryGetValue(code, out var label) ? label : null;
}
