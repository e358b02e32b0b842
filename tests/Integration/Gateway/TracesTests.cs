using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Canaries;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>Traces: every span of every source (ASP.NET Core, Npgsql, MassTransit, HTTP client), with its tags, events and baggage.</summary>
public sealed class TracesTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";

    [Fact]
    public async Task No_span_holds_what_identifies_the_household_whether_its_message_is_accepted_refused_read_or_disclosed()
    {
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => spans.Enqueue(Recorder.Text(span)),
        };
        ActivitySource.AddActivityListener(listener);

        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        var message = Messages.Cdp(household);
        await gateway.DepositAsync("etude-75-001-depositaire", Cdp, message);
        var refused = message.DeepClone().AsObject();
        refused["acte"]!["signifieLe"] = "31/02/2026";
        using (var answer = await gateway.SendAsync("etude-75-001-depositaire", HttpMethod.Post, "/v1/" + Cdp, Json(refused)))
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await gateway.RouteAsync();
        var delivery = (await gateway.InboxAsync("adil-75-instructeur")).Single()["id"]!.GetValue<string>();
        using (var answer = await gateway.SendAsync("adil-75-instructeur", HttpMethod.Post, $"/v1/reception/{delivery}/identite", Json(new JsonObject { ["motif"] = "instruction" })))
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);

        var all = string.Join('\n', spans);
        all.ShouldContain("/v1/reception"); // the listener hears the requests of this gateway
        string[] identifying =
        [
            message["personnes"]![0]!["nom"]!.GetValue<string>(),
            message["personnes"]![0]!["prenoms"]!.GetValue<string>(),
            message["logement"]!["voie"]!.GetValue<string>(),
            .. message["telephones"]?.AsArray().Select(t => t!["numero"]!.GetValue<string>()) ?? [],
        ];
        foreach (var word in identifying)
            all.ShouldNotContain(word, Case.Insensitive);
    }

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");
}
