using System.Text.Json;
using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>Reads the conditions of a territory's rules (<c>quand</c>, <c>portee</c>) and notes every error.</summary>
internal sealed class RuleConditionFile(TerritoryPlaces places, IReadOnlyDictionary<string, Partner> partners)
{
    /// <summary>Reads a condition, whole.</summary>
    public RuleCondition Read(DataNode node) => Condition(node);

    private RuleCondition.All Condition(DataNode node)
    {
        var parts = new List<RuleCondition>();
        foreach (var (name, test) in node.Members())
        {
            switch (name)
            {
                case "tous":
                    parts.Add(new RuleCondition.All([.. test.Items(1, objects: true).Select(Condition)]));
                    break;
                case "auMoinsUn":
                    parts.Add(new RuleCondition.Any([.. test.Items(1, objects: true).Select(Condition)]));
                    break;
                case "sauf":
                    parts.Add(new RuleCondition.Not(Condition(test)));
                    break;
                default:
                    if (RuleFact.All.TryGetValue(name, out var fact))
                        parts.Add(Test(fact, test));
                    else
                        test.Refuse("fait inconnu", $"Choisissez : {string.Join(", ", RuleFact.All.Keys)} ; ou tous, auMoinsUn, sauf.");
                    break;
            }
        }
        return new(parts);
    }

    private RuleCondition Test(RuleFact fact, DataNode test) => fact switch
    {
        RuleFact.Choice choice => new RuleCondition.Among(choice, Values(test, v => v.AsOneOf([.. choice.Values]))),
        RuleFact.Code code => new RuleCondition.Coded(code, Values(test, v => CodeOf(code, v))),
        RuleFact.Marks marks => new RuleCondition.Any([.. Values(test, v => v.AsOneOf([.. marks.Values.Keys])).Select(v => new RuleCondition.Carries(marks, v))]),
        RuleFact.Day day => Period(day, test),
        RuleFact.YesNo yesNo => new RuleCondition.Is(yesNo, YesOrNo(test)),
        RuleFact.Number number => Bounds(number, test),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static List<string> Values(DataNode test, Func<DataNode, string> read) =>
        test.Element.ValueKind == JsonValueKind.Array ? [.. test.Items(1, objects: false).Select(read)] : [read(test)];

    private static bool YesOrNo(DataNode test)
    {
        if (test.Element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            test.Refuse("ce fait se lit par oui ou non", "Écrivez true ou false, sans guillemets.");
        return test.Element.ValueKind == JsonValueKind.True;
    }

    private static RuleCondition.Between Bounds(RuleFact.Number fact, DataNode test)
    {
        if (test.Element.ValueKind == JsonValueKind.Number)
            return new(fact, test.AsInt(fact.Min, fact.Max), test.AsInt(fact.Min, fact.Max));
        if (test.Element.ValueKind != JsonValueKind.Object || (!test.Has("auMoins") && !test.Has("auPlus")))
        {
            test.Refuse("ce fait est un nombre", "Écrivez un nombre, ou { \"auMoins\": 2 }, ou { \"auMoins\": 2, \"auPlus\": 6 }.");
            return new(fact, fact.Min, fact.Max);
        }
        var bounds = new RuleCondition.Between(fact, test.Optional("auMoins")?.AsInt(fact.Min, fact.Max) ?? fact.Min, test.Optional("auPlus")?.AsInt(fact.Min, fact.Max) ?? fact.Max);
        if (bounds.Min > bounds.Max)
            test.Refuse("« auMoins » dépasse « auPlus »", "Échangez les deux nombres.");
        test.Close();
        return bounds;
    }

    private static RuleCondition.During Period(RuleFact.Day fact, DataNode test)
    {
        if (test.Element.ValueKind != JsonValueKind.Object || (!test.Has("du") && !test.Has("au")))
        {
            test.Refuse("ce fait est une date", "Écrivez { \"du\": \"2026-11-01\", \"au\": \"2027-03-31\" }, ou l'une des deux.");
            return new(fact, DateOnly.MinValue, DateOnly.MaxValue);
        }
        var period = new RuleCondition.During(fact, test.OptionalDate("du") ?? DateOnly.MinValue, test.OptionalDate("au") ?? DateOnly.MaxValue);
        if (period.From > period.To)
            test.Refuse("« du » dépasse « au »", "Échangez les deux dates.");
        test.Close();
        return period;
    }

    private string CodeOf(RuleFact.Code fact, DataNode value) => fact.Name switch
    {
        "commune" => CommuneCode(value),
        "secteur" => places.Sectors.Count == 0
            ? Unlisted(value, "ce territoire n'a pas de secteurs", "Décrivez-les dans territoire.json (secteurs).")
            : value.AsOneOf([.. places.Sectors.Select(s => s.Id)]),
        "typeMessage" => TypeCode(value),
        _ => value.AsText(),
    };

    private static string Unlisted(DataNode value, string problem, string fix)
    {
        value.Refuse(problem, fix);
        return "";
    }

    private string CommuneCode(DataNode value)
    {
        var insee = value.AsText();
        if (insee.Length > 0 && !places.Communes.Any(c => c.Insee == insee))
            value.Refuse("commune étrangère au territoire", "Écrivez un code INSEE de territoire.json.");
        return insee;
    }

    private string TypeCode(DataNode value)
    {
        var text = value.AsText();
        if (text.Length > 0 && !(MessageType.TryParse(text, out var type) && partners.Values.Any(p => p.Sends.Contains(type))))
            value.Refuse("aucun partenaire du territoire n'envoie ce type de message", "Corrigez le type (caf/impayes), ou ajoutez-le à « envoie » dans partenaires.json.");
        return text;
    }
}
