using System.Globalization;
using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Pages;

namespace ExchangeGateway.Gateway.Registers;

/// <summary>The register in French: for the page that a DPO prints and for the CSV that an office opens.</summary>
internal static class Article30Words
{
    private static readonly string[] Columns =
    [
        "Traitement", "Référence", "Fichier", "Valide du", "Valide au", "En vigueur", "Statut", "Responsable de traitement", "Responsables conjoints", "Sous-traitants",
        "Délégué à la protection des données", "Finalité", "Base légale", "Textes", "Personnes concernées", "Catégories de données et durée de conservation", "Catégories exclues",
        "Données sensibles", "Accord et obligation légale", "Déposants", "Destinataires", "Transferts hors de l'Union européenne", "Mesures de sécurité", "Information des personnes", "Droits", "Remarque",
    ];

    /// <summary>One line per treatment, in the order of the CNIL's model; several values of a cell stand one under the other.</summary>
    public static string Csv(Article30 register)
    {
        var common = register.Commun;
        var measures = Lines(common?.MesuresDeSecurite.Select(m => $"{m.Domaine} : {m.Mesure}") ?? []);
        return "\uFEFF" + CsvCell.Row(Columns) + string.Concat(register.Traitements.Select(t => CsvCell.Row(
            t.Finalite, t.Reference, t.Fichier, Date(t.ValideDu), Date(t.ValideAu), t.EnVigueur ? "oui" : "non", Status(t.Statut), t.Responsable,
            Lines(t.ResponsablesConjoints.Select(Actor)), Lines([.. t.SousTraitants.Select(Actor), .. common?.SousTraitants.Select(Actor) ?? []]),
            common is null ? null : $"{common.Delegue} ({common.ContactDelegue})", t.Titre, Basis(t.BaseLegale), Lines(t.Textes), Lines(t.PersonnesConcernees),
            Lines(t.Donnees.Select(d => $"{Vocabulary.Category(d.Categorie)} : {Duration(d)}")), Names(t.Exclues), common?.DonneesSensibles, common?.AccordEtObligationLegale,
            Lines(t.Deposants.Select(d => $"{Nature(d.Nature)} : {Types(d.Types)}")), Lines(t.Destinataires.Select(Recipient)),
            common?.TransfertsHorsUnionEuropeenne, measures, Informing(t.Information), Rights(t.Droits), t.Remarque)));
    }

    public static string Status(string status) => status == "etabli" ? "Établi" : "À vérifier";

    public static string Basis(string article) => article switch
    {
        "6-1-a" => "Consentement de la personne (art. 6-1-a du RGPD)",
        "6-1-c" => "Obligation légale (art. 6-1-c du RGPD)",
        "6-1-e" => "Mission d’intérêt public (art. 6-1-e du RGPD)",
        _ => article,
    };

    public static string Nature(string nature) => nature == Consent.Recipient.Sender ? "L’organisation qui a fait l’envoi" : PartnerNatures.Label(nature);

    public static string Names(IEnumerable<string> categories) => string.Join(", ", categories.Select(Vocabulary.Category));

    public static string Roles(IEnumerable<string> roles) => string.Join(", ", roles.Select(Vocabulary.Role));

    public static string Types(IEnumerable<string> types) => string.Join(", ", types.Select(Type));

    /// <summary>The duration and where it comes from: <c>24 mois (art. …)</c>.</summary>
    public static string Duration(DataLine line)
    {
        if (line.Duree == Consent.Retention.ToBeFixed.Code)
            return "À fixer : cette finalité ne sert qu’en démonstration";
        var number = int.Parse(line.Duree.AsSpan(1, line.Duree.Length - 2), CultureInfo.InvariantCulture);
        var unit = line.Duree[^1] switch { 'D' => French.Count(number, "jour", "jours"), 'M' => French.Number(number) + " mois", _ => French.Count(number, "an", "ans") };
        return $"{unit} ({line.Origine})";
    }

    /// <summary>The durations with the categories that each holds for.</summary>
    public static IEnumerable<string> Durations(IEnumerable<DataLine> lines) =>
        lines.GroupBy(Duration, l => l.Categorie, StringComparer.Ordinal).Select(g => $"{Names(g)} : {g.Key}");

    /// <summary>In whose name, for which messages and under which agreement; empty when there is nothing to say.</summary>
    public static IEnumerable<string> Conditions(RecipientLine line)
    {
        if (line.AuTitreDe is { } title)
            yield return $"au titre de : {Nature(title)}";
        if (line.Types is { } types)
            yield return $"pour : {Types(types)}";
        if (line.Accord is { } evidence)
            yield return Agreement(evidence) + (line.AccordNommeLesCategories ? ", qui nomme les données" : "") + (line.SansAccord.Count > 0 ? $" ; sans lui : {Names(line.SansAccord)}" : "");
    }

    /// <summary>What prevails where a text orders a transmission and practice waits for the person's agreement.</summary>
    public static string Conflict(AgreementConflict rule, string explanation) => rule switch
    {
        AgreementConflict.ToutTransmettre => "L’obligation prévaut : tout est transmis, l’accord est seulement inscrit. ",
        AgreementConflict.RienSansAccord => "L’accord prévaut : sans lui, rien n’est transmis. ",
        _ => "Sans l’accord, la partie obligatoire seulement. ",
    } + explanation;

    public static string Informing(InformationLine line) => $"{line.Qui}. {line.Quand}. {line.Texte}{(line.Exception is null ? "" : $" Exception : {line.Exception}.")}";

    /// <summary>The rights that apply, then what is said of objection.</summary>
    public static string Rights(RightsLine line)
    {
        (string Name, bool Applies)[] all =
        [
            ("accès", line.Acces), ("rectification", line.Rectification), ("limitation", line.Limitation), ("effacement", line.Effacement),
            ("portabilité", line.Portabilite), ("opposition", line.Opposition),
        ];
        return $"{string.Join(", ", all.Where(r => r.Applies).Select(r => r.Name))}. {line.OppositionMotif}";
    }

    public static string Date(DateOnly? date) => date is { } day ? French.Date(day) : "";

    private static string Recipient(RecipientLine line)
    {
        var given = line.Categories.Count == 0 ? "aucune donnée du dossier" : Names(line.Categories);
        return $"{Nature(line.Nature)} ({Roles(line.Roles)}) : {given}{string.Concat(Conditions(line).Select(c => " ; " + c))}";
    }

    private static string Actor(ActorLine line) => $"{line.Nom} : {line.Role} ({line.Accord})";

    private static string Agreement(string evidence) => evidence switch
    {
        "accordElectronique" => "accord écrit à l’envoi électronique",
        "accordPersonne" => "accord de la personne",
        "reutilisationEtudes" => "accord de la personne à la réutilisation pour des études",
        _ => "accord : " + evidence,
    };

    private static string Type(string type) => Vocabulary.MessageType(type) is { } label && label != Vocabulary.OtherMessage ? label : type;

    private static string Lines(IEnumerable<string> values) => string.Join('\n', values);
}
