using System.Text.RegularExpressions;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Consent;

/// <summary>Reads one file of <c>consent/finalites</c> (its form for editors: <c>finalite.schema.json</c>) and notes every error.</summary>
internal static partial class PurposeFile
{
    private const string Unfixed = Retention.ToBeFixed.Code;

    public static Purpose Read(string file, DataNode root)
    {
        var (from, to) = root.Validity();
        var id = root.Text("id", IdForm(), "Écrivez P suivi d'un numéro : P2.");
        var version = $"{id}-{from:yyyy-MM-dd}";
        if (id.Length > 0 && !string.Equals(file, version + ".json", StringComparison.Ordinal))
            root.Refuse("id", "le nom du fichier ne dit pas son contenu", $"Nommez le fichier {version}.json, ou corrigez « id » et « valideDu ».");
        var excluded = Set(root, "exclues");
        var onBehalfOf = root.Optional("auTitreDe")?.AsOneOf([.. PartnerNatures.All]);
        var recipients = Recipients(root, excluded, onBehalfOf);
        var purpose = new Purpose
        {
            Id = id,
            Version = version,
            Title = root.Text("titre"),
            From = from,
            To = to,
            Controller = root.Text("responsable"),
            JointControllers = Parties(root, "responsablesConjoints"),
            Processors = Parties(root, "sousTraitants"),
            Subjects = [.. root.Items("personnesConcernees", objects: false).Select(p => p.AsText())],
            LegalBasis = Basis(root),
            RegisterReference = root.Text("referenceRegistre"),
            Established = root.OneOf("statut", "etabli", "aVerifier") is "etabli",
            Depositors = Depositors(root),
            OnBehalfOf = onBehalfOf,
            Recipients = recipients,
            Excluded = excluded,
            Territories = root.Optional("territoires")?.Items(1, objects: false).Select(t => t.AsText()).ToList(),
            Consent = Agreement(root.Object("consentement")),
            Retention = Retentions(root, recipients.Aggregate(Categories.None, (sum, r) => sum | r.Categories)),
            LogRetention = LogRetentionOf(root),
            Rights = RightsOf(root),
            Information = InformationOf(root),
            Support = root.Optional("accompagnement")?.AsOneOf("social", "juridique"),
            Note = root.OptionalText("remarque"),
        };
        if (purpose.Depositors.Count == 0 && purpose.Reachable != Categories.None)
            root.Refuse("deposants", "des catégories sans déposant", "Nommez qui dépose ces données, ou videz les catégories des destinataires.");
        if (recipients.Select(purpose.RuleOf).Select(r => r.Evidence).OfType<string>().Distinct(StringComparer.Ordinal).Count() > 1)
            root.Refuse("destinataires", "deux preuves d'accord pour une finalité", "Gardez une seule preuve par finalité.");
        root.Close();
        return purpose;
    }

    internal static List<Party> Parties(DataNode root, string name)
    {
        var list = new List<Party>();
        foreach (var node in root.Items(name, atLeast: 0))
        {
            list.Add(new(node.Text("nom"), node.Text("role"), node.Text("accord")));
            node.Close();
        }
        return list;
    }

    private static List<Depositor> Depositors(DataNode root)
    {
        var list = new List<Depositor>();
        foreach (var node in root.Items("deposants", atLeast: 0))
        {
            list.Add(new(node.OneOf("nature", [.. PartnerNatures.All]), Types(node)));
            node.Close();
        }
        return list;
    }

    private static List<MessageType> Types(DataNode node)
    {
        var types = new List<MessageType>();
        foreach (var item in node.Items("types", objects: false))
        {
            if (MessageType.TryParse(item.AsText(), out var type))
                types.Add(type);
            else
                item.Refuse("type de message mal formé", "Écrivez partenaire/type, comme dans l'adresse : caf/impayes.");
        }
        return types;
    }

    private static List<Recipient> Recipients(DataNode root, Categories excluded, string? onBehalfOf)
    {
        var list = new List<Recipient>();
        foreach (var node in root.Items("destinataires"))
        {
            var nature = node.OneOf("nature", [.. PartnerNatures.All, Recipient.Sender]);
            var roles = node.Items("roles", objects: false).Select(r => r.AsOneOf([.. AgentRoles.All])).ToList();
            var categories = Set(node, "categories");
            if ((categories & excluded) is var both and not Categories.None)
                node.Refuse("categories", $"à la fois permis et exclu : {string.Join(", ", both.ToNames())}", "Retirez la catégorie d'une des deux listes.");
            var recipient = new Recipient(nature, roles, categories)
            {
                // Written as null, it is the depositor itself; not written, what the purpose says.
                OnBehalfOf = node.Element.TryGetProperty("auTitreDe", out _) ? node.Optional("auTitreDe")?.AsOneOf([.. PartnerNatures.All]) : onBehalfOf,
                Types = node.Has("types") ? Types(node) : null,
                Consent = node.Optional("accord") is { } agreement ? Agreement(agreement) : null,
            };
            if (list.Any(r => r.Nature == nature && r.OnBehalfOf == recipient.OnBehalfOf && r.Roles.Intersect(roles, StringComparer.Ordinal).Any()
                && (r.Types is null || recipient.Types is null || r.Types.Intersect(recipient.Types).Any())))
                node.Refuse("roles", "cette nature et ce rôle figurent déjà", "Gardez une seule entrée par nature et par rôle, au même titre et pour les mêmes types.");
            if ((recipient.Consent?.Without & ~categories) is not null and not Categories.None)
                node.Refuse("accord", "« sinon » donne plus que l'accord", "Ne gardez dans « sinon » que des catégories du destinataire.");
            node.Close();
            list.Add(recipient);
        }
        return list;
    }

    private static LegalBasis Basis(DataNode root)
    {
        var node = root.Object("baseLegale");
        var basis = new LegalBasis(
            node?.OneOf("article", "6-1-a", "6-1-c", "6-1-e") ?? "",
            node?.Items("textes", objects: false).Select(t => t.AsText()).ToList() ?? []);
        node?.Close();
        return basis;
    }

    private static ConsentRule Agreement(DataNode? node)
    {
        if (node is null)
            return new(true, null, null);
        var rule = new ConsentRule(node.Bool("requis"), node.OptionalText("preuve"), node.OptionalText("explication"))
        {
            NamesCategories = node.Has("nommeLesCategories") && node.Bool("nommeLesCategories"),
            Without = node.Has("sinon") ? Set(node, "sinon") : Categories.None,
        };
        if (rule.Required && rule.Evidence is null)
            node.Refuse("preuve", "un accord est requis mais aucune preuve n'est nommée", "Nommez la preuve attendue, par exemple accordElectronique.");
        node.Close();
        return rule;
    }

    private static Dictionary<Categories, Retention> Retentions(DataNode root, Categories reachable)
    {
        var kept = new Dictionary<Categories, Retention>();
        var node = root.Object("conservation");
        if (node is null)
            return kept;
        foreach (var (name, entry) in node.Members())
        {
            if (!CategoryNames.TryParse(name, out var category))
                entry.Refuse("catégorie inconnue", $"Choisissez : {string.Join(", ", CategoryNames.All.ToNames())}.");
            else if ((reachable & category) == Categories.None)
                entry.Refuse("durée donnée pour une catégorie qu'aucun destinataire ne reçoit", "Retirez cette ligne.");
            kept[category] = RetentionOf(entry);
        }
        foreach (var missing in reachable.Each().Where(c => !kept.ContainsKey(c)))
            node.Refuse(missing.Name(), "durée de conservation absente", $"Donnez une durée et sa source, ou écrivez {{ \"duree\": \"{Unfixed}\" }}.");
        return kept;
    }

    private static Retention RetentionOf(DataNode entry)
    {
        if (entry.Element.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            entry.Refuse("ce n'est pas un objet", $"Écrivez {{ \"duree\": \"{Unfixed}\" }} ou une durée avec sa source.");
            return new Retention.ToBeFixed();
        }
        var duration = entry.Text("duree", DurationForm(), $"Écrivez {Unfixed}, ou une durée ISO 8601 d'une seule unité : P24M, P4Y, P90D.");
        var source = entry.OptionalText("source");
        var signature = entry.Optional("signature");
        var (by, on) = (signature?.Text("par"), signature?.Date("le"));
        signature?.Close();
        entry.Close();
        if (duration is Unfixed or "")
        {
            if (source is not null || signature is not null)
                entry.Refuse("une durée à fixer n'a ni source ni signature", "Donnez la durée, ou retirez la source et la signature.");
            return new Retention.ToBeFixed();
        }
        if ((source is null) == (signature is null))
            entry.Refuse("une durée demande une source ou une signature, pas les deux", "Citez le texte (« source ») ou faites signer la valeur (« signature » : par, le).");
        return source is null ? new Retention.Signed(duration, by ?? "", on ?? DateOnly.MinValue) : new Retention.Sourced(duration, source);
    }

    /// <summary>At most three years: the longest that a documented internal control may keep its log (CNIL, délib. 2021-122).</summary>
    private static (RetentionPeriod, string)? LogRetentionOf(DataNode root)
    {
        if (root.Optional("journal") is not { } node)
            return null;
        var period = RegisterCommon.LogPeriod(node, RegisterCommon.LongestLog);
        var reason = node.Text("motif");
        node.Close();
        return (period, reason);
    }

    private static Rights RightsOf(DataNode root)
    {
        var node = root.Object("droits");
        if (node is null)
            return new(true, true, true, false, false, false, "");
        var rights = new Rights(
            node.Bool("acces"), node.Bool("rectification"), node.Bool("limitation"), node.Bool("effacement"),
            node.Bool("portabilite"), node.Bool("opposition"), node.Text("oppositionMotif"));
        node.Close();
        return rights;
    }

    private static Information InformationOf(DataNode root)
    {
        var node = root.Object("information");
        if (node is null)
            return new("", "", "", null);
        var information = new Information(node.Text("qui"), node.Text("quand"), node.Text("texte"), node.OptionalText("exception"));
        node.Close();
        return information;
    }

    private static Categories Set(DataNode node, string name)
    {
        var set = Categories.None;
        foreach (var item in node.Items(name, atLeast: 0, objects: false))
        {
            if (CategoryNames.TryParse(item.AsText(), out var one))
                set |= one;
            else
                item.Refuse("catégorie inconnue", $"Choisissez : {string.Join(", ", CategoryNames.All.ToNames())}.");
        }
        return set;
    }

    [GeneratedRegex("^P[1-9][0-9]{0,2}$", RegexOptions.None, 100)]
    private static partial Regex IdForm();

    [GeneratedRegex("^(dureeAFixer|P[1-9][0-9]{0,3}[DMY])$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex DurationForm();
}
