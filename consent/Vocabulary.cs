namespace ExchangeGateway.Consent;

/// <summary>Natures of organisations that purposes and territories may name, as <c>access.organisation</c> stores them.</summary>
public static class PartnerNatures
{
    public static IReadOnlyList<string> All { get; } =
        ["commissaire-de-justice", "caf", "msa", "bailleur", "banque-de-france", "ccapex", "adil", "departement", "caf-action-sociale", "fsl", "equipe-mobile", "prefet"];
}

/// <summary>Roles of agents that send or receive. DPO, administrator and operator read under no purpose.</summary>
public static class AgentRoles
{
    public const string Depositor = "depositaire";

    public static IReadOnlyList<string> All { get; } = [Depositor, "instructeur", "secretariat", "autorite"];
}
