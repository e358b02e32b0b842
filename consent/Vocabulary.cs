namespace ExchangeGateway.Consent;

/// <summary>Natures of organisations that purposes and territories may name, as <c>access.organisation</c> stores them, with their French names.</summary>
public static class PartnerNatures
{
    private static readonly (string Code, string Label)[] Known =
    [
        ("commissaire-de-justice", "Étude de commissaire de justice"),
        ("caf", "CAF"),
        ("msa", "MSA"),
        ("bailleur", "Bailleur"),
        ("banque-de-france", "Banque de France"),
        ("ccapex", "Secrétariat et instructeurs de la CCAPEX"),
        ("adil", "ADIL"),
        ("departement", "Conseil départemental, service social"),
        ("caf-action-sociale", "Action sociale de la CAF"),
        ("fsl", "Fonds de solidarité pour le logement"),
        ("equipe-mobile", "Équipe mobile de prévention"),
        ("prefet", "Préfet, préfecture de police"),
        ("organisme-dsf", "Organisme chargé du diagnostic social et financier"),
        ("tribunal", "Tribunal : juge et greffe"),
        ("association", "Association d'accès aux droits"),
        ("action-logement", "Action Logement"),
        ("barreau", "Barreau"),
        ("ligne-ecoute", "Ligne d'écoute et d'orientation"),
        ("pilote", "Pilotes des indicateurs"),
    ];

    public static IReadOnlyList<string> All { get; } = [.. Known.Select(n => n.Code)];

    /// <summary>What a page or a register calls it; the code itself when it is unknown.</summary>
    public static string Label(string nature) => Array.Find(Known, n => n.Code == nature).Label ?? nature;
}

/// <summary>Roles of agents that send or receive. DPO, administrator and operator read under no purpose.</summary>
public static class AgentRoles
{
    public const string Depositor = "depositaire";

    public static IReadOnlyList<string> All { get; } = [Depositor, "instructeur", "secretariat", "autorite"];
}
