using System.Text.RegularExpressions;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>Reads <c>repartition.json</c> and notes every error: a rule that cannot be honoured whole is refused, never half applied.</summary>
internal sealed partial class RuleFile(string territory, TerritoryPlaces places, IReadOnlyDictionary<string, Partner> partners)
{
    private readonly RuleConditionFile _conditions = new(places, partners);
    private bool _asks;

    /// <summary>How partners are asked; <see langword="null"/> when no rule asks.</summary>
    public QuestionRules? Questions { get; private set; }

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
            var policy = Policies.GetValueOrDefault(node.OneOf("hitPolicy", [.. Policies.Keys]));
            var scope = node.Optional("portee") is { } about ? _conditions.Read(about) : new RuleCondition.All([]);
            var rules = new List<Rule>();
            foreach (var item in node.Items("regles"))
            {
                var rule = ReadRule(item, scope);
                CheckId(item, rule, id, ids);
                rules.Add(rule);
            }
            tables.Add(new(id, title, policy, rules)
            {
                Scope = scope,
                Otherwise = node.Optional("sinon") is { } otherwise ? Effect(otherwise) : null,
                PartialReason = node.OptionalText("partielle"),
                Pointer = node.Pointer,
            });
            node.Close();
        }
        Questions = root.Optional("questions") is { } questions ? ReadQuestions(questions) : null;
        if (_asks && Questions is null)
            root.Refuse("questions", "des règles interrogent des partenaires (« demander ») sans que le fichier dise à quel titre", "Ajoutez « questions » : finalite, auTitreDe, valablesJours, statut.");
        root.Close();
        return tables;
    }

    private static readonly Dictionary<string, RuleHitPolicy> Policies = new(StringComparer.Ordinal)
    {
        ["COLLECT"] = RuleHitPolicy.Collect,
        ["FIRST"] = RuleHitPolicy.First,
        ["UNIQUE"] = RuleHitPolicy.Unique,
        ["ANY"] = RuleHitPolicy.Any,
        ["PRIORITY"] = RuleHitPolicy.Priority,
    };

    private QuestionRules ReadQuestions(DataNode node)
    {
        var rules = new QuestionRules(
            node.Text("finalite", PurposeForm(), PurposeFix), PartnerCode(node.Required("auTitreDe"), mustReceive: false), node.Int("valablesJours", 1, 730));
        node.OneOf("statut", "etabli", "aVerifier");
        node.Close();
        return rules;
    }

    private const string PurposeFix = "Écrivez P suivi d'un numéro : P2.";
    private const string IdFix = "Écrivez des lettres sans accent, chiffres et tirets.";

    private Rule ReadRule(DataNode node, RuleCondition scope)
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
            When = Within(scope, node.Object("quand") is { } when ? _conditions.Read(when) : new RuleCondition.All([])),
            Then = effect,
            Quota = QuotaFile.Read(node, effect, _conditions.Read, Effect),
            IfUnknown = node.Object("siInconnu") is { } unknown ? Unknown(unknown) : new RuleUnknown.Ignore(),
            Pointer = node.Pointer,
        };
        _ = node.OptionalText("remarque");
        node.Close();
        return rule;
    }

    private static RuleCondition Within(RuleCondition scope, RuleCondition when) => scope is RuleCondition.All { Parts: [] } ? when : new RuleCondition.All([scope, when]);

    private RuleEffect Effect(DataNode node)
    {
        if (node.OptionalText("information") is { } information)
        {
            node.Close();
            return new RuleEffect.Inform(information);
        }
        var deliver = new RuleEffect.Deliver(
            PartnerCode(node.Required("destinataire"), mustReceive: true),
            node.Text("finalite", PurposeForm(), PurposeFix),
            node.Optional("auTitreDe") is { } onBehalfOf ? PartnerCode(onBehalfOf, mustReceive: false) : null,
            node.Int("priorite", 1, 9),
            node.Int("delaiJours", 0, 365));
        node.Close();
        return deliver;
    }

    private RuleUnknown Unknown(DataNode node)
    {
        var action = node.OneOf("action", "demander", "retenir", "ignorer", "appliquer");
        _asks |= action is "demander";
        RuleUnknown unknown = action switch
        {
            "demander" or "retenir" => new RuleUnknown.Hold(
                node.Int("jours", 1, 90),
                [.. node.Items("demanderA", objects: false).Select(a => PartnerCode(a, mustReceive: action is "demander"))],
                node.Object("puis") is { } then ? Fallback(then) : new RuleFallback.Ignore(),
                action is "demander"),
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
