using System.Text.Json;
using System.Text.RegularExpressions;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>Reads <c>repartition.json</c> and notes every error: a rule that cannot be honoured whole is refused, never half applied.</summary>
internal sealed partial class RuleFile(string territory, IReadOnlyList<Commune> communes, IReadOnlyDictionary<string, Partner> partners)
{
    public List<RuleTable> Read(DataNode root)
    {
        var tables = new List<RuleTable>();
        var ids = new Dictionary<string, List<(Rule Rule, string Table)>>(StringComparer.Ordinal);
        if (root.Text("territoire") is { Length: > 0 } written && written != territory)
            root.Refuse("territoire", "ce n'est pas le code du dossier", $"Écrivez « {territory} ».");
        foreach (var node in root.Items("tables"))
        {
            var id = node.Text("id", IdForm(), IdFix);
            if (tables.Exists(t => t.Id == id))
                node.Refuse("id", "cette table figure déjà", "Donnez un identifiant par table.");
            var title = node.Text("titre");
            var first = node.OneOf("hitPolicy", "COLLECT", "FIRST") is "FIRST";
            var rules = new List<Rule>();
            foreach (var item in node.Items("regles"))
            {
                var rule = ReadRule(item);
                CheckId(item, rule, id, ids);
                rules.Add(rule);
            }
            node.Close();
            tables.Add(new(id, title, first ? RuleHitPolicy.First : RuleHitPolicy.Collect, rules));
        }
        root.Close();
        return tables;
    }

    private const string IdFix = "Écrivez des lettres sans accent, chiffres et tirets.";

    private Rule ReadRule(DataNode node)
    {
        var (from, to) = node.Validity();
        var inactive = node.OptionalText("motifInactive");
        var active = !node.Has("active") || node.Bool("active");
        _ = node.Optional("active");
        if (active != (inactive is null))
            node.Refuse("active", "une règle inactive dit pourquoi, une règle active n'a pas de motif d'inactivité", "Écrivez \"active\": false et « motifInactive », ou retirez les deux.");
        var effect = node.Object("alors") is { } then ? Effect(then) : new RuleEffect.Inform("");
        var rule = new Rule
        {
            Id = node.Text("id", IdForm(), IdFix),
            Label = node.Text("libelle"),
            Source = node.Text("source"),
            From = from,
            To = to,
            Active = active,
            InactiveReason = inactive,
            When = node.Object("quand") is { } when ? Condition(when) : new RuleCondition.All([]),
            Then = effect,
            Quota = QuotaFile.Read(node, effect, Condition, Effect),
            IfUnknown = node.Object("siInconnu") is { } unknown ? Unknown(unknown) : new RuleUnknown.Ignore(),
            Pointer = node.Pointer,
        };
        _ = node.OptionalText("remarque");
        node.Close();
        return rule;
    }

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
        RuleFact.Code code => new RuleCondition.Coded(code, Values(test, v => code.Name is "commune" ? CommuneCode(v) : TypeCode(v))),
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

    private string CommuneCode(DataNode value)
    {
        var insee = value.AsText();
        if (insee.Length > 0 && !communes.Any(c => c.Insee == insee))
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

    private RuleEffect Effect(DataNode node)
    {
        if (node.OptionalText("information") is { } information)
        {
            node.Close();
            return new RuleEffect.Inform(information);
        }
        var deliver = new RuleEffect.Deliver(
            PartnerCode(node.Required("destinataire"), mustReceive: true),
            node.Text("finalite", PurposeForm(), "Écrivez P suivi d'un numéro : P2."),
            node.Optional("auTitreDe") is { } onBehalfOf ? PartnerCode(onBehalfOf, mustReceive: false) : null,
            node.Int("priorite", 1, 9),
            node.Int("delaiJours", 0, 365));
        node.Close();
        return deliver;
    }

    private RuleUnknown Unknown(DataNode node)
    {
        var action = node.OneOf("action", "retenir", "ignorer", "appliquer");
        RuleUnknown unknown = action switch
        {
            "retenir" => new RuleUnknown.Hold(
                node.Int("jours", 1, 90),
                [.. node.Items("demanderA", objects: false).Select(a => PartnerCode(a, mustReceive: false))],
                node.Object("puis") is { } then ? Fallback(then) : new RuleFallback.Ignore()),
            "appliquer" => new RuleUnknown.Apply(),
            _ => new RuleUnknown.Ignore(),
        };
        if (action.Length > 0)
            node.Close();
        return unknown;
    }

    private RuleFallback Fallback(DataNode node)
    {
        var action = node.OneOf("action", "ignorer", "appliquer", "remplacer");
        RuleFallback fallback = action switch
        {
            "remplacer" => new RuleFallback.Replace(node.Object("alors") is { } then ? Effect(then) : new RuleEffect.Inform("")),
            "appliquer" => new RuleFallback.Apply(),
            _ => new RuleFallback.Ignore(),
        };
        if (action.Length > 0)
            node.Close();
        return fallback;
    }

    private string PartnerCode(DataNode? node, bool mustReceive)
    {
        var code = node?.AsText() ?? "";
        if (code.Length == 0)
            return code;
        if (!partners.TryGetValue(code, out var partner))
            node!.Refuse("organisation inconnue dans ce territoire", $"Choisissez dans partenaires.json : {string.Join(", ", partners.Keys)}.");
        else if (mustReceive && !partner.Receives)
            node!.Refuse("cette organisation ne reçoit rien : elle n'a que le rôle depositaire", "Choisissez un autre destinataire, ou donnez-lui un rôle de réception dans partenaires.json.");
        return code;
    }

    private static void CheckId(DataNode node, Rule rule, string table, Dictionary<string, List<(Rule Rule, string Table)>> ids)
    {
        if (rule.Id.Length == 0)
            return;
        if (!ids.TryGetValue(rule.Id, out var known))
            ids.Add(rule.Id, known = []);
        foreach (var (other, place) in known)
        {
            if (place != table)
                node.Refuse("id", $"la règle {rule.Id} figure déjà dans la table {place}", "Donnez un identifiant par règle.");
            else if (rule.From <= (other.To ?? DateOnly.MaxValue) && other.From <= (rule.To ?? DateOnly.MaxValue))
                node.Refuse("id", $"deux règles {rule.Id} sont en vigueur en même temps", "Donnez à l'ancienne une date « valideAu » antérieure, ou changez l'identifiant.");
        }
        known.Add((rule, table));
    }

    [GeneratedRegex("^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex IdForm();

    [GeneratedRegex("^P[1-9][0-9]{0,2}$", RegexOptions.None, 100)]
    private static partial Regex PurposeForm();
}
