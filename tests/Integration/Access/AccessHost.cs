using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ExchangeGateway.Integration.Access;

/// <summary>The access part on a real Kestrel with a real log and a database of its own; its clock is the test's.</summary>
internal sealed class AccessHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly TestDatabase _database;

    private AccessHost(WebApplication app, string folder, TestDatabase database, SetClock clock)
    {
        (_app, _folder, _database, Clock) = (app, folder, database, clock);
        var addresses = app.Urls.ToList();
        Http = new Uri(addresses.First(a => a.StartsWith("http:", StringComparison.Ordinal)));
        Https = new Uri(addresses.First(a => a.StartsWith("https:", StringComparison.Ordinal)));
        Client = NewClient();
    }

    public Databases Databases => _database.Databases;
    public SetClock Clock { get; }
    public Uri Http { get; }
    public Uri Https { get; }
    public HttpClient Client { get; }
    public IServiceProvider Services => _app.Services;

    /// <summary>Credentials of the organisations below.</summary>
    public IssuedCredentials Credentials { get; private set; } = new([], []);

    public static MessageType ActOfPayment { get; } = new("commissaires-de-justice", "commandements-de-payer");

    public static IReadOnlyList<OrganisationSpec> Organisations { get; } =
    [
        new()
        {
            Code = "etude-75-001", Nature = "commissaire-de-justice", Name = "Étude fictive", Territories = ["75", "92"],
            Deposits = [new(ActOfPayment, "75"), new(ActOfPayment, "92")],
            Clients = [new("etude-75-001", Roles.Depositaire)],
            People = [new("greffe@etude-75-001.invalid", "Greffe", Roles.Depositaire)],
        },
        new()
        {
            Code = "adil-75", Nature = "adil", Name = "ADIL fictive", Territories = ["75"],
            Clients = [new("adil-75", Roles.Instructeur)],
            People = [new("juriste@adil-75.invalid", "Juriste", Roles.Instructeur)],
        },
        new()
        {
            Code = "passerelle", Nature = "passerelle", Name = "Passerelle", Territories = ["75"],
            Clients = [new("passerelle", Roles.Exploitant), new("passerelle-dpo", Roles.Dpo)],
            People = [new("dpo@passerelle.invalid", "DPO", Roles.Dpo)],
        },
    ];

    public static async Task<AccessHost> StartAsync(PostgresFixture postgres, params (string Key, string Value)[] settings)
    {
        var (database, clock) = (await postgres.CreateDatabaseAsync(), new SetClock());
        var folder = Directory.CreateTempSubdirectory("eg-access-host-").FullName;
        var app = Build(database.Databases, clock, folder, settings);
        app.UseRefusals();
        app.UseRouting();
        app.UseAccess();
        app.MapAccess();
        MapTestEndpoints(app);
        await app.CheckEndpointRulesAsync();
        await app.StartAsync();
        var host = new AccessHost(app, folder, database, clock);
        host.Credentials = await app.Services.GetRequiredService<OrganisationDirectory>().EnsureAsync(Organisations, renewSecrets: false, CancellationToken.None);
        return host;
    }

    /// <summary>The application, not started: for the host, and for commands that only want its services.</summary>
    internal static WebApplication Build(Databases databases, SetClock clock, string folder, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["State:Folder"] = Path.Combine(folder, "state");
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = NewCertificate("localhost");
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            }));
        });
        var services = builder.Services;
        services.AddSingleton<TimeProvider>(clock).AddSingleton(databases);
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddSingleton(_ => StateFolder.Open(builder.Configuration));
        services.AddSingleton<Secrets>().AddSingleton(s => new VaultKeys(s.GetRequiredService<StateFolder>().Keys, s.GetRequiredService<IDataProtectionProvider>()));
        services.AddAudit(builder.Configuration);
        services.AddRegisters();
        services.AddAccess(builder.Configuration);
        // Each test makes its people anew: stretching their passwords as for real ones would be half of its time.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
        return builder.Build();
    }

    public string SecretOf(string clientId) => Credentials.Clients.Single(c => c.ClientId == clientId).Secret;

    public IssuedPerson Person(string account) => Credentials.People.Single(p => p.Account == account);

    public HttpClient NewClient(X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
#pragma warning disable CA5359 // The server's certificate is made for the test.
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        return new HttpClient(handler) { BaseAddress = Http };
    }

    public async Task<string> TokenAsync(string clientId) =>
        (await TokenRequestAsync(clientId, SecretOf(clientId)).Json()).GetProperty("access_token").GetString()!;

    /// <summary><c>client_secret_basic</c>.</summary>
    public Task<HttpResponseMessage> TokenRequestAsync(string clientId, string secret, params (string, string)[] more) =>
        PostAsync("/connect/token", clientId, secret, [("grant_type", "client_credentials"), .. more]);

    public async Task<HttpResponseMessage> PostAsync(string path, string clientId, string secret, params (string Key, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Form(fields) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret)}")));
        return await Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(Uri uri, HttpContent? content) => Client.PostAsync(uri, content);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpClient? client = null) => (client ?? Client).SendAsync(request);

    public async Task<HttpResponseMessage> GetAsync(string path, string? token, string scheme = "Bearer", HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        return await (client ?? Client).SendAsync(request);
    }

    public static FormUrlEncodedContent Form(params (string Key, string Value)[] fields) =>
        new(fields.Select(f => KeyValuePair.Create(f.Key, f.Value)));

    /// <summary>How many entries of an action the log holds.</summary>
    public async Task<long> EntriesAsync(LogAction action)
    {
        await using var command = Databases.Owner.CreateCommand("select count(*) from audit.entry where action = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = action.ToString() });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Databases.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public static X509Certificate2 NewCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Drops the database under the running host, as an outage would.</summary>
    public async Task TakeDatabaseAwayAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(_database.Configuration["Database:Owner"]) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"drop database {_database.Name} with (force)", connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Stand-ins for intake, reception and the pages of sign-in: each only shows what the access part has established.</summary>
    private static void MapTestEndpoints(WebApplication app)
    {
        app.MapGet("/v1/deposer", () => "ok").RequireAuthorization(Policies.Deposer).Journalise(LogAction.None);
        app.MapGet("/v1/recevoir", () => "ok").RequireAuthorization(Policies.Recevoir).Journalise(LogAction.None);
        app.MapGet("/v1/journal-essai", () => "ok").RequireAuthorization(Policies.Journal).Journalise(LogAction.None);
        app.MapPost("/v1/corps", async (HttpRequest request, CancellationToken ct) => await new StreamReader(request.Body).ReadToEndAsync(ct)).RequireAuthorization(Policies.Public).Journalise(LogAction.None)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(10));
        app.MapGet("/v1/panne/{quoi}", string (string quoi) => throw (quoi switch
        {
            "base" => new NpgsqlException("secret text", new System.Net.Sockets.SocketException(111)),
            "disque" => new IOException("secret text"),
            _ => new InvalidOperationException("secret text"),
        })).RequireAuthorization(Policies.Public).Journalise(LogAction.None);
        app.MapGet("/panne", string () => throw new IOException("secret text")).RequireAuthorization(Policies.Public).Journalise(LogAction.None);
        app.MapGet("/erreur/{code:int}", (int code) => Results.Content($"<h1>Erreur {code}</h1>", "text/html; charset=utf-8", Encoding.UTF8, code)).RequireAuthorization(Policies.Public).Journalise(LogAction.None);
        app.MapGet("/reception", (HttpContext http) => Caller.Of(http).OrganisationCode + "|" + http.User.Identity!.Name).RequireAuthorization(Policies.Recevoir).Journalise(LogAction.None);
        app.MapGet("/depot", (HttpContext http) => Caller.Of(http).OrganisationCode).RequireAuthorization(Policies.Deposer).Journalise(LogAction.None);
        app.MapPost("/connexion", async (HttpContext http, SignIn signIn, CancellationToken ct) =>
            Shown(await signIn.WithPasswordAsync(http, http.Request.Query["compte"].ToString(), http.Request.Query["motDePasse"].ToString(), ct))).RequireAuthorization(Policies.Public).Journalise(LogAction.SignedIn);
        app.MapPost("/connexion/code", async (HttpContext http, SignIn signIn, CancellationToken ct) =>
            Shown(await signIn.WithCodeAsync(http, http.Request.Query["code"].ToString(), ct))).RequireAuthorization(Policies.Public).Journalise(LogAction.SignedIn);
        app.MapPost("/deconnexion", async (HttpContext http, SignIn signIn, CancellationToken ct) => await signIn.OutAsync(http, ct)).RequireAuthorization(Policies.Public).Journalise(LogAction.SignedOut);
    }

    private static string Shown(SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.LockedOut locked => "LockedOut " + (int)locked.Wait.TotalSeconds,
        _ => outcome.GetType().Name,
    };
}

internal static class Answers
{
    public static async Task<JsonElement> Json(this Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public static Task<string> BodyAsync(this HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();

    public static async Task<string> Text(this Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        return await response.Content.ReadAsStringAsync();
    }
}

/// <summary>A clock that the test moves. It starts at the real time, which TLS and cookies of the client look at.</summary>
internal sealed class SetClock : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public void Advance(TimeSpan by) => _ahead += by;
}
