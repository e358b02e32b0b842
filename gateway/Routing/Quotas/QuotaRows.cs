using System.Text.Json;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>States of a candidate.</summary>
internal static class CandidateState
{
    /// <summary>For the next draw.</summary>
    public const string Waiting = "attend";
    /// <summary>Chosen; its delivery is a work item.</summary>
    public const string Chosen = "retenue";
    public const string NotChosen = "nonRetenue";
    public const string Delivered = "remise";
    /// <summary>Gone where the rule's <c>sinon</c> says.</summary>
    public const string Otherwise = "sinon";
    /// <summary>Withdrawn, corrected, restricted or no longer permitted.</summary>
    public const string Aside = "ecartee";
}

/// <summary>Where who is not chosen goes, as a candidate keeps it.</summary>
/// <param name="Attendre">Waits for the next draw.</param>
/// <param name="Destinataire">Code of the organisation; <see langword="null"/> when nothing is sent to anybody.</param>
internal sealed record KeptOtherwise(bool Attendre, string? Destinataire = null, string? Finalite = null, string? AuTitreDe = null, string? Information = null)
{
    public static KeptOtherwise Of(QuotaOtherwise otherwise) => otherwise switch
    {
        QuotaOtherwise.Replace { Effect: RuleEffect.Deliver d } => new(Attendre: false, d.Recipient, d.Purpose, d.OnBehalfOf),
        QuotaOtherwise.Replace { Effect: RuleEffect.Inform i } => new(Attendre: false, Information: i.Text),
        _ => new(Attendre: true),
    };
}

/// <summary>What one group of routed work writes of quotas.</summary>
internal sealed class QuotaRows(DateTimeOffset now)
{
    private readonly Dictionary<(Guid Deposit, string Rule), (WorkItem Work, RoutingTarget Target, KeptOtherwise Otherwise, DateTimeOffset DrawAt)> _candidates = [];
    private readonly List<(Guid Candidate, string State, string? Motif)> _marked = [];
    private readonly List<Guid> _corrected = [];

    /// <summary>The deposit waits for the draw of the rule; one that was put aside comes back, one that was drawn stays as it is.</summary>
    public void Add(WorkItem work, RoutingTarget target, RuleQuota quota, DateTimeOffset drawAt) =>
        // Two passes of one deposit in one group make one candidate.
        _candidates.TryAdd((work.Deposit, target.RuleId), (work, target, KeptOtherwise.Of(quota.Otherwise), drawAt));

    /// <summary>The rules that a deposit waits for in this group, and when they are drawn.</summary>
    public IEnumerable<(string Rule, DateTimeOffset DrawAt)> DrawsOf(Guid deposit) => _candidates.Where(c => c.Key.Deposit == deposit).Select(c => (c.Key.Rule, c.Value.DrawAt));

    public void Mark(Guid candidate, string state, string? motif = null) => _marked.Add((candidate, state, motif));

    /// <summary>Nothing of a corrected deposit is drawn any more.</summary>
    public void Drop(Guid deposit) => _corrected.Add(deposit);

    public void AddTo(NpgsqlBatch batch)
    {
        if (_candidates.Count > 0)
        {
            var candidates = _candidates.Values.ToList();
            batch.Add(
                """
                insert into routing.candidate (id, deposit, dossier, territory, rule, recipient, purpose, on_behalf_of, otherwise, draw_at, state, created_at)
                select id, deposit, dossier, territory, rule, recipient, purpose, on_behalf_of, otherwise, draw_at, 'attend', $11
                from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as c(id, deposit, dossier, territory, rule, recipient, purpose, on_behalf_of, otherwise, draw_at)
                on conflict (deposit, rule) do update set state = 'attend', motif = null, draw_at = excluded.draw_at where candidate.state = 'ecartee'
                """,
                Columns.Of(candidates, _ => Guid.CreateVersion7(now)), Columns.Of(candidates, c => c.Work.Deposit), Columns.Of(candidates, c => c.Work.Dossier), Columns.Of(candidates, c => c.Work.Territory),
                Columns.Of(candidates, c => c.Target.RuleId), Columns.Of(candidates, c => c.Target.Destinataire), Columns.Of(candidates, c => c.Target.Finalite), Columns.Of(candidates, c => c.Target.AuTitreDe),
                Columns.Json(candidates, c => JsonSerializer.Serialize(c.Otherwise, JsonSerializerOptions.Web)), Columns.Of(candidates, c => c.DrawAt.ToUniversalTime()), Columns.Value(now));
        }

        if (_marked.Count > 0)
        {
            batch.Add("update routing.candidate c set state = m.state, motif = m.motif from unnest($1, $2, $3) as m(id, state, motif) where c.id = m.id",
                Columns.Of(_marked, m => m.Candidate), Columns.Of(_marked, m => m.State), Columns.Of(_marked, m => m.Motif));
        }

        if (_corrected.Count > 0)
        {
            batch.Add("update routing.candidate set state = 'ecartee', motif = 'corrige' where deposit = any($1) and state in ('attend', 'retenue', 'nonRetenue')",
                Columns.Value(_corrected.ToArray()));
        }
    }
}
