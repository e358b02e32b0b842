using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;
using Npgsql;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>One deadline of an accepted message, as it is kept in clear.</summary>
internal readonly record struct KeptDeadline(string Rule, DateOnly Due);

/// <summary>Keeps the deadlines that messages open, with the message itself: what falls due is then found by its day.</summary>
internal static class DeadlineRows
{
    /// <param name="kept">Categories that the hub may keep: what is dropped opens no deadline.</param>
    public static IReadOnlyList<KeptDeadline> Of(FrenchLaw law, Signalement signalement, Categories kept)
    {
        T? Kept<T>(T? part, Categories category) where T : class => (kept & category) == Categories.None ? null : part;
        var parts = new DatedParts(
            Kept(signalement.Acte, Categories.Acte), Kept(signalement.Bail, Categories.Bail), DossierStage.IsDecision(signalement.Type) ? Kept(signalement.Decision, Categories.Decision) : null,
            Kept(signalement.Social?.Suivi, Categories.Social));
        return parts is { Acte: null, Decision: null, Suivi: null }
            ? []
            : [.. law.Opened(parts, law.Calendar.RegionOf(signalement.Faits.Commune)).DistinctBy(d => d.Rule, StringComparer.Ordinal).Select(d => new KeptDeadline(d.Rule, d.Effective))];
    }

    public static void AddTo(NpgsqlBatch batch, IEnumerable<(Guid Deposit, Candidate Member)> deposits)
    {
        // A trial is nobody's alert.
        var rows = deposits.Where(d => !d.Member.Sender.Sandbox).SelectMany(d => d.Member.Deadlines.Select(k => (d.Deposit, d.Member.Territory, k.Rule, k.Due))).ToList();
        if (rows.Count == 0)
            return;
        batch.Add("insert into exchange.deadline (deposit, rule, due, territory) select * from unnest($1, $2, $3, $4)",
            Columns.Of(rows, r => r.Deposit), Columns.Of(rows, r => r.Rule), Columns.Of(rows, r => r.Due), Columns.Of(rows, r => r.Territory));
    }
}
