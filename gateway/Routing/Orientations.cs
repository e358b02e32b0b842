using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>
/// The warning on a second orientation, where a territory has a catalogue of its devices: another organisation already
/// accompanies the household. It warns, and stops nothing.
/// </summary>
internal static class Orientations
{
    /// <summary>Purposes by which somebody accompanies the household.</summary>
    public static IReadOnlyList<string> Purposes { get; } = ["P4", "P9"];

    /// <summary>Natures of those who accompany a household; the secretariat, which registers everything, is not one.</summary>
    public static IReadOnlyList<string> Accompanying { get; } = ["departement", "caf", "msa", "caf-action-sociale", "fsl", "equipe-mobile"];

    /// <summary>Whether somebody else accompanies the household already.</summary>
    public static bool Duplicates(Territory territory, DossierHistory? history, RuleEffect.Deliver deliver) =>
        territory.Devices.Count > 0 && history is not null && Purposes.Contains(deliver.Purpose, StringComparer.Ordinal)
        && Accompanying.Contains(territory.Partners[deliver.Recipient].Nature, StringComparer.Ordinal) && Others(territory, history, deliver.Recipient).Any();

    /// <summary>"orientation en double : équipe mobile, alors que le dossier est déjà ouvert auprès de : service social du Département".</summary>
    public static string Say(Territory territory, DossierHistory history, string recipient) =>
        $"orientation en double : {territory.Designation(recipient)}, alors que le dossier est déjà ouvert auprès de : {RulePhrase.List(Others(territory, history, recipient).Select(territory.Designation))}";

    private static IEnumerable<string> Others(Territory territory, DossierHistory history, string recipient) =>
        history.Orientations.Where(o => !string.Equals(o, recipient, StringComparison.Ordinal) && territory.Partners.ContainsKey(o));
}
