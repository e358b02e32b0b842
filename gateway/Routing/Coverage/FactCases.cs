using System.Globalization;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing.Coverage;

/// <summary>One value of a fact, one stretch of its numbers or days, or its absence.</summary>
/// <param name="Said">French.</param>
internal sealed record FactCase(string Said, Func<RuleCondition, RuleTruth> Answer);

/// <summary>All that a fact may be, cut where some tests cut it.</summary>
internal static class FactCases
{
    /// <summary>Whether a test looks at the dwelling's place, in any of the territory's divisions.</summary>
    public static bool IsPlace(RuleCondition test) => test.Facts.First().Name is "commune" or "secteur" or "commissionLocale";

    /// <param name="tests">Tests of one fact; or of the place, whose divisions follow from the commune.</param>
    /// <param name="territory">Says which message types and communes exist.</param>
    public static IEnumerable<FactCase> Of(IReadOnlyList<RuleCondition> tests, Territory territory)
    {
        if (IsPlace(tests[0]))
            return territory.Communes.Select(c => Place(c, territory.Places));
        var fact = tests[0].Facts.First();
        var known = fact switch
        {
            RuleFact.Choice choice => choice.Values.Select(v => Value(choice.Phrase(v), t => ((RuleCondition.Among)t).Values.Contains(v, StringComparer.Ordinal))),
            RuleFact.Code => territory.Partners.Values.SelectMany(p => p.Sends).Select(t => t.ToString()).Union(tests.SelectMany(t => ((RuleCondition.Coded)t).Values), StringComparer.Ordinal)
                .Select(v => Value(v, t => ((RuleCondition.Coded)t).Values.Contains(v, StringComparer.Ordinal))),
            RuleFact.YesNo yesNo => [Value(yesNo.Yes, t => ((RuleCondition.Is)t).Value), Value(yesNo.No, t => !((RuleCondition.Is)t).Value)],
            RuleFact.Marks when tests[0] is RuleCondition.Carries { Value: var mark } => [Value($"drapeau {mark}", _ => true), Value($"sans drapeau {mark}", _ => false)],
            RuleFact.Number number => Stretches(number.Min, number.Max, tests.Cast<RuleCondition.Between>().Select(b => (b.Min, b.Max)))
                .Select(s => Value(Span(s.From, s.To, number.Unit), t => s.From >= ((RuleCondition.Between)t).Min && s.From <= ((RuleCondition.Between)t).Max)),
            RuleFact.Day => Stretches(DateOnly.MinValue.DayNumber, DateOnly.MaxValue.DayNumber, tests.Cast<RuleCondition.During>().Select(d => (d.From.DayNumber, d.To.DayNumber)))
                .Select(s => Value($"reçu du {Day(s.From)} au {Day(s.To)}", t => Within((RuleCondition.During)t, s.From))),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return fact.Optional ? known.Append(new FactCase(fact.Unknown, _ => RuleTruth.Inconnu)) : known;
    }

    private static FactCase Place(Commune commune, TerritoryPlaces places)
    {
        RuleFacts there = new Faits { Stade = "", Motif = "", TypeMessage = "", Commune = commune.Insee };
        there = there with { Sector = places.SectorOf(commune.Insee), LocalCommission = places.HasCommission(commune.Insee) };
        return new FactCase(commune.Name, t => t.Of(there));
    }

    private static FactCase Value(string said, Func<RuleCondition, bool> holds) => new(said, t => RuleTruths.Of(holds(t)));

    /// <summary>The whole numbers from one bound to the other, cut at the ends of every interval.</summary>
    private static IEnumerable<(int From, int To)> Stretches(int min, int max, IEnumerable<(int Min, int Max)> intervals)
    {
        var starts = new SortedSet<int> { min };
        foreach (var (from, to) in intervals)
        {
            starts.Add(Math.Max(from, min));
            if (to < max)
                starts.Add(to + 1);
        }

        var cuts = starts.ToList();
        return cuts.Select((from, i) => (from, i + 1 < cuts.Count ? cuts[i + 1] - 1 : max));
    }

    private static bool Within(RuleCondition.During period, int day) => day >= period.From.DayNumber && day <= period.To.DayNumber;

    private static string Span(int from, int to, string unit) =>
        from == to ? string.Create(CultureInfo.InvariantCulture, $"{from} {unit}") : string.Create(CultureInfo.InvariantCulture, $"de {from} à {to} {unit}");

    private static string Day(int number) => DateOnly.FromDayNumber(number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
