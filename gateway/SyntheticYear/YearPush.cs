using System.Net.Http.Headers;
using System.Text.Json;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.SyntheticYear;

/// <summary>Sends the invented year to a gateway as its senders would: one batch a message type, by the intake that everybody uses.</summary>
internal sealed class YearPush(HttpClient http, DemoCredentials credentials, Territory territory, string name)
{
    /// <summary>Sends what the files hold.</summary>
    /// <returns>Type, lines accepted, lines refused.</returns>
    /// <exception cref="HttpRequestException">The gateway does not answer, or refuses a whole batch.</exception>
    public async Task<IReadOnlyList<(string Type, int Accepted, int Refused)>> SendAsync(IReadOnlyList<YearAct> acts, CancellationToken ct)
    {
        var sent = new List<(string, int, int)>();
        foreach (var (stage, type) in YearMessages.Types)
        {
            var sender = territory.Partners.Values.FirstOrDefault(p => p.Sends.Contains(type));
            var client = credentials.Clients.FirstOrDefault(c => c.Organisation == sender?.Code && c.Role == Roles.Depositaire)
                ?? throw new HttpRequestException($"Aucun identifiant pour envoyer {type}.");
            using var body = new MemoryStream();
            foreach (var act in acts.Where(a => a.Stage == stage))
            {
                body.Write(YearMessages.Bytes(act));
                body.WriteByte((byte)'\n');
            }

            body.Position = 0;
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{type}/lots") { Content = new StreamContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            request.Headers.Add("ExchangeGateway-Lot", $"{name}-{stage}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(client, ct));
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            answer.EnsureSuccessStatusCode();
            var (accepted, refused) = (0, 0);
            using var report = new StreamReader(await answer.Content.ReadAsStreamAsync(ct));
            while (await report.ReadLineAsync(ct) is { } line)
            {
                using var read = JsonDocument.Parse(line);
                if (read.RootElement.TryGetProperty("code", out var code))
                    _ = code.GetString() is "accepte" ? accepted++ : refused++;
            }

            sent.Add((type.ToString(), accepted, refused));
        }

        return sent;
    }

    private async Task<string> TokenAsync(DemoClient client, CancellationToken ct)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", client.ClientId), new("client_secret", client.ClientSecret)]);
        using var answer = await http.PostAsync("/connect/token", form, ct);
        answer.EnsureSuccessStatusCode();
        using var read = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(ct));
        return read.RootElement.GetProperty("access_token").GetString()!;
    }
}
