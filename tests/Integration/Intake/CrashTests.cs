using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;
using ExchangeGateway.Partners.Synthetic;

namespace ExchangeGateway.Integration.Intake;

/// <summary>kill -9 of the real process: everything accepted is routed, once.</summary>
public sealed class CrashTests
{
    private const string Cdp = "/v1/commissaires-de-justice/commandements-de-payer";
    private const string Etude = "etude-75-001-depositaire";
    private const string Caf = "caf-75-depositaire";
    private static readonly int Kills = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 10 : 2;

    [Fact]
    public async Task Killed_between_accept_and_route_everything_accepted_is_routed_once_after_restart()
    {
        await using var gateway = await DemoGateway.StartAsync();
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        for (var kill = 0; kill < Kills; kill++)
        {
            await SendUntilKilledAsync(gateway, accepted, killAfter: 40 + (kill * 23));
            await gateway.StartProcessAsync();
        }

        accepted.Count.ShouldBeGreaterThan(Kills * 30);
        IReadOnlyList<JsonNode> inbox = [];
        var expected = 0;
        await Processes.UntilAsync(
            () =>
            {
                inbox = gateway.InboxAsync("ccapex-75-secretariat").GetAwaiter().GetResult();
                expected = accepted.Count;
                return inbox.Count >= expected;
            },
            TimeSpan.FromSeconds(60),
            "every accepted deposit in the secretariat's inbox");

        // A message whose answer the kill cut off may be there too; none may be there twice.
        inbox.Select(d => d["pseudonyme"]!.GetValue<string>()).Distinct().Count().ShouldBe(inbox.Count);
        var token = await gateway.TokenAsync(Etude);
        foreach (var deposit in accepted)
        {
            using var status = await gateway.SendAsync(Etude, HttpMethod.Get, "/v1/depots/" + deposit, null, token);
            JsonNode.Parse(await status.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["etat"]!.GetValue<string>().ShouldBe("transmis");
        }
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_batch_the_same_file_again_accepts_every_line_once()
    {
        const int Lines = 4_000;
        await using var gateway = await DemoGateway.StartAsync();
        using var bytes = new MemoryStream();
        await new CafFile(11, Lines).WriteAsync(bytes, TestContext.Current.CancellationToken);
        for (var kill = 0; kill < Kills; kill++)
        {
            var token = await gateway.TokenAsync(Caf);
            var sending = SendBatchAsync(gateway, bytes.ToArray(), token);
            await Processes.UntilAsync(() => Accepted(gateway, token) > 500 + (kill * 2_000L / Kills), TimeSpan.FromSeconds(60), "lines of the batch accepted");
            await gateway.Process.KillAsync();
            await Should.ThrowAsync<Exception>(() => sending);
            await gateway.StartProcessAsync();
        }

        var report = (await SendBatchAsync(gateway, bytes.ToArray(), await gateway.TokenAsync(Caf))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
        report.Take(Lines).Select(l => (string?)l["code"]).ShouldBe(Enumerable.Range(1, Lines).Select(n => CafFile.Expected(n).Error is null ? "accepte" : "refuse"));
        report.Take(Lines).Count(l => l["dejaRecu"] is not null).ShouldBeGreaterThan(500);
        var deposits = report.Take(Lines).Select(l => (string?)l["depot"]).OfType<string>().ToHashSet(StringComparer.Ordinal);
        deposits.Count.ShouldBe(Lines * 9 / 10);
        // One deposit a household: had a line been accepted twice, the inbox would hold two deliveries of one pseudonym.
        await gateway.FollowInboxAsync("ccapex-75-secretariat", deposits.Count, TimeSpan.FromSeconds(120));
        (await gateway.InboxAsync("ccapex-75-secretariat")).Count.ShouldBe(deposits.Count);
    }

    private static async Task<string> SendBatchAsync(DemoGateway gateway, byte[] file, string token)
    {
        using var content = new ByteArrayContent(file) { Headers = { ContentType = new("text/csv") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Url, "/v1/caf/impayes/lots")) { Content = content };
        request.Headers.Add("ExchangeGateway-Lot", "tue");
        using var answer = await gateway.SendAsync(request, token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static long Accepted(DemoGateway gateway, string token)
    {
        using var answer = gateway.SendAsync(Caf, HttpMethod.Get, "/v1/lots/tue", null, token).GetAwaiter().GetResult();
        return answer.StatusCode == HttpStatusCode.OK
            ? (long)JsonNode.Parse(answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult())!["bilan"]!["acceptees"]!
            : 0;
    }

    /// <summary>Sends from eight connections and kills the gateway in the middle; only what was answered 202 counts as accepted.</summary>
    private static async Task SendUntilKilledAsync(DemoGateway gateway, HashSet<string> accepted, int killAfter)
    {
        var token = await gateway.TokenAsync(Etude);
        var answered = 0;
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!killed.Task.IsCompleted)
            {
                try
                {
                    using var content = new StringContent(Messages.Cdp(Messages.NewHousehold()).ToJsonString(), Encoding.UTF8, "application/json");
                    using var answer = await gateway.SendAsync(Etude, HttpMethod.Post, Cdp, content, token);
                    if (answer.StatusCode != HttpStatusCode.Accepted)
                        continue;
                    var receipt = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
                    lock (accepted)
                        accepted.Add(receipt["depot"]!.GetValue<string>());
                }
                catch (HttpRequestException)
                {
                    return; // the kill
                }

                if (Interlocked.Increment(ref answered) == killAfter)
                {
                    await gateway.Process.KillAsync();
                    killed.TrySetResult();
                }
            }
        }));
    }
}
