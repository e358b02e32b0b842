using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Indicators;

namespace ExchangeGateway.Unit.Indicators;

/// <summary>The tables of one month together give no more away than each alone.</summary>
public sealed class IndicatorTablesTests
{
    private const string Acts = "commissaires-de-justice/commandements-de-payer";
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly SmallCells Rule = SmallCells.Default;
    private static readonly int Months = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 500 : 60;

    [Fact]
    public void No_count_of_a_month_is_found_from_all_its_tables_at_once()
    {
        var unknowns = 0;
        for (var seed = 1; seed <= Months; seed++)
        {
            var release = IndicatorTables.Release("75", "2026-10", At, Rule, Month(seed));
            release.Tableaux.Select(t => t.Valeurs[^1][^1]).Distinct().Count().ShouldBe(1, "one total, everywhere shown or everywhere hidden");
            release.Stades.Nombres.Single(n => n.Libelle == "commandements de payer").Nombre.ShouldBe(release.Tableaux[0].Valeurs[^1][^1]);
            var attack = TableAttack.On(release.Tableaux, sharedTotal: "total");
            attack.Determined().ShouldBeEmpty($"seed {seed}");
            foreach (var unknown in attack.Unknowns)
            {
                var (low, high) = attack.Bounds(unknown);
                (high - low).ShouldBeGreaterThanOrEqualTo(Rule.Minimum - 1 - 1e-6, $"{unknown}, seed {seed}");
                unknowns++;
            }
        }

        unknowns.ShouldBeGreaterThan(Months);
    }

    [Fact]
    public void No_table_counts_under_another_name_what_another_one_counts()
    {
        // Were a flag the count of a cell of another table, its being shown would give the hidden cell away.
        var tables = IndicatorTables.Tables(Month(3));
        var cells = tables.SelectMany(t => t.Cells.Cast<long>().Select((value, i) => (t.Code, i, value))).Where(c => c.value > 0).ToList();
        for (var seed = 4; seed < 12; seed++)
        {
            var other = IndicatorTables.Tables(Month(seed)).SelectMany(t => t.Cells.Cast<long>().Select((value, i) => (t.Code, i, value))).ToDictionary(c => (c.Code, c.i), c => c.value);
            cells = [.. cells.Where(c => cells.Exists(d => d != c && d.value == c.value && other[(d.Code, d.i)] == other[(c.Code, c.i)]))];
        }

        cells.ShouldBeEmpty();
    }

    [Fact]
    public void Transmissions_are_rounded()
    {
        var release = IndicatorTables.Release("75", "2026-10", At, Rule, new([], [new("adil", MonthCounts.Delays[0], 17), new("adil", MonthCounts.Delays[3], 3)]));
        release.Arrondis.Single().Nombres.Select(n => n.Nombre).ShouldBe([11, 0, 0, 0]);
    }

    private static MonthCounts Month(int seed)
    {
        var state = (uint)(seed * 7919);
        int Next(int below)
        {
            state = (state * 1664525) + 1013904223;
            return (int)((state >> 8) % (uint)below);
        }

        string[] flags = [.. new[]
        {
            Drapeaux.FormaliteNonProuvee, Drapeaux.DecompteAbsent, Drapeaux.ClauseResolutoireAbsente, Drapeaux.DelaiViseTropCourt, Drapeaux.EnvoiTardif, Drapeaux.RemisePv659, Drapeaux.TelephoneAbsent, Drapeaux.HorsObligation,
        }.Select(d => d.Code)];
        string[] notices = [Drapeaux.NoticeAncienne.Code, Drapeaux.NoticeAbsente.Code, Drapeaux.NoticeInconnue.Code, Drapeaux.NoticeIllisible.Code];
        return new MonthCounts(
            [.. Enumerable.Range(0, 1 + Next(30)).Select(_ => new DepositGroupCount(Acts, Next(3) switch { 0 => "prive", 1 => "public", _ => null },
                Next(5) switch { 0 => "personnePhysique", 1 => "sciFamiliale", 2 => "personneMorale", 3 => "bailleurSocial", _ => null },
                [.. flags.Where(_ => Next(4) == 0), .. Next(2) == 0 ? [notices[Next(4)]] : (string[])[]], Next(3) == 0 ? null : Next(2) == 0, false, 1 + Next(12)))],
            []);
    }
}
