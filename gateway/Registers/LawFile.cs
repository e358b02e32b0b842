using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Gateway.Registers;

/// <summary>The national law in force and the file that it was read from.</summary>
/// <param name="Version">First 16 hexadecimal digits of the SHA-256 of <paramref name="Content"/>.</param>
/// <param name="Content">The file as canonical JSON: what <c>routing.rules_version</c> keeps under <see cref="LawFile.Code"/>.</param>
internal sealed record LawInForce(FrenchLaw Law, string Version, string Content);

/// <summary>Reads <c>france.json</c>, the file of the law that all territories share, and notes every error (form for editors: <c>ops/territories/schemas</c>).</summary>
internal static partial class LawFile
{
    public const string Name = "france.json";

    /// <summary>Stands where a territory's code would, for the kept versions.</summary>
    public const string Code = "france";

    private static readonly string[] Units = ["jours", "joursOuvres", "semaines", "mois", "ans"];
    private static readonly string[] References = ["bail", "acte", "constitution", "evenement"];
    private static readonly string[] Week = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];
    private static readonly string[] Landlords = ["personnePhysique", "sciFamiliale", "personneMorale", "bailleurSocial"];

    /// <param name="folder">Folder of the territories.</param>
    /// <exception cref="TerritoryException">The file is missing or wrong: every error of it.</exception>
    public static LawInForce Load(string folder)
    {
        var errors = new List<FileError>();
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            throw new TerritoryException([new(Name, "", "fichier absent", "Remettez celui que la passerelle livre dans ops/territories.")]);
        var root = DataNode.Parse(Name, File.ReadAllBytes(path), errors);
        var law = root is null ? null : Read(root);
        if (root is null || law is null || errors.Count > 0)
            throw new TerritoryException(errors);
        var content = CanonicalJson.Of([new KeyValuePair<string, JsonElement>(Name, root.Element)]);
        return new LawInForce(law, CanonicalJson.Version(content), content);
    }

    private static FrenchLaw Read(DataNode root)
    {
        root.Text("titre");
        var regimes = root.Items("regimes").Select(RegimeOf).ToList();
        LawTimeline.Check(root, "regimes", [.. regimes.Select(r => r.InForce)], endless: true);
        var counting = root.Object("calcul");
        var daysOff = counting?.Items("joursNonOuvres", objects: false).Select(d => (DayOfWeek)Math.Max(0, Array.IndexOf(Week, d.AsOneOf(Week)))).ToHashSet() ?? [];
        if (daysOff.Count == Week.Length)
            counting!.Refuse("joursNonOuvres", "aucun jour ne reste ouvré", "Laissez au moins un jour ouvré.");
        var (_, countingToVerify) = Origin(counting);
        counting?.Close();
        var regions = root.Items("regions", atLeast: 0).Select(RegionOf).ToList();
        var known = regions.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        var law = new FrenchLaw
        {
            Regimes = regimes,
            Rules = Rules(root),
            Calendar = new FrenchCalendar([.. root.Items("joursFeries").Select(node => HolidayOf(node, known))], regions, daysOff),
            CountingToVerify = countingToVerify,
            Truce = TruceOf(root),
            Helplines = HelplinesOf(root),
        };
        root.Close();
        return law;
    }

    private static Regime RegimeOf(DataNode node)
    {
        var (source, toVerify) = Origin(node);
        var regime = new Regime(node.Text("id"), node.Text("titre"), Validity(node), source, toVerify);
        node.Close();
        return regime;
    }

    private static Dictionary<string, LawRule> Rules(DataNode root)
    {
        var rules = new Dictionary<string, LawRule>(StringComparer.Ordinal);
        foreach (var node in root.Items("regles"))
        {
            var (id, title) = (node.Text("id"), node.Text("titre"));
            var chosenBy = (ReferenceDate)Math.Max(0, Array.IndexOf(References, node.OneOf("dateDeReference", References)));
            var versions = node.Items("versions").Select(version => VersionOf(version, id)).ToList();
            LawTimeline.Check(node, "versions", [.. versions.Select(v => v.InForce)], endless: false);
            node.Close();
            if (id.Length > 0 && !rules.TryAdd(id, new LawRule(id, title, chosenBy, versions)))
                node.Refuse("id", "cette règle figure déjà", "Écrivez ses versions au même endroit.");
        }

        foreach (var id in LawRules.WithDelay.Concat(LawRules.WithThreshold).Where(id => !rules.ContainsKey(id)))
            root.Refuse("regles", $"la règle {id} manque", "La passerelle calcule avec elle : remettez-la.");
        return rules;
    }

    private static LawVersion VersionOf(DataNode node, string rule)
    {
        var (source, toVerify) = Origin(node);
        var version = new LawVersion
        {
            InForce = Validity(node),
            Text = node.Text("texte"),
            Delay = DelayOf(node.Optional("delai")),
            Longest = DelayOf(node.Optional("maximum")),
            CarriedOver = node.Has("delai") && node.Bool("report"),
            Landlords = node.Has("bailleurs") ? [.. node.Items("bailleurs", objects: false).Select(b => b.AsOneOf(Landlords))] : [],
            Threshold = ThresholdOf(node.Optional("seuil")),
            Source = source,
            ToVerify = toVerify,
        };
        if (version.Delay is null && LawRules.WithDelay.Contains(rule, StringComparer.Ordinal))
            node.Refuse("delai", "propriété absente", "La passerelle calcule ce délai : écrivez { \"nombre\": …, \"unite\": … }.");
        node.Close();
        return version;
    }

    private static LegalDelay? DelayOf(DataNode? node)
    {
        if (node is null)
            return null;
        var delay = new LegalDelay(node.Int("nombre", 1, 1000), (DelayUnit)Math.Max(0, Array.IndexOf(Units, node.OneOf("unite", Units))));
        node.Close();
        return delay;
    }

    private static ArrearsThreshold? ThresholdOf(DataNode? node)
    {
        if (node is null)
            return null;
        var threshold = new ArrearsThreshold(
            node.Has("moisConsecutifs") ? node.Int("moisConsecutifs", 1, 120) : null,
            Positive(node, "loyersHorsCharges"),
            Positive(node, "mensualites"),
            node.Has("aideDeduiteEnTiersPayant") && node.Bool("aideDeduiteEnTiersPayant"),
            Positive(node, "montantDepasse"),
            node.Has("moisDepuisPremierDefaut") ? node.Int("moisDepuisPremierDefaut", 1, 120) : null);
        if (threshold is { ConsecutiveMonths: null, RentsWithoutCharges: null, MonthlyPayments: null, AmountExceeded: null, MonthsSinceFirstDefault: null })
            node.Refuse("aucune condition", "Écrivez au moins un seuil, ou retirez « seuil ».");
        node.Close();
        return threshold;
    }

    private static HolidayRegion RegionOf(DataNode node)
    {
        var region = new HolidayRegion(
            node.Text("id"), node.Text("nom"),
            [.. node.Items("departements", objects: false).Select(d => d.AsText(DepartementForm(), "Écrivez le code du département : 57, 2A, 971."))]);
        node.Close();
        return region;
    }

    private static Holiday HolidayOf(DataNode node, HashSet<string> regions)
    {
        var (source, toVerify) = Origin(node);
        var holiday = new Holiday(
            node.Text("nom"),
            node.Has("jour") ? MonthDay(node, "jour") : null,
            node.Has("joursApresPaques") ? node.Int("joursApresPaques", -60, 100) : null,
            node.Has("regions") ? [.. node.Items("regions", objects: false).Select(r => r.AsOneOf([.. regions]))] : [],
            source, toVerify);
        if (holiday.MonthDay is null == holiday.DaysFromEaster is null)
            node.Refuse("un jour férié a un jour fixe ou un écart à Pâques", "Écrivez l'un de « jour » et « joursApresPaques ».");
        node.Close();
        return holiday;
    }

    private static WinterTruce TruceOf(DataNode root)
    {
        var node = root.Object("treve");
        if (node is null)
            return new((1, 1), (1, 1), "");
        var (source, _) = Origin(node);
        var truce = new WinterTruce(MonthDay(node, "debut"), MonthDay(node, "fin"), source);
        node.Close();
        return truce;
    }

    private static Helplines HelplinesOf(DataNode root)
    {
        var node = root.Object("numerosAide");
        if (node is null)
            return new([], []);
        var lines = new Helplines(
            [.. node.Items("prefixes", objects: false).Select(p => p.AsText(DigitsForm(), "Écrivez des chiffres entre guillemets : \"0805\"."))],
            [.. node.Items("numeros").Select(HelplineOf)]);
        node.Close();
        return lines;
    }

    private static Helpline HelplineOf(DataNode node)
    {
        var (source, toVerify) = Origin(node);
        var line = new Helpline(node.Text("nom"), node.Text("numero", PhoneForm(), "Écrivez dix chiffres, sans espace."), Validity(node), source, toVerify);
        if (node.OptionalDate("verifieLe") is null && !toVerify)
            node.Refuse("verifieLe", "un numéro établi a été vérifié", "Écrivez la date de la vérification, ou le statut aVerifier.");
        node.Close();
        return line;
    }

    private static (string Source, bool ToVerify) Origin(DataNode? node) =>
        node is null ? ("", true) : (node.Text("source"), node.OneOf("statut", "etabli", "aVerifier") is "aVerifier");

    private static Validity Validity(DataNode node)
    {
        var validity = new Validity(node.OptionalDate("valideDu"), node.OptionalDate("valideAu"));
        if (validity.To < validity.From)
            node.Refuse("valideAu", "la fin de validité précède le début", "Écrivez une date égale ou postérieure à « valideDu ».");
        return validity;
    }

    private static (int Month, int Day) MonthDay(DataNode node, string name)
    {
        // A common year: a 29 February would not exist in most years.
        if (DateOnly.TryParseExact("2001-" + node.Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return (day.Month, day.Day);
        node.Refuse(name, "ce jour n'existe pas tous les ans", "Écrivez MM-JJ : 11-01.");
        return (1, 1);
    }

    private static decimal? Positive(DataNode node, string name)
    {
        if (node.Optional(name) is not { } number)
            return null;
        if (number.Element.ValueKind == JsonValueKind.Number && number.Element.TryGetDecimal(out var value) && value > 0)
            return value;
        number.Refuse("ce n'est pas un nombre positif", "Écrivez un nombre : 2, 450.");
        return null;
    }

    [GeneratedRegex("^([0-9]{2}|2[AB]|9[78][0-9])$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex DepartementForm();

    [GeneratedRegex("^[0-9]{2,9}$", RegexOptions.None, 100)]
    private static partial Regex DigitsForm();

    [GeneratedRegex("^0[0-9]{9}$", RegexOptions.None, 100)]
    private static partial Regex PhoneForm();
}

/// <summary>Versions follow each other: a gap would leave acts without law, an overlap would leave a choice.</summary>
internal static class LawTimeline
{
    /// <param name="endless">Whether the first must have no beginning and the last no end.</param>
    public static void Check(DataNode node, string name, IReadOnlyList<Validity> versions, bool endless)
    {
        for (var i = 1; i < versions.Count; i++)
        {
            if (versions[i - 1].To is not { } end || versions[i].From is not { } start || start != end.AddDays(1))
                node.Refuse(name, $"la version {i + 1} ne commence pas le lendemain de la fin de la précédente", "Écrivez les versions dans l'ordre, sans trou ni recouvrement.");
        }

        if (versions.Count > 0 && (versions[^1].To is not null || (endless && versions[0].From is not null)))
            node.Refuse(name, "la suite des versions a un bout fermé", "Laissez « valideAu » à null dans la dernière, et « valideDu » dans le premier régime.");
    }
}
