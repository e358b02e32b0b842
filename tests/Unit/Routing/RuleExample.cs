using System.Globalization;
using System.Text.RegularExpressions;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Consent;

namespace ExchangeGateway.Unit.Routing;

/// <summary>One line of <c>exemples/*.md</c>, which a social worker can read and write: étant donné, quand, alors.</summary>
/// <param name="Heading">Title of its section: <c>D2-4 : …</c>.</param>
internal sealed partial record RuleExample(string Territory, string Heading, string Given, string When, string Then)
{
    private static readonly Dictionary<string, (string Type, string Stage)> Messages = new(StringComparer.Ordinal)
    {
        ["un commandement de payer"] = ("commissaires-de-justice/commandements-de-payer", "cdp"),
        ["une assignation"] = ("commissaires-de-justice/assignations", "assignation"),
        ["un commandement de quitter les lieux"] = ("commissaires-de-justice/commandements-de-quitter-les-lieux", "cql"),
        ["une réquisition de la force publique"] = ("commissaires-de-justice/requisitions-force-publique", "rfp"),
        ["un procès-verbal d'expulsion"] = ("commissaires-de-justice/proces-verbaux-expulsion", "expulsion"),
        ["un impayé signalé par la CAF"] = ("caf/impayes", "impaye"),
        ["une saisine de la CAF"] = ("caf/saisines-ccapex", "impaye"),
        ["un impayé signalé par un bailleur"] = ("bailleurs/impayes", "impaye"),
        ["une saisine d'un bailleur"] = ("bailleurs/saisines-ccapex", "impaye"),
        ["une orientation de la Banque de France"] = ("banque-de-france/orientations", "surendettement"),
        ["une saisine d'un service"] = ("instances/saisines-ccapex", "impaye"),
        ["un diagnostic social et financier"] = ("instances/dsf", "assignation"),
        ["une décision de justice"] = ("instances/decisions-justice", "decision"),
        ["une décision sur le concours"] = ("instances/decisions-cfp", "cfp"),
        ["un suivi de l'équipe mobile"] = ("instances/suivis", "impaye"),
        ["une réponse d'un service"] = ("instances/reponses", "impaye"),
        ["une orientation de la ligne d'écoute"] = ("allo-prevention-expulsion/orientations", "impaye"),
    };

    /// <summary>Every example of every territory.</summary>
    public static IReadOnlyList<RuleExample> All { get; } =
        [.. Directory.EnumerateFiles(DataFolder.Shipped("tests/Unit/Routing/exemples"), "*.md").Order(StringComparer.Ordinal).SelectMany(f => Read(Path.GetFileNameWithoutExtension(f), File.ReadAllLines(f)))];

    public RoutingOutcome Play()
    {
        var territory = Distribution.Catalogue.TryGet(Territory, out var t) ? t : throw new InvalidDataException($"No territory {Territory}.");
        var received = Distribution.Lundi;
        var at = When switch
        {
            "il est reçu" => received,
            "cinq jours ont passé" => received.AddDays(5),
            _ => throw new InvalidDataException($"« Quand » inconnu : {When}"),
        };
        return RuleEngine.Evaluate(territory, Facts(territory), received, at);
    }

    /// <summary>What happened, in the words of the last column; in alphabetical order.</summary>
    public static IReadOnlyList<string> Said(RoutingOutcome outcome, Territory territory, IReadOnlyList<string> expected)
    {
        var said = outcome.Targets.Select(t => $"{territory.Designation(t.Destinataire)} ({t.Finalite}{(t.FellBack ? ", repli" : "")})").ToList();
        var asks = outcome.Holds.Where(h => h.Asks && RuleFact.All[h.MissingFact].Askable).SelectMany(h => h.AskedOf, (h, code) => (code, h.MissingFact)).GroupBy(q => q.code, StringComparer.Ordinal);
        said.AddRange(asks.Select(q => $"question à {territory.Designation(q.Key)} : {string.Join(" et ", q.Select(f => f.MissingFact).Distinct(StringComparer.Ordinal))}"));
        said.AddRange(outcome.Holds.Where(h => !h.Asks).Select(h => $"attente : {h.MissingFact}").Distinct(StringComparer.Ordinal));
        // What became of a rule, and warnings, are compared when the example speaks of them.
        said.AddRange(expected.Where(e => e.StartsWith("règle ", StringComparison.Ordinal)).Select(e => e.Split(' ')[1])
            .Select(id => $"règle {id} : {outcome.Explanation.Regles.FirstOrDefault(r => r.Regle == id)?.Issue ?? "absente"}"));
        if (expected.Any(e => e.StartsWith("alerte", StringComparison.Ordinal) || e == "aucune alerte"))
            said.AddRange(outcome.Explanation.Alertes?.Select(a => "alerte : " + a.Split(" : ")[0]) ?? ["aucune alerte"]);
        return [.. said.Order(StringComparer.Ordinal)];
    }

    /// <summary>The last column, item by item; a comma inside brackets separates nothing.</summary>
    public IReadOnlyList<string> Expected => [.. Comma().Split(Then).Select(e => e.Trim()).Order(StringComparer.Ordinal)];

    private RuleFacts Facts(Territory territory)
    {
        var (head, rest) = Given.Split(" : ") is [var h, .. var more] ? (h, more.Length == 0 ? [] : more[0].Split(", ")) : throw new InvalidDataException(Given);
        var place = head.Split(" à ");
        var (type, stage) = Messages[place[0]];
        var commune = place.Length > 1 ? territory.Communes.Single(c => c.Name == place[1]).Insee : territory.Communes[^1].Insee;
        RuleFacts facts = new Faits { Stade = stage, Motif = "impayes", TypeMessage = type, Commune = commune };
        facts = facts with { History = DossierHistory.New };
        return rest.Aggregate(facts, Add);
    }

    private static RuleFacts Add(RuleFacts facts, string phrase)
    {
        if (phrase.StartsWith("déjà ouvert auprès de ", StringComparison.Ordinal))
            return facts with { History = facts.History! with { Accompanied = true, Orientations = [phrase.Split(' ')[^1]] } };
        foreach (var fact in RuleFact.All.Values)
        {
            object? value = fact switch
            {
                RuleFact.Choice choice => choice.Values.FirstOrDefault(v => choice.Phrase(v) == phrase),
                RuleFact.YesNo yesNo => yesNo.Yes == phrase ? true : yesNo.No == phrase ? false : null,
                RuleFact.Number number when phrase.EndsWith(" " + number.Unit, StringComparison.Ordinal) => int.Parse(phrase.Split(' ')[0], CultureInfo.InvariantCulture),
                _ => null,
            };
            if (value is not null)
                return facts with { Message = With(facts.Message, fact.Name, value) };
        }

        throw new InvalidDataException($"« {phrase} » n'est pas dans le dictionnaire des faits.");
    }

    private static Faits With(Faits faits, string fact, object value)
    {
        var copy = faits with { };
        typeof(Faits).GetProperty(char.ToUpperInvariant(fact[0]) + fact[1..])!.SetValue(copy, value);
        return copy;
    }

    private static IEnumerable<RuleExample> Read(string territory, string[] lines)
    {
        var heading = "";
        foreach (var line in lines)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                heading = line[3..];
            else if (line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| Étant donné", StringComparison.Ordinal) && line.Trim('|').Split(" | ") is [var given, var when, var then])
                yield return new(territory, heading, given.Trim(), when.Trim(), then.Trim());
        }
    }

    [GeneratedRegex(@",(?![^(]*\))", RegexOptions.None, 1000)]
    private static partial Regex Comma();
}
