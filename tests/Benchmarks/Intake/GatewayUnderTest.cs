namespace ExchangeGateway.Benchmarks.Intake;

/// <summary>The Release build of the gateway in a process and a state folder of its own: embedded PostgreSQL, demonstration organisations, everything on.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly ChildProcess? _process;
    private readonly string? _state;

    private GatewayUnderTest(Uri? url, string database, ChildProcess? process, string? state)
    {
        Url = url;
        Database = database;
        _process = process;
        _state = state;
    }

    /// <summary>Where it serves; <see langword="null"/> when only the floor is measured.</summary>
    public Uri? Url { get; }

    /// <summary>Connection string of its database's owner.</summary>
    public string Database { get; }

    public static async Task<GatewayUnderTest> StartAsync(IntakeOptions options, HttpClient http, CancellationToken ct)
    {
        if (options.FloorOnly)
            return new(null, options.Database!, null, null);
        var url = new Uri($"http://127.0.0.1:{IntakeBenchmark.FreePort()}");
        var state = Directory.CreateTempSubdirectory("exchange-gateway-bench-").FullName;
        if (Environment.IsPrivilegedProcess) // the database's unprivileged user passes through
            File.SetUnixFileMode(state, File.GetUnixFileMode(state) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            var process = await ChildProcess.StartAsync(Assembly(), ["--demo"], Environments(url, state), url, http, ct);
            return new(url, options.Database ?? EmbeddedServer.Gateway(state), process, state);
        }
        catch
        {
            Directory.Delete(state, recursive: true);
            throw;
        }
    }

    /// <summary>A token of the demonstration's office of commissaires de justice.</summary>
    public Task<string> TokenAsync(HttpClient http, CancellationToken ct) => TokenAsync(http, "commissaire-de-justice", ct);

    /// <summary>A token of the first organisation of a nature.</summary>
    public Task<string> TokenAsync(HttpClient http, string nature, CancellationToken ct) =>
        DemoToken.FetchAsync(Path.Combine(_state!, "demo", "credentials.json"), Url!, nature, http, ct);

    /// <summary>A token of one client of the demonstration.</summary>
    public Task<string> ClientTokenAsync(HttpClient http, string clientId, CancellationToken ct) =>
        DemoToken.FetchAsync(Path.Combine(_state!, "demo", "credentials.json"), Url!, c => string.Equals(c.ClientId, clientId, StringComparison.Ordinal), http, ct);

    /// <summary>The most resident memory that the process ever had, in bytes.</summary>
    public long PeakMemory => _process?.PeakMemory ?? 0;

    /// <summary>Processor time that the process has used.</summary>
    public TimeSpan ProcessorTime => _process?.ProcessorTime ?? TimeSpan.Zero;

    /// <summary>Processor time that its database has used.</summary>
    public TimeSpan DatabaseProcessorTime => _state is null ? TimeSpan.Zero : EmbeddedServer.ProcessorTime(_state);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        if (_state is not null)
            Directory.Delete(_state, recursive: true);
    }

    private static Dictionary<string, string> Environments(Uri url, string state) => new(StringComparer.Ordinal)
    {
        ["State__Folder"] = state,
        ["ASPNETCORE_URLS"] = url.OriginalString,
        ["ASPNETCORE_ENVIRONMENT"] = "Demonstration",
        // One client alone sends what hundreds would: its quota is out of the way, its check is not.
        ["Access__CallsPerSecond"] = "1000000",
        // Room for the floor's connections beside the gateway's on one server.
        ["Database__Settings__max_connections"] = "300",
    };

    private static string Assembly()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ExchangeGateway.sln")))
            folder = folder.Parent;
        var assembly = Path.Combine(folder?.FullName ?? "", "gateway/bin/Release/net10.0/exchange-gateway.dll");
        return File.Exists(assembly) ? assembly : throw new InvalidOperationException("The gateway has no Release build: start this by ops/bench.");
    }
}
