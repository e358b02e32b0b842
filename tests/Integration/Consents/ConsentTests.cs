using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Consents;

/// <summary>What a person agrees to, takes back or objects to, from the partner who hears it to everyone who holds the data.</summary>
public sealed class ConsentTests(PostgresFixture postgres)
{
    private const string Orientation = "allo-prevention-expulsion/orientations";
    private const string Helpline = "ape-75-depositaire";
    private const string Adil = "adil-75-instructeur";
    private const string Ccapex = "ccapex-75-secretariat";
    private const string Judge = "tribunal-75-autorite";
    private const string Dpo = "passerelle-dpo";

    [Fact]
    public async Task A_withdrawn_agreement_stops_every_reading_at_once_and_tells_who_holds_the_data()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync(Helpline, Orientation, Messages.Referral(Messages.NewHousehold(), true, "identite", "contact", "dette"));
        await gateway.RouteAsync();
        var held = (await gateway.InboxAsync(Adil)).ShouldHaveSingleItem();
        await gateway.GetAsync(Adil, $"/v1/reception/{held["id"]}");

        var answer = await RecordAsync(gateway, Adil, new JsonObject { ["remise"] = held["id"]!.DeepClone(), ["finalite"] = "P15", ["acte"] = "retrait" });

        answer["effet"]!.GetValue<string>().ShouldBe("arretImmediat");
        answer["remisesRetirees"]!.GetValue<int>().ShouldBe(1);
        (await StatusAsync(gateway, Adil, HttpMethod.Get, $"/v1/reception/{held["id"]}")).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(gateway, Adil, HttpMethod.Post, $"/v1/reception/{held["id"]}/identite", new JsonObject { ["motif"] = "courrier" })).ShouldBe(HttpStatusCode.Forbidden);
        var news = (await gateway.InboxAsync(Adil)).ShouldHaveSingleItem("the message itself is listed no more");
        news["nature"]!.GetValue<string>().ShouldBe("annulation");
        news["corrige"]!.GetValue<string>().ShouldBe(held["id"]!.GetValue<string>());
        var view = await gateway.GetAsync(Adil, $"/v1/reception/{news["id"]}");
        view["contenu"]!.AsObject().ShouldBeEmpty();
        view["correction"]!["motif"]!.GetValue<string>().ShouldBe("La personne a retiré ou refusé son accord");
        (await StatusAsync(gateway, Adil, HttpMethod.Post, $"/v1/reception/{news["id"]}/identite", new JsonObject { ["motif"] = "courrier" })).ShouldBe(HttpStatusCode.Conflict);
        (await gateway.ScalarAsync<long>("select count(*) from consent.ledger l join audit.entry e on e.id = l.entry and e.action = 'ConsentRecorded' and e.at = l.recorded_at")).ShouldBe(1);
    }

    [Fact]
    public async Task What_the_law_orders_stays_with_the_judge_when_the_person_takes_the_agreement_back()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync("dsf-75-depositaire", "instances/dsf", Messages.Dsf(Messages.NewHousehold(), agreed: true));
        await gateway.RouteAsync();
        var held = (await gateway.InboxAsync(Judge)).ShouldHaveSingleItem();
        (await SectionsAsync(gateway, Judge, held)).ShouldBe(["acte", "dette", "social"]);

        await RecordAsync(gateway, "dsf-75-depositaire", new JsonObject { ["depot"] = receipt["depot"]!.DeepClone(), ["finalite"] = "P6", ["acte"] = "retrait" });

        var lines = await gateway.InboxAsync(Judge);
        lines.Select(l => l["nature"]!.GetValue<string>()).ShouldBe(["remise", "reduction"]);
        (await SectionsAsync(gateway, Judge, held)).ShouldBe(["acte"]);
        (await gateway.InboxAsync(Ccapex)).ShouldHaveSingleItem("the CCAPEX needs no agreement, and is told nothing");

        // A new agreement, later than the withdrawal, counts.
        await RecordAsync(gateway, "dsf-75-depositaire", new JsonObject { ["depot"] = receipt["depot"]!.DeepClone(), ["finalite"] = "P6", ["acte"] = "accord" });
        (await SectionsAsync(gateway, Judge, held)).ShouldBe(["acte", "dette", "social"]);
    }

    [Fact]
    public async Task An_agreement_recorded_later_releases_what_waited_for_it_and_ends_at_its_expiry()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync("bdf-75-depositaire", "banque-de-france/orientations", Messages.DebtReferral(Messages.NewHousehold(), agreed: null));
        await gateway.RouteAsync();
        (await gateway.InboxAsync(Ccapex)).ShouldBeEmpty("no agreement is declared");

        await RecordAsync(gateway, "bdf-75-depositaire", new JsonObject
        {
            ["depot"] = receipt["depot"]!.DeepClone(),
            ["finalite"] = "P7",
            ["acte"] = "accord",
            ["expireLe"] = gateway.Clock.GetUtcNow().AddMinutes(30).ToString("O"),
            ["empreinte"] = new string('a', 64),
        });
        await gateway.RouteAsync();
        var held = (await gateway.InboxAsync(Ccapex)).ShouldHaveSingleItem();

        gateway.Clock.Advance(TimeSpan.FromMinutes(29));
        (await StatusAsync(gateway, Ccapex, HttpMethod.Get, $"/v1/reception/{held["id"]}")).ShouldBe(HttpStatusCode.OK);
        gateway.Clock.Advance(TimeSpan.FromMinutes(2));
        (await StatusAsync(gateway, Ccapex, HttpMethod.Get, $"/v1/reception/{held["id"]}")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_objection_to_a_public_task_opens_a_case_and_restricts_and_its_end_gives_the_data_back()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("bdf-75-depositaire", "banque-de-france/orientations", Messages.DebtReferral(household, agreed: true));
        await gateway.RouteAsync();
        var held = (await gateway.InboxAsync(Ccapex)).ShouldHaveSingleItem();

        var answer = await RecordAsync(gateway, Ccapex, new JsonObject { ["remise"] = held["id"]!.DeepClone(), ["finalite"] = "P7", ["acte"] = "opposition" });
        answer["effet"]!.GetValue<string>().ShouldBe("limitation");
        var opened = answer["dossier"]!["ouvertLe"]!.GetValue<DateTimeOffset>();
        answer["dossier"]!["echeanceLe"]!.GetValue<DateTimeOffset>().ShouldBe(opened.AddMonths(1));
        (await StatusAsync(gateway, Ccapex, HttpMethod.Get, $"/v1/reception/{held["id"]}")).ShouldBe(HttpStatusCode.Forbidden);

        // Another message under the same purpose is kept, and goes nowhere meanwhile.
        await gateway.DepositAsync("bdf-75-depositaire", "banque-de-france/orientations", Messages.DebtReferral(household, agreed: true));
        await gateway.RouteAsync();
        (await gateway.InboxAsync(Ccapex)).ShouldBeEmpty();

        var line = (await gateway.GetAsync(Dpo, "/v1/consentements"))["consentements"]!.AsArray().ShouldHaveSingleItem()!;
        line["etatDossier"]!.GetValue<string>().ShouldBe("ouvert");
        await RecordAsync(gateway, Dpo, new JsonObject { ["personne"] = line["personne"]!.DeepClone(), ["finalite"] = "P7", ["acte"] = "leveeLimitation" });
        await gateway.RouteAsync();

        (await gateway.InboxAsync(Ccapex)).Count.ShouldBe(2);
        (await gateway.ScalarAsync<string>("select state from consent.case")).ShouldBe("clos");
    }

    [Fact]
    public async Task An_objection_to_a_legal_obligation_is_recorded_without_effect_and_the_answer_says_so()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("dsf-75-depositaire", "instances/dsf", Messages.Dsf(Messages.NewHousehold(), agreed: true));
        await gateway.RouteAsync();
        var held = (await gateway.InboxAsync(Ccapex)).ShouldHaveSingleItem();

        var answer = await RecordAsync(gateway, Ccapex, new JsonObject { ["remise"] = held["id"]!.DeepClone(), ["finalite"] = "P6", ["acte"] = "opposition" });

        answer["effet"]!.GetValue<string>().ShouldBe("aucun");
        answer["explication"]!.GetValue<string>().ShouldContain("obligation légale");
        answer["dossier"].ShouldBeNull();
        (await SectionsAsync(gateway, Ccapex, held)).ShouldBe(["acte", "dette", "social"]);
        (await gateway.ScalarAsync<long>("select count(*) from consent.ledger where act = 'opposition' and effect = 'aucun'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_restriction_stops_every_purpose_until_a_dpo_ends_it()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("etude-75-001-depositaire", "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();
        var held = (await gateway.InboxAsync(Adil)).ShouldHaveSingleItem();
        var atCcapex = (await gateway.InboxAsync(Ccapex)).ShouldHaveSingleItem();

        await RecordAsync(gateway, Adil, new JsonObject { ["remise"] = held["id"]!.DeepClone(), ["acte"] = "limitation" });
        (await gateway.InboxAsync(Ccapex)).ShouldBeEmpty();
        (await StatusAsync(gateway, Adil, HttpMethod.Post, "/v1/consentements", new JsonObject { ["remise"] = held["id"]!.DeepClone(), ["acte"] = "leveeLimitation" })).ShouldBe(HttpStatusCode.BadRequest);

        var person = (await gateway.GetAsync(Dpo, "/v1/consentements"))["consentements"]![0]!["personne"]!.GetValue<string>();
        await RecordAsync(gateway, Dpo, new JsonObject { ["personne"] = person, ["acte"] = "leveeLimitation" });
        (await gateway.InboxAsync(Ccapex)).ShouldHaveSingleItem()["id"]!.GetValue<string>().ShouldBe(atCcapex["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_bad_request_says_what_to_mend_and_records_nothing()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync(Helpline, Orientation, Messages.Referral(Messages.NewHousehold(), true, "identite", "dette"));
        await gateway.RouteAsync();
        var id = (await gateway.InboxAsync(Adil)).ShouldHaveSingleItem()["id"]!.GetValue<string>();
        foreach (var (body, word) in new (JsonObject, string)[]
        {
            (new() { ["remise"] = id, ["acte"] = "oubli" }, "acte"),
            (new() { ["acte"] = "retrait" }, "remise"),
            (new() { ["remise"] = id, ["depot"] = id, ["acte"] = "retrait" }, "seule référence"),
            (new() { ["remise"] = id, ["acte"] = "accord", ["finalite"] = "P99" }, "en vigueur"),
            (new() { ["remise"] = id, ["acte"] = "accord", ["finalite"] = "P1" }, "repose sur un accord"),
            (new() { ["remise"] = id, ["acte"] = "accord", ["finalite"] = "P15" }, "nomme les catégories"),
            (new() { ["remise"] = id, ["acte"] = "opposition", ["finalite"] = "P15" }, "inscrivez un retrait"),
            (new() { ["remise"] = id, ["acte"] = "opposition" }, "finalite"),
            (new() { ["remise"] = id, ["acte"] = "retrait", ["empreinte"] = "abc" }, "SHA-256"),
            (new() { ["remise"] = id, ["acte"] = "retrait", ["recueilliLe"] = "2100-01-01T00:00:00Z" }, "avenir"),
        })
        {
            using var answer = await gateway.PostAsync(Adil, "/v1/consentements", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body.ToJsonString());
            JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["detail"]!.GetValue<string>().ShouldContain(word);
        }

        (await gateway.ScalarAsync<long>("select count(*) from consent.ledger")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from consent.subject_state where standing <> '{}'")).ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_speaks_of_a_person_whom_it_does_not_know_and_a_dpo_reads_what_its_organisation_collected()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync(Helpline, Orientation, Messages.Referral(Messages.NewHousehold(), true, "identite", "dette"));
        await gateway.RouteAsync();
        var id = (await gateway.InboxAsync(Adil)).ShouldHaveSingleItem()["id"]!.GetValue<string>();
        foreach (var (client, body) in new (string, JsonObject)[]
        {
            (Ccapex, new() { ["remise"] = id, ["acte"] = "retrait" }),
            ("caf-75-depositaire", new() { ["depot"] = receipt["depot"]!.DeepClone(), ["acte"] = "retrait" }),
            (Adil, new() { ["personne"] = new string('a', 32), ["acte"] = "retrait" }),
            (Dpo, new() { ["personne"] = new string('a', 32), ["acte"] = "retrait" }),
        })
            (await StatusAsync(gateway, client, HttpMethod.Post, "/v1/consentements", body)).ShouldBe(HttpStatusCode.NotFound, client);

        (await StatusAsync(gateway, Ccapex, HttpMethod.Get, "/v1/consentements")).ShouldBe(HttpStatusCode.Forbidden);
        for (var i = 0; i < 3; i++)
            await RecordAsync(gateway, Adil, new JsonObject { ["remise"] = id, ["finalite"] = "P15", ["acte"] = "retrait" });
        var first = await gateway.GetAsync(Dpo, "/v1/consentements?limite=2");
        first["consentements"]!.AsArray().Count.ShouldBe(2);
        var person = first["consentements"]![0]!["personne"]!.GetValue<string>();
        var second = await gateway.GetAsync(Dpo, $"/v1/consentements?limite=2&personne={person}&curseur={first["suivant"]}");
        second["consentements"]!.AsArray().ShouldHaveSingleItem()!["recueilliPar"]!.GetValue<string>().ShouldBe("adil-75");
        second["suivant"].ShouldBeNull();
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'ConsentsConsulted'")).ShouldBe(2);
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature = 'annulation'")).ShouldBe(1, "said again, it tells nobody again");
    }

    private static async Task<JsonNode> RecordAsync(TestGateway gateway, string client, JsonObject body)
    {
        using var answer = await gateway.PostAsync(client, "/v1/consentements", body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task<HttpStatusCode> StatusAsync(TestGateway gateway, string client, HttpMethod method, string path, JsonNode? body = null)
    {
        using var answer = body is null ? await gateway.SendAsync(client, method, path) : await gateway.PostAsync(client, path, body);
        return answer.StatusCode;
    }

    private static async Task<IReadOnlyList<string>> SectionsAsync(TestGateway gateway, string client, JsonNode line) =>
        [.. (await gateway.GetAsync(client, $"/v1/reception/{line["id"]}"))["contenu"]!.AsObject().Select(s => s.Key).Order(StringComparer.Ordinal)];
}
