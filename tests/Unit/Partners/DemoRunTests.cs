using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Partners;
using ExchangeGateway.Partners.Demonstration;
using ExchangeGateway.Partners.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExchangeGateway.Unit.Partners;

/// <summary>The demonstration says yes only when all that was expected arrived, and nothing else. Over real HTTP, against a gateway that errs on purpose.</summary>
public class DemoRunTests
{
    private static readonly IReadOnlyList<Sending> Month = ScenarioTests.Build(42, 0.08);

    private static async Task<DemoResult> RunAsync(ErringGateway gateway) => await RunAsync(gateway, TimeSpan.FromSeconds(5));

    private static async Task<DemoResult> RunAsync(ErringGateway gateway, TimeSpan patience)
    {
        using var run = new DemoRun(gateway.Address, ErringGateway.Credentials, TimeProvider.System);
        return await run.RunAsync(Month, patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Says_yes_when_everything_arrived_and_again_when_run_twice()
    {
        await using var gateway = await ErringGateway.StartAsync(Month);
        var first = await RunAsync(gateway);
        first.Failures.ShouldBeEmpty();
        first.Sent.Count.ShouldBe(Month.Sum(s => s.Messages.Count));
        var second = await RunAsync(gateway);
        second.Failures.ShouldBeEmpty();
        second.Sent.ShouldNotContain(s => s.Code == "accepte");
        second.Sent.Count(s => s.Code == "dejaRecu").ShouldBe(first.Sent.Count(s => s.Code == "accepte"));
        var text = Report.Of(second, 42);
        text.ShouldContain("adil-75");
        text.ShouldContain("rien d'autre");
    }

    [Fact]
    public async Task Says_no_when_one_delivery_is_missing()
    {
        await using var gateway = await ErringGateway.StartAsync(Month);
        gateway.Lose = ("adil-75", 1);
        (await RunAsync(gateway, TimeSpan.FromMilliseconds(600))).Failures.ShouldContain(f => f.StartsWith("adil-75"));
    }

    [Fact]
    public async Task Says_no_when_who_waits_for_a_draw_is_lost()
    {
        await using var gateway = await ErringGateway.StartAsync(Month);
        gateway.LoseQueue = true;
        (await RunAsync(gateway)).Failures.ShouldContain(f => f.StartsWith("quotas"));
    }

    [Fact]
    public async Task Says_no_when_somebody_gets_what_is_not_for_them()
    {
        await using var gateway = await ErringGateway.StartAsync(Month);
        gateway.Leak = new("adil-75", "P1");
        (await RunAsync(gateway)).Failures.ShouldContain(f => f.StartsWith("adil-75"));
    }

    [Fact]
    public async Task Says_no_when_a_bad_message_is_accepted_or_a_household_is_split()
    {
        await using var gateway = await ErringGateway.StartAsync(Month);
        gateway.AcceptEverything = true;
        gateway.SplitDossiers = true;
        var failures = (await RunAsync(gateway, TimeSpan.FromMilliseconds(600))).Failures;
        failures.ShouldContain(f => f.Contains("nir-interdit", StringComparison.Ordinal));
        failures.ShouldContain(f => f.Contains("dossiers pour", StringComparison.Ordinal));
    }

    /// <summary>Speaks the gateway's HTTP contract and does what the scenario expects, but for the fault that it is given.</summary>
    private sealed class ErringGateway : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly Dictionary<string, DemoMessage> _known;
        private readonly ConcurrentDictionary<string, (string Id, DateTimeOffset At)> _deposits = new();
        private readonly List<(string Recipient, JsonObject Line)> _deliveries = [];
        private int _drawn;

        private ErringGateway(WebApplication app, IReadOnlyList<Sending> month)
        {
            _app = app;
            _known = month.SelectMany(s => s.Messages.Select(m => (Key: s.Type + Encoding.UTF8.GetString(MessageWriter.Bytes(m.Content)), m))).Where(m => m.m.Expected.Code != "doublon").DistinctBy(m => m.Key).ToDictionary(m => m.Key, m => m.m);
        }

        public (string Recipient, int Count) Lose { get; set; }

        public Arrival? Leak { get; set; }

        public bool AcceptEverything { get; set; }

        public bool SplitDossiers { get; set; }
        public bool LoseQueue { get; set; }

        public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

        public static Credentials Credentials => new(null,
            [.. Month.Select(s => s.Organisation).Concat(Month.SelectMany(s => s.Messages).SelectMany(m => m.Expected.Arrivals).Select(a => a.Recipient)).Distinct().Select(o => new ClientCredentials(o, "", [], o, "secret"))]);

        public static async Task<ErringGateway> StartAsync(IReadOnlyList<Sending> month)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var gateway = new ErringGateway(builder.Build(), month);
            gateway.Map();
            await gateway._app.StartAsync(TestContext.Current.CancellationToken);
            return gateway;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private void Map()
        {
            _app.MapPost("/connect/token", async (HttpRequest request) => Results.Json(new { access_token = (await request.ReadFormAsync())["client_id"].ToString(), token_type = "Bearer", expires_in = 60 }));
            _app.MapPost("/v1/{p}/{t}", async (string p, string t, HttpRequest request) =>
            {
                using var reader = new StreamReader(request.Body);
                var (code, refusal, deposit, at) = Take($"{p}/{t}", await reader.ReadToEndAsync());
                return code == "refuse"
                    ? Results.Json(new { type = "urn:exchange-gateway:probleme:" + refusal }, statusCode: 422, contentType: "application/problem+json")
                    : Results.Json(new { depot = deposit, recuLe = at.ToString("O", CultureInfo.InvariantCulture) }, statusCode: 202);
            });
            _app.MapPost("/v1/{p}/{t}/lots", async (string p, string t, HttpRequest request) =>
            {
                using var reader = new StreamReader(request.Body);
                var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
                if (request.ContentType == "text/csv")
                    lines = [.. Month.Single(s => s.Type == $"{p}/{t}" && s.Channel == Channel.Csv && s.Organisation == Organisation(request)).Messages.Select(m => Encoding.UTF8.GetString(MessageWriter.Bytes(m.Content)))];
                var report = lines.Select((line, i) => (i, Take($"{p}/{t}", line))).Select(l => $"{{\"ligne\":{l.i + 1},\"code\":\"{l.Item2.Code}\",\"refus\":\"{l.Item2.Refusal}\",\"depot\":{(l.Item2.Id is null ? "null" : $"\"{l.Item2.Id}\"")}}}");
                return Results.Text(string.Join('\n', report) + "\n{\"bilan\":{\"lignes\":1}}\n", "application/x-ndjson");
            });
            _app.MapGet("/v1/reception", (HttpRequest request, int? curseur) =>
            {
                lock (_deliveries)
                {
                    var mine = _deliveries.Where(d => d.Recipient == Organisation(request)).Select(d => d.Line.DeepClone()).Skip(curseur ?? 0).ToList();
                    // Pages of seven: the reader must follow the cursor.
                    return Results.Text(new JsonObject { ["remises"] = new JsonArray([.. mine.Take(7)]), ["suivant"] = mine.Count > 7 ? ((curseur ?? 0) + 7).ToString(CultureInfo.InvariantCulture) : null }.ToJsonString(), "application/json");
                }
            });
            _app.MapGet("/v1/quotas", () => Results.Text(
                $$"""{"quotas":[{"regle":"r","quota":120,"periode":"annee","aVerifier":true,"enAttente":{{(LoseQueue ? 0 : _drawn)}},"retenus":0,"placesRestantes":120}]}""", "application/json"));
            _app.MapPost("/v1/reception/{id}/accuse", () => Results.NoContent());
            _app.MapPost("/v1/reception/{id}/identite", () => Results.Text("""{"identite":{"identite":{"personnes":[{"nom":"x"}]}}}""", "application/json"));
            _app.MapGet("/v1/depots/{id}/preuve", () => Results.Text("c2sp.org/tlog-proof@v1\nindex 1\n"));
        }

        private (string Code, string? Refusal, string? Id, DateTimeOffset At) Take(string type, string body)
        {
            var message = _known[type + body];
            if (message.Expected.Refusal is { } refusal && !AcceptEverything)
                return ("refuse", refusal, null, default);
            var fresh = (Id: Guid.NewGuid().ToString(), At: TimeProvider.System.GetUtcNow());
            var deposit = _deposits.GetOrAdd(type + body, fresh);
            if (deposit.Id != fresh.Id)
                return ("doublon", null, deposit.Id, deposit.At);
            if (message.Expected.Drawn)
                Interlocked.Increment(ref _drawn);
            lock (_deliveries)
            {
                foreach (var arrival in Leak is null ? message.Expected.Arrivals : message.Expected.Arrivals.Append(Leak))
                {
                    if (arrival.Recipient == Lose.Recipient && Lose.Count > 0)
                        Lose = (Lose.Recipient, Lose.Count - 1);
                    else
                        _deliveries.Add((arrival.Recipient, new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["dossier"] = SplitDossiers ? fresh.Id : message.Household, ["typeMessage"] = type, ["finalite"] = arrival.Purpose, ["regle"] = "r" }));
                }
            }
            return ("accepte", null, deposit.Id, deposit.At);
        }

        private static string Organisation(HttpRequest request) => request.Headers.Authorization.ToString()["Bearer ".Length..];
    }
}
