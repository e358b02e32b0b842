using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExchangeGateway.Partners;

/// <summary>The file that the gateway's demonstration writes for its partners.</summary>
public sealed record Credentials(string? Url, IReadOnlyList<ClientCredentials> Clients, IReadOnlyList<PersonCredentials>? Personnes = null)
{
    /// <exception cref="JsonException">The file is not of this form.</exception>
    public static Credentials Read(string file) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(file), CredentialsJson.Default.Credentials) ?? throw new JsonException("Empty file.");
}

/// <param name="Role">depositaire, instructeur, secretariat…; absent when the client has all of its organisation's.</param>
public sealed record ClientCredentials(string Organisation, string Nature, IReadOnlyList<string>? Territoires, string ClientId, string ClientSecret, string? Role = null);

public sealed record PersonCredentials(string Compte, string MotDePasse, string? CleTotp, string Organisation, string Role);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Credentials))]
internal sealed partial class CredentialsJson : JsonSerializerContext;
