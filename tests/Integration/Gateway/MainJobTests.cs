using System.Net;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>The gateway's main job over HTTP: who sends, who receives, and what each may see.</summary>
public sealed class MainJobTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";
    private const string Caf = "caf/impayes";

    [Fact]
    public async Task A_CDP_of_a_private_tenant_in_Paris_reaches_the_ADIL_and_the_CCAPEX_each_with_its_own_pseudonym()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();

        var adil = (await gateway.InboxAsync("adil-75-instructeur")).ShouldHaveSingleItem();
        var ccapex = (await gateway.InboxAsync("ccapex-75-secretariat")).ShouldHaveSingleItem();
        adil["finalite"]!.GetValue<string>().ShouldBe("P2");
        ccapex["finalite"]!.GetValue<string>().ShouldBe("P1");
        adil["pseudonyme"]!.GetValue<string>().ShouldNotBe(ccapex["pseudonyme"]!.GetValue<string>());
        adil["dossier"]!.GetValue<string>().ShouldNotBe(ccapex["dossier"]!.GetValue<string>());

        foreach (var (client, line) in new[] { ("adil-75-instructeur", adil), ("ccapex-75-secretariat", ccapex) })
        {
            var view = await gateway.GetAsync(client, $"/v1/reception/{line["id"]}");
            var content = view["contenu"]!.AsObject();
            content.Select(s => s.Key).ShouldBe(["dette", "bail", "acte"], ignoreOrder: true);
            view.ToJsonString().ShouldNotContain("mesn");
            content["dette"]!["total"]!.GetValue<decimal>().ShouldBe(3210.15m);
        }
    }

    [Fact]
    public async Task Identity_is_shown_with_a_reason_of_the_roles_list_only_and_stands_in_the_log()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(household));
        await gateway.RouteAsync();
        var id = (await gateway.InboxAsync("adil-75-instructeur")).Single()["id"]!.GetValue<string>();

        using (var without = await gateway.PostAsync("adil-75-instructeur", $"/v1/reception/{id}/identite", new JsonObject()))
            without.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using (var foreign = await gateway.PostAsync("adil-75-instructeur", $"/v1/reception/{id}/identite", new JsonObject { ["motif"] = "seance" }))
            foreign.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'IdentityDisclosed'")).ShouldBe(0);

        using var given = await gateway.PostAsync("adil-75-instructeur", $"/v1/reception/{id}/identite", new JsonObject { ["motif"] = "courrier" });
        given.StatusCode.ShouldBe(HttpStatusCode.OK);
        var identity = JsonNode.Parse(await given.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["identite"]!;
        identity["identite"]!["personnes"]![0]!["nom"]!.GetValue<string>().ShouldBe(household.Name);
        identity["adresse"]!["voie"]!.GetValue<string>().ShouldBe(household.Street);
        identity["contact"]!["telephones"]![0]!["numero"]!.GetValue<string>().ShouldBe("0639980001");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'IdentityDisclosed'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_CAF_notice_of_the_same_household_lands_in_the_same_dossier()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(household));
        await gateway.DepositAsync("caf-75-depositaire", Caf, Messages.CafNotice(household));
        await gateway.DepositAsync("caf-75-depositaire", Caf, Messages.CafNotice(Messages.NewHousehold()));
        await gateway.RouteAsync();

        var inbox = await gateway.InboxAsync("ccapex-75-secretariat");
        inbox.Count.ShouldBe(3);
        inbox.Select(d => d["dossier"]!.GetValue<string>()).Distinct().Count().ShouldBe(2);
        var act = inbox.Single(d => d["typeMessage"]!.GetValue<string>() == Cdp)["dossier"]!.GetValue<string>();
        inbox.Count(d => d["dossier"]!.GetValue<string>() == act).ShouldBe(2);
    }

    [Fact]
    public async Task A_CDP_of_a_public_tenant_does_not_reach_the_ADIL()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold(), parc: "public", typeBailleur: "bailleurSocial"));
        await gateway.RouteAsync();

        (await gateway.InboxAsync("adil-75-instructeur")).ShouldBeEmpty();
        (await gateway.InboxAsync("ccapex-75-secretariat")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("familleAvecEnfants", "caf-modele-instructeur")]
    [InlineData("coupleSansEnfant", "departement-modele-instructeur")]
    [InlineData("personneSeule", "departement-modele-instructeur")]
    public async Task An_aided_household_of_the_model_departement_goes_to_the_social_workers_that_D1_names(string composition, string expected)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("caf-modele-depositaire", Caf, Messages.CafNotice(Messages.NewHousehold("00001", "00100", "Val-Modèle"), composition));
        await gateway.RouteAsync();

        var reached = new List<string>();
        foreach (var client in new[] { "caf-modele-instructeur", "departement-modele-instructeur" })
        {
            if ((await gateway.InboxAsync(client)).Any(d => d["finalite"]!.GetValue<string>() == "P4"))
                reached.Add(client);
        }

        reached.ShouldBe([expected]);
        (await gateway.InboxAsync("ccapex-modele-secretariat")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_unknown_composition_is_held_and_falls_back_once_when_the_delay_ends()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("caf-modele-depositaire", Caf, Messages.CafNotice(Messages.NewHousehold("00001", "00100", "Val-Modèle"), composition: null));
        await gateway.RouteAsync();
        (await gateway.InboxAsync("departement-modele-instructeur")).ShouldBeEmpty();
        (await gateway.InboxAsync("ccapex-modele-secretariat")).Count.ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'RoutingHeld'")).ShouldBeGreaterThan(0);

        gateway.Clock.Advance(TimeSpan.FromDays(8));
        await gateway.RouteAsync();
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature = 'remise'")).ShouldBe(2);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'RoutingFellBack'")).ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0);
    }

    [Fact]
    public async Task The_etude_sees_the_state_of_its_deposit_and_nothing_of_who_received_it()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();

        var status = await gateway.GetAsync("etude-75-001-depositaire", $"/v1/depots/{receipt["depot"]}");
        status["etat"]!.GetValue<string>().ShouldBe("transmis");
        status.AsObject().Select(p => p.Key).ShouldBe(["depot", "type", "etat", "recuLe", "drapeaux"], ignoreOrder: true);
        using var inbox = await gateway.SendAsync("etude-75-001-depositaire", HttpMethod.Get, "/v1/reception");
        inbox.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Acknowledging_twice_changes_and_logs_once()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();
        var id = (await gateway.InboxAsync("adil-75-instructeur")).Single()["id"]!.GetValue<string>();

        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await gateway.SendAsync("adil-75-instructeur", HttpMethod.Post, $"/v1/reception/{id}/accuse");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answers.Add(JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["etat"]!.GetValue<string>());
            gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        answers.ShouldAllBe(a => a == "accusee");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DeliveryAcknowledged'")).ShouldBe(1);
        (await gateway.GetAsync("adil-75-instructeur", "/v1/reception?etat=remise"))["remises"]!.AsArray().ShouldBeEmpty();
    }
}
