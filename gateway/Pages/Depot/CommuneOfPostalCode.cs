using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>Finds the INSEE code that an office does not have at hand from what it has: postal code and name of the commune.</summary>
internal static class CommuneOfPostalCode
{
    /// <returns>The INSEE code; <see langword="null"/> when no commune served has this postal code, or several that the name does not tell apart.</returns>
    public static string? Find(TerritoryCatalogue territories, string postalCode, string? name)
    {
        var sharing = territories.All.SelectMany(t => t.Communes).Where(c => c.PostalCodes.Contains(postalCode, StringComparer.Ordinal)).ToList();
        // The postal code of an arrondissement is also one of the whole town's: the arrondissement is meant (Paris 75101 to 75120, not 75056).
        var candidates = sharing.Where(c => !sharing.Any(other => IsArrondissement(other, c))).ToList();
        if (candidates.Count == 1)
            return candidates[0].Insee;
        var wanted = Plain(name ?? "");
        var named = candidates.Where(c => Plain(c.Name) == wanted).ToList();
        return named.Count == 1 ? named[0].Insee : null;
    }

    private static bool IsArrondissement(Commune part, Commune town) =>
        part.Name.StartsWith(town.Name + " ", StringComparison.Ordinal) && part.Name.EndsWith("Arrondissement", StringComparison.Ordinal);

    /// <summary>Letters and digits only, without accents: <c>SAINT MARTIN D'HERES</c> and <c>Saint-Martin-d'Hères</c> are one.</summary>
    private static string Plain(string name) => string.Concat(name
        .Normalize(System.Text.NormalizationForm.FormD)
        .Where(char.IsLetterOrDigit)
        .Select(char.ToUpperInvariant));
}
