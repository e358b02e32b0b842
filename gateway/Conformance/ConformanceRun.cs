using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>A run against one gateway: the credentials, the message it sends, and what it has learnt so far.</summary>
internal sealed class ConformanceRun(HttpClient http, Uri url, string clientId, string secret)
{
    /// <summary>The reference token; empty until <see cref="OpenAsync"/>.</summary>
    public string Token { get; private set; } = "";

    /// <summary>The type that the run deposits.</summary>
    public MessageType Type { get; set; }

    /// <summary>Every type that the client may deposit.</summary>
    public IReadOnlyList<MessageType> MyTypes { get; private set; } = [];

    /// <summary>An accepted message of <see cref="Type"/>, as JSON.</summary>
    public JsonObject Message { get; set; } = [];

    /// <summary>Answer of <c>/v1/moi</c>.</summary>
    public Answer? Me { get; private set; }

    /// <summary>The first deposit of the run with the body it was made of; <see langword="null"/> until one is accepted.</summary>
    public (Answer Answer, byte[] Body)? First { get; set; }

    public string Path => "/v1/" + Type;

    /// <summary>Asks for a token and for the client's rights.</summary>
    /// <returns>Whether both were given.</returns>
    public async Task<bool> OpenAsync(CancellationToken ct)
    {
        Token = (await AskTokenAsync(secret, ct)).TextAt("access_token") ?? "";
        Me = await SendAsync(HttpMethod.Get, "/v1/moi", null, ct);
        MyTypes =
        [
            .. (Me.At("depots") as JsonArray ?? [])
                .Select(d => MessageType.TryParse((d as JsonObject)?["type"]?.ToString(), out var type) ? type : (MessageType?)null)
                .OfType<MessageType>(),
        ];
        return Token.Length > 0 && Me.Status == 200;
    }

    /// <summary>Asks for a token with this secret, the client's own by default.</summary>
    public async Task<Answer> AskTokenAsync(string? withSecret, CancellationToken ct)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = clientId,
            ["client_secret"] = withSecret ?? secret,
        });
        return await SendAsync(HttpMethod.Post, "/connect/token", form, authorization: null, [], ct);
    }

    public Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, content, "Bearer " + Token, headers, ct);

    /// <summary>Sends as asked, and takes the content with it.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, string? authorization, (string Name, string Value)[] headers, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(url, path)) { Content = content };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, ct);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct), response.Content.Headers.ContentType?.MediaType, response.Headers);
    }

    /// <summary>Deposits a body of the run's type.</summary>
    public Task<Answer> DepositAsync(byte[] body, CancellationToken ct, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, Path, Content(body, "application/json"), ct, headers);

    /// <summary>The run's message in bytes that were never sent before: blanks, which JSON ignores, make each body its own.</summary>
    public byte[] FreshBody() => Encoding.UTF8.GetBytes(Fresh(Message));

    /// <summary>A message on one line, with blanks of its own after its first brace.</summary>
    public static string Fresh(JsonObject message)
    {
        var blanks = string.Concat(RandomNumberGenerator.GetBytes(8).SelectMany(b => Enumerable.Range(0, 8).Select(bit => ((b >> bit) & 1) == 1 ? ' ' : '\t')));
        return message.ToJsonString().Insert(1, blanks);
    }

    /// <summary>A copy of the run's message, to be changed.</summary>
    public JsonObject Copy() => (JsonObject)Message.DeepClone();

    public static string FreshKey() => "conformite-" + Guid.NewGuid().ToString("N");

    public static ByteArrayContent Content(byte[] body, string mediaType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }

    public static ByteArrayContent Content(string body, string mediaType) => Content(Encoding.UTF8.GetBytes(body), mediaType);
}
