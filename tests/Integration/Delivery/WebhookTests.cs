using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;
using Microsoft.AspNetCore.Http;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>A receiver that fails in every way: each call ends as <c>webhooks.md</c> says, nothing is lost, nothing is doubled.</summary>
public sealed class WebhookTests(PostgresFixture postgres) : WebhookDesk(postgres)
{
    private static readonly int Many = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") == "1" ? 200 : 5;

    [Fact]
    public async Task A_new_delivery_is_announced_by_a_signed_call_that_holds_pseudonyms_only()
    {
        var created = await CreateAsync();
        var secret = created["secret"]!.GetValue<string>();
        Partner.All.ShouldHaveSingleItem().IsSignedBy(secret).ShouldBeTrue("the test of the address is signed too");
        var household = Messages.NewHousehold();
        await DepositAsync(household);
        await RunAsync();

        var call = Partner.Calls.ShouldHaveSingleItem();
        call.IsSignedBy(secret).ShouldBeTrue();
        (call with { Body = call.Body + " " }).IsSignedBy(secret).ShouldBeFalse();
        DateTimeOffset.FromUnixTimeSeconds(call.Timestamp).ShouldBe(Gateway.Clock.GetUtcNow(), TimeSpan.FromSeconds(30));
        var line = (await Gateway.InboxAsync(Adil)).Single();
        var payload = JsonNode.Parse(call.Body)!;
        payload["type"]!.GetValue<string>().ShouldBe("remise.recue");
        payload["data"]!.AsObject().Select(p => p.Key).ShouldBe(["remise", "nature", "type", "etat", "pseudonyme"], ignoreOrder: true);
        payload["data"]!["remise"]!.GetValue<string>().ShouldBe(line["id"]!.GetValue<string>());
        payload["data"]!["pseudonyme"]!.GetValue<string>().ShouldBe(line["pseudonyme"]!.GetValue<string>());
        call.Body.ShouldNotContain(household.Name);
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DeliveryNotified'")).ShouldBe(1);
        (await Gateway.ScalarAsync<long>("select count(*) from delivery.webhook where secret like '%whsec%'")).ShouldBe(0, "kept wrapped");

        // After a renewal both secrets sign, for a day.
        using var renewed = await Gateway.PostAsync(Adil, $"/v1/webhooks/{created["id"]}/secret", new JsonObject());
        var second = JsonNode.Parse(await renewed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["secret"]!.GetValue<string>();
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();
        Partner.Calls[1].IsSignedBy(secret).ShouldBeTrue();
        Partner.Calls[1].IsSignedBy(second).ShouldBeTrue();
        await AdvanceAsync(TimeSpan.FromHours(25));
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();
        Partner.Calls[2].IsSignedBy(secret).ShouldBeFalse();
        Partner.Calls[2].IsSignedBy(second).ShouldBeTrue();
    }

    [Fact]
    public async Task Down_for_an_hour_it_is_called_less_and_less_and_then_gets_every_call_once()
    {
        var id = await CreatedIdAsync();
        var down = true;
        var accepted = new List<string>();
        Partner.Behaviour = async (http, call) =>
        {
            if (down)
            {
                await Receiver.Down(http, call);
                return;
            }

            lock (accepted)
                accepted.Add(call.Id);
            http.Response.StatusCode = 200;
        };
        for (var i = 0; i < Many; i++)
            await DepositAsync(Messages.NewHousehold(), route: false);
        await Gateway.RouteAsync();
        for (var minute = 0; minute < 60; minute++)
        {
            await RunAsync();
            await AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        Partner.Calls.Count.ShouldBeInRange(4, 6, "15 s, 1 min, 4 min, 16 min, more than an hour, a fifth up or down");
        (await StateAsync(id)).ShouldBe("actif", "an hour suspends nobody");
        down = false;
        await AdvanceAsync(TimeSpan.FromMinutes(80));
        await RunAsync();

        accepted.Count.ShouldBe(Many);
        accepted.Distinct(StringComparer.Ordinal).Count().ShouldBe(Many);
        var history = await Gateway.GetAsync(Adil, $"/v1/webhooks/{id}/historique?limite=200");
        history["appels"]!.AsArray().Select(c => (string?)c!["etat"]).ShouldAllBe(state => state == "livre");
        history["appels"]!.AsArray().SelectMany(c => c!["essais"]!.AsArray()).Count(e => (string?)e!["issue"] != "livre").ShouldBe(Partner.Calls.Count - Many);
    }

    [Fact]
    public async Task A_call_that_fails_in_any_way_is_made_again_with_the_same_id_and_delivered_once()
    {
        var id = await CreatedIdAsync();
        (string How, Func<HttpContext, ReceivedCall, Task> Behaviour, string Outcome, int? Status)[] failures =
        [
            ("500", Receiver.Status(500), "statut", 500),
            ("404", Receiver.Status(404), "statut", 404),
            ("slow", Receiver.Slow, "delai", 200),
            ("closes in the middle", Receiver.CloseInTheMiddle, "coupe", 200),
            ("closes without a word", Receiver.Down, "coupe ou connexion", null),
            ("to the cloud's metadata", Receiver.Redirect("http://169.254.169.254/latest/meta-data"), "redirection", 302),
            ("to the gateway itself", Receiver.Redirect(Gateway.App.Urls.First() + "/health/ready"), "redirection", 302),
        ];
        foreach (var (how, behaviour, outcome, status) in failures)
        {
            var before = Partner.Calls.Count;
            Partner.Behaviour = behaviour;
            await DepositAsync(Messages.NewHousehold());
            await RunAsync();
            Partner.Calls.Count.ShouldBe(before + 1, how + ": once, and no redirection is followed");
            Partner.Behaviour = Receiver.Status(200);
            await RunAsync();
            Partner.Calls.Count.ShouldBe(before + 1, how + ": the back-off is not over");
            await AdvanceAsync(TimeSpan.FromSeconds(20));
            await RunAsync();
            await RunAsync();

            var calls = Partner.Calls.Skip(before).ToList();
            calls.Count.ShouldBe(2, how);
            calls.Select(c => c.Id).Distinct().Count().ShouldBe(1, how);
            calls.Select(c => JsonNode.Parse(c.Body)!["timestamp"]!.GetValue<string>()).Distinct().Count().ShouldBe(1, how);
            var attempts = (await Gateway.GetAsync(Adil, $"/v1/webhooks/{id}/historique"))["appels"]![0]!["essais"]!.AsArray();
            attempts.Count.ShouldBe(2, how);
            outcome.Split(" ou ").ShouldContain((string?)attempts[0]!["issue"], how);
            ((string?)attempts[1]!["issue"]).ShouldBe("livre", how);
            ((int?)attempts[0]!["statut"]).ShouldBe(status, how);
        }

        Partner.Calls.Select(c => c.Id).Distinct().Count().ShouldBe(failures.Length);
    }

    [Fact]
    public async Task After_410_no_call_goes_out_until_a_test_succeeds_and_then_all_that_waited_does()
    {
        var id = await CreatedIdAsync();
        var began = Gateway.Clock.GetUtcNow();
        Partner.Behaviour = Receiver.Status(410);
        for (var i = 0; i < 3; i++)
            await DepositAsync(Messages.NewHousehold());
        await RunAsync();
        (await StateAsync(id)).ShouldBe("suspendu");
        await DepositAsync(Messages.NewHousehold());
        for (var day = 0; day < 10; day++)
        {
            await AdvanceAsync(TimeSpan.FromDays(1));
            await RunAsync();
            // What was queued before it was suspended waits, and a replay asks for nothing more.
            await ReplayAsync(id, new JsonObject { ["depuis"] = began.AddDays(-1).ToString("O") }, expected: 0);
        }

        Partner.Calls.Count.ShouldBe(1, "really suspended");
        (await TryAsync(id))["etat"]!.GetValue<string>().ShouldBe("suspendu", "the test failed");
        Partner.Behaviour = Receiver.Status(200);
        await RunAsync();
        Partner.Calls.Count.ShouldBe(1, "nobody has reactivated it");
        (await TryAsync(id))["etat"]!.GetValue<string>().ShouldBe("actif");
        await RunAsync();
        Partner.Calls.Count.ShouldBe(1 + 4);
        Partner.Calls.Select(c => c.Id).Distinct().Count().ShouldBe(4, "the one that got 410 again, under its id, and those that waited");
    }

    [Fact]
    public async Task Ten_failures_in_a_row_over_three_days_suspend_it_and_a_replay_keeps_the_ids()
    {
        var id = await CreatedIdAsync();
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();
        Partner.Behaviour = Receiver.Status(503);
        await DepositAsync(Messages.NewHousehold());
        var began = Gateway.Clock.GetUtcNow();
        while (await StateAsync(id) is "actif")
        {
            await RunAsync();
            await AdvanceAsync(TimeSpan.FromMinutes(10));
            (Gateway.Clock.GetUtcNow() - began).ShouldBeLessThan(TimeSpan.FromDays(5));
        }

        (Gateway.Clock.GetUtcNow() - began).ShouldBeInRange(TimeSpan.FromDays(2), TimeSpan.FromDays(4));
        Partner.Calls.Count.ShouldBe(1 + 10);
        await AdvanceAsync(TimeSpan.FromDays(2));
        await RunAsync();
        Partner.Calls.Count.ShouldBe(1 + 10);

        Partner.Behaviour = Receiver.Status(200);
        await TryAsync(id);
        await RunAsync();
        var first = Partner.Calls[0].Id;
        await ReplayAsync(id, new JsonObject { ["appel"] = first }, expected: 1);
        await RunAsync();
        Partner.Calls[^1].Id.ShouldBe(first);
        await ReplayAsync(id, new JsonObject { ["depuis"] = began.AddDays(-1).ToString("O") }, expected: 2);
        await RunAsync();
        Partner.Calls.Select(c => c.Id).Distinct().Count().ShouldBe(2);
        Partner.Calls.Count.ShouldBe(1 + 10 + 1 + 1 + 2);
    }
}
