using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Routing;

/// <summary>A service's message that names the question it answers (<c>referenceDemande</c>).</summary>
public sealed class NamedQuestionTests(PostgresFixture postgres)
{
    private const string Assignation = "commissaires-de-justice/assignations";
    private const string Answers = "instances/reponses";
    private const string City = "ville-75-depositaire";

    [Fact]
    public async Task An_answer_that_names_a_question_answers_that_one_and_no_other()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (first, second) = (Messages.NewHousehold(), Messages.NewHousehold());
        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(first));
        await gateway.RouteAsync();
        var asked = await AskedAsync(gateway, "ville-75");
        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(second));
        await gateway.RouteAsync();
        // Another question about the same file, to the same service: only what is named is answered.
        var more = Guid.CreateVersion7();
        await ExecuteAsync(gateway, $"""
            insert into routing.question (id, dossier, subject, territory, deposit, delivery, recipient, facts, state, asked_at, due_at)
            select '{more}', dossier, subject, territory, deposit, delivery, recipient, array['composition'], 'posee', asked_at, due_at from routing.question where id = '{asked}'
            """);

        // The message is about the other household: what it names decides, and the other household's question stays open.
        await gateway.DepositAsync(City, Answers, Naming(second, asked));
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<string>($"select state || ' ' || connu from routing.question where id = '{asked}'")).ShouldBe("repondue inconnu");
        (await gateway.ScalarAsync<long>("select count(*) from routing.question where state = 'repondue'")).ShouldBe(1, "that one and no other");
        (await gateway.ScalarAsync<string>($"select state from routing.question where id = '{more}'")).ShouldBe("posee");

        // The file that it asked about goes on as soon as the CAF has answered too, the other one waits.
        var caf = await AskedAsync(gateway, "caf-75");
        await gateway.DepositAsync("caf-75-depositaire", Answers, Naming(second, caf));
        await gateway.RouteAsync();
        await gateway.RouteAsync();
        (await gateway.InboxAsync("equipe-mobile-75-instructeur")).ShouldHaveSingleItem();
        (await gateway.ScalarAsync<long>("select count(*) from routing.work w join exchange.deposit d on d.id = w.deposit where d.message_type = 'commissaires-de-justice/assignations'")).ShouldBe(1);

        // Without a reference: what was asked about the household's own file.
        await gateway.DepositAsync(City, Answers, Messages.Answer(second));
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from routing.question q join access.organisation o on o.id = q.recipient where o.code = 'ville-75' and q.state = 'posee'")).ShouldBe(1, "only the one about the first household's composition");
    }

    [Fact]
    public async Task A_reference_that_is_no_question_of_the_sender_is_refused_in_French_and_nothing_is_kept()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("etude-75-001-depositaire", Assignation, Messages.Assignation(household));
        await gateway.RouteAsync();
        var (mine, others) = (await AskedAsync(gateway, "ville-75"), await AskedAsync(gateway, "caf-75"));
        var before = await gateway.ScalarAsync<long>("select count(*) from exchange.deposit");

        foreach (var unknown in new[] { others.ToString(), Guid.CreateVersion7().ToString(), "Q-2026-0071" })
        {
            var error = await RefusedAsync(gateway, City, Naming(household, unknown));
            error["code"]!.GetValue<string>().ShouldBe("referenceInconnue");
            error["pointer"]!.GetValue<string>().ShouldBe("/reponse/referenceDemande");
            error["message"]!.GetValue<string>().ShouldContain("Aucune question de cette référence n'a été posée à votre organisation");
        }

        // In a batch the line is refused, and the next one is accepted.
        var lines = Naming(household, others.ToString()).ToJsonString() + "\n" + Naming(household, mine).ToJsonString() + "\n";
        using (var batch = await gateway.SendAsync(City, HttpMethod.Post, $"/v1/{Answers}/lots", new StringContent(lines, System.Text.Encoding.UTF8, "application/x-ndjson")))
            (await batch.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("referenceInconnue");
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(before + 1);
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<string>($"select state from routing.question where id = '{mine}'")).ShouldBe("repondue");
        (await gateway.ScalarAsync<string>($"select state from routing.question where id = '{others}'")).ShouldBe("posee");

        // Said again, it is accepted; said otherwise, it is refused, until the deposit of the answer is mended.
        await gateway.DepositAsync(City, Answers, Naming(household, mine, date: "2026-11-13"));
        (await RefusedAsync(gateway, City, Naming(household, mine, "connu")))["code"]!.GetValue<string>().ShouldBe("dejaRepondue");
        await gateway.RouteAsync();
        var answer = await gateway.ScalarAsync<Guid>("select id from exchange.deposit where message_type = 'instances/reponses' order by id desc limit 1");
        using (var mended = await gateway.PostAsync(City, $"/v1/depots/{answer}/rectification", Naming(household, mine, "connu")))
            mended.StatusCode.ShouldBe(HttpStatusCode.Accepted, await mended.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<string>($"select connu from routing.question where recipient = (select recipient from routing.question where id = '{mine}') order by asked_at desc, id desc limit 1")).ShouldBe("connu", "what is said last counts for the next messages");
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0, "known to one service is enough: nothing waits any more");
    }

    private static JsonObject Naming(Household household, Guid question, string connu = "inconnu", string date = "2026-11-12") => Naming(household, question.ToString(), connu, date);

    private static JsonObject Naming(Household household, string question, string connu = "inconnu", string date = "2026-11-12")
    {
        var answer = Messages.Answer(household);
        answer["reponse"] = new JsonObject { ["reponduLe"] = date, ["connu"] = connu, ["referenceDemande"] = question };
        return answer;
    }

    /// <summary>The first question that is open for an organisation.</summary>
    private static Task<Guid> AskedAsync(TestGateway gateway, string organisation) =>
        gateway.ScalarAsync<Guid>($"select q.id from routing.question q join access.organisation o on o.id = q.recipient where o.code = '{organisation}' and q.state = 'posee' order by q.id limit 1");

    private static async Task<JsonNode> RefusedAsync(TestGateway gateway, string client, JsonObject message)
    {
        using var refused = await gateway.PostAsync(client, "/v1/" + Answers, message);
        var text = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, text);
        return JsonNode.Parse(text)!["errors"]!.AsArray().ShouldHaveSingleItem()!;
    }

    private static async Task ExecuteAsync(TestGateway gateway, string sql)
    {
        await using var command = gateway.Databases.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
