using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Coverage;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;
using FsCheck;
using FsCheck.Fluent;
using static ExchangeGateway.Gateway.Routing.Coverage.CaseSpace;

namespace ExchangeGateway.Unit.Routing.Coverage;

/// <summary>The checker's algebra says what trying every deposit says: random small tables, every combination of their facts evaluated by the engine's own conditions.</summary>
public sealed class CaseSpaceTests
{
    private static readonly int Tables = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") == "1" ? 5_000 : 300;

    /// <summary>Every deposit that five facts can make: 3 × 3 × 4 × 3 × 14 = 1 512.</summary>
    private static readonly List<RuleFacts> Deposits =
    [
        .. from parc in new[] { null, "prive", "public" }
           from aid in new bool?[] { null, true, false }
           from household in new[] { null, "familleAvecEnfants", "coupleSansEnfant", "personneSeule" }
           from known in new bool?[] { null, true, false }
           from months in new int?[] { null, 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 24, 36 }
           select (RuleFacts)new Faits { Stade = "cdp", Motif = "impayes", TypeMessage = "caf/impayes", Commune = "00001", Parc = parc, AideAuLogement = aid, Composition = household, ConnuDesServices = known, MoisImpayes = months },
    ];

    [Fact]
    public void A_combination_is_found_exactly_when_some_deposit_meets_the_demands() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Tables).WithReplay(20261121, 7), Prop.ForAll(Demands().ToArbitrary(), demands =>
        {
            var space = new CaseSpace(demands.Select(d => d.Condition), Distribution.Modele);
            var met = Deposits.Exists(f => demands.All(d => (Bit(d.Condition.Of(f)) & d.Allowed) != 0));
            return space.Where([.. demands]).Any() == met;
        }));

    /// <summary>The products that the search gives have nothing in common, and together hold every deposit that meets the demands: counted.</summary>
    [Fact]
    public void The_combinations_found_are_all_of_them_each_once() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Tables).WithReplay(20261122, 9), Prop.ForAll(Demands().ToArbitrary(), demands =>
        {
            var space = new CaseSpace(demands.Select(d => d.Condition), Distribution.Modele);
            var boxes = space.Where([.. demands]).ToList();
            var total = boxes.Sum(b => b.Aggregate(1L, (size, axis) => size * System.Numerics.BitOperations.PopCount(axis)));
            var expected = Deposits.Select(f => (Answers: string.Concat(Leaves(demands).Select(t => (int)t.Of(f))), Met: demands.All(d => (Bit(d.Condition.Of(f)) & d.Allowed) != 0)))
                .Where(d => d.Met).Select(d => d.Answers).Distinct(StringComparer.Ordinal).Count();
            return total == expected && boxes.TrueForAll(b => boxes.TrueForAll(o => ReferenceEquals(o, b) || Enumerable.Range(0, b.Length).Any(i => (b[i] & o[i]) == 0)));
        }));

    [Fact]
    public void A_sector_follows_from_the_commune_and_is_no_fact_of_its_own()
    {
        Distribution.Catalogue.TryGet("38", out var isere).ShouldBeTrue();
        var nord = new RuleCondition.Coded((RuleFact.Code)RuleFact.All["secteur"], ["nord"]);
        var voiron = new RuleCondition.Coded((RuleFact.Code)RuleFact.All["commune"], ["38563"]);
        var vienne = new RuleCondition.Coded((RuleFact.Code)RuleFact.All["commune"], ["38544"]);
        var space = new CaseSpace([nord, voiron, vienne], isere!);

        space.Where(new Demand(nord, Bit(RuleTruth.Oui)), new Demand(voiron, Bit(RuleTruth.Oui))).ShouldBeEmpty();
        space.Where(new Demand(nord, Bit(RuleTruth.Oui)), new Demand(vienne, Bit(RuleTruth.Oui))).ShouldNotBeEmpty();
    }

    private static IEnumerable<RuleCondition> Leaves(IEnumerable<Demand> demands) => demands.SelectMany(d => Leaves(d.Condition));

    private static IEnumerable<RuleCondition> Leaves(RuleCondition condition) => condition switch
    {
        RuleCondition.All all => all.Parts.SelectMany(Leaves),
        RuleCondition.Any any => any.Parts.SelectMany(Leaves),
        RuleCondition.Not not => Leaves(not.Part),
        _ => [condition],
    };

    private static Gen<List<Demand>> Demands() =>
        from count in Gen.Choose(1, 5)
        from demands in (from condition in Conditions(2) from allowed in Gen.Choose(1, 6) select new Demand(condition, allowed)).ListOf(count)
        select demands.ToList();

    private static Gen<RuleCondition> Conditions(int depth)
    {
        var leaf = Gen.OneOf(
            from value in Gen.Elements(true, false) from fact in Gen.Elements("aideAuLogement", "connuDesServices") select (RuleCondition)new RuleCondition.Is((RuleFact.YesNo)RuleFact.All[fact], value),
            from value in Gen.Elements("prive", "public") select (RuleCondition)new RuleCondition.Among((RuleFact.Choice)RuleFact.All["parc"], [value]),
            from values in Gen.Elements<string[]>(["familleAvecEnfants"], ["coupleSansEnfant", "personneSeule"], ["personneSeule"]) select (RuleCondition)new RuleCondition.Among((RuleFact.Choice)RuleFact.All["composition"], values),
            from bounds in Gen.Elements((0, 2), (3, 12), (3, 36), (7, 24)) select (RuleCondition)new RuleCondition.Between((RuleFact.Number)RuleFact.All["moisImpayes"], bounds.Item1, bounds.Item2));
        if (depth == 0)
            return leaf;
        var inner = Conditions(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.Two().Select(RuleCondition (p) => new RuleCondition.All([p.Item1, p.Item2])),
            inner.Two().Select(RuleCondition (p) => new RuleCondition.Any([p.Item1, p.Item2])),
            inner.Select(RuleCondition (p) => new RuleCondition.Not(p)));
    }
}
