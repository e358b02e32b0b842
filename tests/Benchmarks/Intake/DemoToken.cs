using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Partners;

namespace ExchangeGateway.Benchmarks.Intake;

/// <summary>A token of an organisation of the demonstration.</summary>
internal static class DemoToken
{
    /// <summary>Asks for one, with the credentials of the first organisation of a nature that serves Paris.</summary>
    /// <param name="credentials"><c>demo/credentials.json</c> of the gateway's state folder.</param>
    /// <param name="nature">Of the organisation, as purposes name it.</param>
    public static Task<string> FetchAsync(string credentials, Uri gateway, string nature, HttpClient http, CancellationToken ct) =>
        FetchAsync(credentials, gateway, c => string.Equals(c.Nature, nature, StringComparison.Ordinal) && c.Territoires?.Contains("75", StringComparer.Ordinal) != false, http, ct);

    /// <summary>Asks for one, with the first credentials that are wanted.</summary>
    /// <param name="credentials"><c>demo/credentials.json</c> of the gateway's state folder.</param>
    public static async Task<string> FetchAsync(string credentials, Uri gateway, Func<ClientCredentials, bool> wanted, HttpClient http, CancellationToken ct)
    {
        var client = Credentials.Read(credentials).Clients.First(wanted);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client.ClientId,
            ["client_secret"] = client.ClientSecret,
        });
        using var answer = await http.PostAsync(new Uri(gateway, "/connect/token"), form, ct);
        answer.EnsureSuccessStatusCode();
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>(ct))!["access_token"]!;
    }
}
