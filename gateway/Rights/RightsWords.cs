using ExchangeGateway.Consent;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>Where a request stands, as stored.</summary>
internal static class RightsState
{
    public const string Received = "recue";
    public const string Examined = "enInstruction";
    public const string Extended = "prolongee";
    public const string Granted = "acceptee";
    public const string PartlyGranted = "accepteePartiellement";
    public const string Refused = "refusee";

    public static bool IsOpen(string state) => state is Received or Examined or Extended;
}

/// <summary>What a recipient is told (art. 19 RGPD), as stored.</summary>
internal static class NoticeKind
{
    public const string Restriction = "limitation";
    public const string RestrictionLifted = "leveeLimitation";
    public const string Objection = "opposition";
    public const string Erasure = "effacement";
}

/// <summary>Codes of requests in French, with the articles that they stand for.</summary>
internal static class RightsWords
{
    /// <summary>How a request came.</summary>
    public static IReadOnlyDictionary<string, string> Channels { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["courrier"] = "Courrier",
        ["courriel"] = "Courriel",
        ["guichet"] = "Guichet",
        ["telephone"] = "Téléphone",
        ["partenaire"] = "Par un partenaire",
        ["mandataire"] = "Par un mandataire",
    };

    /// <summary>How the identity of who asks was verified (art. 12-6 RGPD: no more than is needed).</summary>
    public static IReadOnlyDictionary<string, string> Verifications { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["pieceIdentite"] = "Pièce d’identité présentée, sans copie conservée",
        ["guichet"] = "Personne reçue et reconnue par un service",
        ["rappel"] = "Rappel à un numéro déjà connu",
        ["referencesConcordantes"] = "Références du dossier connues de la seule personne",
        ["mandat"] = "Mandat vérifié, avec l’identité du mandant",
    };

    /// <summary>Why two months more are needed (art. 12-3: complexity or number of the requests).</summary>
    public static IReadOnlyDictionary<string, string> Extensions { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["complexite"] = "Complexité de la demande",
        ["nombreDeDemandes"] = "Nombre de demandes",
    };

    public static string Kind(string code) => RightsCodes.TryParse(code, out RightKind kind) ? Kind(kind) : code;

    public static string Kind(RightKind kind) => kind switch
    {
        RightKind.Acces => "Accès (art. 15)",
        RightKind.Rectification => "Rectification (art. 16)",
        RightKind.Limitation => "Limitation (art. 18)",
        RightKind.Opposition => "Opposition (art. 21)",
        _ => "Effacement (art. 17)",
    };

    public static string State(string state) => state switch
    {
        RightsState.Received => "Reçue",
        RightsState.Examined => "En instruction",
        RightsState.Extended => "Prolongée de deux mois",
        RightsState.Granted => "Acceptée",
        RightsState.PartlyGranted => "Acceptée en partie",
        RightsState.Refused => "Refusée",
        _ => state,
    };

    /// <summary>The ground with its article, as the letter to the person quotes it.</summary>
    public static string Ground(RefusalGround ground) => ground switch
    {
        RefusalGround.ObligationLegale => "Le traitement est nécessaire au respect d’une obligation légale (art. 6-1-c, 17-3-b et 21-1 du RGPD)",
        RefusalGround.MissionInteretPublic => "Le traitement est nécessaire à une mission d’intérêt public (art. 17-3-b du RGPD)",
        RefusalGround.TexteContraire => "Un texte écarte ce droit pour ce traitement (art. 23 du RGPD)",
        RefusalGround.RetraitDeLAccord => "Le traitement repose sur l’accord de la personne, qui peut le retirer à tout moment (art. 7-3 du RGPD)",
        RefusalGround.MotifsLegitimesImperieux => "Des motifs légitimes et impérieux prévalent (art. 21-1 du RGPD)",
        RefusalGround.DroitsEnJustice => "Les données sont nécessaires à la constatation, à l’exercice ou à la défense de droits en justice (art. 17-3-e et 21-1 du RGPD)",
        RefusalGround.DonneesExactes => "Les données sont exactes au regard des pièces (art. 16 du RGPD)",
        RefusalGround.ConditionsLimitationAbsentes => "Aucun des cas de l’article 18-1 du RGPD n’est réuni",
        RefusalGround.DroitsDAutrui => "La réponse porterait atteinte aux droits d’autrui (art. 15-4 du RGPD)",
        RefusalGround.IdentiteNonEtablie => "L’identité de la personne n’a pas pu être établie (art. 12-6 du RGPD)",
        RefusalGround.ManifestementInfondee => "La demande est manifestement infondée (art. 12-5 du RGPD)",
        _ => "La demande est excessive, notamment par sa répétition (art. 12-5 du RGPD)",
    };

    public static string Ground(string code) => GroundCodes.TryParse(code, out var ground) ? Ground(ground) : code;

    public static string Step(string step) => step switch
    {
        "enregistree" => "Demande enregistrée",
        "instruction" => "Instruction ouverte",
        "rapport" => "Rapport établi",
        "piece" => "Copie d’une pièce préparée",
        "prolongee" => "Délai prolongé",
        "decidee" => "Décision prise",
        "aConfirmer" => "Effacement décidé, à confirmer par une seconde personne",
        "confirmee" => "Effacement confirmé et exécuté",
        "renvoyee" => "Confirmation refusée : la demande revient en instruction",
        _ => step,
    };

    /// <summary>What a recipient reads and is asked to do.</summary>
    public static string Notice(string kind) => kind switch
    {
        NoticeKind.Restriction => "Traitement limité : conservez ces données sans les utiliser jusqu’à nouvel avis (art. 18 et 19 du RGPD)",
        NoticeKind.RestrictionLifted => "La limitation est levée : vous pouvez utiliser de nouveau ces données (art. 18-3 du RGPD)",
        NoticeKind.Objection => "L’opposition de la personne est retenue : cessez d’utiliser ces données pour cette finalité (art. 21 et 19 du RGPD)",
        NoticeKind.Erasure => "Les données de la personne sont effacées : effacez votre copie et accusez réception (art. 17 et 19 du RGPD)",
        _ => kind,
    };
}
