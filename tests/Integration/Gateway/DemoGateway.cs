using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Storage;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>The gateway as <c>ops/run</c> starts it: a process of its own on its embedded PostgreSQL, with the demonstration's organisations. Can be killed and started again on the same state.</summary>
internal sealed class DemoGateway : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly string _folder = TestFolders.Create();
    private GatewayProcess? _process;
    private JsonNode? _credentials;

    public string State => Path.Combine(_folder, "state");

    /// <summary>A folder of its own, beside its state, that goes with it.</summary>
    public string FolderFor(string name) => Directory.CreateDirectory(Path.Combine(_folder, name), Posix.Passage).FullName;

    public GatewayProcess Process => _process ?? throw new InvalidOperationException("Not started.");
    public Uri Url { get; private set; } = new("http://127.0.0.1");
    public string CredentialsFile => Path.Combine(State, "demo", "credentials.json");

    /// <summary>Starts a process whose temporary files lie in a folder of its own.</summary>
    public static async Task<DemoGateway> StartWithTemporaryFolderAsync(params (string Name, string Value)[] settings)
    {
        var gateway = new DemoGateway();
        await gateway.StartProcessAsync([.. settings, ("TMPDIR", gateway.FolderFor("tmp"))]);
        return gateway;
    }

    public static async Task<DemoGateway> StartAsync(params (string Name, string Value)[] settings)
    {
        var gateway = new DemoGateway();
        await gateway.StartProcessAsync(settings);
        return gateway;
    }

    public async Task StartProcessAsync(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["State__Folder"] = State };
        foreach (var (name, value) in settings)
            environment[name] = value;
        _process = await GatewayProcess.Start(GatewayProcess.Build(), _folder, environment, null, "--demo").ServingAsync();
        Url = _process.Address;
        _credentials = JsonNode.Parse(await File.ReadAllTextAsync(CredentialsFile))!;
    }

    public async Task<HttpResponseMessage> SendAsync(string client, HttpMethod method, string path, HttpContent? content, string token)
    {
        using var request = new HttpRequestMessage(method, new Uri(Url, path)) { Content = content };
        return await SendAsync(request, token);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string token)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }

    public async Task<string> TokenAsync(string client)
    {
        var secret = _credentials!["clients"]!.AsArray().Single(c => c!["clientId"]!.GetValue<string>() == client)!["clientSecret"]!.GetValue<string>();
        using var answer = await _http.PostAsync(new Uri(Url, "/connect/token"), new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = secret,
        }));
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!.GetValue<string>();
    }

    /// <summary>The whole inbox of a client, page by page.</summary>
    public async Task<IReadOnlyList<JsonNode>> InboxAsync(string client)
    {
        var (token, lines, cursor) = (await TokenAsync(client), new List<JsonNode>(), (string?)null);
        do
        {
            using var answer = await SendAsync(client, HttpMethod.Get, "/v1/reception?limite=200" + (cursor is null ? "" : "&curseur=" + cursor), null, token);
            var page = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
            lines.AddRange(page["remises"]!.AsArray().Select(n => n!));
            cursor = page["suivant"]?.GetValue<string>();
        }
        while (cursor is not null);
        return lines;
    }

    /// <summary>Follows a client's inbox by its cursor, as software does, until as many lines have come.</summary>
    public async Task FollowInboxAsync(string client, int lines, TimeSpan limit)
    {
        var (token, seen, cursor) = (await TokenAsync(client), 0, "");
        await Processes.UntilAsync(
            () =>
            {
                using var answer = SendAsync(client, HttpMethod.Get, "/v1/reception?limite=200&curseur=" + cursor, null, token).GetAwaiter().GetResult();
                var page = answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>().GetAwaiter().GetResult()!;
                cursor = page["reprise"]?.GetValue<string>() ?? cursor;
                return (seen += page["remises"]!.AsArray().Count) >= lines;
            },
            limit,
            $"{lines} lines in the inbox of {client}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is not null)
        {
            await _process.StopAsync(15);
            await _process.DisposeAsync();
        }

        TestFolders.Delete(_folder);
    }
}
