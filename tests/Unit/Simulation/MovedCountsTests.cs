using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Gateway.Simulation;
using ExchangeGateway.Unit.Indicators;

namespace ExchangeGateway.Unit.Simulation;

/// <summary>Nobody finds a small count of real deposits in a simulation, least of all by subtracting "before" from "after".</summary>
public sealed class MovedCountsTests
{
    private const int Minimum = 11;

    private static readonly Guid[] Deposits = [.. Enumerable.Range(1, 400).Select(n => new Guid(n, 0, 0, new byte[8]))];

    [Fact]
    public void A_move_of_three_deposits_is_not_found_by_subtracting_before_from_after()
    {
        // Three of a hundred go from one recipient to another; each count alone is far above the minimum.
        var before = new Dictionary<(string, string), HashSet<Guid>> { [("r1", "adil")] = [.. Deposits[..100]], [("r2", "ville")] = [.. Deposits[100..220]], [("r3", "ccapex")] = [.. Deposits] };
        var after = new Dictionary<(string, string), HashSet<Guid>> { [("r1", "adil")] = [.. Deposits[3..100]], [("r2", "ville")] = [.. Deposits[..3], .. Deposits[100..220]], [("r3", "ccapex")] = [.. Deposits] };

        var moved = new MovedCounts(before, after, Minimum);

        foreach (var lines in new[] { moved.By(k => k.Recipient, c => c), moved.By(k => k.Rule, c => c) })
        {
            foreach (var line in lines.Where(l => l.Code is "adil" or "ville" or "r1" or "r2"))
                (line.Avant is null || line.Apres is null).ShouldBeTrue(line.Code);
            lines.ShouldAllBe(l => (l.Ecart ?? 0) % Minimum == 0);
        }

        Attacked(moved);
        // The rule that was: each count rounded for itself shows 99 and 88, and says that some moved.
        (100 / Minimum * Minimum, 97 / Minimum * Minimum).ShouldBe((99, 88));
    }

    [Fact]
    public void What_moves_by_enough_is_shown_and_rounded_and_zero_is_zero()
    {
        var before = new Dictionary<(string, string), HashSet<Guid>> { [("r1", "adil")] = [.. Deposits[..100]], [("r3", "ccapex")] = [.. Deposits] };
        var after = new Dictionary<(string, string), HashSet<Guid>> { [("r1", "adil")] = [.. Deposits[40..100]], [("r4", "ville")] = [.. Deposits[..40]], [("r3", "ccapex")] = [.. Deposits] };

        var lines = new MovedCounts(before, after, Minimum).By(k => k.Recipient, c => c).ToDictionary(l => l.Code, l => (l.Avant, l.Apres, l.Ecart));

        lines["adil"].ShouldBe((99, 55, -44));
        lines["ville"].ShouldBe((0, 33, 33));
        lines["ccapex"].ShouldBe((396, 396, 0));
        new MovedCounts(before, after, minimum: 1).By(k => k.Recipient, c => c).Single(l => l.Code == "adil").Avant.ShouldBe(100, "invented deposits are shown as they are");
        new MovedCounts([], [], Minimum).By(k => k.Rule, c => c).ShouldBeEmpty();
    }

    /// <summary>Drafts of every size, against what each publishes.</summary>
    [Fact]
    public void Whatever_the_drafts_no_count_under_the_minimum_is_found()
    {
        // Seeded: the same drafts each time.
        var seed = 7u;
        int Next(int below) => (int)((seed = (seed * 1664525u) + 1013904223u) >> 8) % below;
        for (var n = 0; n < 200; n++)
        {
            var (before, after) = (new Dictionary<(string, string), HashSet<Guid>>(), new Dictionary<(string, string), HashSet<Guid>>());
            for (var pair = 0; pair < 2 + Next(5); pair++)
            {
                var key = ($"r{pair}", $"o{Next(3)}");
                var (size, lost, gained) = (Next(150), Next(3) == 0 ? Next(60) : Next(12), Next(3) == 0 ? Next(60) : Next(12));
                before[key] = [.. Deposits[..size]];
                after[key] = [.. Deposits[Math.Min(lost, size)..size], .. Deposits[size..(size + gained)]];
            }

            var moved = new MovedCounts(before, after, Minimum);
            Attacked(moved);
            foreach (var line in moved.By(k => k.Rule, c => c).Where(l => l is { Avant: not null, Apres: not null }))
            {
                var (old, now) = (All(before, line.Code), All(after, line.Code));
                foreach (var count in new[] { old.Except(now).Count(), now.Except(old).Count() })
                    (count is 0 or >= Minimum).ShouldBeTrue($"{n} {line.Code}: {count}");
            }
        }
    }

    private static List<Guid> All(Dictionary<(string Rule, string Recipient), HashSet<Guid>> places, string rule) => [.. places.Where(p => p.Key.Rule == rule).SelectMany(p => p.Value)];

    /// <summary>All that is shown comes from one table, whose hidden cells have at least the minimum of possible values.</summary>
    private static void Attacked(MovedCounts moved)
    {
        var attack = TableAttack.On([moved.Table!]);
        attack.Determined().ShouldBeEmpty();
        foreach (var unknown in attack.Unknowns)
        {
            var (low, high) = attack.Bounds(unknown);
            (high - low).ShouldBeGreaterThanOrEqualTo(Minimum - 1 - 1e-6, unknown);
        }
    }
}
