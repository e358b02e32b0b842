namespace ExchangeGateway.Gateway.Matching;

/// <summary>One element of a comparison and how it came out. Codes only, so that it may stand in the log; never a value.</summary>
/// <param name="Element">nom, prenom, naissance, civilite, logement, etage, contact, allocataire, referenceBail, dateBail, loyer, bailleur, qualite.</param>
/// <param name="Outcome">identique, proche, partiel, unMot, initiale, inverse, unElement, partage, different, oui.</param>
internal readonly record struct Finding(string Element, string Outcome, double Weight)
{
    private static readonly Dictionary<string, string> Elements = new(StringComparer.Ordinal)
    {
        ["nom"] = "Nom",
        ["prenom"] = "Prénom",
        ["naissance"] = "Date de naissance",
        ["civilite"] = "Civilité",
        ["logement"] = "Logement",
        ["etage"] = "Étage",
        ["contact"] = "Téléphone ou courriel",
        ["allocataire"] = "Numéro d'allocataire",
        ["referenceBail"] = "Référence du logement chez le bailleur",
        ["dateBail"] = "Date du bail",
        ["loyer"] = "Loyer",
        ["bailleur"] = "Bailleur",
        ["qualite"] = "Conjoint ou cotitulaire",
    };

    private static readonly Dictionary<string, string> Outcomes = new(StringComparer.Ordinal)
    {
        ["identique"] = "identique",
        ["proche"] = "presque identique (orthographe)",
        ["partiel"] = "identique en partie",
        ["unMot"] = "un mot commun, un autre différent",
        ["initiale"] = "initiale identique",
        ["inverse"] = "inversé",
        ["unElement"] = "le jour, le mois ou l'année diffère",
        ["partage"] = "même adresse, commune à beaucoup de personnes",
        ["different"] = "différent",
        ["oui"] = "oui",
    };

    /// <summary>A birth date, a number or a lease that agrees: neighbours of one name do not share it.</summary>
    public bool Personal => this is { Element: "naissance", Outcome: not "partiel" } or { Element: "allocataire" or "referenceBail" or "dateBail", Outcome: "identique" };

    /// <summary>The code that the log keeps: <c>nom=identique</c>.</summary>
    public string Code => Element + "=" + Outcome;

    /// <summary>In French, for people: <c>Date de naissance : jour et mois inversés</c>.</summary>
    public static string InFrench(string code)
    {
        var (element, outcome) = code.Split('=') is [var e, var o] ? (e, o) : (code, "");
        var said = (element, outcome) switch
        {
            ("naissance", "inverse") => "jour et mois inversés",
            ("nom", "inverse") => "nom et prénom inversés",
            _ => Outcomes.GetValueOrDefault(outcome, outcome),
        };
        return Elements.GetValueOrDefault(element, element) + " : " + said;
    }
}

/// <summary>What a comparison says.</summary>
internal enum MatchVerdict
{
    Different,
    ToConfirm,
    Same,
}

/// <param name="Score">Sum of the weights, in bits.</param>
/// <param name="SamePerson">One person of the two is the same; otherwise at most the household is.</param>
internal sealed record MatchResult(MatchVerdict Verdict, double Score, bool SamePerson, IReadOnlyList<Finding> Findings)
{
    public static readonly MatchResult None = new(MatchVerdict.Different, 0, false, []);

    /// <summary>Something of the person's own agrees, not only what neighbours or the clients of an office have in common.</summary>
    public bool Personal => Findings.Any(f => f.Personal);

    /// <summary>All findings as the log and the pair keep them.</summary>
    public string Codes => string.Join(' ', Findings.Select(f => f.Code));
}
