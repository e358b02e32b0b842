using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Consent;
using FsCheck;
using FsCheck.Fluent;
using static ExchangeGateway.Unit.Routing.Distribution;

namespace ExchangeGateway.Unit.Routing;

/// <summary>Waiting, falling back, validity, and what the explanation says.</summary>
public sealed class RuleEngineTests
{
    private const string Rules = "modele/repartition.json";

    [Fact]
    public void A_wait_lasts_until_its_last_second_and_not_one_more()
    {
        var end = Lundi.AddDays(5);

        RuleEngine.Evaluate(Modele, SignalementCaf, Lundi, end.AddTicks(-1)).Holds.ShouldNotBeEmpty();
        RuleEngine.Evaluate(Modele, SignalementCaf, Lundi, end).Targets.ShouldContain(t => t.FellBack);
    }

    [Theory]
    [InlineData("2026-03-26T09:30:00+01:00", "2026-03-31T09:30:00+02:00")] // over the change to summer time
    [InlineData("2026-10-22T09:30:00+02:00", "2026-10-27T09:30:00+01:00")] // and back
    [InlineData("2026-03-24T02:30:00+01:00", "2026-03-29T03:30:00+02:00")] // 2:30 does not exist that night
    [InlineData("2026-03-02T23:30:00Z", "2026-03-08T00:30:00+01:00")]      // already the next day in Paris
    public void Days_are_calendar_days_of_the_territory(string received, string until) =>
        RuleEngine.AddDays(At(received), 5, Modele.TimeZone).ShouldBe(At(until));

    [Fact]
    public void A_deposit_follows_the_rules_of_the_day_it_was_received()
    {
        var modele = Changed(rules => Rule(rules, "modele-1")["valideAu"] = "2026-03-01");

        var outcome = modele.Repartir(SignalementCaf with { Composition = "familleAvecEnfants" });

        outcome.Remises().ShouldBe("ccapex-modele P3");
        outcome.Regle("modele-1").Motif.ShouldBe("n'était pas en vigueur le 2 mars 2026, jour de la réception");
        RuleEngine.Evaluate(modele, SignalementCaf with { Composition = "familleAvecEnfants" }, Lundi.AddDays(-1), Lundi.AddDays(9)).Remises()
            .ShouldBe("caf-modele P4, ccapex-modele P3");
    }

    [Fact]
    public void A_rule_may_choose_to_apply_or_to_be_left_aside_when_a_fact_is_unknown()
    {
        var applied = Changed(rules => Rule(rules, "modele-1")["siInconnu"] = new JsonObject { ["action"] = "appliquer" });
        var ignored = Changed(rules => Rule(rules, "modele-1")["siInconnu"] = new JsonObject { ["action"] = "ignorer" });

        applied.Repartir(SignalementCaf).Remises().ShouldBe("caf-modele P4, ccapex-modele P3");
        ignored.Repartir(SignalementCaf).Regle("modele-1").Motif.ShouldBe("laissée de côté : composition du ménage inconnue");
        ignored.Repartir(SignalementCaf).Regle("modele-2").Issue.ShouldBe("retenue");
    }

    [Fact]
    public void In_a_FIRST_table_a_wait_that_ends_in_nothing_lets_the_next_rule_try()
    {
        var modele = Changed(rules => Rule(rules, "modele-1")["siInconnu"]!["puis"] = new JsonObject { ["action"] = "ignorer" });

        var outcome = modele.Repartir(SignalementCaf, joursPlusTard: 5);

        outcome.Regle("modele-1").Issue.ShouldBe("repli");
        outcome.Remises().ShouldBe("ccapex-modele P3, departement-modele P4 (repli)", "the second rule falls back in its turn");
    }

    [Fact]
    public void A_fallback_may_apply_the_rule_itself()
    {
        var modele = Changed(rules => Rule(rules, "modele-1")["siInconnu"]!["puis"] = new JsonObject { ["action"] = "appliquer" });

        modele.Repartir(SignalementCaf, joursPlusTard: 5).Remises().ShouldBe("caf-modele P4 (repli), ccapex-modele P3");
    }

    [Fact]
    public void Two_rules_for_one_recipient_and_purpose_make_one_delivery_the_more_urgent()
    {
        var modele = Changed(rules =>
        {
            var twin = Rule(rules, "modele-0-caf").DeepClone();
            twin["id"] = "modele-9";
            twin["alors"]!["destinataire"] = "departement-modele";
            twin["alors"]!["finalite"] = "P4";
            rules["tables"]![0]!["regles"]!.AsArray().Add(twin);
        });

        var target = modele.Repartir(SignalementCaf with { Composition = "personneSeule" }).Targets.Where(t => t.Destinataire == "departement-modele").ShouldHaveSingleItem();

        target.RuleId.ShouldBe("modele-9");
        target.Priorite.ShouldBe(1);
    }

    [Fact]
    public void The_first_sentence_says_the_facts_and_the_recipients() =>
        Paris.Repartir(Commandement with { Parc = "prive", Gestion = "mandataire" }).Explanation.Phrase
            .ShouldBe("Commandement de payer, parc privé, dette de 2 000 à 5 000 € : secrétariat de la CCAPEX et ADIL");

    [Fact]
    public void The_first_sentence_says_what_is_awaited_from_whom_and_until_when() =>
        Modele.Repartir(SignalementCaf).Explanation.Phrase.ShouldBe(
            "Impayé de loyer, dette de 500 à 2 000 €, ménage aidé au logement : secrétariat de la CCAPEX ; en attente jusqu'au 7 mars 2026 : composition du ménage inconnue, question posée à : action sociale de la CAF");

    [Fact]
    public void The_first_sentence_says_when_nobody_is_addressed() =>
        Paris.Repartir(Assignation with { TypeMessage = "essai/sans-regle", ConnuDesServices = true, Motif = "troubles" }).Explanation.Phrase
            .ShouldBe("Assignation, troubles de jouissance, parc privé : aucun destinataire");

    [Fact]
    public void Each_rule_of_the_territory_is_explained_with_its_source_and_the_version()
    {
        var outcome = Modele.Repartir(SignalementCaf with { Composition = "familleAvecEnfants" });

        outcome.Explanation.Regles.Count.ShouldBe(Modele.Tables.Sum(t => t.Rules.Count));
        outcome.Explanation.Regles.ShouldAllBe(r => r.Motif.Length > 0 && r.Source.Length > 0);
        outcome.RulesVersion.ShouldBe(Modele.Version);
        outcome.Regle("modele-1").Motif.ShouldBe("s'applique : ménage aidé au logement, famille avec enfants → action sociale de la CAF, finalité P4");
        outcome.Regle("modele-0-cdp").Motif.ShouldBe("ne s'applique pas : autre type de message");
        outcome.Regle("modele-0-caf").Motif.ShouldBe("s'applique toujours à ce message → secrétariat de la CCAPEX, finalité P3");
    }

    [Fact]
    public void The_explanation_is_json_that_a_person_can_read()
    {
        var json = Modele.Repartir(SignalementCaf).Explanation.ToJson();
        var root = JsonDocument.Parse(json).RootElement;

        json.ShouldContain("Impayé de loyer");
        root.GetProperty("version").GetString().ShouldBe(Modele.Version);
        root.GetProperty("recuLe").GetDateTimeOffset().ShouldBe(Lundi);
        root.GetProperty("regles").EnumerateArray().Single(r => r.GetProperty("regle").GetString() == "modele-1")
            .GetProperty("jusquAu").GetDateTimeOffset().ShouldBe(Lundi.AddDays(5));
    }

    /// <summary>Whatever a sender or an adapter put into the facts, the explanation says words of the vocabulary only.</summary>
    [Fact]
    public void No_text_of_a_message_can_reach_the_explanation()
    {
        const string name = "Zéphyrine Quatrebarbes";
        var texts = Gen.Elements(name, "zephyrine/quatrebarbes", null, "prive", "cdp");
        var faits =
            from a in texts
            from b in texts
            from c in texts
            from d in texts
            from e in texts
            from f in texts
            from aid in Gen.Elements<bool?>(null, true, false)
            select new Faits
            {
                Stade = a ?? "",
                Motif = b ?? "",
                TypeMessage = c ?? "",
                Commune = d ?? "",
                Parc = e,
                TypeBailleur = f,
                Gestion = a,
                Composition = b,
                TrancheDette = c,
                AideAuLogement = aid,
            };

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(faits.ToArbitrary(), f =>
            new[] { Paris, Modele }.All(t => !t.Repartir(f).Explanation.ToJson().Contains("uatrebarbes", StringComparison.OrdinalIgnoreCase))));
    }

    /// <summary>The same facts and dates give the same outcome, whoever evaluates and however often.</summary>
    [Fact]
    public void Evaluation_is_repeatable() =>
        Modele.Repartir(SignalementCaf, 2).Explanation.ToJson().ShouldBe(Modele.Repartir(SignalementCaf, 2).Explanation.ToJson());

    private static JsonNode Rule(JsonObject rules, string id) =>
        rules["tables"]!.AsArray().SelectMany(t => t!["regles"]!.AsArray()).Single(r => r!["id"]!.GetValue<string>() == id)!;

    private static Territory Changed(Action<JsonObject> change)
    {
        using var folder = DataFolder.Copy("ops/territories");
        folder.Edit(Rules, change);
        return TerritoryCatalogue.Load(folder.Path).TryGet("modele", out var territory) ? territory : throw new InvalidOperationException();
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
