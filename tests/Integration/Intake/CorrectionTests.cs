using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>A sender mends or withdraws what it sent: who received it learns so, wherever it had read to, and nobody reads the first message any more.</summary>
public sealed class CorrectionTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";
    private const string Etude = "etude-75-001-depositaire";
    private const string Adil = "adil-75-instructeur";
    private const string Ccapex = "ccapex-75-secretariat";

    [Fact]
    public async Task A_rectification_reaches_every_recipient_and_shows_what_changed_to_who_had_acknowledged()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var message = Messages.Cdp(Messages.NewHousehold());
        var deposit = await DepositAsync(gateway, message);
        var (adil, ccapex) = (await OnlyAsync(gateway, Adil), await OnlyAsync(gateway, Ccapex));
        (await gateway.PostAsync(Ccapex, $"/v1/reception/{ccapex["id"]}/accuse", new JsonObject())).StatusCode.ShouldBe(HttpStatusCode.OK);

        var mended = message.DeepClone().AsObject();
        mended["dette"]!["total"] = 2999.99m;
        mended["telephones"]![0]!["numero"] = "0639980042";
        using var answer = await gateway.PostAsync(Etude, $"/v1/depots/{deposit}/rectification", mended);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await gateway.RouteAsync();

        var atCcapex = (await gateway.InboxAsync(Ccapex))[^1];
        atCcapex["corrige"]!.GetValue<string>().ShouldBe(ccapex["id"]!.GetValue<string>());
        atCcapex["dossier"]!.GetValue<string>().ShouldBe(ccapex["dossier"]!.GetValue<string>());
        var view = await gateway.GetAsync(Ccapex, $"/v1/reception/{atCcapex["id"]}");
        view["contenu"]!["dette"]!["total"]!.GetValue<decimal>().ShouldBe(2999.99m);
        var change = view["correction"]!["changements"]!.AsArray().ShouldHaveSingleItem()!;
        change["champ"]!.GetValue<string>().ShouldBe("/dette/total");
        (change["avant"]!.GetValue<decimal>(), change["apres"]!.GetValue<decimal>()).ShouldBe((3210.15m, 2999.99m));
        using var identity = await gateway.PostAsync(Ccapex, $"/v1/reception/{atCcapex["id"]}/identite", new JsonObject { ["motif"] = "instruction" });
        JsonNode.Parse(await identity.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["changements"]!.AsArray()
            .ShouldHaveSingleItem()!["champ"]!.GetValue<string>().ShouldBe("/contact/telephones/0/numero");

        // The ADIL had not acknowledged: it has nothing to compare with.
        var atAdil = (await gateway.InboxAsync(Adil))[^1];
        var other = await gateway.GetAsync(Adil, $"/v1/reception/{atAdil["id"]}");
        other["correction"]!["etat"]!.GetValue<string>().ShouldBe("remplace");
        other["correction"]!["changements"].ShouldBeNull();

        // The first message is read no more.
        var first = await gateway.GetAsync(Adil, $"/v1/reception/{adil["id"]}");
        first["etat"]!.GetValue<string>().ShouldBe("remplacee");
        first["contenu"]!.AsObject().ShouldBeEmpty();
        using var refused = await gateway.PostAsync(Adil, $"/v1/reception/{adil["id"]}/identite", new JsonObject { ["motif"] = "courrier" });
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await gateway.GetAsync(Etude, $"/v1/depots/{deposit}"))["etat"]!.GetValue<string>().ShouldBe("annule");
    }

    [Fact]
    public async Task A_rectification_that_changes_the_park_withdraws_the_act_from_who_no_longer_is_concerned()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        var deposit = await DepositAsync(gateway, Messages.Cdp(household));
        var adil = await OnlyAsync(gateway, Adil);

        (await gateway.PostAsync(Etude, $"/v1/depots/{deposit}/rectification", Messages.Cdp(household, parc: "public", typeBailleur: "bailleurSocial"))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await gateway.RouteAsync();

        var news = (await gateway.InboxAsync(Adil))[^1];
        news["nature"]!.GetValue<string>().ShouldBe("annulation");
        news["corrige"]!.GetValue<string>().ShouldBe(adil["id"]!.GetValue<string>());
        (await gateway.InboxAsync(Ccapex)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_withdrawal_stops_every_reading_at_its_commit_and_tells_every_recipient_once()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var deposit = await DepositAsync(gateway, Messages.Cdp(Messages.NewHousehold()));
        var adil = await OnlyAsync(gateway, Adil);

        for (var turn = 0; turn < 2; turn++)
        {
            using var answer = await gateway.PostAsync(Etude, $"/v1/depots/{deposit}/annulation", new JsonObject { ["motif"] = "erreurDePersonne" });
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // Before the router has passed.
        using (var refused = await gateway.PostAsync(Adil, $"/v1/reception/{adil["id"]}/identite", new JsonObject { ["motif"] = "courrier" }))
            refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await gateway.RouteAsync();

        foreach (var recipient in new[] { Adil, Ccapex })
        {
            var lines = await gateway.InboxAsync(recipient);
            lines.Count.ShouldBe(2);
            lines[0]["etat"]!.GetValue<string>().ShouldBe("annulee");
            var news = await gateway.GetAsync(recipient, $"/v1/reception/{lines[1]["id"]}");
            news["correction"]!["motif"]!.GetValue<string>().ShouldBe("Erreur sur la personne ou le logement");
            news["contenu"]!.AsObject().ShouldBeEmpty();
        }

        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DepositCancelled'")).ShouldBe(1);
        using var late = await gateway.PostAsync(Etude, $"/v1/depots/{deposit}/rectification", Messages.Cdp(Messages.NewHousehold()));
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_deposit_withdrawn_before_it_is_routed_goes_to_nobody()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold()));
        using (var answer = await gateway.PostAsync(Etude, $"/v1/depots/{receipt["depot"]}/annulation", new JsonObject { ["motif"] = "doublon" }))
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await gateway.RouteAsync();

        // The router may have been faster than the withdrawal: then the news follows; never a live delivery.
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature = 'remise' and state in ('remise', 'accusee')")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_else_corrects_a_deposit_and_two_rectifications_at_once_make_one()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        var deposit = await DepositAsync(gateway, Messages.Cdp(household));
        foreach (var call in new[] { "annulation", "rectification" })
        {
            using var foreign = await gateway.PostAsync("bailleur-75-001-depositaire", $"/v1/depots/{deposit}/{call}", new JsonObject { ["motif"] = "doublon" });
            foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(i =>
        {
            var mended = Messages.Cdp(household);
            mended["dette"]!["total"] = 1000 + i;
            return gateway.PostAsync(Etude, $"/v1/depots/{deposit}/rectification", mended);
        }));
        answers.Count(a => a.StatusCode == HttpStatusCode.Accepted).ShouldBe(1);
        answers.Count(a => a.StatusCode == HttpStatusCode.Conflict).ShouldBe(7);
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature = 'remise' and state = 'remise'")).ShouldBe(2);
        foreach (var answer in answers)
            answer.Dispose();
    }

    private static async Task<string> DepositAsync(TestGateway gateway, JsonObject message)
    {
        var receipt = await gateway.DepositAsync(Etude, Cdp, message);
        await gateway.RouteAsync();
        return receipt["depot"]!.GetValue<string>();
    }

    private static async Task<JsonNode> OnlyAsync(TestGateway gateway, string client) => (await gateway.InboxAsync(client)).ShouldHaveSingleItem();
}
