using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>Finds the INSEE code that an office does not have at hand from what it has: postal code and name of the commune.</summary>
internal static class CommuneOfPostalCode
{
    /// <returns>The INSEE code; <see langword="null"/> when no commune served has this postal code, or several that the name does not tell apart.</returns>
    public static string? Find(TerritoryCatalogue territories, string postalCode, string? name)
    {
        var candidates = territories.All.SelectMany(t => t.Communes).Where(c => c.PostalCodes.Contains(postalCode, StringComparer.Ordinal)).ToList();
        if (candidates.Count == 1)
            return candidates[0].Insee;
        var wanted = Plain(name ?? "");
        var named = candidates.Where(c => Plain(c.Name) == wanted).ToList();
        return named.Count == 1 ? named[0].Insee : null;
    }

    /// <summary>Letters and digits only, without accents: <c>SAINT MARTIN D'HERES</c> and <c>Saint-Martin-d'Hères</c> are one.</summary>
    private static string Plain(string name) => string.Concat(name
        .Normalize(System.Text.NormalizationForm.FormD)
        .Where(char.IsLetterOrDigit)
        .Select(char.ToUpperInvariant));
}
