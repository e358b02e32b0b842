using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.SyntheticYear;

/// <summary>One act or decision about one household.</summary>
/// <param name="Previous">Day of the same household's act before; the day it would have been for one that is older than the year.</param>
/// <param name="Months">Months unpaid by then, 2 to 36.</param>
/// <param name="InYear">Whether the act before is one of this year.</param>
internal sealed record YearAct(YearStage Stage, DateOnly Day, YearHousehold Household, DateOnly Previous, int Months, bool InYear);

/// <summary>
/// A year of acts, month by month after the reference, in which households move from stage to stage: an act goes to a
/// household whose act before is old enough, while there is one; otherwise to one whose earlier acts lie before the year.
/// The same for the same seed.
/// </summary>
internal static class YearFlow
{
    /// <summary>What comes before a stage, and the days between the two: law's own delays first, then what courts and offices take.</summary>
    private static readonly Dictionary<YearStage, (YearStage Before, int Least, int Most)> Steps = new()
    {
        [YearStage.Cdp] = (YearStage.ImpayeCaf, 45, 150),
        [YearStage.Assignation] = (YearStage.Cdp, 45, 150),
        [YearStage.Cql] = (YearStage.Assignation, 120, 270),
        [YearStage.Requisition] = (YearStage.Cql, 61, 120),
        [YearStage.OctroiCfp] = (YearStage.Requisition, 30, 75),
        [YearStage.Expulsion] = (YearStage.OctroiCfp, 10, 60),
    };

    /// <param name="reference">Year of the reference whose counts are taken.</param>
    /// <param name="year">Year that is filled.</param>
    /// <param name="scale">Share of the reference, above 0.</param>
    public static IReadOnlyList<YearAct> Make(Territory territory, int reference, int year, double scale, long seed)
    {
        var random = new YearRandom(seed);
        var acts = new List<YearAct>();
        var open = new Dictionary<YearStage, PriorityQueue<YearAct, (DateOnly, int)>>();
        var number = 0;
        foreach (var stage in YearFigures.Stages)
        {
            var waiting = open[stage] = new();
            foreach (var day in Days(YearFigures.Months(reference, year, stage, scale), year, stage, random))
            {
                var act = Follow(stage, day, open, random) ?? First(stage, day, territory, ++number, random);
                acts.Add(act);
                if (Steps.FirstOrDefault(s => s.Value.Before == stage).Value is { Most: > 0 } next)
                    waiting.Enqueue(act, (day.AddDays(random.Between(next.Least, next.Most)), acts.Count));
            }
        }

        return [.. acts.OrderBy(a => a.Day).ThenBy(a => a.Stage).ThenBy(a => a.Household.Number)];
    }

    private static IEnumerable<DateOnly> Days(int[] months, int year, YearStage stage, YearRandom random) =>
        Enumerable.Range(1, 12).SelectMany(m => Enumerable.Range(0, months[m - 1]).Select(_ => Day(new DateOnly(year, m, random.Between(1, DateTime.DaysInMonth(year, m))), stage))).Order();

    /// <summary>No act is served on a Sunday (art. 664 CPC): the day before or after, in the same month.</summary>
    private static DateOnly Day(DateOnly day, YearStage stage) =>
        stage is YearStage.ImpayeCaf || day.DayOfWeek is not DayOfWeek.Sunday ? day : day.AddDays(day.Day == 1 ? 1 : -1);

    private static YearAct? Follow(YearStage stage, DateOnly day, Dictionary<YearStage, PriorityQueue<YearAct, (DateOnly Ripe, int)>> open, YearRandom random)
    {
        if (!Steps.TryGetValue(stage, out var step) || !open[step.Before].TryPeek(out var before, out var ripe) || ripe.Ripe > day)
            return null;
        // Half of the acts are paid, settled or lost from sight; few come to the end of the road by this year's acts alone.
        if (stage is YearStage.Cdp && !random.Chance(30))
            return null;
        open[step.Before].Dequeue();
        var more = (day.DayNumber - before.Day.DayNumber) / 30;
        return new(stage, day, before.Household, before.Day, Math.Min(36, before.Months + more), InYear: true);
    }

    private static YearAct First(YearStage stage, DateOnly day, Territory territory, int number, YearRandom random)
    {
        var (past, least, most) = Steps.TryGetValue(stage, out var step) ? (true, step.Least, step.Most) : (false, 0, 0);
        var previous = past ? day.AddDays(-random.Between(least, most)) : day;
        var months = random.Weighted((2, 25), (3, 30), (4, 20), (6, 15), (9, 10)) + (3 * Math.Max(0, (int)stage - 1));
        return new(stage, day, YearHousehold.Next(random, number, territory, previous, stage is YearStage.ImpayeCaf ? true : null), previous, Math.Min(36, months), InYear: false);
    }
}
