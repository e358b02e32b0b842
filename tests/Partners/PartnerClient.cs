using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Partners;

/// <summary>What the gateway answered to one call.</summary>
/// <param name="Body">The JSON of the answer, problem or not; <see langword="null"/> when it was no JSON.</param>
public sealed record Answer(HttpStatusCode Status, JsonNode? Body)
{
    public bool Succeeded => (int)Status is >= 200 and < 300;

    /// <summary>Last part of the problem's type (<c>nir-interdit</c>); <see langword="null"/> when there is none.</summary>
    public string? Refusal => Body is JsonObject o && o["type"] is JsonValue type && type.GetValueKind() == JsonValueKind.String ? type.GetValue<string>().Split(':')[^1] : null;
}

/// <summary>One organisation's software: knows the gateway's address and its own credentials, nothing else.</summary>
public sealed class PartnerClient(HttpClient http, string clientId, string clientSecret, TimeProvider clock) : IDisposable
{
    /// <summary>Calls that the gateway asks to repeat later are repeated, this often at most.</summary>
    private const int MaximumTries = 20;

    private readonly SemaphoreSlim _signIn = new(1, 1);
    private string? _token;
    private DateTimeOffset _until;

    /// <summary>Deposits one message.</summary>
    /// <param name="key">Idempotency-Key; without one the gateway takes the body's digest.</param>
    public Task<Answer> DepositAsync(string type, byte[] json, string? key, CancellationToken ct) =>
        SendAsync(() => Posting($"v1/{type}", json, "application/json", key), ct);

    /// <summary>Deposits a batch and reads its report line by line while it streams.</summary>
    /// <exception cref="HttpRequestException">The whole batch was refused.</exception>
    public async IAsyncEnumerable<JsonNode> DepositBatchAsync(string type, Stream content, string mediaType, [EnumeratorCancellation] CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"v1/{type}/lots", UriKind.Relative)) { Content = new StreamContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        request.Headers.Authorization = new("Bearer", await TokenAsync(ct));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(ct)}", null, response.StatusCode);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct), Encoding.UTF8);
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            if (line.Length > 0)
                yield return JsonNode.Parse(line)!;
        }
    }

    /// <summary>One page of the inbox.</summary>
    public Task<Answer> ReceptionAsync(string? cursor, int limit, CancellationToken ct) =>
        GetAsync($"v1/reception?limite={limit}{(cursor is null ? "" : "&curseur=" + Uri.EscapeDataString(cursor))}", ct);

    public Task<Answer> AcknowledgeAsync(string delivery, CancellationToken ct) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Post, new Uri($"v1/reception/{delivery}/accuse", UriKind.Relative)), ct);

    public Task<Answer> IdentityAsync(string delivery, string motif, CancellationToken ct) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Post, new Uri($"v1/reception/{delivery}/identite", UriKind.Relative)) { Content = JsonContent.Create(new { motif }) }, ct);

    /// <summary>Whether the proof of a deposit is there (a tlog-proof); the log integrates within a second.</summary>
    public async Task<bool> HasProofAsync(string deposit, CancellationToken ct)
    {
        for (var tries = 0; tries < MaximumTries; tries++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"v1/depots/{deposit}/preuve", UriKind.Relative));
            request.Headers.Authorization = new("Bearer", await TokenAsync(ct));
            using var response = await http.SendAsync(request, ct);
            if (response.IsSuccessStatusCode)
                return (await response.Content.ReadAsStringAsync(ct)).StartsWith("c2sp.org/tlog-proof@v1\n", StringComparison.Ordinal);
            await Task.Delay(TimeSpan.FromMilliseconds(300), clock, ct);
        }
        return false;
    }

    /// <summary>Any reading call.</summary>
    /// <param name="path">Relative to the gateway's address.</param>
    public Task<Answer> GetAsync(string path, CancellationToken ct) => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)), ct);

    public void Dispose() => _signIn.Dispose();

    private static HttpRequestMessage Posting(string path, byte[] body, string mediaType, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        // RFC 9530.
        request.Headers.TryAddWithoutValidation("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return request;
    }

    private async Task<Answer> SendAsync(Func<HttpRequestMessage> make, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            using var request = make();
            request.Headers.Authorization = new("Bearer", await TokenAsync(ct));
            using var response = await http.SendAsync(request, ct);
            // 409: its twin is under way; 429 and 503 say when to come back. The key makes a repetition harmless.
            var comeBack = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict;
            if (!comeBack || tries == MaximumTries)
                return new(response.StatusCode, await ReadAsync(response, ct));
            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromMilliseconds(200), clock, ct);
        }
    }

    private static async Task<JsonNode?> ReadAsync(HttpResponseMessage response, CancellationToken ct) =>
        response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json"
            ? JsonNode.Parse(await response.Content.ReadAsStreamAsync(ct))
            : null;

    private async Task<string> TokenAsync(CancellationToken ct)
    {
        await _signIn.WaitAsync(ct);
        try
        {
            if (_token is not null && clock.GetUtcNow() < _until)
                return _token;
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = clientId,
                ["client_secret"] = clientSecret,
            });
            using var response = await http.PostAsync(new Uri("connect/token", UriKind.Relative), form, ct);
            response.EnsureSuccessStatusCode();
            var answer = (await response.Content.ReadFromJsonAsync<JsonObject>(ct))!;
            _token = answer["access_token"]!.GetValue<string>();
            // Renewed at half its life: a batch must not outlive it.
            _until = clock.GetUtcNow().AddSeconds((answer["expires_in"]?.GetValue<int>() ?? 60) / 2.0);
            return _token;
        }
        finally
        {
            _signIn.Release();
        }
    }
}
