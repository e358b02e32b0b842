using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Unit.Consent;
using static ExchangeGateway.Unit.Routing.Distribution;

namespace ExchangeGateway.Unit.Routing;

/// <summary>DMN's hit policies, with what a wait and a fallback do to each.</summary>
public sealed class RuleHitsTests
{
    private const string A = "caf-modele P4";
    private const string B = "departement-modele P4";

    [Theory]
    [InlineData("COLLECT", A + ", " + B)]
    [InlineData("FIRST", A)]
    [InlineData("UNIQUE", "")]
    [InlineData("ANY", "")]
    [InlineData("PRIORITY", B)]
    public void Two_rules_match_and_differ(string policy, string expected) =>
        Play(policy, Rule("a", Private(), To(A, 3)), Rule("b", Private(), To(B, 2))).ShouldBe(expected);

    [Theory]
    [InlineData("COLLECT", A)]
    [InlineData("UNIQUE", "")]
    [InlineData("ANY", A)]
    public void Two_rules_match_and_do_the_same(string policy, string expected) =>
        Play(policy, Rule("a", Private(), To(A, 3)), Rule("b", Private(), To(A, 3))).ShouldBe(expected);

    [Fact]
    public void Rules_that_contradict_each_other_are_named_in_the_explanation_and_none_is_followed_nor_the_default()
    {
        var outcome = Evaluate("UNIQUE", To(B, 5), Rule("a", Private(), To(A, 3)), Rule("b", Private(), To(B, 3)));

        outcome.Remises().ShouldBe("");
        outcome.Regle("a").Issue.ShouldBe("conflit");
        outcome.Explanation.Alertes.ShouldHaveSingleItem().ShouldBe("règles contradictoires, aucune d'elles n'est appliquée : a et b");
    }

    [Fact]
    public void Of_equal_priorities_the_order_of_the_table_decides() =>
        Play("PRIORITY", Rule("a", Private(), To(A, 2)), Rule("b", Private(), To(B, 2))).ShouldBe(A);

    [Theory]
    [InlineData(1, "")]
    [InlineData(4, B)]
    public void In_a_PRIORITY_table_only_a_rule_that_would_win_is_waited_for(int priority, string expected) =>
        Play("PRIORITY", Rule("a", Known(), To(A, priority), Waiting()), Rule("b", Private(), To(B, 2))).ShouldBe(expected);

    [Fact]
    public void In_a_UNIQUE_table_a_rule_that_applies_is_not_kept_waiting_by_another()
    {
        var outcome = Evaluate("UNIQUE", null, Rule("a", Known(), To(A, 1), Waiting()), Rule("b", Private(), To(B, 2)));

        outcome.Remises().ShouldBe(B);
        outcome.Holds.ShouldBeEmpty();
        outcome.Regle("a").Issue.ShouldBe("nonRetenue");
    }

    [Theory]
    [InlineData("COLLECT")]
    [InlineData("FIRST")]
    [InlineData("UNIQUE")]
    [InlineData("ANY")]
    [InlineData("PRIORITY")]
    public void Sinon_is_what_a_table_does_when_no_rule_applies_and_never_while_one_waits(string policy)
    {
        Evaluate(policy, To(B, 5), Rule("a", Public(), To(A, 1))).Remises().ShouldBe(B);
        Evaluate(policy, To(B, 5), Rule("a", Private(), To(A, 1))).Remises().ShouldBe(A);
        Evaluate(policy, To(B, 5), Rule("a", Known(), To(A, 1), Waiting())).Remises().ShouldBe("");
        Evaluate(policy, To(B, 5), [Rule("a", Known(), To(A, 1), Waiting())], joursPlusTard: 5).Remises().ShouldBe(B, "the wait ended in nothing");
    }

    [Fact]
    public void Sinon_keeps_to_the_scope_of_its_table()
    {
        var table = Table("FIRST", To(B, 5), [Rule("a", Public(), To(A, 1))]);
        table["portee"] = new JsonObject { ["stade"] = "assignation" };

        Load(table).Repartir(Commandement with { Commune = "00001", Parc = "prive" }).Remises().ShouldBe("");
        Load(table).Repartir(Assignation with { Commune = "00001" }).Remises().ShouldBe(B);
    }

    [Fact]
    public void Fallbacks_that_agree_are_one_in_a_UNIQUE_table()
    {
        JsonObject fallback() => new() { ["action"] = "retenir", ["jours"] = 5, ["demanderA"] = new JsonArray("caf-modele"), ["puis"] = new JsonObject { ["action"] = "remplacer", ["alors"] = To(B, 4) } };

        Evaluate("UNIQUE", null, [Rule("a", Known(), To(A, 1), fallback()), Rule("b", new() { ["connuDesServices"] = true }, To(B, 1), fallback())], joursPlusTard: 5)
            .Remises().ShouldBe(B + " (repli)");
    }

    [Fact]
    public void The_day_of_the_reception_is_a_fact_in_the_territorys_own_time()
    {
        var table = Table("COLLECT", null, [Rule("a", new() { ["date"] = new JsonObject { ["du"] = "2026-03-02", ["au"] = "2026-03-02" }, ["jour"] = "lundi" }, To(A, 1))]);
        var territory = Load(table);

        territory.Repartir(Commandement with { Commune = "00001" }).Remises().ShouldBe(A);
        RuleEngine.Evaluate(territory, Commandement, new DateTimeOffset(2026, 3, 2, 23, 30, 0, TimeSpan.Zero), Lundi).Remises().ShouldBe("", "already Tuesday in Paris");
    }

    [Fact]
    public void A_flag_of_the_message_is_a_fact()
    {
        var territory = Load(Table("COLLECT", null, [Rule("a", new() { ["drapeaux"] = new JsonArray("noticeAncienne", "noticeAbsente") }, To(A, 1))]));
        RuleFacts facts = Commandement with { Commune = "00001" };

        RuleEngine.Evaluate(territory, facts with { Flags = ["noticeAncienne", "telephoneAbsent"] }, Lundi, Lundi).Remises().ShouldBe(A);
        RuleEngine.Evaluate(territory, facts with { Flags = ["telephoneAbsent"] }, Lundi, Lundi).Remises().ShouldBe("");
    }

    [Theory]
    [InlineData("974", "97411", "2027-12-20T08:00:00+04:00", "reçu un jour non ouvré")] // a Monday, abolition of slavery
    [InlineData("modele", "00001", "2027-12-20T08:00:00+01:00", "reçu un jour ouvré")]
    [InlineData("974", "97411", "2027-12-19T22:00:00+01:00", "reçu un jour non ouvré")] // still Sunday in Paris, Monday there
    public void Working_days_are_those_of_the_territory(string territory, string commune, string received, string expected)
    {
        using var folder = DataFolder.Copy("ops/territories");
        var rule = Rule("a", new() { ["jourOuvre"] = true }, To(A, 1));
        rule["alors"] = new JsonObject { ["information"] = "essai" };
        folder.Edit($"{territory}/repartition.json", r => r["tables"] = new JsonArray(Table("COLLECT", null, [rule])));
        TerritoryCatalogue.Load(folder.Path).TryGet(territory, out var loaded).ShouldBeTrue();
        var at = DateTimeOffset.Parse(received, System.Globalization.CultureInfo.InvariantCulture);

        RuleEngine.Evaluate(loaded!, Commandement with { Commune = commune }, at, at, Law.ShippedLaw.France.Calendar).Regle("a").Motif.ShouldContain(expected);
    }

    private static string Play(string policy, params JsonObject[] rules) => Evaluate(policy, null, rules).Remises();

    private static RoutingOutcome Evaluate(string policy, JsonObject? otherwise, params JsonObject[] rules) => Evaluate(policy, otherwise, rules, 0);

    private static RoutingOutcome Evaluate(string policy, JsonObject? otherwise, JsonObject[] rules, int joursPlusTard) =>
        Load(Table(policy, otherwise, rules)).Repartir(Commandement with { Commune = "00001", Parc = "prive" }, joursPlusTard);

    private static Territory Load(JsonObject table)
    {
        using var folder = DataFolder.Copy("ops/territories");
        folder.Edit("modele/repartition.json", r => r["tables"] = new JsonArray(table.DeepClone()));
        return TerritoryCatalogue.Load(folder.Path).TryGet("modele", out var territory) ? territory : throw new InvalidOperationException();
    }

    private static JsonObject Table(string policy, JsonObject? otherwise, JsonObject[] rules)
    {
        var table = new JsonObject { ["id"] = "essai", ["titre"] = "Essai", ["hitPolicy"] = policy, ["regles"] = new JsonArray([.. rules.Select(r => r.DeepClone())]) };
        if (otherwise is not null)
            table["sinon"] = otherwise.DeepClone();
        return table;
    }

    private static JsonObject Rule(string id, JsonObject when, JsonObject then, JsonObject? ifUnknown = null) => new()
    {
        ["id"] = id,
        ["libelle"] = id,
        ["source"] = "essai",
        ["valideDu"] = "2026-01-01",
        ["quand"] = when.DeepClone(),
        ["alors"] = then.DeepClone(),
        ["siInconnu"] = ifUnknown?.DeepClone() ?? new JsonObject { ["action"] = "ignorer" },
    };

    private static JsonObject To(string target, int priority) => new()
    {
        ["destinataire"] = target.Split(' ')[0],
        ["finalite"] = target.Split(' ')[1],
        ["auTitreDe"] = "ccapex-modele",
        ["priorite"] = priority,
        ["delaiJours"] = 7,
    };

    private static JsonObject Private() => new() { ["parc"] = "prive" };

    private static JsonObject Public() => new() { ["parc"] = "public" };

    private static JsonObject Known() => new() { ["connuDesServices"] = false };

    private static JsonObject Waiting() => new() { ["action"] = "retenir", ["jours"] = 5, ["demanderA"] = new JsonArray("caf-modele"), ["puis"] = new JsonObject { ["action"] = "ignorer" } };
}
