using System.Text.Json;
using System.Text.Json.Serialization;
using ExchangeGateway.Gateway.Access.Tokens;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Access.Demo;

/// <summary>The file <c>demo/credentials.json</c> of the state folder (mode 0600): what the simulated partners and <c>demo code</c> read.</summary>
/// <param name="Url">Where the gateway serves.</param>
internal sealed record DemoCredentials(string Url, IReadOnlyList<DemoClient> Clients, IReadOnlyList<DemoPerson> Personnes)
{
    public static string PathIn(string stateFolder) => Path.Combine(stateFolder, "demo", "credentials.json");

    /// <summary>The file's content; <see langword="null"/> when there is none.</summary>
    /// <exception cref="JsonException">The file is not of this form.</exception>
    public static async Task<DemoCredentials?> ReadAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path))
            return null;
        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync(file, DemoJson.Default.DemoCredentials, ct);
    }

    /// <summary>Replaces the file in one step.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, Posix.Private);
        var fresh = path + "." + Guid.NewGuid().ToString("N");
        Posix.WritePrivate(fresh, JsonSerializer.SerializeToUtf8Bytes(this, DemoJson.Default.DemoCredentials));
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>What was there, with what was just made in its place.</summary>
    public static DemoCredentials Merge(DemoCredentials? known, string url, IssuedCredentials issued)
    {
        var clients = issued.Clients.Select(c => new DemoClient(c.Organisation, c.Nature, c.Role, c.Territories, c.ClientId, c.Secret)).ToList();
        var people = issued.People.Select(p => new DemoPerson(p.Account, p.Password, p.AuthenticatorKey, p.Organisation, p.Role)).ToList();
        return new(
            url,
            [.. (known?.Clients ?? []).ExceptBy(clients.Select(c => c.ClientId), c => c.ClientId, StringComparer.Ordinal), .. clients],
            [.. (known?.Personnes ?? []).ExceptBy(people.Select(p => p.Compte), p => p.Compte, StringComparer.Ordinal), .. people]);
    }
}

internal sealed record DemoClient(string Organisation, string Nature, string Role, IReadOnlyList<string> Territoires, string ClientId, string ClientSecret);

/// <summary>A person of the demonstration and what they sign in with.</summary>
/// <param name="CleTotp">Base32 key of the second factor; <see langword="null"/> when the role needs none.</param>
internal sealed record DemoPerson(string Compte, string MotDePasse, string? CleTotp, string Organisation, string Role);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DemoCredentials))]
internal sealed partial class DemoJson : JsonSerializerContext;
