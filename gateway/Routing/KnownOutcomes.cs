using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>
/// The rules' outcome for facts that were seen before. It is the same for the same rules, day of reception and facts that
/// the rules or the sentence look at; what waits, was answered or sent back, and a file that others accompany, is evaluated anew.
/// </summary>
internal sealed class KnownOutcomes
{
    // Of one territory and version of its rules: some thousand combinations at most come up, each of a few kilobytes.
    private const int Most = 1000;

    private readonly ConditionalWeakTable<Territory, Known> _byTerritory = [];

    /// <summary>As <see cref="RuleEngine.Evaluate"/>.</summary>
    public RoutingOutcome Evaluate(Territory territory, RuleFacts faits, DateTimeOffset receivedAt, DateTimeOffset at, FrenchCalendar? calendar, IReadOnlyCollection<string> sentBackBy)
    {
        if (sentBackBy.Count > 0 || faits.Sources.Count > 0 || faits.History is { Orientations.Count: > 0 })
            return RuleEngine.Evaluate(territory, faits, receivedAt, at, calendar, sentBackBy);
        var known = _byTerritory.GetValue(territory, t => new Known(t));
        var key = known.KeyOf(RuleEngine.Placed(territory, faits, receivedAt, calendar));
        if (known.Outcomes.TryGetValue(key, out var found))
            return found with { Explanation = found.Explanation with { RecuLe = receivedAt, EvalueLe = at } };
        var outcome = RuleEngine.Evaluate(territory, faits, receivedAt, at, calendar, sentBackBy);
        if (outcome.DependsOnTime)
            return outcome;
        outcome = outcome with { Shared = new SharedExplanation(outcome.Explanation) };
        if (known.Outcomes.Count >= Most)
            known.Outcomes.Clear();
        known.Outcomes.TryAdd(key, outcome);
        return outcome;
    }

    private sealed class Known(Territory territory)
    {
        private readonly RuleFact[] _facts =
        [
            .. RulePhrase.Always
                .Concat(territory.Tables.SelectMany(t => t.Scope.Facts.Concat(t.Rules.SelectMany(r => r.When.Facts))))
                .Distinct(),
        ];

        public ConcurrentDictionary<string, RoutingOutcome> Outcomes { get; } = new(StringComparer.Ordinal);

        public string KeyOf(RuleFacts faits)
        {
            var key = new StringBuilder(160).Append(CultureInfo.InvariantCulture, $"{faits.Day:yyyy-MM-dd}");
            foreach (var fact in _facts)
            {
                // With its length: no value can pass for two.
                var value = fact.Raw(faits);
                key.Append('|').Append(value?.Length ?? -1).Append(':').Append(value);
            }

            return key.ToString();
        }
    }
}
