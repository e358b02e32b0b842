using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExchangeGateway.Benchmarks.Intake;

/// <summary>Credentials that the demonstration's gateway wrote to <c>demo/credentials.json</c> of its state folder.</summary>
internal sealed record DemoCredentials(IReadOnlyList<DemoClient> Clients)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static DemoCredentials Read(string file) =>
        JsonSerializer.Deserialize<DemoCredentials>(File.ReadAllBytes(file), Web) ?? throw new InvalidOperationException($"{file} is empty.");

    /// <summary>A token of the first client of a nature (<c>commissaire-de-justice</c>).</summary>
    public async Task<string> TokenAsync(Uri gateway, string nature, HttpClient http, CancellationToken ct)
    {
        var client = Clients.First(c => string.Equals(c.Nature, nature, StringComparison.Ordinal));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client.ClientId,
            ["client_secret"] = client.ClientSecret,
        });
        using var answer = await http.PostAsync(new Uri(gateway, "/connect/token"), form, ct);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<Token>(Web, ct))!.AccessToken;
    }

    private sealed record Token([property: JsonPropertyName("access_token")] string AccessToken);
}

/// <summary>One organisation's machine access.</summary>
internal sealed record DemoClient(string Organisation, string Nature, string ClientId, string ClientSecret);
