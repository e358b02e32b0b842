using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;
using static ExchangeGateway.Unit.Routing.Distribution;

namespace ExchangeGateway.Unit.Routing;

/// <summary>An outcome that is known already is the one that the rules would give, to the letter of its explanation.</summary>
public sealed class KnownOutcomesTests
{
    private static readonly string[] Types =
    [
        "caf/impayes", "caf/saisines-ccapex", "bailleurs/impayes", "commissaires-de-justice/commandements-de-payer", "commissaires-de-justice/assignations",
        "commissaires-de-justice/commandements-de-quitter-les-lieux", "instances/saisines-ccapex", "instances/dsf", "instances/suivis", "instances/reponses",
        "banque-de-france/orientations", "allo-prevention-expulsion/orientations",
    ];

    [Fact]
    public void What_is_known_says_what_the_rules_say_whatever_came_before()
    {
        var known = new KnownOutcomes();
        var again = 0;
        foreach (var territory in Catalogue.All)
        {
            // Each case twice, at another time of another day: the first makes it known, the second finds it.
            foreach (var (faits, i) in Cases(territory).SelectMany(f => new[] { f, f }).Select((f, i) => (f, i)))
            {
                var received = Lundi.AddHours(i % 7 * 25);
                var at = received.AddDays(i % 3 * 4).AddMinutes(i % 50);
                string[] sentBackBy = i % 11 == 0 ? ["adil-75"] : [];
                var expected = RuleEngine.Evaluate(territory, faits, received, at, null, sentBackBy);
                var found = known.Evaluate(territory, faits, received, at, null, sentBackBy);

                found.Explanation.ToJson().ShouldBe(expected.Explanation.ToJson());
                found.Targets.ShouldBe(expected.Targets);
                found.Holds.ShouldBe(expected.Holds);
                again += found.Shared is null ? 0 : 1;
            }
        }

        again.ShouldBeGreaterThan(1000, "most of these cases neither wait nor were sent back");
    }

    [Fact]
    public void Deposits_that_differ_in_what_no_rule_looks_at_share_one_explanation()
    {
        var known = new KnownOutcomes();
        var first = known.Evaluate(Paris, Commandement with { Parc = "prive", Commune = "75111", TrancheAge = "26a59" }, Lundi, Lundi, null, []);
        var second = known.Evaluate(Paris, Commandement with { Parc = "prive", Commune = "75119", TrancheAge = "60etPlus" }, Lundi.AddMinutes(5), Lundi.AddMinutes(6), null, []);

        second.Shared.ShouldNotBeNull().ShouldBeSameAs(first.Shared);
        second.Explanation.RecuLe.ShouldBe(Lundi.AddMinutes(5));
        second.Explanation.EvalueLe.ShouldBe(Lundi.AddMinutes(6));
        first.Shared!.Content.ShouldNotContain("recuLe");
    }

    [Fact]
    public void What_waits_is_evaluated_at_each_instant_and_shared_with_nobody()
    {
        var known = new KnownOutcomes();
        var waiting = known.Evaluate(Paris, Commandement, Lundi, Lundi, null, []);
        waiting.Holds.ShouldNotBeEmpty();
        waiting.Shared.ShouldBeNull();
        known.Evaluate(Paris, Commandement, Lundi, Lundi.AddDays(6), null, []).Holds.ShouldBeEmpty();
    }

    // Each fact takes each of its values several times, beside changing others.
    private static IEnumerable<RuleFacts> Cases(Territory territory)
    {
        string?[] stages = ["impaye", "cdp", "assignation", "cql", "surendettement"];
        string?[] parks = ["prive", "public", null, "hors liste"];
        string?[] debts = ["aucune", "500a2000", "2000a5000", "plus10000", null];
        string?[] compositions = ["familleAvecEnfants", "coupleSansEnfant", "personneSeule", null];
        bool?[] answers = [true, false, null];
        string[][] flags = [[], ["noticeAncienne"], ["telephoneAbsent", "noticeAncienne"]];
        for (var i = 0; i < 600; i++)
        {
            var message = new Faits
            {
                TypeMessage = Types[i % Types.Length],
                Stade = stages[i / 2 % stages.Length]!,
                Motif = i % 9 == 0 ? "autre" : "impayes",
                Commune = territory.Communes[i / 5 % territory.Communes.Count].Insee,
                Parc = parks[i / 3 % parks.Length],
                Gestion = i % 4 == 0 ? "directe" : i % 4 == 1 ? "mandataire" : null,
                TrancheDette = debts[i / 7 % debts.Length],
                MoisImpayes = i % 13 == 0 ? null : i % 40,
                Composition = compositions[i / 4 % compositions.Length],
                AideAuLogement = answers[i / 6 % 3],
                ConnuDesServices = answers[i / 8 % 3],
                MenageRencontre = answers[i / 10 % 3],
            };
            yield return new RuleFacts
            {
                Message = message,
                Flags = flags[i % flags.Length],
                History = (i % 4) switch
                {
                    0 => null,
                    1 => DossierHistory.New,
                    2 => new(true, i, i % 5, answers[i % 3], []),
                    _ => new(false, i, i % 5, null, [.. territory.Partners.Keys.Where(k => k.StartsWith("equipe-mobile", StringComparison.Ordinal))]),
                },
                Sources = i % 17 == 0 ? ["inconnu des services sociaux, selon le service social le 2 mars 2026"] : [],
            };
        }
    }
}
