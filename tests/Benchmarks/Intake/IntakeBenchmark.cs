using System.Net;
using System.Net.Sockets;
using ExchangeGateway.Benchmarks.Load;
using Npgsql;

namespace ExchangeGateway.Benchmarks.Intake;

/// <summary>
/// Accepted messages per second over HTTP with every control on, beside a bare endpoint that only inserts the same bytes
/// into the same PostgreSQL server. Rounds alternate, so that what the machine does meanwhile weighs on both.
/// </summary>
internal sealed class IntakeBenchmark(IntakeOptions options, Figures figures, TimeProvider clock)
{
    private const string Path = "/v1/commissaires-de-justice/commandements-de-payer";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);

    private readonly Numbers _numbers = new(clock);
    private readonly byte[] _body = Body();

    /// <summary>Starts both servers, warms them up, and prints the figures of each number of connections.</summary>
    /// <returns>0; 1 when one message was not accepted.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        await using var gateway = await GatewayUnderTest.StartAsync(options, http, ct);
        var floorUrl = new Uri($"http://127.0.0.1:{FreePort()}");
        var floorDatabase = await EmbeddedServer.FloorAsync(gateway.Database, ct);
        await using var floor = await ChildProcess.StartAsync(
            typeof(IntakeBenchmark).Assembly.Location, ["floor", "--url", floorUrl.OriginalString, "--database", floorDatabase], new Dictionary<string, string>(StringComparer.Ordinal), floorUrl, http, ct);

        var bare = new Uri(floorUrl, FloorServer.Path);
        var bareTemplate = RequestTemplate.Post(bare, token: null, _body);
        var target = gateway.Url is null ? null : new Uri(gateway.Url, Path);
        var template = target is null ? null : RequestTemplate.Post(target, await gateway.TokenAsync(http, ct), _body);
        figures.Say($"body {bareTemplate.BodyLength} bytes, every one of another household elsewhere; {options.Rounds} alternated rounds of {options.Seconds} s each, medians; {Environment.ProcessorCount} cores; {await ServerVersionAsync(gateway.Database, ct)}");

        var failed = 0;
        foreach (var connections in options.Connections)
        {
            failed += (await RoundAsync(bare, bareTemplate, connections, WarmUp, ct)).Failed;
            if (target is not null)
                failed += (await RoundAsync(target, template!, connections, WarmUp, ct)).Failed;
            List<LoadRound> accepted = [], floors = [];
            var settled = TimeSpan.Zero;
            for (var round = 0; round < options.Rounds; round++)
            {
                if (target is not null)
                {
                    settled += await EmbeddedServer.SettleAsync(gateway.Database, SettleLimit, ct);
                    accepted.Add(await RoundAsync(target, template!, connections, options.Duration, ct));
                    settled += await EmbeddedServer.SettleAsync(gateway.Database, SettleLimit, ct);
                }

                floors.Add(await RoundAsync(bare, bareTemplate, connections, options.Duration, ct));
            }

            failed += accepted.Concat(floors).Sum(round => round.Failed);
            Print(connections, accepted, floors, settled);
        }

        return failed == 0 ? 0 : 1;
    }

    private void Print(int connections, List<LoadRound> accepted, List<LoadRound> floors, TimeSpan settled)
    {
        if (accepted.Count > 0)
            figures.Print($"accept.c{connections}", Figures.Median(accepted.Select(round => round.PerSecond)), "1/s");
        figures.Print($"floor.c{connections}", Figures.Median(floors.Select(round => round.PerSecond)), "1/s");
        if (accepted.Count > 0)
        {
            figures.Print($"ratio.c{connections}", Figures.Median(accepted.Zip(floors, (accept, floor) => accept.PerSecond / floor.PerSecond)), "x");
            figures.Say($"c{connections}: gateway p50 {Milliseconds(accepted, r => r.P50):F1} ms, p99 {Milliseconds(accepted, r => r.P99):F1} ms; {settled.TotalSeconds:F1} s between rounds until all was routed and in the log");
        }

        figures.Say($"c{connections}: floor p50 {Milliseconds(floors, r => r.P50):F1} ms, p99 {Milliseconds(floors, r => r.P99):F1} ms; floor rounds {string.Join(' ', floors.Select(r => r.PerSecond.ToString("F0", System.Globalization.CultureInfo.InvariantCulture)))}");
    }

    private async Task<LoadRound> RoundAsync(Uri target, RequestTemplate template, int connections, TimeSpan duration, CancellationToken ct)
    {
        var round = await LoadRound.RunAsync(target, template, connections, duration, expectedStatus: 202, _numbers, ct);
        if (round.Failed > 0)
            figures.Say($"{round.Failed} answers of {target.AbsolutePath} were not 202; the first: {round.FirstFailure}");
        return round;
    }

    private static double Milliseconds(IEnumerable<LoadRound> rounds, Func<LoadRound, TimeSpan> of) => Figures.Median(rounds.Select(round => of(round).TotalMilliseconds));

    // Without the file's indentation: what a sender's software would write.
    private static byte[] Body()
    {
        using var resource = typeof(IntakeBenchmark).Assembly.GetManifestResourceStream("commandement-de-payer.json")!;
        using var reader = new StreamReader(resource);
        return System.Text.Encoding.UTF8.GetBytes(string.Concat(reader.ReadToEnd().Split('\n').Select(line => line.Trim())));
    }

    private static async Task<string> ServerVersionAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var show = new NpgsqlCommand("select 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')", connection);
        return (string)(await show.ExecuteScalarAsync(ct))!;
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
