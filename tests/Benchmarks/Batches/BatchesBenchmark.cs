using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ExchangeGateway.Benchmarks.Intake;
using ExchangeGateway.Partners.Synthetic;

namespace ExchangeGateway.Benchmarks.Batches;

/// <summary>
/// A CSV file of the CAF over HTTP, one line in ten wrong, while the gateway routes what it has accepted: lines per second
/// until the end of the report, and the most memory that the gateway's process ever held. The report is checked line by line.
/// </summary>
internal sealed class BatchesBenchmark(BatchOptions options, Figures figures)
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(120);

    /// <returns>0; 1 when a report was not exact.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { Timeout = TimeSpan.FromMinutes(10) };
        await using var gateway = await GatewayUnderTest.StartAsync(IntakeOptions.Parse([]), http, ct);
        var token = await gateway.TokenAsync(http, "caf", ct);
        figures.Say($"{options.Rounds} files of {options.Lines} lines, one in ten wrong, every household different; {Environment.ProcessorCount} cores shared with the database and this program");

        // The first lines pay for the just-in-time compiler.
        var wrong = (await SendAsync(http, gateway.Url!, token, new CafFile(0, 2_000), ct)).Wrong;
        var rates = new List<double>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            await EmbeddedServer.SettleAsync(gateway.Database, SettleLimit, ct);
            var before = (Gateway: gateway.ProcessorTime, Database: gateway.DatabaseProcessorTime);
            var (elapsed, found) = await SendAsync(http, gateway.Url!, token, new CafFile(round, options.Lines), ct);
            wrong += found;
            rates.Add(options.Lines / elapsed.TotalSeconds);
            figures.Say($"file {round}: {elapsed.TotalSeconds:F1} s, {rates[^1]:F0} lines/s, memory so far {gateway.PeakMemory / 1048576.0:F0} MB, processor time {(gateway.ProcessorTime - before.Gateway).TotalMicroseconds / options.Lines:F0} µs a line, of the database {(gateway.DatabaseProcessorTime - before.Database).TotalMicroseconds / options.Lines:F0} µs");
        }

        figures.Print("lines_per_s", Figures.Median(rates), "1/s");
        figures.Print("peak_rss_mb", gateway.PeakMemory / 1048576.0, "MB");
        if (wrong > 0)
            figures.Say($"{wrong} lines of the reports were not what they had to be");
        return wrong == 0 ? 0 : 1;
    }

    // The file is made before and the report checked after: the two cores are the gateway's and its database's while it is sent.
    private static async Task<(TimeSpan Elapsed, long Wrong)> SendAsync(HttpClient http, Uri gateway, string token, CafFile file, CancellationToken ct)
    {
        await using var csv = new FileStream(Path.GetTempFileName(), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        await file.WriteAsync(csv, ct);
        csv.Position = 0;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "/v1/caf/impayes/lots")) { Content = new StreamContent(csv) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var report = new MemoryStream();
        var clock = Stopwatch.StartNew();
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
        await answer.Content.CopyToAsync(report, ct);
        var elapsed = clock.Elapsed;
        report.Position = 0;
        return (elapsed, Wrong(new StreamReader(report), file.Lines));
    }

    /// <summary>Lines of a report that are not what the file makes them; a missing line or ending counts as one.</summary>
    private static long Wrong(StreamReader report, long lines)
    {
        long line = 0, wrong = 0;
        while (report.ReadLine() is { } text)
        {
            if (text.StartsWith("{\"bilan\"", StringComparison.Ordinal))
                return wrong + (line == lines ? 0 : 1);
            wrong += IsRight(text, CafFile.Expected(++line)) ? 0 : 1;
        }

        return wrong + 1;
    }

    private static bool IsRight(string text, ExpectedLine expected)
    {
        if (!text.StartsWith("{\"ligne\":" + expected.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) + ",", StringComparison.Ordinal))
            return false;
        if (expected.Error is null)
            return text.Contains("\"code\":\"accepte\"", StringComparison.Ordinal);
        var errors = JsonNode.Parse(text)!["erreurs"]?.AsArray();
        return errors is [{ } error] && (string?)error["pointer"] == expected.Pointer && (string?)error["code"] == expected.Error;
    }
}
