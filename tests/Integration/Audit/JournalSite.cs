using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ExchangeGateway.Integration.Audit;

/// <summary>The log's endpoints on a real server, with its sequencer running; a header stands for the credentials.</summary>
internal sealed class JournalSite : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly WebApplication _app;
    private readonly string _folder;

    private JournalSite(TestDatabase database, WebApplication app, string folder)
    {
        _database = database;
        _app = app;
        _folder = folder;
        Client = new(new SocketsHttpHandler()) { BaseAddress = new(app.Urls.First()) };
    }

    public HttpClient Client { get; }
    public Uri Address => Client.BaseAddress!;
    public string StatePath => Path.Combine(_folder, "state");
    public AuditLog Log => _app.Services.GetRequiredService<AuditLog>();
    public IServiceProvider Services => _app.Services;
    public Databases Databases => _database.Databases;
    public Guid Adil { get; } = Guid.CreateVersion7();
    public Guid Etude { get; } = Guid.CreateVersion7();
    public Guid Passerelle { get; } = Guid.CreateVersion7();

    public static async Task<JournalSite> StartAsync(PostgresFixture postgres)
    {
        var ct = TestContext.Current.CancellationToken;
        var database = await postgres.CreateDatabaseAsync(ct);
        var folder = TestFolders.Create();
        var builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(database.Configuration);
        builder.Configuration.AddInMemoryCollection([new("State:Folder", Path.Combine(folder, "state")), new("Journal:Origin", JournalWorld.Origin)]);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddSingleton(s => new VaultKeys(s.GetRequiredService<StateFolder>().Keys, s.GetRequiredService<IDataProtectionProvider>()));
        builder.Services.AddSingleton<Secrets>();
        builder.Services.AddAudit(builder.Configuration);
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("test", _ => { });
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Public, p => p.RequireAssertion(_ => true))
            .AddPolicy(Policies.Deposer, p => p.RequireRole("depositaire"))
            .AddPolicy(Policies.Journal, p => p.RequireRole("dpo"));
        var app = builder.Build();
        app.UseJournalGuard();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapAudit();
        await app.Services.StartStorageAsync(ct);
        await app.StartAsync(ct);
        var site = new JournalSite(database, app, folder);
        await site.ExecuteAsync("""
            insert into access.organisation (id, code, nature, name, territories, created_at) values
              ($1, 'adil-75', 'adil', 'ADIL de Paris', '{75}', $4), ($2, 'etude-x', 'commissaire-de-justice', 'Étude X', '{75}', $4), ($3, 'passerelle', 'passerelle', 'Passerelle', '{75}', $4)
            """, site.Adil, site.Etude, site.Passerelle, DateTimeOffset.UnixEpoch);
        return site;
    }

    /// <summary>Calls as an organisation in a role: <c>adil</c>, <c>etude</c>, <c>passerelle</c>; anonymously when null.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? organisation = null, string role = "dpo")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (organisation is not null)
        {
            var id = organisation switch { "adil" => Adil, "etude" => Etude, _ => Passerelle };
            request.Headers.Add("Essai", $"{id} {organisation} {role}");
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<JournalPage> SearchAsync(string path, string organisation)
    {
        using var answer = await GetAsync(path, organisation);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await answer.Content.ReadFromJsonAsync<JournalPage>(TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }

    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Databases.Owner.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<long> CountAsync(string sql, params object[] parameters)
    {
        await using var command = Databases.Owner.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>A deposit of the étude whose audit entry is this one.</summary>
    public async Task<Guid> DepositAsync(Guid entry)
    {
        var (deposit, dossier) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await ExecuteAsync("insert into exchange.dossier (id, subject, dwelling, territory, created_at) values ($1, $1, $2, '75', $3)", dossier, new byte[32], DateTimeOffset.UnixEpoch);
        await ExecuteAsync("""
            insert into exchange.deposit (id, sender, message_type, schema_version, territory, subject, dossier, facts, flags, state, sandbox, purpose, register_version, entry, received_at)
            values ($1, $2, 'commissaires-de-justice/commandements-de-payer', '1', '75', $3, $3, '{}', '{}', 'recu', false, 'P1', 'v', $4, $5)
            """, deposit, Etude, dossier, entry, DateTimeOffset.UnixEpoch);
        return deposit;
    }

    /// <summary>Waits until the sequencer has published every entry durable now.</summary>
    public async Task PublishedAsync()
    {
        var keeper = Services.GetRequiredService<JournalKeeper>();
        var files = Services.GetRequiredService<JournalFiles>();
        while (await CountAsync("select count(*) from audit.pending") > 0 || Size(files) < await CountAsync("select size from audit.head where not closed"))
            await keeper.RoundAsync(TestContext.Current.CancellationToken);

        static long Size(JournalFiles files) =>
            SignedNote.TryParse(files.ReadCheckpoint(1)!, out var note) && Checkpoint.TryParse(note.Text, out var head) ? head.Size : 0;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        TestFolders.Delete(_folder);
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["Essai"].ToString().Split(' ') is not [var id, var organisation, var role])
                return Task.FromResult(AuthenticateResult.NoResult());
            Context.Items[typeof(Caller)] = new Caller
            {
                Organisation = new(id),
                OrganisationCode = organisation,
                Nature = organisation,
                Role = role,
                Agent = "agent-" + organisation,
                Territories = ["75"],
                Sandbox = false,
            };
            var identity = new ClaimsIdentity([new(ClaimTypes.Role, role)], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
