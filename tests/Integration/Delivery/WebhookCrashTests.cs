using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>kill -9 of the gateway between a webhook's call and its mark: the call is made again under its id, and no other is lost.</summary>
public sealed class WebhookCrashTests
{
    private const string Adil = "adil-75-instructeur";
    private const string Etude = "etude-75-001-depositaire";
    private static readonly int Kills = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 6 : 2;

    [Fact]
    public async Task Killed_between_the_call_and_its_mark_each_delivery_has_one_webhook_id_and_arrives()
    {
        (string, string)[] settings = [("Webhooks__TimeoutSeconds", "2"), ("Webhooks__LeaseSeconds", "4")];
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await DemoGateway.StartAsync(settings);
        await PostAsync(gateway, Adil, "/v1/webhooks", new JsonObject { ["url"] = receiver.Url }, HttpStatusCode.Created);
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        for (var kill = 1; kill <= Kills; kill++)
        {
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            receiver.Behaviour = async (http, _) =>
            {
                // The call has come, and nothing was answered: the worker cannot have marked it.
                receiver.Behaviour = Receiver.Down;
                await gateway.Process.KillAsync();
                killed.TrySetResult();
            };
            for (var i = 0; i < 3; i++)
                await TryPostAsync(gateway, Etude, "/v1/commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
            await killed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            receiver.Behaviour = (http, call) =>
            {
                lock (accepted)
                    accepted.Add(call.Id).ShouldBeTrue("a call that was answered is not made again");
                http.Response.StatusCode = 200;
                return Task.CompletedTask;
            };
            await gateway.StartProcessAsync(settings);
            await PostAsync(gateway, Etude, "/v1/commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()), HttpStatusCode.Accepted);
            await Processes.UntilAsync(
                () =>
                {
                    var inbox = gateway.InboxAsync(Adil).GetAwaiter().GetResult().Select(l => l["id"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
                    var called = receiver.Calls.Where(c => accepted.Contains(c.Id)).Select(c => JsonNode.Parse(c.Body)!["data"]!["remise"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
                    return inbox.Count > kill && inbox.SetEquals(called);
                },
                TimeSpan.FromSeconds(60),
                "every delivery announced");
        }

        var byDelivery = receiver.Calls.GroupBy(c => JsonNode.Parse(c.Body)!["data"]!["remise"]!.GetValue<string>(), c => c.Id, StringComparer.Ordinal);
        byDelivery.ShouldAllBe(d => d.Distinct(StringComparer.Ordinal).Count() == 1);
        receiver.Calls.Count.ShouldBeGreaterThan(accepted.Count, "the killed calls were made again");
    }

    private static async Task PostAsync(DemoGateway gateway, string client, string path, JsonObject body, HttpStatusCode expected)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await gateway.SendAsync(client, HttpMethod.Post, path, content, await gateway.TokenAsync(client));
        answer.StatusCode.ShouldBe(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task TryPostAsync(DemoGateway gateway, string client, string path, JsonObject body)
    {
        try
        {
            await PostAsync(gateway, client, path, body, HttpStatusCode.Accepted);
        }
        catch (HttpRequestException)
        {
            // The kill came before the answer.
        }
    }
}
