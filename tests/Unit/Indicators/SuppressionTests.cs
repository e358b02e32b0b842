using ExchangeGateway.Gateway.Indicators;

namespace ExchangeGateway.Unit.Indicators;

/// <summary>What is hidden in a table stays hidden from who adds and subtracts what is shown.</summary>
public sealed class SuppressionTests
{
    private const int Minimum = 11;

    private static readonly int Tables = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 20_000 : 2_000;

    [Fact]
    public void No_small_count_is_found_by_differencing_rows_columns_and_totals()
    {
        var attacked = 0;
        foreach (var table in Random(Tables, seed: 2611))
        {
            var shown = table.Publish(Minimum);
            var attack = TableAttack.On([shown]);
            attack.Determined().ShouldBeEmpty(Text(table));
            foreach (var unknown in attack.Unknowns)
            {
                var (low, high) = attack.Bounds(unknown);
                (high - low).ShouldBeGreaterThanOrEqualTo(Minimum - 1 - 1e-6, $"{unknown} in {low}..{high} of {Text(table)}");
                attacked++;
            }
        }

        attacked.ShouldBeGreaterThan(Tables, "tables without small counts would prove nothing");
    }

    [Fact]
    public void The_same_attack_finds_them_when_only_the_small_counts_are_hidden()
    {
        var found = 0;
        foreach (var table in Random(Tables, seed: 2611))
            found += TableAttack.On([Shown(table, Suppression.Primary(table.WithTotals(), Minimum))]).Determined().Count;
        found.ShouldBeGreaterThan(Tables / 2);
    }

    [Fact]
    public void Every_table_of_all_small_counts_holds_against_the_enumeration_of_what_it_can_be()
    {
        // Whoever lists every table that agrees with what is shown finds at least as many values as promised.
        const int minimum = 3;
        for (var code = 0; code < 6 * 6 * 6 * 6; code++)
        {
            var table = Of(2, 2, i => code / (int)Math.Pow(6, i) % 6);
            var shown = table.Publish(minimum);
            var agreeing = Enumerable.Range(0, 13 * 13 * 13 * 13).Select(c => Of(2, 2, i => c / (int)Math.Pow(13, i) % 13)).Where(t => Agrees(t.WithTotals(), shown));
            if (shown.Valeurs.SelectMany(r => r).All(v => v is not null) || code % 37 != 0)
                continue;
            var possible = agreeing.Select(t => t.WithTotals()).ToList();
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j < 3; j++)
                {
                    if (shown.Valeurs[i][j] is null)
                        possible.Select(p => p[i, j]).Distinct().Count().ShouldBeGreaterThanOrEqualTo(minimum, Text(table));
                }
            }
        }
    }

    [Fact]
    public void What_is_shown_is_true_zero_is_shown_and_no_small_count_is()
    {
        foreach (var table in Random(200, seed: 7))
        {
            var (all, shown) = (table.WithTotals(), table.Publish(Minimum));
            for (var i = 0; i < all.GetLength(0); i++)
            {
                for (var j = 0; j < all.GetLength(1); j++)
                {
                    if (shown.Valeurs[i][j] is not { } value)
                        continue;
                    value.ShouldBe(all[i, j]);
                    (value is 0 or >= Minimum).ShouldBeTrue();
                }
            }
        }

        Of(1, 3, _ => 0).Publish(Minimum).Valeurs[0].ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void A_table_without_small_counts_is_shown_whole()
    {
        var shown = Of(2, 2, i => 20 + i).Publish(Minimum);
        shown.Valeurs.SelectMany(r => r).ShouldBe([20L, 21, 41, 22, 23, 45, 42, 44, 86]);
    }

    [Fact]
    public void A_table_whose_total_is_small_shows_nothing()
    {
        Of(2, 2, i => i).Publish(Minimum).Valeurs.SelectMany(r => r).ShouldAllBe(v => v == null);
        Of(1, 2, i => i * 10).Publish(Minimum).Valeurs.SelectMany(r => r).ShouldAllBe(v => v == null);
    }

    [Fact]
    public void One_small_count_takes_as_few_others_with_it_as_it_needs()
    {
        // Three more are the fewest that hide one inside a table of two ways.
        Of(3, 4, i => i == 5 ? 4 : 40 + i).Publish(Minimum).Valeurs.SelectMany(r => r).Count(v => v is null).ShouldBe(4);
    }

    [Fact]
    public void Counts_that_public_rules_tie_to_others_are_rounded_no_tighter_than_the_minimum()
    {
        for (var true1 = 0L; true1 < 100; true1++)
        {
            var shown = PublishedCount.Rounded(true1, Minimum);
            (shown % Minimum).ShouldBe(0);
            Enumerable.Range(0, 200).Count(other => PublishedCount.Rounded(other, Minimum) == shown).ShouldBe(Minimum);
        }
    }

    internal static PublishedTable Shown(CellTable table, bool[,] hidden)
    {
        var all = table.WithTotals();
        return new(table.Code, table.Titre, table.Rows.Count == 1 ? table.Rows : [.. table.Rows, CellTable.Total], [.. table.Columns, CellTable.Total],
            [.. Enumerable.Range(0, all.GetLength(0)).Select(i => (IReadOnlyList<long?>)[.. Enumerable.Range(0, all.GetLength(1)).Select(j => hidden[i, j] ? (long?)null : all[i, j])])]);
    }

    /// <summary>Tables as départements give them: many zeros, many small counts, some large ones.</summary>
    internal static IEnumerable<CellTable> Random(int count, int seed)
    {
        var state = (uint)seed;
        int Next(int below)
        {
            state = (state * 1664525) + 1013904223;
            return (int)((state >> 8) % (uint)below);
        }

        for (var n = 0; n < count; n++)
        {
            var (rows, columns) = (1 + Next(4), 2 + Next(4));
            yield return Of(rows, columns, _ => Next(10) switch { < 3 => 0, < 7 => 1 + Next(Minimum - 1), < 9 => Minimum + Next(30), _ => 50 + Next(2000) });
        }
    }

    private static CellTable Of(int rows, int columns, Func<int, int> value)
    {
        var cells = new long[rows, columns];
        for (var i = 0; i < rows * columns; i++)
            cells[i / columns, i % columns] = value(i);
        return new("essai", "Essai", [.. Enumerable.Range(0, rows).Select(i => $"l{i}")], [.. Enumerable.Range(0, columns).Select(j => $"c{j}")], cells);
    }

    private static bool Agrees(long[,] all, PublishedTable shown) =>
        !shown.Valeurs.Where((row, i) => row.Where((value, j) => value is { } known && known != all[i, j]).Any()).Any();

    private static string Text(CellTable table) => string.Join(" | ", Enumerable.Range(0, table.Rows.Count).Select(i => string.Join(' ', Enumerable.Range(0, table.Columns.Count).Select(j => table.Cells[i, j]))));
}
