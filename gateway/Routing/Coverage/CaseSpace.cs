using System.Globalization;
using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Gateway.Routing.Coverage;

/// <summary>
/// Every combination of facts that some conditions can tell apart, as a product of finite sets: each fact's values, its
/// numbers and its absence are gathered into the cases that no condition distinguishes. Exact: two deposits of one
/// combination get the same answer from every condition, and no combination is left out.
/// </summary>
internal sealed class CaseSpace
{
    /// <summary>Cases of one fact: one bit each.</summary>
    private const int MaxCases = 64;

    private readonly List<Axis> _axes = [];
    private readonly Dictionary<RuleCondition, Leaf> _leaves = new(ReferenceEqualityComparer.Instance);

    /// <param name="conditions">All that will be asked about.</param>
    /// <param name="territory">Says which message types and communes exist.</param>
    /// <exception cref="InvalidDataException">A fact has more cases than can be told apart here.</exception>
    public CaseSpace(IEnumerable<RuleCondition> conditions, Territory territory)
    {
        foreach (var tests in conditions.SelectMany(Tests).GroupBy(AxisName, StringComparer.Ordinal))
        {
            var axis = new Axis(_axes.Count, tests.Key, [.. tests.Distinct<RuleCondition>(ReferenceEqualityComparer.Instance)], territory);
            _axes.Add(axis);
            foreach (var (test, leaf) in axis.Leaves)
                _leaves[test] = leaf;
        }
    }

    /// <summary>Combinations that the conditions tell apart.</summary>
    public long Size => _axes.Aggregate(1L, (size, a) => size * a.Cases.Count);

    private ulong[] Whole() => [.. _axes.Select(a => a.All)];

    /// <summary>A condition whose answer must be one of some, everywhere.</summary>
    /// <param name="Allowed">Bits of <see cref="Bit"/>.</param>
    internal sealed record Demand(RuleCondition Condition, int Allowed);

    internal static int Bit(RuleTruth truth) => 1 << (int)truth;

    /// <summary>The combinations in which every demand is met, as products that have nothing in common.</summary>
    public IEnumerable<ulong[]> Where(params IReadOnlyList<Demand> demands) => Within(Whole(), demands);

    private IEnumerable<ulong[]> Within(ulong[] box, IReadOnlyList<Demand> demands)
    {
        var open = new List<Demand>();
        foreach (var demand in demands)
        {
            var possible = Possible(demand.Condition, box);
            if ((possible & demand.Allowed) == 0)
                yield break;
            if ((possible & ~demand.Allowed) != 0)
                open.Add(demand);
        }

        if (open.Count == 0)
        {
            yield return box;
            yield break;
        }

        var (axis, part) = Split(open[0].Condition, box);
        foreach (var piece in (ulong[])[box[axis] & part, box[axis] & ~part])
        {
            var half = (ulong[])box.Clone();
            half[axis] = piece;
            foreach (var found in Within(half, open))
                yield return found;
        }
    }

    /// <summary>Answers that a condition may give inside a product: all of them, and perhaps more where a fact stands twice; exact once no test is left open.</summary>
    private int Possible(RuleCondition condition, ulong[] box) => condition switch
    {
        RuleCondition.All all => all.Parts.Aggregate(Bit(RuleTruth.Oui), (sum, p) => Combine(sum, Possible(p, box), RuleTruths.And)),
        RuleCondition.Any any => any.Parts.Aggregate(Bit(RuleTruth.Non), (sum, p) => Combine(sum, Possible(p, box), RuleTruths.Or)),
        RuleCondition.Not not => Combine(Possible(not.Part, box), Bit(RuleTruth.Non), (a, _) => RuleTruths.Not(a)),
        _ => _leaves[condition].Possible(box),
    };

    private static int Combine(int left, int right, Func<RuleTruth, RuleTruth, RuleTruth> how)
    {
        var result = 0;
        for (var a = RuleTruth.Non; a <= RuleTruth.Oui; a++)
        {
            for (var b = RuleTruth.Non; b <= RuleTruth.Oui; b++)
            {
                if ((left & Bit(a)) != 0 && (right & Bit(b)) != 0)
                    result |= Bit(how(a, b));
            }
        }

        return result;
    }

    /// <summary>A fact, and those of its cases that a test which is still open tells from the others.</summary>
    private (int Axis, ulong Part) Split(RuleCondition condition, ulong[] box)
    {
        foreach (var test in Tests(condition))
        {
            var leaf = _leaves[test];
            foreach (var part in (ulong[])[leaf.Yes, leaf.No])
            {
                if ((box[leaf.Axis] & part) != 0 && (box[leaf.Axis] & ~part) != 0)
                    return (leaf.Axis, part);
            }
        }

        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>A combination in French, the facts that matter only: "parc privé ; aide au logement inconnue".</summary>
    public string Say(ulong[] box)
    {
        var said = _axes.Where(a => box[a.Index] != a.All).Select(a => a.Say(box[a.Index])).ToList();
        return said.Count == 0 ? "toutes les combinaisons" : string.Join(" ; ", said);
    }

    private static IEnumerable<RuleCondition> Tests(RuleCondition condition) => condition switch
    {
        RuleCondition.All all => all.Parts.SelectMany(Tests),
        RuleCondition.Any any => any.Parts.SelectMany(Tests),
        RuleCondition.Not not => Tests(not.Part),
        _ => [condition],
    };

    /// <summary>What varies by itself: a mark is there or not, the sector follows from the commune, every other fact is one axis.</summary>
    private static string AxisName(RuleCondition test) => test switch
    {
        RuleCondition.Carries carries => $"{carries.Fact.Name}:{carries.Value}",
        _ when FactCases.IsPlace(test) => "commune",
        _ => test.Facts.First().Name,
    };

    private sealed record Leaf(int Axis, ulong Yes, ulong No, ulong Unknown)
    {
        public int Possible(ulong[] box) =>
            ((box[Axis] & Yes) != 0 ? Bit(RuleTruth.Oui) : 0) | ((box[Axis] & No) != 0 ? Bit(RuleTruth.Non) : 0) | ((box[Axis] & Unknown) != 0 ? Bit(RuleTruth.Inconnu) : 0);
    }

    /// <summary>One fact and its cases: values that no test tells apart are one.</summary>
    private sealed class Axis
    {
        public Axis(int index, string name, IReadOnlyList<RuleCondition> tests, Territory territory)
        {
            Index = index;
            Cases = [.. FactCases.Of(tests, territory).GroupBy(c => string.Concat(tests.Select(t => (int)c.Answer(t))), StringComparer.Ordinal).Select(g => g.ToList())];
            if (Cases.Count > MaxCases)
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"le fait {name} a {Cases.Count} cas distincts ; la vérification en admet {MaxCases}"));
            All = Cases.Count == MaxCases ? ulong.MaxValue : (1UL << Cases.Count) - 1;
            foreach (var test in tests)
                Leaves.Add((test, new Leaf(index, Those(test, RuleTruth.Oui), Those(test, RuleTruth.Non), Those(test, RuleTruth.Inconnu))));
        }

        public int Index { get; }
        public List<List<FactCase>> Cases { get; }
        public ulong All { get; }
        public List<(RuleCondition Test, Leaf Leaf)> Leaves { get; } = [];

        public string Say(ulong part)
        {
            const int shown = 5;
            var said = Enumerable.Range(0, Cases.Count).Where(i => (part & (1UL << i)) != 0).SelectMany(i => Cases[i]).Select(c => c.Said).Distinct(StringComparer.Ordinal).ToList();
            return string.Join(" ou ", said.Take(shown)) + (said.Count > shown ? string.Create(CultureInfo.InvariantCulture, $" ou {said.Count - shown} autres") : "");
        }

        private ulong Those(RuleCondition test, RuleTruth answer) =>
            Enumerable.Range(0, Cases.Count).Where(i => Cases[i][0].Answer(test) == answer).Aggregate(0UL, (sum, i) => sum | (1UL << i));
    }
}
