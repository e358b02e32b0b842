using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;
using FsCheck;
using FsCheck.Fluent;
using static ExchangeGateway.Gateway.Routing.Rules.RuleTruth;
using static ExchangeGateway.Unit.Routing.Distribution;

namespace ExchangeGateway.Unit.Routing;

/// <summary>Kleene's tables, and that unknown never counts as no.</summary>
public sealed class RuleLogicTests
{
    private static readonly RuleCondition Aided = new RuleCondition.Is((RuleFact.YesNo)RuleFact.All["aideAuLogement"], true);
    private static readonly RuleCondition Known = new RuleCondition.Is((RuleFact.YesNo)RuleFact.All["connuDesServices"], true);

    [Theory]
    [InlineData(Oui, Oui, Oui, Oui)]
    [InlineData(Oui, Inconnu, Inconnu, Oui)]
    [InlineData(Oui, Non, Non, Oui)]
    [InlineData(Inconnu, Oui, Inconnu, Oui)]
    [InlineData(Inconnu, Inconnu, Inconnu, Inconnu)]
    [InlineData(Inconnu, Non, Non, Inconnu)]
    [InlineData(Non, Oui, Non, Oui)]
    [InlineData(Non, Inconnu, Non, Inconnu)]
    [InlineData(Non, Non, Non, Non)]
    internal void And_and_or_follow_kleene(RuleTruth a, RuleTruth b, RuleTruth and, RuleTruth or)
    {
        var faits = Commandement with { AideAuLogement = Bool(a), ConnuDesServices = Bool(b) };

        new RuleCondition.All([Aided, Known]).Of(faits).ShouldBe(and);
        new RuleCondition.Any([Aided, Known]).Of(faits).ShouldBe(or);
    }

    [Theory]
    [InlineData(Oui, Non)]
    [InlineData(Inconnu, Inconnu)]
    [InlineData(Non, Oui)]
    internal void Not_follows_kleene(RuleTruth a, RuleTruth not) =>
        new RuleCondition.Not(Aided).Of(Commandement with { AideAuLogement = Bool(a) }).ShouldBe(not);

    [Fact]
    public void Nothing_asked_is_always_true_and_no_choice_is_never_true()
    {
        new RuleCondition.All([]).Of(Commandement).ShouldBe(Oui);
        new RuleCondition.Any([]).Of(Commandement).ShouldBe(Non);
    }

    [Theory]
    [InlineData(2, Non)]
    [InlineData(3, Oui)]
    [InlineData(6, Oui)]
    [InlineData(7, Non)]
    [InlineData(null, Inconnu)]
    [InlineData(-1, Inconnu)]
    [InlineData(37, Inconnu)]
    internal void A_number_lies_within_bounds_both_inclusive(int? months, RuleTruth expected) =>
        new RuleCondition.Between((RuleFact.Number)RuleFact.All["moisImpayes"], 3, 6).Of(Commandement with { MoisImpayes = months }).ShouldBe(expected);

    [Fact]
    public void A_value_outside_the_vocabulary_is_unknown_and_not_another_value()
    {
        var privé = new RuleCondition.Among((RuleFact.Choice)RuleFact.All["parc"], ["prive"]);

        privé.Of(Commandement with { Parc = "Privé" }).ShouldBe(Inconnu);
        new RuleCondition.Not(privé).Of(Commandement with { Parc = "Privé" }).ShouldBe(Inconnu);
    }

    [Fact]
    public void Every_fact_of_the_canonical_record_has_its_vocabulary()
    {
        var properties = typeof(Faits).GetProperties().Select(p => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(p.Name));

        // Which question a message answers says nothing of the household.
        properties.Except(RuleFact.All.Keys, StringComparer.Ordinal).ShouldBe(["referenceDemande"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(700)]
    [InlineData(3000)]
    [InlineData(7000)]
    [InlineData(12000)]
    public void Every_debt_band_is_in_the_vocabulary(int euros) =>
        RuleFact.All["trancheDette"].IsKnown(Commandement with { TrancheDette = Faits.Tranche(euros) }).ShouldBeTrue();

    /// <summary>Learning a fact never contradicts what was already decided: a yes or a no stays; only unknown may change.</summary>
    [Fact]
    public void Learning_a_fact_never_overturns_a_decided_condition() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(Cases(), c =>
        {
            var before = c.Condition.Of(c.Poor);
            return before == Inconnu || before == c.Condition.Of(c.Rich);
        }));

    /// <summary>What the explanation names as missing is missing, and is enough to leave the answer open.</summary>
    [Fact]
    public void The_facts_named_as_missing_are_unknown() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(Cases(), c =>
            c.Condition.Of(c.Poor) != Inconnu
            || (c.Condition.Because(c.Poor).Any() && c.Condition.Because(c.Poor).All(f => !f.IsKnown(c.Poor)))));

    private static Arbitrary<(RuleCondition Condition, Faits Poor, Faits Rich)> Cases()
    {
        var rich =
            from parc in Gen.Elements("prive", "public")
            from aid in Gen.Elements(true, false)
            from known in Gen.Elements(true, false)
            from composition in Gen.Elements("familleAvecEnfants", "coupleSansEnfant", "personneSeule")
            from months in Gen.Choose(0, 36)
            select Commandement with { Parc = parc, AideAuLogement = aid, ConnuDesServices = known, Composition = composition, MoisImpayes = months };
        var cases =
            from condition in Conditions(3)
            from full in rich
            from hidden in Gen.Choose(0, 31)
            select (condition, full with
            {
                Parc = (hidden & 1) != 0 ? null : full.Parc,
                AideAuLogement = (hidden & 2) != 0 ? null : full.AideAuLogement,
                ConnuDesServices = (hidden & 4) != 0 ? null : full.ConnuDesServices,
                Composition = (hidden & 8) != 0 ? null : full.Composition,
                MoisImpayes = (hidden & 16) != 0 ? null : full.MoisImpayes,
            }, full);
        return cases.ToArbitrary();
    }

    private static Gen<RuleCondition> Conditions(int depth)
    {
        var leaf = Gen.Elements<RuleCondition>(
            Aided, Known,
            new RuleCondition.Among((RuleFact.Choice)RuleFact.All["parc"], ["prive"]),
            new RuleCondition.Among((RuleFact.Choice)RuleFact.All["composition"], ["coupleSansEnfant", "personneSeule"]),
            new RuleCondition.Between((RuleFact.Number)RuleFact.All["moisImpayes"], 3, 12));
        if (depth == 0)
            return leaf;
        var inner = Conditions(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.Two().Select(RuleCondition (p) => new RuleCondition.All([p.Item1, p.Item2])),
            inner.Two().Select(RuleCondition (p) => new RuleCondition.Any([p.Item1, p.Item2])),
            inner.Select(RuleCondition (p) => new RuleCondition.Not(p)));
    }

    private static bool? Bool(RuleTruth truth) => truth switch { Oui => true, Non => false, _ => null };
}
