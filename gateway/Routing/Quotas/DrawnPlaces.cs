using System.Globalization;
using System.Text.Json;
using ExchangeGateway.Gateway.Routing.Rules;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>A candidate after a draw.</summary>
internal sealed record DrawnCandidate(
    Guid Id, string Rule, string Recipient, string Purpose, string? OnBehalfOf, KeptOtherwise Otherwise, string State, int? Rank, string? Motif,
    DateTimeOffset At, DateTimeOffset NextAt, int Quota, int Ranked)
{
    public bool IsChosen => State is CandidateState.Chosen or CandidateState.Delivered;
}

/// <summary>What draws decided about the deposits of one group: the routing of such a row is what its draw says, and not what the rules of today would.</summary>
internal sealed class DrawnPlaces(IReadOnlyDictionary<Guid, DrawnCandidate> candidates)
{
    private static readonly DrawnPlaces None = new(new Dictionary<Guid, DrawnCandidate>());

    public static async Task<DrawnPlaces> ReadAsync(NpgsqlConnection connection, IReadOnlyList<WorkItem> work, CancellationToken ct)
    {
        var ids = work.Select(w => w.Candidate).OfType<Guid>().ToArray();
        if (ids.Length == 0)
            return None;
        await using var select = new NpgsqlCommand(
            """
            select c.id, c.rule, c.recipient, c.purpose, c.on_behalf_of, c.otherwise, c.state, c.rank, c.motif, d.at, d.next_at, d.quota, d.ranked
            from routing.candidate c join routing.draw d on d.id = c.draw where c.id = any($1) order by c.id for update of c
            """, connection)
        {
            Parameters = { new() { Value = ids } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var found = new Dictionary<Guid, DrawnCandidate>();
        while (await reader.ReadAsync(ct))
        {
            found[reader.GetGuid(0)] = new DrawnCandidate(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4),
                JsonSerializer.Deserialize<KeptOtherwise>(reader.GetString(5), JsonSerializerOptions.Web)!, reader.GetString(6),
                reader.IsDBNull(7) ? null : reader.GetInt32(7), reader.IsDBNull(8) ? null : reader.GetString(8),
                reader.GetFieldValue<DateTimeOffset>(9), reader.GetFieldValue<DateTimeOffset>(10), reader.GetInt32(11), reader.GetInt32(12));
        }

        return new DrawnPlaces(found);
    }

    /// <summary>What a draw says of a deposit; <see langword="null"/> for work that no draw made.</summary>
    public RoutingOutcome? OutcomeOf(WorkItem item, Territory territory, DateTimeOffset now)
    {
        if (item.Candidate is not { } id)
            return null;
        var candidate = candidates.GetValueOrDefault(id);
        var target = candidate is null ? null : TargetOf(candidate);
        // A recipient that the territory no longer has gets nothing; the candidate is put aside.
        if (target is not null && (!territory.Partners.ContainsKey(target.Destinataire) || (target.AuTitreDe is { } by && !territory.Partners.ContainsKey(by))))
            target = null;
        var said = candidate is null ? "tirage : candidature retirée" : Say(candidate, target, territory);
        return new RoutingOutcome(territory.Version, target is null ? [] : [target], [], new RuleExplanation
        {
            Phrase = said,
            Territoire = territory.Code,
            Version = territory.Version,
            RecuLe = item.ReceivedAt,
            EvalueLe = now,
            Regles = [],
        });
    }

    /// <summary>Notes what became of the candidate of a pass, once its targets are decided.</summary>
    public void Close(WorkItem item, RouteContext known, RouteRows rows)
    {
        if (item.Corrects is { } corrected)
            rows.Quotas.Drop(corrected);
        if (item.Candidate is not { } id || candidates.GetValueOrDefault(id) is not { State: CandidateState.Chosen or CandidateState.NotChosen } candidate)
            return;
        var after = candidate.IsChosen ? CandidateState.Delivered : CandidateState.Otherwise;
        if (TargetOf(candidate) is { } target
            && !(known.Organisations.TryGetValue(target.Destinataire, out var recipient) && known.Delivered.ContainsKey((item.Deposit, recipient.Id, target.Finalite))))
            rows.Quotas.Mark(id, CandidateState.Aside, "refus");
        else
            rows.Quotas.Mark(id, after, candidate.Motif);
    }

    private static RoutingTarget? TargetOf(DrawnCandidate candidate) => candidate switch
    {
        { IsChosen: true } => new(candidate.Recipient, candidate.Purpose, candidate.Rule, 1, FellBack: false, candidate.OnBehalfOf, 0),
        { State: CandidateState.NotChosen or CandidateState.Otherwise, Otherwise: { Destinataire: { } code, Finalite: { } purpose } otherwise } =>
            new(code, purpose, candidate.Rule, 1, FellBack: true, otherwise.AuTitreDe, 0),
        _ => null,
    };

    /// <summary>"règle 75-1, tirage du 1er décembre 2026 : classé 251e sur 10 000, quota 250, non retenu : service social de la Ville".</summary>
    private static string Say(DrawnCandidate c, RoutingTarget? target, Territory territory)
    {
        var day = RulePhrase.Day(territory.Today(c.At));
        var rank = c.Rank is { } r
            ? $"classé {r.ToString(CultureInfo.InvariantCulture)}{(r == 1 ? "er" : "e")} sur {Count(c.Ranked)}, quota {Count(c.Quota)}"
            : c.Motif is not null ? "non classé, la règle n'est plus en vigueur" : "ménage déjà retenu pendant la période, sans autre place";
        var end = (c.State, target) switch
        {
            (CandidateState.Waiting, _) => $"attend le tirage du {RulePhrase.Day(territory.Today(c.NextAt))}",
            (_, null) when c.IsChosen => "retenu, mais le destinataire n'est plus configuré",
            (_, null) => $"non retenu : {c.Otherwise.Information ?? "rien n'est remis"}",
            (_, { } to) => $"{(c.IsChosen ? "retenu" : "non retenu")} : {territory.Designation(to.Destinataire)}",
        };
        return $"règle {c.Rule}, tirage du {day} : {rank}, {end}";
    }

    private static string Count(int n) => n.ToString("#,0", new NumberFormatInfo { NumberGroupSeparator = "\u202f" });
}
