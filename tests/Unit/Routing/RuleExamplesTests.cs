using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Unit.Routing;

/// <summary>The examples that social workers read hold on the rules in force, and no rule or row of the tables is without one.</summary>
public sealed class RuleExamplesTests
{
    /// <summary>The rows of the decision tables of the sources: D1 model département, D2 Paris, D3 Isère, D4 mobile teams.</summary>
    private static readonly string[] Rows =
    [
        .. Enumerable.Range(1, 6).Select(n => $"D1-{n}"), .. Enumerable.Range(1, 12).Select(n => $"D2-{n}"), .. Enumerable.Range(1, 3).Select(n => $"D3-{n}"), .. Enumerable.Range(1, 5).Select(n => $"D4-{n}"),
    ];

    public static TheoryData<int, string> Examples() => [.. RuleExample.All.Select((e, i) => (i, $"{e.Territory} {e.Heading} : {e.Given}, {e.When}"))];

    [Theory, MemberData(nameof(Examples))]
    public void An_example_holds(int index, string example)
    {
        var told = RuleExample.All[index];
        Distribution.Catalogue.TryGet(told.Territory, out var territory).ShouldBeTrue();

        RuleExample.Said(told.Play(), territory!, told.Expected).ShouldBe(told.Expected, example);
    }

    [Fact]
    public void Every_row_of_the_tables_has_an_example() =>
        Rows.Where(row => !RuleExample.All.Any(e => e.Heading.StartsWith(row + " :", StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void Every_rule_that_acts_is_seen_acting_in_an_example_and_every_other_is_named()
    {
        var seen = RuleExample.All.SelectMany(e => e.Play().Explanation.Regles.Where(r => r.Issue is RuleIssue.Appliquee or RuleIssue.Information or RuleIssue.Repli).Select(r => (e.Territory, r.Regle))).ToHashSet();
        var named = RuleExample.All.SelectMany(e => e.Expected.Where(x => x.EndsWith(": desactivee", StringComparison.Ordinal)).Select(x => (e.Territory, x.Split(' ')[1]))).ToHashSet();

        Distribution.Catalogue.All.SelectMany(t => t.Tables.SelectMany(table => table.Rules), (t, r) => (t.Code, r.Id, r.Active))
            .Where(r => !(r.Active ? seen : named).Contains((r.Code, r.Id)))
            .Select(r => $"{r.Code} {r.Id}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_rule_that_waits_is_seen_waiting_and_falling_back()
    {
        var lines = RuleExample.All.SelectMany(e => e.Play().Explanation.Regles).ToLookup(r => r.Regle, r => r.Issue, StringComparer.Ordinal);

        Distribution.Catalogue.All.SelectMany(t => t.Tables).SelectMany(t => t.Rules).Where(r => r is { Active: true, IfUnknown: RuleUnknown.Hold })
            .Where(r => !lines[r.Id].Contains(RuleIssue.Retenue) || !lines[r.Id].Contains(RuleIssue.Repli))
            .Select(r => r.Id).Distinct()
            // Behind the first of a FIRST table that falls back on the same service, these two are not examined any more.
            .Except(["modele-2", "modele-3"], StringComparer.Ordinal)
            .ShouldBeEmpty();
    }
}
