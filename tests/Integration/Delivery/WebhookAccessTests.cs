using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>Whom the gateway never calls, and what a call never tells.</summary>
public sealed class WebhookAccessTests(PostgresFixture postgres) : WebhookDesk(postgres)
{
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
            using var answer = await Gateway.PostAsync(Adil, "/v1/webhooks", new JsonObject { ["url"] = url });
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, url);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(said, customMessage: url);
        }

        (await Gateway.ScalarAsync<long>("select count(*) from delivery.webhook")).ShouldBe(0);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_its_test_is_not_kept()
    {
        foreach (var behaviour in new[] { Receiver.Status(500), Receiver.Status(410), Receiver.Redirect("https://exemple.invalid/"), Receiver.CloseInTheMiddle })
        {
            Partner.Behaviour = behaviour;
            using var answer = await Gateway.PostAsync(Adil, "/v1/webhooks", new JsonObject { ["url"] = Partner.Url });
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("appel d'essai a échoué");
        }

        Partner.All.Count.ShouldBe(4);
        (await Gateway.ScalarAsync<long>("select count(*) from delivery.webhook")).ShouldBe(0);
    }

    [Fact]
    public async Task A_call_that_a_restriction_stops_goes_out_once_when_it_is_lifted()
    {
        var id = await CreatedIdAsync();
        Partner.Behaviour = Receiver.Status(500);
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();
        var held = (await Gateway.InboxAsync(Ccapex)).ShouldHaveSingleItem();
        await RecordAsync(Ccapex, new JsonObject { ["remise"] = held["id"]!.DeepClone(), ["acte"] = "limitation" });
        Partner.Behaviour = Receiver.Status(200);
        for (var day = 0; day < 40; day++)
        {
            await AdvanceAsync(TimeSpan.FromDays(1));
            await RunAsync();
        }

        Partner.Calls.Count.ShouldBe(1, "nothing goes out of a person whose data are restricted");
        var person = (await Gateway.GetAsync("passerelle-dpo", "/v1/consentements"))["consentements"]![0]!["personne"]!.GetValue<string>();
        await RecordAsync("passerelle-dpo", new JsonObject { ["personne"] = person, ["acte"] = "leveeLimitation" });
        await RunAsync();
        await RunAsync();

        Partner.Calls.Count.ShouldBe(2);
        Partner.Calls.Select(c => c.Id).Distinct().Count().ShouldBe(1);
        (await Gateway.GetAsync(Adil, $"/v1/webhooks/{id}/historique"))["appels"]!.AsArray().Select(c => (string?)c!["etat"]).ShouldBe(["livre"]);
    }

    private async Task RecordAsync(string client, JsonObject act)
    {
        using var recorded = await Gateway.PostAsync(client, "/v1/consentements", act);
        recorded.IsSuccessStatusCode.ShouldBeTrue(await recorded.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_that_later_leads_inside_is_not_called()
    {
        var id = await CreatedIdAsync();
        await ExecuteAsync("update delivery.webhook set url = 'https://interne.exemple.invalid/appels'");
        await DepositAsync(Messages.NewHousehold());
        await RunAsync();

        var attempt = (await Gateway.GetAsync(Adil, $"/v1/webhooks/{id}/historique"))["appels"]![0]!["essais"]!.AsArray().ShouldHaveSingleItem();
        ((string?)attempt!["issue"]).ShouldBe("adresseRefusee");
    }

    [Fact]
    public async Task A_withdrawn_agreement_stops_the_call_that_waits_and_another_organisation_sees_nothing()
    {
        var id = await CreatedIdAsync(Ccapex);
        Partner.Behaviour = Receiver.Status(500);
        var receipt = await Gateway.DepositAsync("bdf-75-depositaire", "banque-de-france/orientations", Messages.DebtReferral(Messages.NewHousehold(), agreed: true));
        await Gateway.RouteAsync();
        await RunAsync();
        using (var withdrawn = await Gateway.PostAsync("bdf-75-depositaire", "/v1/consentements", new JsonObject { ["depot"] = receipt["depot"]!.DeepClone(), ["finalite"] = "P7", ["acte"] = "retrait" }))
            withdrawn.EnsureSuccessStatusCode();
        Partner.Behaviour = Receiver.Status(200);
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await RunAsync();

        Partner.Calls.Count.ShouldBe(2, "the failed one and the news of the withdrawal");
        JsonNode.Parse(Partner.Calls[1].Body)!["data"]!["nature"]!.GetValue<string>().ShouldBe("annulation");
        (await Gateway.GetAsync(Ccapex, $"/v1/webhooks/{id}/historique"))["appels"]!.AsArray().Select(c => (string?)c!["etat"]).ShouldBe(["livre", "arrete"]);
        foreach (var (method, path) in new[] { (HttpMethod.Get, "historique"), (HttpMethod.Post, "essai"), (HttpMethod.Post, "secret"), (HttpMethod.Delete, "") })
        {
            using var foreign = await Gateway.SendAsync(Adil, method, $"/v1/webhooks/{id}/{path}".TrimEnd('/'));
            foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        using var etude = await Gateway.PostAsync("etude-75-001-depositaire", "/v1/webhooks", new JsonObject { ["url"] = Partner.Url });
        etude.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
