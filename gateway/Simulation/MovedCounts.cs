using ExchangeGateway.Gateway.Indicators;
using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Gateway.Simulation;

/// <summary>
/// How many deposits each rule gives to each recipient before and after, and nothing that tells of fewer than the minimum.
/// One table is published, of what stays, what is lost and what is gained by each rule and recipient; every count that is
/// shown is a sum of cells that it shows, so that "after" less "before" tells no more than the table does, and no cell stands
/// in a second table under another name. Sums are then rounded down: who simulates chooses the rules, and would else subtract
/// two drafts from each other.
/// </summary>
internal sealed class MovedCounts
{
    private static readonly string[] Columns = ["reste", "perd", "gagne"];

    private readonly List<(string Rule, string Recipient)> _pairs;
    private readonly long?[,] _shown;
    private readonly int _minimum;

    /// <param name="minimum">Smallest count other than zero that is shown; 1 for invented deposits, which are shown as they are.</param>
    public MovedCounts(Dictionary<(string Rule, string Recipient), HashSet<Guid>> before, Dictionary<(string Rule, string Recipient), HashSet<Guid>> after, int minimum)
    {
        _minimum = minimum;
        _pairs = [.. before.Keys.Union(after.Keys).OrderBy(k => k.Rule, StringComparer.Ordinal).ThenBy(k => k.Recipient, StringComparer.Ordinal)];
        var cells = new long[_pairs.Count, Columns.Length];
        for (var i = 0; i < _pairs.Count; i++)
        {
            var (old, now) = (before.GetValueOrDefault(_pairs[i], []), after.GetValueOrDefault(_pairs[i], []));
            cells[i, 0] = old.Count(now.Contains);
            (cells[i, 1], cells[i, 2]) = (old.Count - cells[i, 0], now.Count - cells[i, 0]);
        }

        Table = minimum > 1 && _pairs.Count > 0
            ? new CellTable("ecarts", "Envois selon la règle et le destinataire, avant et après", [.. _pairs.Select(p => $"{p.Rule} {p.Recipient}")], Columns, cells).Publish(minimum)
            : null;
        _shown = new long?[_pairs.Count, Columns.Length];
        for (var i = 0; i < _pairs.Count; i++)
        {
            for (var j = 0; j < Columns.Length; j++)
                _shown[i, j] = Table is null ? cells[i, j] : Table.Valeurs[i][j];
        }
    }

    /// <summary>What was published; <see langword="null"/> for invented deposits.</summary>
    public PublishedTable? Table { get; }

    /// <summary>The counts by recipient or by rule.</summary>
    public IReadOnlyList<SimulatedCount> By(Func<(string Rule, string Recipient), string> code, Func<string, string> label) =>
    [
        .. _pairs.Select((p, i) => (Code: code(p), Row: i)).GroupBy(p => p.Code, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
        {
            var rows = g.Select(p => p.Row).ToList();
            var (before, after) = (Sum(rows, 1), Sum(rows, 2));
            return new SimulatedCount(g.Key, label(g.Key), before, after, after - before);
        }),
    ];

    /// <summary>What stays, with what is lost (before) or gained (after); hidden when one of them is.</summary>
    private long? Sum(List<int> rows, int with) =>
        rows.Select(i => _shown[i, 0] + _shown[i, with]).Aggregate((long?)0, (sum, cell) => sum + cell) is { } sum ? PublishedCount.Rounded(sum, _minimum) : null;
}
