using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>What a draw writes of its candidates: the verdict of each, and the work item that carries it out.</summary>
internal sealed class DrawRows(Guid draw, DateTimeOffset now, DateTimeOffset next, IReadOnlyList<(DrawEntrants Entrant, string? Refusal)> judged, DrawCut cut)
{
    private sealed record Row(Guid Candidate, Guid Deposit, string State, string? Motif, int? Rank);

    public void AddTo(NpgsqlBatch batch)
    {
        var rows = Rows();
        batch.Add(
            """
            update routing.candidate c set state = v.state, motif = v.motif, rank = v.rank, draw = $5, draw_at = case when v.state = 'attend' then $6 else c.draw_at end
            from unnest($1, $2, $3, $4) as v(id, state, motif, rank) where c.id = v.id
            """,
            Columns.Of(rows, r => r.Candidate), Columns.Of(rows, r => r.State), Columns.Of(rows, r => r.Motif), Columns.Of(rows, r => r.Rank), Columns.Value(draw), Columns.Value(next));
        var work = rows.FindAll(r => r.State is not CandidateState.Aside);
        batch.Add(
            "insert into routing.work (id, deposit, kind, due_at, created_at) select id, deposit, kind, $4, $4 from unnest($1, $2, $3) as w(id, deposit, kind)",
            Columns.Of(work, _ => Guid.CreateVersion7(now)), Columns.Of(work, w => w.Deposit), Columns.Of(work, w => WorkItem.DrawnKind(w.Candidate)), Columns.Value(now));
    }

    private List<Row> Rows()
    {
        var verdicts = cut.Verdicts.ToDictionary(v => v.Candidate);
        return [.. judged.Select(j => new Row(j.Entrant.Candidate, j.Entrant.Deposit, StateOf(j.Entrant, j.Refusal, verdicts.GetValueOrDefault(j.Entrant.Candidate)), j.Refusal, verdicts.GetValueOrDefault(j.Entrant.Candidate)?.Rank))
            .OrderBy(r => r.Rank ?? 0)];
    }

    private static string StateOf(DrawEntrants entrant, string? refusal, DrawVerdict? verdict) => (refusal, verdict) switch
    {
        // A rule that is gone leaves its candidates to their "sinon"; without one they are put aside, and seen there.
        ("regleRetiree", _) => entrant.WaitsOtherwise ? CandidateState.Aside : CandidateState.NotChosen,
        (not null, _) => CandidateState.Aside,
        (_, { Chosen: true }) => CandidateState.Chosen,
        _ => entrant.WaitsOtherwise ? CandidateState.Waiting : CandidateState.NotChosen,
    };
}
