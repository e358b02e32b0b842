using ExchangeGateway.Gateway.Access;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>The closed list of reasons for which a role may show an identity (design: HTTP contract).</summary>
internal static class DisclosureMotifs
{
    /// <summary>Code and French label of each reason.</summary>
    public static IReadOnlyDictionary<string, string> Labels { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["courrier"] = "Écrire au ménage",
        ["visite"] = "Préparer une visite ou un rendez-vous",
        ["instruction"] = "Instruire le dossier",
        ["seance"] = "Préparer une séance de la CCAPEX",
        ["droit-acces"] = "Répondre à une demande de droit d'accès",
        ["erreur-orientation"] = "Vérifier une erreur d'orientation",
    };

    private static readonly Dictionary<string, string[]> ByRole = new(StringComparer.Ordinal)
    {
        [Roles.Instructeur] = ["courrier", "visite", "instruction", "erreur-orientation"],
        [Roles.Secretariat] = ["courrier", "instruction", "seance", "droit-acces", "erreur-orientation"],
        [Roles.Autorite] = ["instruction", "seance"],
    };

    /// <summary>The reasons that a role may give; none for a role that sees no identity.</summary>
    public static IReadOnlyList<string> Of(string role) => ByRole.GetValueOrDefault(role, []);
}
