using System.Text;
using ExchangeGateway.Gateway;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(ExchangeGateway.Browser.BrowserRun))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace ExchangeGateway.Browser;

/// <summary>
/// One gateway for the run, as it starts with no configuration but a folder: embedded PostgreSQL, real Kestrel, the
/// demonstration's organisations; and one chromium. Both start with the first test that asks.
/// </summary>
public sealed class BrowserRun : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly MovableClock _clock = new();
    private string? _folder;
    private WebApplication? _app;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IssuedCredentials _credentials = new([], []);

    internal IServiceProvider Services => _app!.Services;

    internal HttpClient Http { get; private set; } = new(new SocketsHttpHandler());

    /// <summary>A new window, signed in when an account is given.</summary>
    internal async Task<Window> OpenAsync(string? account = null, bool javaScript = true)
    {
        var executable = Chromium();
        Assert.SkipWhen(executable is null, Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_NO_CHROMIUM") ?? "no chromium on PATH: install it, or give its path in EXCHANGE_GATEWAY_CHROMIUM");
        await StartAsync(executable!);
        var context = await _browser!.NewContextAsync(new() { BaseURL = _app!.Urls.First(), JavaScriptEnabled = javaScript, Locale = "fr-FR", TimezoneId = "Europe/Paris" });
        context.SetDefaultTimeout(20_000);
        var window = new Window(this, context, await context.NewPageAsync());
        if (account is not null)
            await window.SignInAsync(account);
        return window;
    }

    internal IssuedPerson Person(string account) => _credentials.People.Single(p => p.Account == account);

    internal IssuedClient Client(string id) => _credentials.Clients.Single(c => c.ClientId == id);

    /// <summary>A code that was not used yet: one counts once, so time moves on first.</summary>
    internal string FreshCode(string account)
    {
        _clock.Advance(TimeSpan.FromSeconds(30));
        return Totp.Code(Person(account).AuthenticatorKey!, _clock.GetUtcNow());
    }

    /// <summary>Routes what was sent, without waiting for the worker's turn.</summary>
    internal async Task RouteAsync() => await Services.GetRequiredService<Router>().RouteDueAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        Http.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        if (_folder is not null)
            Delete(_folder);
        _once.Dispose();
    }

    private async Task StartAsync(string executable)
    {
        await _once.WaitAsync();
        try
        {
            if (_browser is not null)
                return;
            _folder ??= Path.Combine("/tmp", "egb-" + Guid.NewGuid().ToString("N")[..12]);
            Directory.CreateDirectory(_folder, Posix.Passage);
            string[] settings = ["--environment=Test", $"--State:Folder={Path.Combine(_folder, "state")}", "--Registers:Mode=demonstration", "--urls=http://127.0.0.1:0"];
            _app = GatewayHost.Build(settings, builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(_clock);
                builder.Logging.ClearProviders();
            });
            await GatewayHost.StartAsync(_app, CancellationToken.None);
            Http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(_app.Urls.First()) };
            _credentials = await Services.GetRequiredService<OrganisationDirectory>().EnsureAsync(
                DemoDirectory.Organisations(Services.GetRequiredService<RegistersInForce>().Current.Territories), renewSecrets: false, CancellationToken.None);
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = executable,
                Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            });
        }
        finally
        {
            _once.Release();
        }
    }

    private static string? Chromium() => Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_NO_CHROMIUM") is not null
        ? null
        : Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_CHROMIUM")
            ?? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
                .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }, Path.Combine)
                .FirstOrDefault(File.Exists);

    /// <summary>The folder, and the cluster that a gateway run by root puts elsewhere for it.</summary>
    private static void Delete(string folder)
    {
        foreach (var pointer in Directory.EnumerateFiles(folder, "cluster", SearchOption.AllDirectories))
        {
            var cluster = Path.Combine(StateFolder.SystemRoot, "clusters", File.ReadAllText(pointer, Encoding.UTF8).Trim());
            if (Directory.Exists(cluster))
                Directory.Delete(cluster, recursive: true);
        }

        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>The machine's clock plus what a test adds; timers run on real time.</summary>
internal sealed class MovableClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;
}
