using System.Globalization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing.Rules;
using static ExchangeGateway.Gateway.Routing.Coverage.CaseSpace;

namespace ExchangeGateway.Gateway.Routing.Coverage;

/// <summary>
/// What is doubtful in a territory's tables, found over every combination of facts: rules that never apply, that others
/// hide, that contradict each other, and combinations that no rule covers. On each day from which other rules are in force.
/// </summary>
internal sealed class TableCheck(Territory territory)
{
    private const int Shown = 10;
    private static readonly int Yes = Bit(RuleTruth.Oui);
    private static readonly int Not = Bit(RuleTruth.Non) | Bit(RuleTruth.Inconnu);

    private readonly string _file = territory.Code + "/repartition.json";
    private readonly List<FileError> _warnings = [];
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Combinations examined: what the tables of the last day checked tell apart.</summary>
    public long Combinations { get; private set; }

    public static IReadOnlyList<FileError> Warnings(Territory territory, DateOnly today) => new TableCheck(territory).Run(today);

    public IReadOnlyList<FileError> Run(DateOnly today)
    {
        foreach (var day in Days(today))
        {
            Combinations = 0;
            foreach (var table in territory.Tables)
                Guarded(table.Pointer, () => Check(table, day));
            Guarded("", () => CheckDestinations(day));
        }

        return _warnings;
    }

    /// <summary>Today, and each later day on which a rule begins or has just ended.</summary>
    private IEnumerable<DateOnly> Days(DateOnly today) => territory.Tables.SelectMany(t => t.Rules)
        .SelectMany(r => r.To is { } to && to < DateOnly.MaxValue ? (DateOnly[])[r.From, to.AddDays(1)] : [r.From])
        .Where(d => d > today).Append(today).Distinct().Order();

    private void Guarded(string pointer, Action check)
    {
        try
        {
            check();
        }
        catch (InvalidDataException tooMany)
        {
            Warn(pointer, $"vérification impossible : {tooMany.Message}", "Regroupez des valeurs, ou divisez la table.", null);
        }
    }

    private void Check(RuleTable table, DateOnly day)
    {
        var rules = InForce(table, day);
        var space = Space([table.Scope, .. rules.Select(r => r.When)]);
        Combinations += space.Size;
        foreach (var (rule, index) in rules.Select((r, i) => (r, i)))
        {
            if (!space.Where(new Demand(rule.When, MayAct(rule))).Any())
                Warn(rule.Pointer, $"règle {rule.Id} : inatteignable, aucune combinaison de faits ne la rend vraie", "Corrigez « quand » (ou « portee »), ou retirez la règle.", day);
            else if (table.HitPolicy == RuleHitPolicy.First && index > 0
                && !space.Where([new Demand(rule.When, MayAct(rule)), .. rules.Take(index).Select(r => new Demand(r.When, ~Acts(r) & 7))]).Any())
            {
                Warn(rule.Pointer, $"règle {rule.Id} : masquée, les règles précédentes décident toujours avant elle", "Placez-la plus haut, ou retirez-la.", day);
            }
        }

        CheckOverlaps(table, rules, space, day);
        if (table.PartialReason is not null || table.Otherwise is not null)
            return;
        Tell(table.Pointer, $"table {table.Id} : aucune règle ne couvre", space,
            space.Where([new Demand(table.Scope, Yes), .. rules.Select(r => new Demand(r.When, ~Acts(r) & 7))]),
            "Ajoutez une règle ou « sinon » ; ou dites par « partielle » pourquoi la table laisse ces cas aux autres.", day);
    }

    private void CheckOverlaps(RuleTable table, List<Rule> rules, CaseSpace space, DateOnly day)
    {
        if (table.HitPolicy is RuleHitPolicy.Collect or RuleHitPolicy.First)
            return;
        for (var i = 0; i < rules.Count; i++)
        {
            for (var j = i + 1; j < rules.Count; j++)
            {
                var (a, b) = (rules[i], rules[j]);
                var same = a.Then.Equals(b.Then);
                // PRIORITY decides between two effects unless they are of the same rank.
                if ((same && table.HitPolicy != RuleHitPolicy.Unique)
                    || (table.HitPolicy == RuleHitPolicy.Priority && RuleHits.Priority(a.Then) != RuleHits.Priority(b.Then)))
                {
                    continue;
                }

                var both = space.Where(new Demand(a.When, Fires(a)), new Demand(b.When, Fires(b))).FirstOrDefault();
                if (both is null)
                    continue;
                var problem = same ? "se recouvrent" : table.HitPolicy == RuleHitPolicy.Priority ? "ont la même priorité et des effets différents" : "se contredisent";
                Warn(b.Pointer, $"règles {a.Id} et {b.Id} : {problem} ({space.Say(both)})", $"Précisez l'une des deux, ou changez « hitPolicy » ({table.HitPolicy.ToString().ToUpperInvariant()}).", day);
            }
        }
    }

    /// <summary>Over all tables together: a deposit that nobody would receive, now or once the waits are over.</summary>
    private void CheckDestinations(DateOnly day)
    {
        var tables = territory.Tables.Select(t => (Table: t, Rules: InForce(t, day))).ToList();
        // A table whose default delivers leaves nobody out within its scope.
        var defaults = tables.Where(t => t.Table.Otherwise is RuleEffect.Deliver).Select(t => new Demand(t.Table.Scope, Not));
        var delivering = tables.SelectMany(t => t.Rules).Where(r => r.Then is RuleEffect.Deliver).ToList();
        var space = Space([.. tables.Select(t => t.Table.Scope), .. delivering.Select(r => r.When)]);
        Tell("", "aucun destinataire pour", space, space.Where([.. defaults, .. delivering.Select(r => new Demand(r.When, ~Delivers(r) & 7))]),
            "Ajoutez une règle d'enregistrement pour ces messages.", day);
    }

    private static List<Rule> InForce(RuleTable table, DateOnly day) => [.. table.Rules.Where(r => r.Active && r.From <= day && (r.To is null || r.To >= day))];

    /// <summary>Answers for which a rule ends up doing something, waits over.</summary>
    private static int Acts(Rule rule) => Yes | (rule.IfUnknown is RuleUnknown.Apply or RuleUnknown.Hold { Then: not RuleFallback.Ignore } ? Bit(RuleTruth.Inconnu) : 0);

    /// <summary>Answers for which a rule does something or waits.</summary>
    private static int MayAct(Rule rule) => Yes | (rule.IfUnknown is RuleUnknown.Ignore ? 0 : Bit(RuleTruth.Inconnu));

    /// <summary>Answers for which a rule matches at once.</summary>
    private static int Fires(Rule rule) => Yes | (rule.IfUnknown is RuleUnknown.Apply ? Bit(RuleTruth.Inconnu) : 0);

    private static int Delivers(Rule rule) => Yes | (rule.IfUnknown is RuleUnknown.Apply or RuleUnknown.Hold { Then: RuleFallback.Apply or RuleFallback.Replace { Effect: RuleEffect.Deliver } } ? Bit(RuleTruth.Inconnu) : 0);

    private CaseSpace Space(IEnumerable<RuleCondition> conditions) => new(conditions, territory);

    private void Tell(string pointer, string problem, CaseSpace space, IEnumerable<ulong[]> found, string fix, DateOnly day)
    {
        var boxes = found.Take(Shown + 1).ToList();
        foreach (var box in boxes.Take(Shown))
            Warn(pointer, $"{problem} : {space.Say(box)}", fix, day);
        if (boxes.Count > Shown)
            Warn(pointer, $"{problem} : d'autres combinaisons encore", fix, day);
    }

    /// <summary>Says a thing once, with the first day on which it is true.</summary>
    private void Warn(string pointer, string problem, string fix, DateOnly? day)
    {
        if (_said.Add(pointer + problem))
            _warnings.Add(new(_file, pointer, problem + (day is { } d ? string.Create(CultureInfo.InvariantCulture, $" (le {d:yyyy-MM-dd})") : ""), fix));
    }
}
