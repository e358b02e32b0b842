using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;
using static ExchangeGateway.Integration.Dossiers.Commission;

namespace ExchangeGateway.Integration.Dossiers;

/// <summary>The sessions of the CCAPEX, and what they send back: advice, decision on the aid, review at twelve months; and what a CAF learns of its household.</summary>
public sealed class SeanceTests(PostgresFixture postgres)
{
    private const string Secretariat = Procedure.Secretariat;
    private const string Caf = "caf-75-instructeur";

    [Fact]
    public async Task A_session_examines_a_file_from_its_order_of_the_day_to_the_outcome_a_year_later()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (session, item, household) = await PrepareAsync(gateway);
        var path = $"/v1/ccapex/seances/{session}";
        var items = $"{path}/dossiers/{item}";

        (await PostAsync(gateway, items + "/avis", Advice(("menage", "payerLeLoyer"), ("servicesSociaux", "fsl")))).ShouldBe(HttpStatusCode.OK);
        (await PostAsync(gateway, items + "/aide", new JsonObject { ["decision"] = "maintien", ["motifCode"] = "planRespecte" })).ShouldBe(HttpStatusCode.OK);
        (await PostAsync(gateway, path + "/presences", new JsonObject { ["presents"] = new JsonArray(0) })).ShouldBe(HttpStatusCode.OK);
        var view = await gateway.GetAsync(Secretariat, path);
        view["secret"]!.GetValue<string>().ShouldContain("226-13");
        view["membres"]!.AsArray().Select(m => m!["present"]!.GetValue<bool>()).ShouldBe([true, false]);
        var line = view["ordreDuJour"]!.AsArray().ShouldHaveSingleItem()!;
        line["avis"]!.AsArray().Count.ShouldBe(2);
        line["aide"]!["decision"]!.GetValue<string>().ShouldBe("maintien");

        // What the commission wrote is sealed: nothing of it stands in clear, and it goes with the person.
        (await gateway.ScalarAsync<string>("select encode(sealed, 'escape') from ccapex.item")).ShouldNotContain("payerLeLoyer");

        // The letters: one an addressee, the household's address on six lines, one entry a person.
        using (var letters = await gateway.PostAsync(Secretariat, path + "/publipostage", new JsonObject { ["motif"] = "courrier" }))
        {
            letters.StatusCode.ShouldBe(HttpStatusCode.OK, await letters.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            var csv = (await letters.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            csv.Length.ShouldBe(3);
            csv[1].ShouldContain(household.Name);
            csv[1].ShouldContain("75011 PARIS 11E ARRONDISSEMENT");
            csv[2].ShouldNotContain(household.Name, Case.Insensitive, "an organisation gets the reference");
        }

        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'IdentityDisclosed'")).ShouldBe(1);
        (await PostAsync(gateway, path + "/publipostage", new JsonObject { ["motif"] = "curiosite" })).ShouldBe(HttpStatusCode.BadRequest);

        // It comes back by itself after twelve months, until its outcome is known.
        (await gateway.GetAsync(Secretariat, "/v1/ccapex/reexamens")).AsArray().ShouldBeEmpty();
        var held = DateOnly.Parse(Session()["tenueLe"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);
        var noon = new DateTimeOffset(held.AddMonths(12), new TimeOnly(12, 0), TimeSpan.Zero);
        gateway.Clock.Advance(noon.AddDays(-1) - gateway.Clock.GetUtcNow());
        await gateway.RenewTokenAsync(Secretariat);
        (await gateway.GetAsync(Secretariat, "/v1/ccapex/reexamens")).AsArray().ShouldBeEmpty("the day before twelve months");
        gateway.Clock.Advance(TimeSpan.FromDays(1));
        await gateway.RenewTokenAsync(Secretariat);
        (await gateway.GetAsync(Secretariat, "/v1/ccapex/reexamens")).AsArray().ShouldHaveSingleItem()!["id"]!.GetValue<string>().ShouldBe(item);
        (await PostAsync(gateway, items + "/issue", new JsonObject { ["issue"] = "parti" })).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync(gateway, items + "/issue", new JsonObject { ["issue"] = "toujoursDansLogement" })).ShouldBe(HttpStatusCode.OK);
        (await gateway.GetAsync(Secretariat, "/v1/ccapex/reexamens")).AsArray().ShouldBeEmpty();
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'AdviceRecorded'")).ShouldBe(3);
    }

    [Fact]
    public async Task The_decision_on_the_aid_goes_back_to_the_CAF_with_its_reference_and_nothing_else()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (session, item, household) = await PrepareAsync(gateway);
        var aid = $"/v1/ccapex/seances/{session}/dossiers/{item}/aide";
        (await PostAsync(gateway, aid, new JsonObject { ["decision"] = "ajournement", ["motifCode"] = "elementsManquants" })).ShouldBe(HttpStatusCode.OK);
        (await PostAsync(gateway, aid, new JsonObject { ["decision"] = "suspension", ["motifCode"] = "absenceDeReprise" })).ShouldBe(HttpStatusCode.OK);
        (await PostAsync(gateway, aid, new JsonObject { ["decision"] = "maintien", ["motifCode"] = "planRespecte" })).ShouldBe(HttpStatusCode.Conflict, "a decision is made once for a referral");

        var lines = (await gateway.InboxAsync(Caf)).Where(l => l["finalite"]!.GetValue<string>() == "P13").ToList();
        lines.Select(l => l["nature"]!.GetValue<string>()).ShouldBe(["ajournementAide", "decisionAide"]);
        var view = await gateway.GetAsync(Caf, $"/v1/reception/{lines[1]["id"]}");
        var content = view["contenu"]!.AsObject();
        content.Select(s => s.Key).ShouldBe(["decision"]);
        content["decision"]!.AsObject().Select(f => f.Key).ShouldBe(["referenceSaisine", "decisionAide", "prisLe", "motifCode"]);
        content["decision"]!["referenceSaisine"]!.GetValue<string>().ShouldBe("SAISINE-75-1");
        content["decision"]!["decisionAide"]!.GetValue<string>().ShouldBe("suspension");
        view.ToJsonString().ShouldNotContain(household.Name);
        using (var identity = await gateway.PostAsync(Caf, $"/v1/reception/{lines[1]["id"]}/identite", new JsonObject { ["motif"] = "instruction" }))
            identity.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'InformationDelivered'")).ShouldBe(2);
        (await gateway.InboxAsync("adil-75-instructeur")).ShouldNotContain(l => l["finalite"]!.GetValue<string>() == "P13");
    }

    [Fact]
    public async Task No_decision_on_the_aid_without_a_referral_and_no_session_for_another_commission()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync(Procedure.Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();
        var session = await CreateAsync(gateway);
        var item = await AddAsync(gateway, session, await gateway.ReferenceAsync(Secretariat));
        (await PostAsync(gateway, $"/v1/ccapex/seances/{session}/dossiers/{item}/aide", new JsonObject { ["decision"] = "maintien", ["motifCode"] = "planRespecte" })).ShouldBe(HttpStatusCode.Conflict);
        (await PostAsync(gateway, $"/v1/ccapex/seances/{session}/dossiers/{item}/avis", Advice(("bailleur", "dalo")))).ShouldBe(HttpStatusCode.BadRequest, "the list of each addressee is closed");
        (await PostAsync(gateway, $"/v1/ccapex/seances/{session}/dossiers", new JsonObject { ["dossier"] = await gateway.ReferenceAsync("adil-75-instructeur"), ["nature"] = "premierePresentation" })).ShouldBe(HttpStatusCode.NotFound);

        const string other = "ccapex-modele-secretariat";
        using (var hidden = await gateway.SendAsync(other, HttpMethod.Get, $"/v1/ccapex/seances/{session}"))
            hidden.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await gateway.AddClientAsync("adil-75", "adil-75-secretariat", "secretariat");
        using (var jurist = await gateway.PostAsync("adil-75-secretariat", "/v1/ccapex/seances", Session()))
            jurist.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var instructs = await gateway.SendAsync("adil-75-instructeur", HttpMethod.Get, "/v1/ccapex/seances"))
            instructs.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_CAF_learns_once_that_its_household_is_accompanied_and_not_by_whom()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("caf-75-depositaire", "caf/impayes", Messages.CafNotice(household));
        await gateway.RouteAsync();
        (await gateway.InboxAsync(Caf)).ShouldHaveSingleItem("the orientation to its own social work");
        // Its own acknowledgement is no news to it.
        using (var own = await gateway.SendAsync(Caf, HttpMethod.Post, $"/v1/reception/{(await gateway.InboxAsync(Caf))[0]["id"]}/accuse"))
            own.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.InboxAsync(Caf)).Count.ShouldBe(1);

        await gateway.DepositAsync("equipe-mobile-75-depositaire", "instances/suivis", Procedure.FollowUp(household, "injoignable", "2026-11-16"));
        await gateway.RouteAsync();
        (await gateway.InboxAsync(Caf)).Count.ShouldBe(1, "nobody accompanies whom nobody reaches");
        await gateway.DepositAsync("equipe-mobile-75-depositaire", "instances/suivis", Procedure.FollowUp(household, "enCours", "2026-11-17"));
        await gateway.DepositAsync("equipe-mobile-75-depositaire", "instances/suivis", Procedure.FollowUp(household, "enCours", "2026-11-18"));
        await gateway.RouteAsync();

        var news = (await gateway.InboxAsync(Caf)).Where(l => l["finalite"]!.GetValue<string>() == "P16").ShouldHaveSingleItem();
        news["nature"]!.GetValue<string>().ShouldBe("information");
        var view = await gateway.GetAsync(Caf, $"/v1/reception/{news["id"]}");
        view["contenu"]!.AsObject().ShouldBeEmpty();
        view["correction"]!["motif"]!.GetValue<string>().ShouldStartWith("Accompagné par un autre service : oui, depuis le ");
        view.ToJsonString().ShouldNotContain("quipe");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'InformationDelivered'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_CAF_learns_it_too_when_a_social_service_takes_charge()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("caf-75-depositaire", "caf/impayes", Messages.CafNotice(household));
        // After five days without an answer, the notice to leave goes to the city's social service.
        await gateway.DepositAsync(Procedure.Etude, "commissaires-de-justice/commandements-de-quitter-les-lieux", WithPark(Procedure.Quit(household, "2026-11-12")));
        await gateway.RouteAsync();
        gateway.Clock.Advance(TimeSpan.FromDays(6));
        await gateway.RouteAsync();
        const string city = "ville-75-instructeur";
        var held = (await gateway.InboxAsync(city)).Single(l => l["finalite"]!.GetValue<string>() == "P4");
        using (var taken = await gateway.SendAsync(city, HttpMethod.Post, $"/v1/reception/{held["id"]}/accuse"))
            taken.StatusCode.ShouldBe(HttpStatusCode.OK, await taken.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        (await gateway.InboxAsync(Caf)).Where(l => l["finalite"]!.GetValue<string>() == "P16").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_team_is_warned_of_its_own_next_contact_and_the_ADIL_reports_too()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("caf-75-depositaire", "caf/impayes", Messages.CafNotice(household));
        await gateway.DepositAsync("adil-75-depositaire", "instances/suivis", Procedure.FollowUp(household, "enCours", "2026-11-16"));
        await gateway.RouteAsync();
        var line = (await gateway.DossierAsync(Secretariat))["chronologie"]!.AsArray().Last()!;
        line["reperes"]!["social"]!["suivi"]!["contactLe"]!.GetValue<string>().ShouldBe("2026-11-16");

        // A team that was sent the household: fifteen days from its orientation, then from its last exchange.
        await SendToTeamAsync(gateway, household);
        const string team = "equipe-mobile-75-instructeur";
        (await gateway.DossierAsync(team))["echeances"]!.AsArray().Select(d => d!["regle"]!.GetValue<string>()).ShouldContain("EMPEX.CONTACT");
        await gateway.DepositAsync("equipe-mobile-75-depositaire", "instances/suivis", Procedure.FollowUp(household, "enCours", Procedure.Day(gateway, -6)));
        await gateway.RouteAsync();
        var due = (await gateway.GetAsync(team, "/v1/dossiers?echeance=10"))["dossiers"]!.AsArray().ShouldHaveSingleItem()!;
        due["echeances"]!.AsArray().Single(e => e!["regle"]!.GetValue<string>() == "EMPEX.CONTACT")!["le"]!.GetValue<string>().ShouldBe(Procedure.Day(gateway, 9));
        (await gateway.GetAsync(Secretariat, "/v1/dossiers?echeance=20"))["dossiers"]!.ToJsonString().ShouldNotContain("EMPEX");
        await gateway.DepositAsync("equipe-mobile-75-depositaire", "instances/suivis", Procedure.FollowUp(household, "relogement", Procedure.Day(gateway, -1)));
        await gateway.RouteAsync();
        (await gateway.GetAsync(team, "/v1/dossiers?echeance=20"))["dossiers"]!.ToJsonString().ShouldNotContain("EMPEX", Case.Sensitive, "the follow-up has ended");
    }

    /// <summary>An assignation of a household that the services say they do not know goes to the mobile team.</summary>
    private static async Task SendToTeamAsync(TestGateway gateway, Household household)
    {
        await gateway.DepositAsync(Procedure.Etude, "commissaires-de-justice/assignations", Messages.Assignation(household));
        await gateway.RouteAsync();
        await using var known = gateway.Databases.Owner.CreateCommand("update exchange.deposit set facts = facts || '{\"connuDesServices\": false}' where message_type = 'commissaires-de-justice/assignations'; update routing.work set due_at = received_at from exchange.deposit p where p.id = routing.work.deposit");
        await known.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await gateway.RouteAsync();
    }

    private static JsonObject WithPark(JsonObject act)
    {
        act["bailleur"] = new JsonObject { ["type"] = "personnePhysique", ["parc"] = "prive" };
        return act;
    }
}
