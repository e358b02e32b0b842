using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Dossiers;

/// <summary>A household's file through the whole gateway: what each recipient sees of it, and that each reading leaves its entry.</summary>
public sealed class DossierTests(PostgresFixture postgres)
{
    private const string Etude = Procedure.Etude;
    private const string Secretariat = Procedure.Secretariat;

    [Fact]
    public async Task A_file_passes_through_every_stage_and_falls_back_when_an_act_is_withdrawn()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var home = Messages.NewHousehold();
        var summons = Messages.Assignation(home);
        summons["acte"]!["audienceLe"] = Procedure.Day(gateway, 60);
        (string Client, string Type, JsonNode Message, string Stage)[] steps =
        [
            ("caf-75-depositaire", "caf/impayes", Messages.CafNotice(home), "impaye"),
            (Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(home), "cdp"),
            (Etude, "commissaires-de-justice/assignations", summons, "assignation"),
            ("tribunal-75-depositaire", "instances/decisions-justice", Procedure.Judgment(home, "2026-11-10"), "decision"),
            (Etude, "commissaires-de-justice/commandements-de-quitter-les-lieux", Procedure.Quit(home, "2026-11-12"), "cql"),
            (Etude, "commissaires-de-justice/requisitions-force-publique", Procedure.Police(home, "2026-11-16"), "rfp"),
            ("police-75-depositaire", "instances/decisions-cfp", Procedure.PoliceForce(home, "octroi", "2026-11-18"), "cfp"),
            (Etude, "commissaires-de-justice/proces-verbaux-expulsion", Procedure.Report(home, "2026-11-20"), "expulsion"),
        ];
        var receipts = new List<JsonNode>();
        foreach (var (client, type, message, stage) in steps)
        {
            receipts.Add(await gateway.DepositAsync(client, type, message));
            await gateway.RouteAsync();
            var file = await gateway.DossierAsync(Secretariat);
            file["stade"]!["code"]!.GetValue<string>().ShouldBe(stage);
            file["chronologie"]!.AsArray().Count.ShouldBe(receipts.Count);
        }

        using (var cancelled = await gateway.PostAsync(Etude, $"/v1/depots/{receipts[^1]["depot"]}/annulation", new JsonObject { ["motif"] = "envoiParErreur" }))
            cancelled.StatusCode.ShouldBe(HttpStatusCode.OK);
        await gateway.RouteAsync();
        var after = await gateway.DossierAsync(Secretariat);
        after["stade"]!["code"]!.GetValue<string>().ShouldBe("cfp");
        after["stade"]!["precision"]!.GetValue<string>().ShouldBe("octroi");
        after["chronologie"]!.AsArray().Select(l => l!["etat"]!.GetValue<string>()).ShouldContain("annulee");

        // Facts that happened, never who it is about.
        var text = after.ToJsonString();
        text.ShouldContain("2026-11-16");
        text.ShouldNotContain("esnïl");
        text.ShouldNotContain("3210");
    }

    [Fact]
    public async Task The_deadlines_of_a_file_are_those_of_the_law_and_a_renvoi_moves_them()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var home = Messages.NewHousehold();
        await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(home));
        await gateway.RouteAsync();
        var due = Deadlines(await gateway.DossierAsync(Secretariat));
        due["CDP.DELAI"].ShouldBe("2026-12-14", "six weeks from 2 November for a lease of 2024");

        var receipt = await gateway.DepositAsync(Etude, "commissaires-de-justice/assignations", Messages.Assignation(home));
        await gateway.RouteAsync();
        due = Deadlines(await gateway.DossierAsync(Secretariat));
        due.ShouldNotContainKey("CDP.DELAI", "the assignation has come");
        due["ASSIGN.PREFET"].ShouldBe("2027-01-04");
        due["DSF.TRANSMIT"].ShouldBe("2027-02-08", "five working days before 15 February");

        var postponed = Messages.Assignation(home);
        postponed["acte"]!["renvoiAu"] = "2027-03-15";
        using (var mended = await gateway.PostAsync(Etude, $"/v1/depots/{receipt["depot"]}/rectification", postponed))
            mended.StatusCode.ShouldBe(HttpStatusCode.Accepted, await mended.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await gateway.RouteAsync();
        Deadlines(await gateway.DossierAsync(Secretariat))["DSF.TRANSMIT"].ShouldBe("2027-03-08");

        await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-quitter-les-lieux", Procedure.Quit(home, "2026-11-16"));
        await gateway.DepositAsync(Etude, "commissaires-de-justice/requisitions-force-publique", Procedure.Police(home, "2026-11-20"));
        await gateway.RouteAsync();
        due = Deadlines(await gateway.DossierAsync(Secretariat));
        due["RFP"].ShouldBe("2027-01-20");
        due["TREVE"].ShouldBe("2027-04-01");
        due.ShouldNotContainKey("CQL.DELAI", "the public force was asked for");
    }

    [Fact]
    public async Task A_deadline_is_an_alert_ten_days_before_it_and_to_those_who_hold_the_message_only()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var act = Messages.Cdp(Messages.NewHousehold());
        act["acte"]!["signifieLe"] = Procedure.Day(gateway, 0);
        await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", act);
        await gateway.RouteAsync();
        (await DueAsync(gateway, Secretariat)).ShouldBeEmpty();

        var due = DateOnly.Parse(Deadlines(await gateway.DossierAsync(Secretariat))["CDP.DELAI"], System.Globalization.CultureInfo.InvariantCulture);
        gateway.Clock.Advance(new DateTimeOffset(due.AddDays(-10), new TimeOnly(9, 0), TimeSpan.Zero) - gateway.Clock.GetUtcNow());
        var file = (await gateway.GetAsync(await FreshAsync(gateway, Secretariat), "/v1/dossiers?echeance=10"))["dossiers"]!.AsArray().ShouldHaveSingleItem()!;
        file["echeances"]!.AsArray().ShouldHaveSingleItem()!["regle"]!.GetValue<string>().ShouldBe("CDP.DELAI");
        file["dossier"]!.GetValue<string>().ShouldBe(await gateway.ReferenceAsync(Secretariat));
        (await DueAsync(gateway, await FreshAsync(gateway, "adil-75-instructeur"))).ShouldHaveSingleItem("it was sent the act too");
        (await DueAsync(gateway, await FreshAsync(gateway, "ville-75-instructeur"))).ShouldBeEmpty();
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry_subject s join audit.entry e on e.id = s.entry where e.action = 'DossiersListed'")).ShouldBe(2);

        gateway.Clock.Advance(TimeSpan.FromDays(11));
        (await DueAsync(gateway, await FreshAsync(gateway, Secretariat))).ShouldBeEmpty("it has passed");
    }

    [Fact]
    public async Task On_La_Reunion_a_deadline_is_an_alert_from_its_own_midnight_on()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        const string secretariat = "ccapex-974-secretariat";
        var act = Messages.Cdp(Messages.NewHousehold(commune: "97411", postalCode: "97400", name: "Saint-Denis"));
        act["acte"]!["signifieLe"] = Procedure.Day(gateway, 0);
        await gateway.DepositAsync("etude-974-001-depositaire", "commissaires-de-justice/commandements-de-payer", act);
        await gateway.RouteAsync();
        var due = DateOnly.Parse(Deadlines(await gateway.DossierAsync(secretariat))["CDP.DELAI"], System.Globalization.CultureInfo.InvariantCulture);

        // Half past eleven in the evening there, then half past midnight: in Paris it is still the day before.
        gateway.Clock.Advance(new DateTimeOffset(due.AddDays(-11), new TimeOnly(23, 30), TimeSpan.FromHours(4)) - gateway.Clock.GetUtcNow());
        (await DueAsync(gateway, await FreshAsync(gateway, secretariat))).ShouldBeEmpty();
        gateway.Clock.Advance(TimeSpan.FromHours(1));
        (await DueAsync(gateway, await FreshAsync(gateway, secretariat))).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Another_organisation_finds_no_file_and_a_sender_may_open_none()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();
        var reference = await gateway.ReferenceAsync(Secretariat);
        var atAdil = await gateway.ReferenceAsync("adil-75-instructeur");
        atAdil.ShouldNotBe(reference, "no two recipients share a reference");

        (await StatusAsync(gateway, "ville-75-instructeur", reference)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(gateway, "adil-75-instructeur", reference)).ShouldBe(HttpStatusCode.NotFound, "a reference is its owner's alone");
        (await StatusAsync(gateway, Secretariat, "n-importe-quoi")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(gateway, Etude, reference)).ShouldBe(HttpStatusCode.Forbidden);
        using (var listed = await gateway.SendAsync(Etude, HttpMethod.Get, "/v1/dossiers"))
            listed.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var wrong = await gateway.SendAsync(Secretariat, HttpMethod.Get, "/v1/dossiers?echeance=61"))
            wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_reading_is_one_entry_that_names_the_person_once()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var home = Messages.NewHousehold();
        await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(home));
        await gateway.DepositAsync("caf-75-depositaire", "caf/impayes", Messages.CafNotice(home));
        await gateway.RouteAsync();
        await gateway.DossierAsync(Secretariat);

        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DossierConsulted'")).ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry_subject s join audit.entry e on e.id = s.entry where e.action = 'DossierConsulted'")).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_person_withdraws_leaves_the_file_at_once()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("ape-75-depositaire", "allo-prevention-expulsion/orientations", Messages.Referral(Messages.NewHousehold(), true, "identite", "contact", "dette"));
        await gateway.RouteAsync();
        const string adil = "adil-75-instructeur";
        var reference = await gateway.ReferenceAsync(adil);
        var held = (await gateway.InboxAsync(adil)).ShouldHaveSingleItem();
        (await gateway.DossierAsync(adil))["chronologie"]!.AsArray().ShouldHaveSingleItem()!["nature"]!.GetValue<string>().ShouldBe("remise");

        using (var recorded = await gateway.PostAsync(adil, "/v1/consentements", new JsonObject { ["remise"] = held["id"]!.DeepClone(), ["finalite"] = "P15", ["acte"] = "retrait" }))
            recorded.IsSuccessStatusCode.ShouldBeTrue(await recorded.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var line = (await gateway.GetAsync(adil, "/v1/dossiers/" + Uri.EscapeDataString(reference)))["chronologie"]!.AsArray().ShouldHaveSingleItem("only the news of the withdrawal is left")!;
        line["nature"]!.GetValue<string>().ShouldBe("annulation");
        line["reperes"]!.AsObject().ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_already_helps_is_told_by_its_kind_and_two_services_for_one_help_are_warned_of()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var home = Messages.NewHousehold();
        await gateway.DepositAsync("caf-75-depositaire", "caf/impayes", Messages.CafNotice(home)); // P4 to the CAF's social work
        await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(home)); // P2 to the ADIL
        await gateway.RouteAsync();
        var file = await gateway.DossierAsync(Secretariat);
        file["accompagnements"]!.AsArray().Select(a => $"{a!["nature"]} {a["aide"]}").ShouldBe(["caf social", "adil juridique"], ignoreOrder: true);
        file["doubleOrientation"].ShouldBeNull();
        file.ToJsonString().ShouldNotContain("caf-75");
        (await gateway.DossierAsync("adil-75-instructeur"))["accompagnements"]!.AsArray().ShouldBeEmpty("P2 names no social service to a jurist");

        await gateway.DepositAsync("equipe-mobile-75-depositaire", "instances/suivis", Messages.FollowUp(home));
        await gateway.RouteAsync();
        file = await gateway.DossierAsync(Secretariat);
        file["doubleOrientation"]!.GetValue<string>().ShouldContain("Équipe mobile");
        file["accompagnements"]!.AsArray().Count.ShouldBe(3);
        file["chronologie"]!.AsArray().Last()!["reperes"]!["social"]!["suivi"]!["courrierLe"]!.GetValue<string>().ShouldBe("2026-11-02");
    }

    [Fact]
    public async Task A_file_shows_of_each_message_only_the_categories_that_its_purpose_gives_the_reader()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var diagnosis = Messages.Dsf(Messages.NewHousehold(), agreed: null);
        diagnosis["dette"]!["moisImpayes"] = 5;
        await gateway.DepositAsync("dsf-75-depositaire", "instances/dsf", diagnosis);
        await gateway.RouteAsync();

        (await LandmarksAsync(gateway, Secretariat)).ShouldBe(["acte", "dette"], ignoreOrder: true);
        (await LandmarksAsync(gateway, "tribunal-75-autorite")).ShouldBe(["acte"], "without the person's agreement the judge gets identity and the part on the interview (P6)");
    }

    private static async Task<IEnumerable<string>> LandmarksAsync(TestGateway gateway, string client) =>
        [.. (await gateway.DossierAsync(client))["chronologie"]!.AsArray().ShouldHaveSingleItem()!["reperes"]!.AsObject().Select(s => s.Key)];

    [Fact]
    public async Task A_move_links_two_files_by_their_references_only()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var home = Messages.NewHousehold();
        await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(home));
        await gateway.RouteAsync();
        var first = await gateway.ReferenceAsync(Secretariat);
        await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(home with { Number = "940", Street = "boulevard du Modèle" }));
        await gateway.RouteAsync();

        var file = await gateway.DossierAsync(Secretariat);
        file["dossier"]!.GetValue<string>().ShouldNotBe(first);
        var link = file["dossiersLies"]!.AsArray().ShouldHaveSingleItem()!;
        link["dossier"]!.GetValue<string>().ShouldBe(first);
        link["lien"]!.GetValue<string>().ShouldBe("demenagement");
        file["chronologie"]!.AsArray().ShouldHaveSingleItem("the other file is a link, not a part");
    }

    [Fact]
    public async Task Over_indebtedness_is_a_hint_with_its_source_for_who_instructs_and_nobody_else()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.AddClientAsync("ccapex-75", Procedure.Instructeur, "instructeur");
        var home = Messages.NewHousehold();
        await gateway.DepositAsync("tribunal-75-depositaire", "instances/decisions-justice", Procedure.Judgment(home, "2026-10-12"));
        await gateway.DepositAsync("bdf-75-depositaire", "banque-de-france/orientations", Procedure.Debt(home, "recevable", "2026-11-03"));
        await gateway.RouteAsync();
        var written = await WrittenAsync(gateway);

        var hint = (await gateway.DossierAsync(Procedure.Instructeur))["indications"]!.AsArray().ShouldHaveSingleItem()!;
        hint["texte"]!.GetValue<string>().ShouldContain("la commission peut demander au juge la suspension");
        hint["source"]!.GetValue<string>().ShouldContain("L722-6");
        (await gateway.DossierAsync(Secretariat))["indications"]!.AsArray().ShouldBeEmpty();
        // Never an act: reading writes nothing but its entry, nothing waits to be done, and nothing went to the commission.
        (await WrittenAsync(gateway)).ShouldBe(written);
        written.ShouldStartWith("2 0 ");
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery d join access.organisation o on o.id = d.recipient where o.nature = 'banque-de-france'")).ShouldBe(0);
    }

    /// <summary>Deposits, work to do, deliveries, acts on consent, items of sessions.</summary>
    private static Task<string> WrittenAsync(TestGateway gateway) => gateway.ScalarAsync<string>(
        "select concat_ws(' ', (select count(*) from exchange.deposit), (select count(*) from routing.work), (select count(*) from delivery.delivery), (select count(*) from consent.ledger), (select count(*) from ccapex.item))");

    private static Dictionary<string, string> Deadlines(JsonNode file) =>
        file["echeances"]!.AsArray().ToDictionary(d => d!["regle"]!.GetValue<string>(), d => d!["le"]!.GetValue<string>(), StringComparer.Ordinal);

    private static async Task<JsonArray> DueAsync(TestGateway gateway, string client) =>
        (await gateway.GetAsync(client, "/v1/dossiers?echeance=10"))["dossiers"]!.AsArray();

    /// <summary>The same client with a token of now: the clock has passed the end of the first.</summary>
    private static async Task<string> FreshAsync(TestGateway gateway, string client)
    {
        await gateway.RenewTokenAsync(client);
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(TestGateway gateway, string client, string reference)
    {
        using var answer = await gateway.SendAsync(client, HttpMethod.Get, "/v1/dossiers/" + Uri.EscapeDataString(reference));
        return answer.StatusCode;
    }
}
