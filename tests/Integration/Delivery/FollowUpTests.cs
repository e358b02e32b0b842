using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>What a recipient does with what it has received: send back, assign, forward, comment.</summary>
public sealed class FollowUpTests(PostgresFixture postgres) : DeliveryDesk(postgres)
{
    [Fact]
    public async Task Sent_back_it_is_read_no_more_the_secretariat_is_told_and_the_reason_is_counted_once()
    {
        var receipt = await DepositAsync();
        var before = await Gateway.GetAsync(Etude, $"/v1/depots/{receipt["depot"]}");
        var id = Id((await Gateway.InboxAsync(Adil)).Single());
        await RefusedAsync(Adil, $"/v1/reception/{id}/renvoi", new JsonObject { ["motif"] = "autre" }, HttpStatusCode.BadRequest);
        await RefusedAsync(Adil, $"/v1/reception/{id}/renvoi", new JsonObject { ["motif"] = "hors-competence", ["note"] = "NIR 1 80 01 78 999 001 " + Key(1800178999001) }, HttpStatusCode.BadRequest);
        await RefusedAsync(Ccapex, $"/v1/reception/{id}/renvoi", new JsonObject { ["motif"] = "hors-competence" }, HttpStatusCode.NotFound);

        var first = await GivenAsync(Adil, $"/v1/reception/{id}/renvoi", new JsonObject { ["motif"] = "hors-competence", ["note"] = "Pas notre public." });
        Gateway.Clock.Advance(TimeSpan.FromSeconds(3));
        var again = await GivenAsync(Adil, $"/v1/reception/{id}/renvoi", new JsonObject { ["motif"] = "deja-suivi" });
        await Gateway.RouteAsync();

        again.ToJsonString().ShouldBe(first.ToJsonString());
        (await Gateway.GetAsync(Adil, $"/v1/reception/{id}"))["contenu"]!.AsObject().Count.ShouldBe(0);
        await RefusedAsync(Adil, $"/v1/reception/{id}/accuse", new JsonObject(), HttpStatusCode.Conflict);
        await RefusedAsync(Adil, $"/v1/reception/{id}/identite", new JsonObject { ["motif"] = "courrier" }, HttpStatusCode.Conflict);
        (await Gateway.InboxAsync(Adil)).Count.ShouldBe(1, "it is not routed to who sent it back");
        var told = (await Gateway.InboxAsync(Ccapex)).Single(l => (string?)l["nature"] == "renvoi");
        ((string?)told["regle"]).ShouldBe("75-1");
        var view = await Gateway.GetAsync(Ccapex, $"/v1/reception/{Id(told)}");
        ((string?)view["correction"]!["motif"]).ShouldBe("Ne relève pas de nos missions");
        view["contenu"]!.AsObject().Count.ShouldBe(0);
        var count = (await Gateway.GetAsync(Ccapex, "/v1/reception/renvois"))["renvois"]!.AsArray().ShouldHaveSingleItem()!;
        (((string?)count["regle"], (string?)count["motif"], (long)count["nombre"]!)).ShouldBe(("75-1", "hors-competence", 1));
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DeliverySentBack'")).ShouldBe(1);
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'SendBackTold'")).ShouldBe(1);
        (await Gateway.GetAsync(Etude, $"/v1/depots/{receipt["depot"]}")).ToJsonString().ShouldBe(before.ToJsonString(), "P11: the sender learns nothing of it");
        await RefusedAsync(Ccapex, $"/v1/reception/{Id((await Gateway.InboxAsync(Ccapex))[0])}/renvoi", new JsonObject { ["motif"] = "hors-competence" }, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task In_a_table_where_one_rule_decides_the_next_rule_takes_what_the_first_recipient_sent_back()
    {
        const string caf = "caf-modele-instructeur";
        // A second rule that the same facts meet.
        var file = Path.Combine(Gateway.Territories, "modele", "repartition.json");
        var tables = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        tables["tables"]!.AsArray().SelectMany(t => t!["regles"]!.AsArray()).Single(r => (string?)r!["id"] == "modele-2")!["quand"]!.AsObject().Remove("composition");
        await File.WriteAllTextAsync(file, tables.ToJsonString(), TestContext.Current.CancellationToken);
        await Gateway.ReloadAsync();
        var household = Messages.NewHousehold(commune: ModelCommune().Insee, postalCode: ModelCommune().PostalCodes[0], name: ModelCommune().Name);
        await Gateway.DepositAsync("caf-modele-depositaire", "caf/impayes", Messages.CafNotice(household));
        await Gateway.RouteAsync();
        var held = (await Gateway.InboxAsync(caf)).ShouldHaveSingleItem();
        (await Gateway.InboxAsync("departement-modele-instructeur")).ShouldBeEmpty();

        await GivenAsync(caf, $"/v1/reception/{Id(held)}/renvoi", new JsonObject { ["motif"] = "deja-suivi" });
        await Gateway.RouteAsync();
        Gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        await Gateway.RouteAsync();

        var rerouted = (await Gateway.InboxAsync("departement-modele-instructeur")).ShouldHaveSingleItem();
        ((string?)rerouted["regle"]).ShouldBe("modele-2");
        (await Gateway.InboxAsync(caf)).Count.ShouldBe(1);
        (await Gateway.InboxAsync("ccapex-modele-secretariat")).Count(l => (string?)l["nature"] == "renvoi").ShouldBe(1);
    }

    [Fact]
    public async Task Acknowledge_and_assign_is_one_act_and_only_to_a_colleague()
    {
        var (own, other) = (await AddPersonAsync("ccapex-75", "secretariat2@ccapex-75.invalid"), await AddPersonAsync("adil-75", "juriste2@adil-75.invalid"));
        await DepositAsync();
        var id = Id((await Gateway.InboxAsync(Ccapex)).Single());
        (await Gateway.GetAsync(Ccapex, "/v1/reception/agents"))["agents"]!.AsArray().Select(a => (string?)a!["id"]).ShouldBe([own]);
        await RefusedAsync(Ccapex, $"/v1/reception/{id}/affectation", new JsonObject { ["agent"] = other, ["accuser"] = true }, HttpStatusCode.BadRequest);
        await RefusedAsync(Adil, $"/v1/reception/{id}/affectation", new JsonObject { ["agent"] = other, ["accuser"] = true }, HttpStatusCode.NotFound);

        var assigned = await GivenAsync(Ccapex, $"/v1/reception/{id}/affectation", new JsonObject { ["agent"] = own, ["accuser"] = true });
        await GivenAsync(Ccapex, $"/v1/reception/{id}/affectation", new JsonObject { ["agent"] = own, ["accuser"] = true });

        ((string?)assigned["etat"]).ShouldBe("accusee");
        ((string?)assigned["affecteeA"]).ShouldBe(own);
        var line = (await Gateway.InboxAsync(Ccapex)).Single();
        ((string?)line["affecteeA"]).ShouldBe(own);
        line["accuseeLe"].ShouldNotBeNull();
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DeliveryAcknowledged'")).ShouldBe(1);
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DeliveryAssigned'")).ShouldBe(1);

        var forwarded = await GivenAsync(Ccapex, $"/v1/reception/{id}/transfert", new JsonObject { ["agent"] = own, ["note"] = "À voir avec l'ADIL." });
        ((string?)forwarded["affecteeA"]).ShouldBe(own);
        (await Gateway.GetAsync(Ccapex, $"/v1/reception/{id}/commentaires"))["commentaires"]!.AsArray().Select(c => (string?)c!["texte"]).ShouldBe(["À voir avec l'ADIL."]);
        await RefusedAsync(Ccapex, $"/v1/reception/{id}/transfert", new JsonObject { ["agent"] = other }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Comments_stay_in_the_organisation_are_sealed_and_go_with_the_person()
    {
        const string secretText = "La voisine garde les enfants le mardi.";
        await DepositAsync();
        var (adil, ccapex) = (Id((await Gateway.InboxAsync(Adil)).Single()), Id((await Gateway.InboxAsync(Ccapex)).Single()));
        await RefusedAsync(Adil, $"/v1/reception/{adil}/commentaires", new JsonObject { ["texte"] = new string('a', 1001) }, HttpStatusCode.BadRequest);
        await RefusedAsync(Adil, $"/v1/reception/{adil}/commentaires", new JsonObject { ["texte"] = " " }, HttpStatusCode.BadRequest);
        await RefusedAsync(Adil, $"/v1/reception/{adil}/commentaires", new JsonObject { ["texte"] = "180017899900" + "1" + Key(1800178999001) }, HttpStatusCode.BadRequest);

        await GivenAsync(Adil, $"/v1/reception/{adil}/commentaires", new JsonObject { ["texte"] = secretText });

        (await Gateway.GetAsync(Adil, $"/v1/reception/{adil}/commentaires"))["commentaires"]!.AsArray().Select(c => (string?)c!["texte"]).ShouldBe([secretText]);
        (await Gateway.GetAsync(Ccapex, $"/v1/reception/{ccapex}/commentaires"))["commentaires"]!.AsArray().ShouldBeEmpty();
        using (var foreign = await Gateway.SendAsync(Ccapex, HttpMethod.Get, $"/v1/reception/{adil}/commentaires"))
            foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Gateway.ScalarAsync<long>("select count(*) from delivery.comment where position('voisine'::bytea in sealed) > 0")).ShouldBe(0);
        (await Gateway.ScalarAsync<long>("select count(*) from delivery.comment")).ShouldBe(1);
        (await Gateway.ScalarAsync<long>("select count(*) from (select vault.erase(array(select subject from delivery.comment)) ) e")).ShouldBeGreaterThanOrEqualTo(0);
        (await Gateway.ScalarAsync<long>("select count(*) from delivery.comment")).ShouldBe(0);
    }

    private ExchangeGateway.Gateway.Routing.Commune ModelCommune() =>
        Gateway.App.Services.GetRequiredService<ExchangeGateway.Gateway.Registers.RegistersInForce>().Current.Territories.All.Single(t => t.Code == "modele").Communes[0];

    private async Task<string> AddPersonAsync(string organisation, string account)
    {
        await Gateway.AddPeopleAsync(organisation, Roles.Secretariat, account);
        return (await Gateway.ScalarAsync<Guid>($"select id from access.person where user_name = '{account}'")).ToString();
    }

    private static string Key(long number) => (97 - (number % 97)).ToString("00", System.Globalization.CultureInfo.InvariantCulture);
}
