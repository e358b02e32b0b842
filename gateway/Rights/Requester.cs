using System.Text.Json;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>Who asks, as the verified identity says.</summary>
internal sealed record Requester(string Nom, string Prenoms, DateOnly DateNaissance)
{
    /// <summary>What binds the sealed identity to its request.</summary>
    private const string Table = "rights.request";

    /// <summary>Whether a person of a message is this one: surname or name in use, first given name, and the date of birth where the message gives it.</summary>
    public bool Is(Personne person) =>
        (Same(person.Nom, Nom) || (person.NomUsage is { } usage && Same(usage, Nom)))
        && string.Equals(NormalisedNames.FirstGivenName(person.Prenoms), NormalisedNames.FirstGivenName(Prenoms), StringComparison.Ordinal)
        && (person.DateNaissance is not { } birth || birth == DateNaissance);

    public byte[] Seal(DataKey key, Guid request) =>
        key.Seal(Table, request, Categories.Identite, JsonSerializer.SerializeToUtf8Bytes(this, RightsRows.Default.Requester));

    /// <exception cref="System.Security.Cryptography.CryptographicException">Sealed for another request or person.</exception>
    public static Requester Open(DataKey key, Guid request, byte[] box) =>
        JsonSerializer.Deserialize(key.Open(Table, request, Categories.Identite, box), RightsRows.Default.Requester) ?? throw new InvalidDataException("A request names nobody.");

    private static bool Same(string a, string b)
    {
        var (one, other) = (NormalisedNames.Normalise(a), NormalisedNames.Normalise(b));
        return one.Length > 0 && string.Equals(one.Replace(" ", "", StringComparison.Ordinal), other.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
