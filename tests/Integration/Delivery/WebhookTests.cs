using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Delivery.Webhooks;
using ExchangeGateway.Integration.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>A receiver that fails in every way: each call ends as <c>webhooks.md</c> says, nothing is lost, nothing is doubled.</summary>
public sealed class WebhookTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Adil = "adil-75-instructeur";
    private const string Ccapex = "ccapex-75-secretariat";
    private static readonly int Many = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") == "1" ? 200 : 5;

    private readonly ResolveHost _names = (host, ct) => Names.TryGetValue(host, out var address) ? Task.FromResult(new[] { IPAddress.Parse(address) }) : Dns.GetHostAddressesAsync(host, ct);
    private TestGateway _gateway = null!;
    private Receiver _receiver = null!;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["interne.exemple.invalid"] = "10.1.2.3",
        ["nuage.exemple.invalid"] = "169.254.169.254",
        ["cache.exemple.invalid"] = "::ffff:127.0.0.1",
        ["unique.exemple.invalid"] = "fd00::1",
        ["operateur.exemple.invalid"] = "100.64.0.1",
    };

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _gateway = await TestGateway.StartAsync(
            postgres,
            services =>
            {
                // The worker of the gateway stands still: the test makes its rounds.
                services.Remove(services.Last(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService) && s.ImplementationFactory?.Method.ReturnType == typeof(WebhookDispatcher)));
                services.AddSingleton(_names);
            },
            ("Webhooks:TimeoutSeconds", "1"));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_new_delivery_is_announced_by_a_signed_call_that_holds_pseudonyms_only()
    {
        var created = await CreateAsync();
        var secret = created["secret"]!.GetValue<string>();
        _receiver.All.ShouldHaveSingleItem().IsSignedBy(secret).ShouldBeTrue("the test of the address is signed too");
        var household = Messages.NewHousehold();
        await DepositAsync(household);
        await RunAsync();

        var call = _receiver.Calls.ShouldHaveSingleItem();
        call.IsSignedBy(secret).ShouldBeTrue();
        (call with { Body = call.Body + " " }).IsSignedBy(secret).ShouldBeFalse();
        DateTimeOffset.FromUnixTimeSeconds(call.Timestamp).ShouldBe(_gateway.Clock.GetUtcNow(), TimeSpan.FromSeconds(30));
        var line = (await _gateway.InboxAsync(Adil)).Single();
        var payload = JsonNode.Parse(call.Body)!;
        payload["type"]!.GetValue<string>().ShouldBe("remise.recue");
        payload["data"]!.AsObject().Select(p => p.Key).ShouldBe(["remise", "nature", "type", "etat", "pseudonyme"], ignoreOrder: true);
        payload["data"]!["remise"]!.GetValue<string>().ShouldBe(line["id"]!.GetValue<string>());
        payload["data"]!["pseudonyme"]!.GetValue<string>().ShouldBe(line["pseudonyme"]!.GetValue<string>());
        call.Body.ShouldNotContain(household.Name);
        (await _gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DeliveryNotified'")).ShouldBe(1);
        (await _gateway.ScalarAsync<long>("select count(*) from delivery.webhook where secret like '%whsec%'")).ShouldBe(0, "kept wrapped");

        // After a renewal both secrets sign, for a day.
        using var renewed = await _gateway.PostAsync(Adil, $"/v1/webhooks/{created["id"]}/secret", new JsonObject());
        var second = JsonNode.Parse(await renewed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["secret"]!.GetValue<string>();
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();
        _receiver.Calls[1].IsSignedBy(secret).ShouldBeTrue();
        _receiver.Calls[1].IsSignedBy(second).ShouldBeTrue();
        await AdvanceAsync(TimeSpan.FromHours(25));
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();
        _receiver.Calls[2].IsSignedBy(secret).ShouldBeFalse();
        _receiver.Calls[2].IsSignedBy(second).ShouldBeTrue();
    }

    [Fact]
    public async Task Down_for_an_hour_it_is_called_less_and_less_and_then_gets_every_call_once()
    {
        var id = await CreatedIdAsync();
        var down = true;
        var accepted = new List<string>();
        _receiver.Behaviour = async (http, call) =>
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
        await _gateway.RouteAsync();
        for (var minute = 0; minute < 60; minute++)
        {
            await RunAsync();
            await AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        _receiver.Calls.Count.ShouldBeInRange(4, 6, "15 s, 1 min, 4 min, 16 min, more than an hour, a fifth up or down");
        (await StateAsync(id)).ShouldBe("actif", "an hour suspends nobody");
        down = false;
        await AdvanceAsync(TimeSpan.FromMinutes(80));
        await RunAsync();

        accepted.Count.ShouldBe(Many);
        accepted.Distinct(StringComparer.Ordinal).Count().ShouldBe(Many);
        var history = await _gateway.GetAsync(Adil, $"/v1/webhooks/{id}/historique?limite=200");
        history["appels"]!.AsArray().Select(c => (string?)c!["etat"]).ShouldAllBe(state => state == "livre");
        history["appels"]!.AsArray().SelectMany(c => c!["essais"]!.AsArray()).Count(e => (string?)e!["issue"] != "livre").ShouldBe(_receiver.Calls.Count - Many);
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
            ("to the gateway itself", Receiver.Redirect(_gateway.App.Urls.First() + "/health/ready"), "redirection", 302),
        ];
        foreach (var (how, behaviour, outcome, status) in failures)
        {
            var before = _receiver.Calls.Count;
            _receiver.Behaviour = behaviour;
            await DepositAsync(Messages.NewHousehold());
            await RunAsync();
            _receiver.Calls.Count.ShouldBe(before + 1, how + ": once, and no redirection is followed");
            _receiver.Behaviour = Receiver.Status(200);
            await RunAsync();
            _receiver.Calls.Count.ShouldBe(before + 1, how + ": the back-off is not over");
            await AdvanceAsync(TimeSpan.FromSeconds(20));
            await RunAsync();
            await RunAsync();

            var calls = _receiver.Calls.Skip(before).ToList();
            calls.Count.ShouldBe(2, how);
            calls.Select(c => c.Id).Distinct().Count().ShouldBe(1, how);
            calls.Select(c => JsonNode.Parse(c.Body)!["timestamp"]!.GetValue<string>()).Distinct().Count().ShouldBe(1, how);
            var attempts = (await _gateway.GetAsync(Adil, $"/v1/webhooks/{id}/historique"))["appels"]![0]!["essais"]!.AsArray();
            attempts.Count.ShouldBe(2, how);
            outcome.Split(" ou ").ShouldContain((string?)attempts[0]!["issue"], how);
            ((string?)attempts[1]!["issue"]).ShouldBe("livre", how);
            ((int?)attempts[0]!["statut"]).ShouldBe(status, how);
        }

        _receiver.Calls.Select(c => c.Id).Distinct().Count().ShouldBe(failures.Length);
    }

    [Fact]
    public async Task After_410_no_call_goes_out_until_a_test_succeeds_and_then_all_that_waited_does()
    {
        var id = await CreatedIdAsync();
        _receiver.Behaviour = Receiver.Status(410);
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();
        (await StateAsync(id)).ShouldBe("suspendu");
        await DepositAsync(Messages.NewHousehold());
        for (var day = 0; day < 10; day++)
        {
            await AdvanceAsync(TimeSpan.FromDays(1));
            await RunAsync();
        }

        _receiver.Calls.Count.ShouldBe(1, "really suspended");
        (await TryAsync(id))["etat"]!.GetValue<string>().ShouldBe("suspendu", "the test failed");
        _receiver.Behaviour = Receiver.Status(200);
        await RunAsync();
        _receiver.Calls.Count.ShouldBe(1, "nobody has reactivated it");
        (await TryAsync(id))["etat"]!.GetValue<string>().ShouldBe("actif");
        await RunAsync();
        _receiver.Calls.Count.ShouldBe(3);
        _receiver.Calls.Select(c => c.Id).Distinct().Count().ShouldBe(2, "the one that got 410 again, under its id, and the one that waited");
    }

    [Fact]
    public async Task Ten_failures_in_a_row_over_three_days_suspend_it_and_a_replay_keeps_the_ids()
    {
        var id = await CreatedIdAsync();
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();
        _receiver.Behaviour = Receiver.Status(503);
        await DepositAsync(Messages.NewHousehold());
        var began = _gateway.Clock.GetUtcNow();
        while (await StateAsync(id) is "actif")
        {
            await RunAsync();
            await AdvanceAsync(TimeSpan.FromMinutes(10));
            (_gateway.Clock.GetUtcNow() - began).ShouldBeLessThan(TimeSpan.FromDays(5));
        }

        (_gateway.Clock.GetUtcNow() - began).ShouldBeInRange(TimeSpan.FromDays(2), TimeSpan.FromDays(4));
        _receiver.Calls.Count.ShouldBe(1 + 10);
        await AdvanceAsync(TimeSpan.FromDays(2));
        await RunAsync();
        _receiver.Calls.Count.ShouldBe(1 + 10);

        _receiver.Behaviour = Receiver.Status(200);
        await TryAsync(id);
        await RunAsync();
        var first = _receiver.Calls[0].Id;
        await ReplayAsync(id, new JsonObject { ["appel"] = first }, expected: 1);
        await RunAsync();
        _receiver.Calls[^1].Id.ShouldBe(first);
        await ReplayAsync(id, new JsonObject { ["depuis"] = began.AddDays(-1).ToString("O") }, expected: 2);
        await RunAsync();
        _receiver.Calls.Select(c => c.Id).Distinct().Count().ShouldBe(2);
        _receiver.Calls.Count.ShouldBe(1 + 10 + 1 + 1 + 2);
    }

    [Fact]
    public async Task An_address_of_the_gateways_own_network_is_never_called()
    {
        (string Url, string Said)[] refused =
        [
            ("http://exemple.invalid/appels", "https"),
            ("https://10.0.0.1/appels", "publique"),
            ("https://169.254.169.254/latest", "publique"),
            ("https://[::ffff:10.0.0.1]/", "publique"),
            ("https://[fe80::1]/", "publique"),
            ("https://0x0a000001/", "publique"),
            ("https://interne.exemple.invalid/", "publique"),
            ("https://nuage.exemple.invalid/", "publique"),
            ("https://cache.exemple.invalid/", "publique"),
            ("https://unique.exemple.invalid/", "publique"),
            ("https://operateur.exemple.invalid/", "publique"),
            ("https://localhost/", "publique"),
            ("https://moi:secret@exemple.invalid/", "identifiant"),
            ("ftp://exemple.invalid/", "https"),
        ];
        foreach (var (url, said) in refused)
        {
            using var answer = await _gateway.PostAsync(Adil, "/v1/webhooks", new JsonObject { ["url"] = url });
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, url);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(said, customMessage: url);
        }

        (await _gateway.ScalarAsync<long>("select count(*) from delivery.webhook")).ShouldBe(0);
    }

    [Fact]
    public async Task A_name_that_later_leads_inside_is_not_called()
    {
        var id = await CreatedIdAsync();
        await ExecuteAsync("update delivery.webhook set url = 'https://interne.exemple.invalid/appels'");
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();

        var attempt = (await _gateway.GetAsync(Adil, $"/v1/webhooks/{id}/historique"))["appels"]![0]!["essais"]!.AsArray().ShouldHaveSingleItem();
        ((string?)attempt!["issue"]).ShouldBe("adresseRefusee");
    }

    [Fact]
    public async Task A_withdrawn_agreement_stops_the_call_that_waits_and_another_organisation_sees_nothing()
    {
        var id = await CreatedIdAsync(Ccapex);
        _receiver.Behaviour = Receiver.Status(500);
        var receipt = await _gateway.DepositAsync("bdf-75-depositaire", "banque-de-france/orientations", Messages.DebtReferral(Messages.NewHousehold(), agreed: true));
        await _gateway.RouteAsync();
        await RunAsync();
        using (var withdrawn = await _gateway.PostAsync("bdf-75-depositaire", "/v1/consentements", new JsonObject { ["depot"] = receipt["depot"]!.DeepClone(), ["finalite"] = "P7", ["acte"] = "retrait" }))
            withdrawn.EnsureSuccessStatusCode();
        _receiver.Behaviour = Receiver.Status(200);
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await RunAsync();

        _receiver.Calls.Count.ShouldBe(2, "the failed one and the news of the withdrawal");
        JsonNode.Parse(_receiver.Calls[1].Body)!["data"]!["nature"]!.GetValue<string>().ShouldBe("annulation");
        (await _gateway.GetAsync(Ccapex, $"/v1/webhooks/{id}/historique"))["appels"]!.AsArray().Select(c => (string?)c!["etat"]).ShouldBe(["livre", "arrete"]);
        foreach (var (method, path) in new[] { (HttpMethod.Get, "historique"), (HttpMethod.Post, "essai"), (HttpMethod.Post, "secret"), (HttpMethod.Delete, "") })
        {
            using var foreign = await _gateway.SendAsync(Adil, method, $"/v1/webhooks/{id}/{path}".TrimEnd('/'));
            foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        using var etude = await _gateway.PostAsync("etude-75-001-depositaire", "/v1/webhooks", new JsonObject { ["url"] = _receiver.Url });
        etude.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<JsonNode> CreateAsync(string client = Adil)
    {
        using var answer = await _gateway.PostAsync(client, "/v1/webhooks", new JsonObject { ["url"] = _receiver.Url });
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<string> CreatedIdAsync(string client = Adil) => (await CreateAsync(client))["id"]!.GetValue<string>();

    private async Task DepositAsync(Household household, bool route = true)
    {
        await _gateway.DepositAsync("etude-75-001-depositaire", "commissaires-de-justice/commandements-de-payer", Messages.Cdp(household));
        if (route)
            await _gateway.RouteAsync();
    }

    private Task<int> RunAsync() => _gateway.App.Services.GetRequiredService<WebhookDispatcher>().RunDueAsync(TestContext.Current.CancellationToken);

    private async Task<string> StateAsync(string id) =>
        (await _gateway.GetAsync(Adil, "/v1/webhooks"))["webhooks"]!.AsArray().Single(w => (string?)w!["id"] == id)!["etat"]!.GetValue<string>();

    private async Task<JsonNode> TryAsync(string id)
    {
        using var answer = await _gateway.PostAsync(Adil, $"/v1/webhooks/{id}/essai", new JsonObject());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }

    private async Task ReplayAsync(string id, JsonObject body, int expected)
    {
        using var answer = await _gateway.PostAsync(Adil, $"/v1/webhooks/{id}/rejeu", body);
        ((int)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["rejoues"]!).ShouldBe(expected);
    }

    /// <summary>Tokens live an hour: the test's live as long as it.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        _gateway.Clock.Advance(by);
        await ExecuteAsync("update access.token set expires_at = '2100-01-01Z'");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _gateway.Databases.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
