using System.Text.Json;
using System.Text.RegularExpressions;
using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>Reads the files of one territory and notes every error (form for editors: <c>ops/territories/schemas</c>).</summary>
internal static partial class TerritoryFiles
{
    private static readonly string[] Names = ["territoire.json", "partenaires.json", "repartition.json", "notices.json", "relais.json"];

    // What a territory may have beside them.
    private const string DeviceFile = "dispositifs.json";

    public static Territory Read(string folder, List<FileError> errors)
    {
        var code = Path.GetFileName(folder);
        var roots = new Dictionary<string, DataNode>(StringComparer.Ordinal);
        foreach (var name in Names)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                errors.Add(new($"{code}/{name}", "", "fichier absent", "Copiez celui du territoire « modele » et adaptez-le."));
            else if (DataNode.Parse($"{code}/{name}", File.ReadAllBytes(path), errors) is { } root)
                roots.Add(name, root);
        }
        var devicePath = Path.Combine(folder, DeviceFile);
        if (File.Exists(devicePath) && DataNode.Parse($"{code}/{DeviceFile}", File.ReadAllBytes(devicePath), errors) is { } deviceRoot)
            roots.Add(DeviceFile, deviceRoot);
        var content = CanonicalJson.Of(roots.Select(r => new KeyValuePair<string, JsonElement>(r.Key, r.Value.Element)));
        var main = roots.GetValueOrDefault("territoire.json");
        var places = main is null ? new TerritoryPlaces([], [], []) : Places(main);
        var partners = roots.TryGetValue("partenaires.json", out var partnerFile) ? Partners(partnerFile) : null;
        // Without its partners every recipient of a rule would be unknown: one error is enough.
        var rules = partners is not null && roots.ContainsKey("repartition.json") ? new RuleFile(code, places, partners) : null;
        var tables = rules?.Read(roots["repartition.json"]) ?? [];
        var devices = roots.TryGetValue(DeviceFile, out var deviceFile) ? Devices(deviceFile) : [];
        var territory = new Territory
        {
            Code = code,
            Name = main?.Text("nom") ?? "",
            Fictional = main?.Bool("fictif") ?? false,
            TimeZone = main is null ? TimeZoneInfo.Utc : Zone(main),
            Places = places,
            Truce = main is null ? new("", "", "") : TruceOf(main),
            Contact = main is null ? new("", null, null, null, false) : ContactOf(main),
            Partners = partners ?? [],
            Notices = roots.TryGetValue("notices.json", out var notices) ? Notices(notices) : [],
            Relays = roots.TryGetValue("relais.json", out var relays) ? Relays(relays) : [],
            Devices = devices,
            LookingBack = PartnerMessages.All.Select(m => m.Type).Where(t => devices.Count > 0 || LooksBack(tables, t)).ToHashSet(),
            Tables = tables,
            Questions = rules?.Questions,
            Content = content,
            Version = CanonicalJson.Version(content),
        };
        if (main is not null && main.Text("code") is { Length: > 0 } written && written != code)
            main.Refuse("code", "le code n'est pas celui du dossier", $"Écrivez « {code} », ou renommez le dossier.");
        main?.Close();
        return territory;
    }

    /// <summary>Whether a rule that asks for the file's history may apply to a type: all else unknown, it is not ruled out.</summary>
    private static bool LooksBack(IEnumerable<RuleTable> tables, MessageType type)
    {
        var known = new Faits { Stade = null!, Motif = null!, Commune = null!, TypeMessage = type.ToString() };
        return tables.SelectMany(t => t.Rules)
            .Any(r => r.When.Facts.Any(f => f.Name is "dejaAccompagne" or "ancienneteDossier" or "messagesAnterieurs" or "menageRencontre") && r.When.Of(known) != RuleTruth.Non);
    }

    private static List<Commune> Communes(DataNode main)
    {
        var communes = new List<Commune>();
        foreach (var node in main.Items("communes"))
        {
            communes.Add(new(
                node.Text("insee", InseeForm(), "Écrivez le code INSEE à cinq caractères : 75105, 2A004."),
                node.Text("nom"),
                [.. node.Items("codesPostaux", objects: false).Select(p => p.AsText(PostalForm(), "Écrivez un code postal à cinq chiffres, entre guillemets."))]));
            node.Close();
        }
        return communes;
    }

    private static TerritoryPlaces Places(DataNode main)
    {
        var communes = Communes(main);
        var sectors = new List<Sector>();
        foreach (var node in main.Optional("secteurs")?.Items(1, objects: true) ?? [])
        {
            sectors.Add(new(node.Text("id", CodeForm(), "Écrivez des minuscules, chiffres et tirets : nord."), node.Text("nom"), Served(node.Items("communes", objects: false), communes)));
            node.Text("source");
            node.OneOf("statut", "etabli", "aVerifier");
            node.Close();
            if (sectors[..^1].Exists(s => s.Id == sectors[^1].Id || s.Communes.Intersect(sectors[^1].Communes, StringComparer.Ordinal).Any()))
                node.Refuse("communes", "ce secteur, ou l'une de ses communes, figure déjà", "Une commune n'a qu'un secteur : retirez-la de l'un des deux.");
        }
        var commissions = main.Optional("commissionsLocales");
        var places = new TerritoryPlaces(communes, sectors, commissions is null ? [] : Served(commissions.Items("communes", objects: false), communes));
        commissions?.Text("source");
        commissions?.OneOf("statut", "etabli", "aVerifier");
        commissions?.Close();
        return places;
    }

    private static List<string> Served(IReadOnlyList<DataNode> nodes, List<Commune> communes)
    {
        var served = new List<string>();
        foreach (var node in nodes)
        {
            var insee = node.AsText(InseeForm(), "Écrivez le code INSEE à cinq caractères.");
            if (insee.Length > 0 && !communes.Exists(c => c.Insee == insee))
                node.Refuse("commune étrangère au territoire", "Ajoutez-la à « communes », ou retirez-la d'ici.");
            served.Add(insee);
        }
        return served;
    }

    private static List<Device> Devices(DataNode root)
    {
        var devices = new List<Device>();
        foreach (var node in root.Items("dispositifs"))
        {
            var device = new Device(
                node.Text("id", CodeForm(), "Écrivez des minuscules, chiffres et tirets : equipe-mobile."), node.Text("nom"), node.Text("description"),
                node.Optional("parc")?.AsOneOf("prive", "public"));
            node.Text("source");
            node.OneOf("statut", "etabli", "aVerifier");
            if (devices.Exists(d => d.Id == device.Id))
                node.Refuse("id", "ce dispositif figure déjà", "Donnez un identifiant par dispositif.");
            node.Close();
            devices.Add(device);
        }
        root.Close();
        return devices;
    }

    private static TimeZoneInfo Zone(DataNode main)
    {
        if (main.Text("fuseau") is not { Length: > 0 } id)
            return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
            return zone;
        main.Refuse("fuseau", "fuseau horaire inconnu", "Écrivez un nom de la base IANA : Europe/Paris.");
        return TimeZoneInfo.Utc;
    }

    private static Truce TruceOf(DataNode main)
    {
        var node = main.Object("treve");
        const string fix = "Écrivez MM-JJ : 11-01.";
        var truce = new Truce(node?.Text("debut", DayForm(), fix) ?? "", node?.Text("fin", DayForm(), fix) ?? "", node?.Text("source") ?? "");
        node?.Close();
        return truce;
    }

    private static TerritoryContact ContactOf(DataNode main)
    {
        var node = main.Object("contact");
        var contact = new TerritoryContact(
            node?.Text("service") ?? "", node?.OptionalText("courriel"), node?.OptionalText("telephone"), node?.OptionalText("adresse"),
            node?.OneOf("statut", "etabli", "aVerifier") is "etabli");
        node?.Close();
        return contact;
    }

    private static Dictionary<string, Partner> Partners(DataNode root)
    {
        var partners = new Dictionary<string, Partner>(StringComparer.Ordinal);
        foreach (var node in root.Items("partenaires"))
        {
            var types = new List<MessageType>();
            foreach (var item in node.Items("envoie", atLeast: 0, objects: false))
            {
                if (MessageType.TryParse(item.AsText(), out var type))
                    types.Add(type);
                else
                    item.Refuse("type de message mal formé", "Écrivez partenaire/type, comme dans l'adresse : caf/impayes.");
            }
            var partner = new Partner(
                node.Text("code", CodeForm(), "Écrivez des minuscules, chiffres et tirets : adil-75."),
                node.OneOf("nature", [.. PartnerNatures.All]),
                node.Text("nom"),
                node.Text("designation"),
                [.. node.Items("roles", objects: false).Select(r => r.AsOneOf([.. AgentRoles.All]))],
                types);
            if (types.Count > 0 && !partner.Roles.Contains(AgentRoles.Depositor, StringComparer.Ordinal))
                node.Refuse("roles", "cette organisation envoie des messages sans le rôle depositaire", "Ajoutez le rôle depositaire, ou videz « envoie ».");
            if (partner.Code.Length > 0 && !partners.TryAdd(partner.Code, partner))
                node.Refuse("code", "ce code figure déjà", "Donnez un code par organisation.");
            node.Close();
        }
        root.Close();
        return partners;
    }

    private static List<NoticeVersion> Notices(DataNode root)
    {
        var notices = new List<NoticeVersion>();
        foreach (var node in root.Items("notices", atLeast: 0))
        {
            var id = node.Text("id");
            var (from, to) = node.Validity();
            node.Text("titre");
            node.Bool("fictive");
            node.OneOf("statut", "etabli", "aVerifier");
            var digests = Texts(node, "empreintes", DigestForm(), "Écrivez l'empreinte SHA-256 du fichier : 64 chiffres hexadécimaux en minuscules.");
            var marks = Texts(node, "marques", MarkForm(), "Écrivez un texte d'au moins six caractères que cette version seule imprime.");
            var titles = Texts(node, "intitules", MarkForm(), "Écrivez un texte d'au moins six caractères.");
            node.Close();
            if (notices.Exists(n => n.Id == id))
                node.Refuse("id", "cette notice figure déjà", "Donnez un identifiant par version de notice.");
            notices.Add(new(id, from, to) { Empreintes = digests, Marques = marks, Intitules = titles });
        }
        root.Close();
        return notices;
    }

    private static List<string> Texts(DataNode node, string name, Regex form, string fix) =>
        [.. node.Has(name) ? node.Items(name, atLeast: 0, objects: false).Select(item => item.AsText(form, fix)) : []];

    private static List<Relay> Relays(DataNode root)
    {
        var relays = new List<Relay>();
        foreach (var node in root.Items("relais", atLeast: 0))
        {
            relays.Add(new(
                node.Text("nom"), node.Text("description"),
                [.. node.Items("contacts", atLeast: 0, objects: false).Select(c => c.AsText())],
                node.OptionalDate("verifieLe")));
            node.Close();
        }
        root.Close();
        return relays;
    }

    [GeneratedRegex("^([0-9]{5}|2[AB][0-9]{3})$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex InseeForm();

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.None, 100)]
    private static partial Regex DigestForm();

    [GeneratedRegex(@"^\S.{4,198}\S$", RegexOptions.Singleline, 100)]
    private static partial Regex MarkForm();

    [GeneratedRegex("^[0-9]{5}$", RegexOptions.None, 100)]
    private static partial Regex PostalForm();

    [GeneratedRegex("^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex DayForm();

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex CodeForm();
}
