using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Routing;

/// <summary>A rule waits for a fact and asks who knows it (P14): the question, its answer by each way, and the fallback.</summary>
public sealed class QuestionsTests(PostgresFixture postgres)
{
    private const string Assignation = "commissaires-de-justice/assignations";
    private const string Cql = "commissaires-de-justice/commandements-de-quitter-les-lieux";
    private const string City = "ville-75-instructeur";
    private const string Caf = "caf-75-instructeur";

    /// <summary>How many files the race is run on.</summary>
    private static readonly int Races = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") == "1" ? 200 : 12;

    [Fact]
    public async Task Who_knows_is_asked_for_identity_and_address_only_and_its_answer_routes_the_message_at_once()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(household));
        await gateway.RouteAsync();

        var question = (await QuestionsAsync(gateway, City)).ShouldHaveSingleItem();
        question["faits"]!.AsArray().Select(f => f!.GetValue<string>()).ShouldBe(["connuDesServices"]);
        var line = (await gateway.InboxAsync(City)).ShouldHaveSingleItem();
        line["nature"]!.GetValue<string>().ShouldBe("question");
        line["finalite"]!.GetValue<string>().ShouldBe("P14");
        var view = await gateway.GetAsync(City, $"/v1/reception/{question["remise"]}");
        view["contenu"]!.AsObject().ShouldBeEmpty();
        view["categoriesSousMotif"]!.AsArray().Select(c => c!.GetValue<string>()).ShouldBe(["identite", "adresse"], ignoreOrder: true);
        (await gateway.InboxAsync("equipe-mobile-75-instructeur")).ShouldBeEmpty();

        (await AnswerAsync(gateway, City, question, ("connu", "inconnu"))).ShouldBe("reprise");
        await gateway.RouteAsync();
        (await gateway.InboxAsync("equipe-mobile-75-instructeur")).ShouldBeEmpty("the CAF was asked too and has not answered: not yet unknown to the services");
        (await AnswerAsync(gateway, Caf, (await QuestionsAsync(gateway, Caf)).Single(), ("connu", "inconnu"))).ShouldBe("reprise");
        await gateway.RouteAsync();

        (await gateway.InboxAsync("equipe-mobile-75-instructeur")).ShouldHaveSingleItem()["finalite"]!.GetValue<string>().ShouldBe("P9");
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0);
        var explanation = await gateway.ScalarAsync<string>("select explanation::text from routing.explained order by decided_at desc, id desc limit 1");
        explanation.ShouldContain("inconnu des services sociaux, selon ");
        explanation.ShouldContain("service social de la Ville le ");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'QuestionAsked'")).ShouldBe(2);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'QuestionAnswered'")).ShouldBe(2);
    }

    [Fact]
    public async Task One_service_that_knows_the_household_is_enough_and_ne_sait_pas_is_never_unknown_to_them()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(Messages.NewHousehold()));
        await gateway.RouteAsync();
        (await AnswerAsync(gateway, Caf, (await QuestionsAsync(gateway, Caf)).Single(), ("connu", "neSaitPas"))).ShouldBe("reprise");
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(1, "still waiting");
        (await gateway.ScalarAsync<long>("select count(*) from routing.question")).ShouldBe(2, "who does not know is not asked again");

        (await AnswerAsync(gateway, City, (await QuestionsAsync(gateway, City)).Single(), ("connu", "suiviEnCours"))).ShouldBe("reprise");
        await gateway.RouteAsync();

        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0);
        (await gateway.InboxAsync("equipe-mobile-75-instructeur")).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_question_a_file_and_another_organisations_is_not_found()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(household));
        await gateway.RouteAsync();
        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(household));
        await gateway.RouteAsync();
        var question = (await QuestionsAsync(gateway, City)).ShouldHaveSingleItem("one a file and fact, whatever the number of messages");

        using var stranger = await gateway.PostAsync(Caf, $"/v1/questions/{question["id"]}/reponse", new JsonObject { ["connu"] = "inconnu" });
        stranger.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var unasked = await gateway.PostAsync(City, $"/v1/questions/{question["id"]}/reponse", new JsonObject { ["connu"] = "connu", ["aide"] = "oui" });
        unasked.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var invented = await gateway.PostAsync(City, $"/v1/questions/{question["id"]}/reponse", new JsonObject { ["connu"] = "peut-être" });
        invented.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await gateway.ScalarAsync<long>("select count(*) from routing.question where state = 'repondue'")).ShouldBe(0);

        (await AnswerAsync(gateway, City, question, ("connu", "connu"))).ShouldBe("reprise");
        (await AnswerAsync(gateway, City, question, ("connu", "connu"))).ShouldBe("reprise", "said twice, it changes nothing");
        using var otherwise = await gateway.PostAsync(City, $"/v1/questions/{question["id"]}/reponse", new JsonObject { ["connu"] = "inconnu" });
        otherwise.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0, "both messages");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'QuestionAnswered'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_questions_go_out_as_a_file_and_come_back_filled_in_line_by_line()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        for (var i = 0; i < 4; i++)
            await gateway.DepositAsync("caf-modele-depositaire", "caf/impayes", Messages.CafNotice(Messages.NewHousehold("00001", "00100", "Val-Modèle"), composition: null));
        await gateway.RouteAsync();
        using var file = await gateway.SendAsync("caf-modele-instructeur", HttpMethod.Get, "/v1/questions?format=csv");
        var lines = (await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(5);
        lines[0].ShouldBe("question;pseudonyme;remise;posee_le;repondre_avant_le;connu;aide;composition");
        lines[1..].ShouldAllBe(l => l.EndsWith(";—;—;", StringComparison.Ordinal), "only the composition is asked");

        string[] answers = ["familleAvecEnfants", "personneSeule", "famille nombreuse", ""];
        var filled = "\uFEFF" + lines[0] + "\r\n" + string.Join("\r\n", lines[1..].Select((l, i) => l + answers[i])) + "\r\nceci n'est pas une question;;;;;;;personneSeule\r\n";
        using var answer = await gateway.SendAsync("caf-modele-instructeur", HttpMethod.Post, "/v1/questions/reponses", new StringContent(filled, Encoding.UTF8, "text/csv"));
        var report = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, report.ToJsonString());

        report["compte"]!.AsArray().Select(l => l!["resultat"]!.GetValue<string>()).ShouldBe(["reprise", "reprise", "aCorriger", "sansReponse", "aCorriger"]);
        report["compte"]![2]!["message"]!.GetValue<string>().ShouldContain("composition");
        await gateway.RouteAsync();
        (await gateway.InboxAsync("caf-modele-instructeur")).Count(d => d["finalite"]!.GetValue<string>() == "P4").ShouldBe(1);
        (await gateway.InboxAsync("departement-modele-instructeur")).Count(d => d["finalite"]!.GetValue<string>() == "P4").ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(2, "the other two still wait");
    }

    [Fact]
    public async Task A_services_own_message_answers_what_it_was_asked_about_the_file()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(household));
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(1);

        await gateway.DepositAsync("ville-75-depositaire", "instances/reponses", Messages.Answer(household));
        await gateway.RouteAsync();
        await gateway.RouteAsync();

        (await gateway.ScalarAsync<string>("select state || ' ' || channel from routing.question q join access.organisation o on o.id = q.recipient where o.code = 'ville-75'")).ShouldBe("repondue message");
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(1, "the CAF was asked too");

        await gateway.DepositAsync("caf-75-depositaire", "instances/reponses", Messages.Answer(household));
        await gateway.RouteAsync();
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0);
        (await gateway.InboxAsync("equipe-mobile-75-instructeur")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Nobody_answers_in_time_the_fallback_is_followed_and_logged_and_a_late_answer_serves_the_next_message()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("etude-75-001-depositaire", Cql, Messages.CommandementDeQuitter(household));
        await gateway.RouteAsync();
        var question = (await QuestionsAsync(gateway, City)).Single();
        gateway.Advance(TimeSpan.FromDays(6));
        await gateway.RouteAsync();

        (await gateway.InboxAsync(City)).Count(d => d["finalite"]!.GetValue<string>() == "P4").ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'RoutingFellBack'")).ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'QuestionUnanswered'")).ShouldBe(2);
        (await AnswerAsync(gateway, City, question, ("connu", "connu"))).ShouldBe("tardive");
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature = 'remise' and rule = '75-4-cql'")).ShouldBe(1);

        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(household));
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0, "known to the city: nobody is asked again");
    }

    /// <summary>The answer and the end of the delay at the same moment: one of them, for every file.</summary>
    [Fact]
    public async Task An_answer_and_the_fallback_at_once_have_exactly_one_outcome()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var gateway = await TestGateway.StartAsync(postgres);
        for (var i = 0; i < Races; i++)
            await gateway.DepositAsync("etude-75-001-depositaire", Cql, Messages.CommandementDeQuitter(Messages.NewHousehold()));
        await gateway.RouteAsync();
        var asked = await QuestionsAsync(gateway, City);
        asked.Count.ShouldBe(Races);
        foreach (var question in await QuestionsAsync(gateway, Caf))
            await AnswerAsync(gateway, Caf, question, ("connu", "inconnu"));
        await gateway.RouteAsync();
        // Some are in time for certain; then time is over, and answers and routers run at once.
        const int early = 3;
        foreach (var question in asked.Take(early))
            (await AnswerAsync(gateway, City, question, ("connu", "inconnu"))).ShouldBe("reprise");
        gateway.Advance(TimeSpan.FromDays(5));
        await gateway.TokenAsync(City);

        var late = 0;
        var routers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => gateway.App.Services.GetRequiredService<Router>().RouteDueAsync(ct), ct)).ToArray();
        await Parallel.ForEachAsync(asked.Skip(early), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = ct }, async (question, _) =>
        {
            if (await AnswerAsync(gateway, City, question, ("connu", "inconnu")) == "tardive")
                Interlocked.Increment(ref late);
        });
        await Task.WhenAll(routers);
        await gateway.RouteAsync();

        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0);
        const string outcomes = "from delivery.delivery where nature = 'remise' and rule = '75-4-cql'";
        (await gateway.ScalarAsync<long>($"select count(*) {outcomes}")).ShouldBe(Races);
        (await gateway.ScalarAsync<long>($"select count(distinct deposit) {outcomes}")).ShouldBe(Races);
        // What each answer was told is what happened: in time, the mobile team; late, the city by the fallback.
        (await gateway.ScalarAsync<long>($"select count(*) {outcomes} and purpose = 'P4'")).ShouldBe(late);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'QuestionUnanswered'")).ShouldBe(late);
    }

    [Fact]
    public async Task Erasing_a_person_forgets_what_was_asked_and_answered()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(Messages.NewHousehold()));
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from routing.question")).ShouldBe(2);

        await using var erase = gateway.Databases.Owner.CreateCommand("select vault.erase(array(select distinct subject from exchange.deposit))");
        await erase.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        (await gateway.ScalarAsync<long>("select count(*) from routing.question")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_accompanies_a_household_already_is_seen_by_the_rules_and_a_second_orientation_is_warned_of()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var rules = Path.Combine(gateway.Territories, "38", "repartition.json");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(rules, TestContext.Current.CancellationToken))!;
        var rule = file["tables"]![2]!["regles"]![1]!.DeepClone();
        (rule["id"], rule["quand"]) = ("38-essai-historique", new JsonObject { ["dejaAccompagne"] = true, ["messagesAnterieurs"] = new JsonObject { ["auMoins"] = 2 } });
        file["tables"]![2]!["regles"]!.AsArray().Add(rule);
        await File.WriteAllTextAsync(rules, file.ToJsonString(), TestContext.Current.CancellationToken);
        await gateway.ReloadAsync();
        var household = Messages.NewHousehold("38563", "38500", "Voiron");
        await gateway.DepositAsync("etude-38-001-depositaire", Cql, Messages.CommandementDeQuitter(household));
        await gateway.RouteAsync();
        gateway.Advance(TimeSpan.FromDays(6));
        await gateway.RouteAsync();
        var received = (await gateway.InboxAsync("departement-38-instructeur")).Single(d => d["finalite"]!.GetValue<string>() == "P4");
        received["drapeaux"]!.AsArray().ShouldNotContain(f => f!.GetValue<string>() == "orientationEnDouble");
        using (var acknowledged = await gateway.SendAsync("departement-38-instructeur", HttpMethod.Post, $"/v1/reception/{received["id"]}/accuse"))
            acknowledged.StatusCode.ShouldBe(HttpStatusCode.OK);

        await gateway.DepositAsync("dsf-38-depositaire", "instances/dsf", Messages.Absence(household));
        await gateway.RouteAsync();
        await gateway.DepositAsync("departement-38-depositaire", "instances/saisines-ccapex", Messages.Saisine(household));
        await gateway.RouteAsync();

        var team = (await gateway.InboxAsync("equipe-mobile-38-instructeur")).ShouldHaveSingleItem();
        team["regle"]!.GetValue<string>().ShouldBe("38-em-injoignable", "the last diagnosis of the file has not met the household");
        team["drapeaux"]!.AsArray().ShouldContain(f => f!.GetValue<string>() == "orientationEnDouble");
        var explanation = JsonNode.Parse(await gateway.ScalarAsync<string>("select explanation::text from routing.explained order by decided_at desc, id desc limit 1"))!;
        explanation["alertes"]![0]!.GetValue<string>().ShouldBe("orientation en double : équipe mobile, alors que le dossier est déjà ouvert auprès de : service social du Département");
        explanation["regles"]!.AsArray().Single(r => r!["regle"]!.GetValue<string>() == "38-essai-historique")!["issue"]!.GetValue<string>().ShouldBe("information");
        (await gateway.InboxAsync("ccapex-38-sud-secretariat")).Count.ShouldBe(3);
        (await gateway.InboxAsync("ccapex-38-nord-secretariat")).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<JsonNode>> QuestionsAsync(TestGateway gateway, string client) =>
        [.. (await gateway.GetAsync(client, "/v1/questions?etat=posee"))["questions"]!.AsArray().Select(n => n!)];

    private static async Task<string> AnswerAsync(TestGateway gateway, string client, JsonNode question, params (string Field, string Value)[] said)
    {
        using var response = await gateway.PostAsync(client, $"/v1/questions/{question["id"]}/reponse", new JsonObject(said.Select(s => KeyValuePair.Create(s.Field, (JsonNode?)s.Value))));
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!["effet"]!.GetValue<string>();
    }
}
