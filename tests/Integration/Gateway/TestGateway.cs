using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>The whole gateway in this process, on a real Kestrel, a fresh real database and folders of its own, with the demonstration's organisations. Its clock can be moved.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly string _folder;
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _tokens = new(StringComparer.Ordinal);

    private TestGateway(WebApplication app, TestDatabase database, string folder, MovableClock clock)
    {
        (App, _database, _folder, Clock) = (app, database, folder, clock);
        Http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }
    public MovableClock Clock { get; }
    public HttpClient Http { get; }
    public IssuedCredentials Credentials { get; private set; } = new([], []);
    public Databases Databases => _database.Databases;
    /// <summary>Settings of another node on the same database.</summary>
    internal IReadOnlyDictionary<string, string?> Configuration => _database.Configuration;
    public string State => Path.Combine(_folder, "state");
    public string Purposes => Path.Combine(_folder, "finalites");
    public string Territories => Path.Combine(_folder, "territories");

    public static Task<TestGateway> StartAsync(PostgresFixture postgres, params (string Key, string? Value)[] settings) => StartAsync(postgres, _ => { }, settings);

    /// <param name="replace">Replaces parts of the host that no setting names.</param>
    public static async Task<TestGateway> StartAsync(PostgresFixture postgres, Action<IServiceCollection> replace, params (string Key, string? Value)[] settings)
    {
        var first = await postgres.FirstStart.GetAsync(postgres);
        var database = await postgres.CopyDatabaseAsync(first.Database);
        var folder = TestFolders.Create();
        CopyFolder(first.State, Path.Combine(folder, "state"));
        return await StartAsync(database, folder, replace, settings, first.Credentials);
    }

    /// <summary>The first start on a database and a folder; or, with the credentials that this gave, a later one.</summary>
    internal static async Task<TestGateway> StartAsync(
        TestDatabase database, string folder, Action<IServiceCollection> replace, (string Key, string? Value)[] settings, IssuedCredentials? credentials)
    {
        var clock = new MovableClock();
        CopyFolder(Path.Combine(TestFolders.Checkout(), "consent", "finalites"), Path.Combine(folder, "finalites"));
        CopyFolder(Path.Combine(TestFolders.Checkout(), "ops", "territories"), Path.Combine(folder, "territories"));
        var app = GatewayHost.Build([], builder =>
        {
            builder.Environment.EnvironmentName = "Test";
            builder.Configuration.AddInMemoryCollection(database.Configuration);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["State:Folder"] = Path.Combine(folder, "state"),
                ["Registers:Purposes"] = Path.Combine(folder, "finalites"),
                ["Registers:Territories"] = Path.Combine(folder, "territories"),
                ["Registers:Mode"] = "demonstration",
                ["Access:CallsPerSecond"] = "100000",
            });
            builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal));
            builder.Services.AddSingleton<TimeProvider>(clock);
            replace(builder.Services);
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        });
        await GatewayHost.StartAsync(app, CancellationToken.None);
        var gateway = new TestGateway(app, database, folder, clock);
        gateway.Credentials = credentials ?? await app.Services.GetRequiredService<OrganisationDirectory>().EnsureAsync(
            [.. DemoDirectory.Organisations(app.Services.GetRequiredService<RegistersInForce>().Current.Territories).Select(o => o with { People = [] })], renewSecrets: false, CancellationToken.None);
        return gateway;
    }

    /// <summary>Sends as a machine client of an organisation: its depositor, or the role that is given.</summary>
    public async Task<HttpResponseMessage> SendAsync(string client, HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(client));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string client, string path, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(client, HttpMethod.Post, path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), headers);

    /// <summary>Deposits a message that must be accepted; gives its receipt.</summary>
    public async Task<JsonNode> DepositAsync(string client, string type, JsonNode message)
    {
        using var response = await PostAsync(client, "/v1/" + type, message);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
        return JsonNode.Parse(text)!;
    }

    public async Task<JsonNode> GetAsync(string client, string path)
    {
        using var response = await SendAsync(client, HttpMethod.Get, path);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>The inbox of a client, whole.</summary>
    public async Task<IReadOnlyList<JsonNode>> InboxAsync(string client) =>
        [.. (await GetAsync(client, "/v1/reception?limite=200"))["remises"]!.AsArray().Select(n => n!)];

    /// <summary>Routes everything that is due at the test's time; the gateway's own routers may hold rows, so it looks until none is left.</summary>
    public async Task RouteAsync()
    {
        await using var due = Databases.Owner.CreateCommand("select count(*) from routing.work where due_at <= $1");
        due.Parameters.AddWithValue(Clock.GetUtcNow());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        do
        {
            await App.Services.GetRequiredService<Router>().RouteDueAsync(limit.Token);
        }
        while ((long)(await due.ExecuteScalarAsync(limit.Token))! > 0);
    }

    public Task ReloadAsync() => App.Services.GetRequiredService<RegistersInForce>().ReloadAsync(CancellationToken.None);

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Databases.Owner.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Stops the gateway and leaves its database and folder.</summary>
    internal async Task StopAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        await _database.Databases.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        await _database.DisposeAsync();
        TestFolders.Delete(_folder);
    }

    /// <summary>Clients made by the test itself.</summary>
    public void Know(IssuedCredentials more) => Credentials = new([.. Credentials.Clients, .. more.Clients], [.. Credentials.People, .. more.People]);

    /// <summary>After the clock was moved: the tokens that were asked for have expired.</summary>
    public void ForgetTokens() => _tokens.Clear();
    /// <summary>Gives an organisation of the demonstration another machine.</summary>
    public async Task AddClientAsync(string organisation, string client, string role)
    {
        var spec = DemoDirectory.Organisations(App.Services.GetRequiredService<RegistersInForce>().Current.Territories).Single(o => o.Code == organisation);
        var issued = await App.Services.GetRequiredService<OrganisationDirectory>()
            .EnsureAsync([spec with { Clients = [new(client, role)], People = [] }], renewSecrets: false, CancellationToken.None);
        Credentials = Credentials with { Clients = [.. Credentials.Clients, .. issued.Clients] };
    }

    /// <summary>Asks for a token again: the test's clock has passed the end of the one before.</summary>
    public Task RenewTokenAsync(string client) => (_tokens[client] = new(() => AskTokenAsync(client))).Value;

    /// <summary>The client's token, asked for once.</summary>
    public Task<string> TokenAsync(string client) => _tokens.GetOrAdd(client, c => new(() => AskTokenAsync(c))).Value;

    /// <summary>Moves the clock; tokens, which have ended meanwhile, are asked for anew.</summary>
    public void Advance(TimeSpan by)
    {
        Clock.Advance(by);
        _tokens.Clear();
    }

    private async Task<string> AskTokenAsync(string client)
    {
        var secret = Credentials.Clients.Single(c => c.ClientId == client).Secret;
        using var response = await Http.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = secret,
        }));
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>();
        return answer!["access_token"]!.GetValue<string>();
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

/// <summary>The machine's clock plus what a test adds; timers run on real time.</summary>
internal sealed class MovableClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;
}
