using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Partners;

namespace ExchangeGateway.Benchmarks.Intake;

/// <summary>A token of an organisation of the demonstration.</summary>
internal static class DemoToken
{
    /// <param name="credentials"><c>demo/credentials.json</c> of the gateway's state folder.</param>
    /// <param name="nature">Of the organisation, as purposes name it; the first one that serves Paris.</param>
    public static async Task<string> FetchAsync(string credentials, Uri gateway, string nature, HttpClient http, CancellationToken ct)
    {
        var client = Credentials.Read(credentials).Clients
            .First(c => string.Equals(c.Nature, nature, StringComparison.Ordinal) && c.Territoires?.Contains("75", StringComparer.Ordinal) != false);
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
