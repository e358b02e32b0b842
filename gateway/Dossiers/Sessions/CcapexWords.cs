namespace ExchangeGateway.Gateway.Dossiers.Sessions;

/// <summary>The closed lists of a session of the CCAPEX, code and French label.</summary>
internal static class CcapexWords
{
    /// <summary>Kinds of examination, as they stand on the order of the day.</summary>
    public static IReadOnlyDictionary<string, string> Kinds { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["premierePresentation"] = "Première présentation",
        ["deuxiemePresentation"] = "Deuxième présentation",
        ["reexamen12Mois"] = "Réexamen à douze mois",
    };

    /// <summary>Why the commission examines the household.</summary>
    public static IReadOnlyDictionary<string, string> Motives { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["impayes"] = "Impayés",
        ["congeVente"] = "Congé pour vente",
        ["congeReprise"] = "Congé pour reprise",
        ["occupationSansDroitNiTitre"] = "Occupation sans droit ni titre",
        ["troubles"] = "Troubles de jouissance",
        ["autre"] = "Autre motif",
    };

    /// <summary>To whom the commission recommends, and what (Paris, charter committee of 19 June 2025).</summary>
    public static IReadOnlyList<AdviceTarget> Targets { get; } =
    [
        new("prefectureDePolice", "Préfecture de Police", [("accorderDesDelais", "Accorder des délais avant le concours de la force publique")]),
        new("menage", "Ménage",
        [
            ("payerLeLoyer", "Payer le loyer courant"), ("elargirLaDemandeDeLogement", "Élargir la demande de logement social"), ("deposerUnDossierDeSurendettement", "Déposer un dossier de surendettement"),
        ]),
        new("servicesSociaux", "Services sociaux",
        [
            ("surendettement", "Accompagner un dossier de surendettement"), ("dalo", "Accompagner un recours DALO"), ("fsl", "Saisir le fonds de solidarité pour le logement"),
        ]),
        new("relogement", "DRIHL, Ville, Action Logement", [("relogement", "Rechercher un relogement")]),
        new("bailleur", "Bailleur", [("suspendreLaProcedure", "Suspendre la procédure"), ("fslHabitat", "S’associer à une demande FSL Habitat")]),
    ];

    public static IReadOnlyDictionary<string, string> AidDecisions { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["maintien"] = "Maintien de l’aide",
        ["suspension"] = "Suspension de l’aide",
        ["ajournement"] = "Ajournement",
    };

    /// <summary>Where the household is twelve months later.</summary>
    public static IReadOnlyDictionary<string, string> Outcomes { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["toujoursDansLogement"] = "Toujours dans le logement",
        ["reloge"] = "Relogé",
        ["aQuitte"] = "A quitté le logement",
        ["expulse"] = "Expulsé",
    };

    public static AdviceTarget? Target(string? code) => Targets.FirstOrDefault(t => t.Code == code);
}

/// <param name="Advices">What may be recommended to it: code and French label.</param>
internal sealed record AdviceTarget(string Code, string Label, IReadOnlyList<(string Code, string Label)> Advices)
{
    public string? LabelOf(string? advice) => Advices.FirstOrDefault(a => a.Code == advice).Label;
}
