using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExchangeGateway.Integration.Pseudonyms;

/// <summary>A gateway in this process on an embedded server of its own, whose data files can be copied and put back while it is stopped.</summary>
internal sealed class VaultSite : IAsyncDisposable
{
    private readonly string _folder = TestFolders.Create();
    private WebApplication? _app;
    private IssuedCredentials? _credentials;
    private string _data = "";

    public WebApplication App => _app ?? throw new InvalidOperationException("Stopped.");
    public MovableClock Clock { get; } = new();
    public string State => Path.Combine(_folder, "state");

    /// <summary>The server's data files and write-ahead log.</summary>
    public string Data => _data;

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public async Task StartAsync()
    {
        _app = Build();
        await GatewayHost.StartAsync(App, CancellationToken.None);
        _data = await ScalarAsync<string>("show data_directory");
        _credentials ??= await Get<OrganisationDirectory>().EnsureAsync(DemoDirectory.Organisations(Get<RegistersInForce>().Current.Territories), renewSecrets: false, CancellationToken.None);
    }

    /// <summary>What <c>log open-origin</c> does after a restored backup, before the start.</summary>
    public async Task OpenOriginAsync()
    {
        await using var app = Build();
        await app.Services.StartStorageAsync(CancellationToken.None);
        (await app.Services.GetRequiredService<OriginOpening>().OpenAsync(CancellationToken.None)).ShouldBeOfType<OpeningOutcome.Opened>();
    }

    private WebApplication Build() =>
        GatewayHost.Build([], builder =>
        {
            builder.Environment.EnvironmentName = "Test";
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["State:Folder"] = State,
                ["Registers:Purposes"] = Path.Combine(TestFolders.Checkout(), "consent", "finalites"),
                ["Registers:Territories"] = Path.Combine(TestFolders.Checkout(), "ops", "territories"),
                ["Registers:Mode"] = "demonstration",
                ["Database:Embedded"] = "true",
                ["DataProtection:SelfSigned"] = "true",
            });
            builder.Services.AddSingleton<TimeProvider>(Clock);
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        });
    public async Task StopAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        _app = null;
    }

    /// <summary>Copies the data files of the stopped server: an older backup.</summary>
    public string Backup()
    {
        var copy = Path.Combine(_folder, "sauvegarde");
        Run("cp", "-a", _data, copy);
        return copy;
    }

    /// <summary>Puts a backup in the place of the stopped server's data files.</summary>
    public void Restore(string backup)
    {
        Directory.Delete(_data, recursive: true);
        Run("cp", "-a", backup, _data);
    }

    /// <summary>Deposits a commandement de payer about a household.</summary>
    /// <returns>Deposit and subject.</returns>
    public async Task<(Guid Deposit, Guid Subject)> DepositAsync(Household household)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(App.Urls.First()) };
        var client = _credentials!.Clients.Single(c => c.ClientId == "etude-75-001-depositaire");
        using var token = await http.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client.ClientId,
            ["client_secret"] = client.Secret,
        }));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await token.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!.GetValue<string>());
        using var answer = await http.PostAsync("/v1/commissaires-de-justice/commandements-de-payer", new StringContent(Messages.Cdp(household).ToJsonString(), Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
        var deposit = JsonNode.Parse(text)!["depot"]!.GetValue<Guid>();
        return (deposit, await ScalarAsync<Guid>($"select subject from exchange.deposit where id = '{deposit}'"));
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Get<Databases>().Owner.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await StopAsync();
        TestFolders.Delete(_folder);
    }

    private static void Run(string program, params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }
}
