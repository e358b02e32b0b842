using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Retention;
using ExchangeGateway.Integration.Dossiers;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Quotas;
using Microsoft.Extensions.DependencyInjection;
using static ExchangeGateway.Integration.Quotas.QuotaRules;

namespace ExchangeGateway.Integration.Retention;

/// <summary>What holds no section of its own ends with the file that it is about: candidates of a draw, items of a session, questions, notices, deadlines.</summary>
public sealed class EndOfFileTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_ends_takes_its_candidates_items_and_questions_with_it_while_the_person_lives_on()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await SetAsync(gateway, 1, "semaine", "hebdomadaire", new JsonObject { ["action"] = "attendre" });
        await RetainedDurations.FixAsync(gateway, _ => "P6M");
        var home = Messages.NewHousehold();
        var first = await DepositAsync(gateway, home, 5000m);
        await gateway.DepositAsync(Etude, "commissaires-de-justice/assignations", Messages.Assignation(home));
        await gateway.DepositAsync("caf-75-depositaire", "caf/saisines-ccapex", Procedure.AidReferral(home, "SAISINE-75-1"));
        await gateway.RouteAsync();
        var session = await Commission.CreateAsync(gateway);
        var item = await Commission.AddAsync(gateway, session, await gateway.ReferenceAsync(Procedure.Secretariat));
        (await Commission.PostAsync(gateway, $"/v1/ccapex/seances/{session}/dossiers/{item}/aide", new JsonObject { ["decision"] = "maintien", ["motifCode"] = "planRespecte" })).ShouldBe(System.Net.HttpStatusCode.OK);
        gateway.Advance(TimeSpan.FromDays(7));
        await DrawAsync(gateway);
        foreach (var table in (string[])["routing.candidate", "ccapex.item", "delivery.notice"])
            (await CountAsync(gateway, table)).ShouldBe(1, table);
        (await CountAsync(gateway, "routing.question")).ShouldBe(2);
        (await CountAsync(gateway, "exchange.deadline")).ShouldBeGreaterThan(0);

        // The same person elsewhere, five months later: that file lives when the first one ends.
        gateway.Advance(TimeSpan.FromDays(150));
        var moved = await DepositAsync(gateway, home with { Number = "7", Street = "boulevard du Modèle" }, 900m);
        await gateway.RouteAsync();
        (await CountAsync(gateway, "vault.subject")).ShouldBe(1);
        (await CountAsync(gateway, "exchange.dossier")).ShouldBe(2);
        (await RunAsync(gateway)).Depots.ShouldBe(0);
        (await CountAsync(gateway, "ccapex.item")).ShouldBe(1, "six months have not passed");
        (await CountAsync(gateway, "routing.candidate")).ShouldBe(2);
        const string firstDraw = "select d::text from routing.draw d order by at limit 1";
        var drawn = await gateway.ScalarAsync<string>(firstDraw);

        gateway.Advance(TimeSpan.FromDays(60));
        await DrawAsync(gateway);
        (await RunAsync(gateway)).Depots.ShouldBe(3);

        (await CountAsync(gateway, "vault.subject")).ShouldBe(1, "the person lives on in the other file");
        (await CountAsync(gateway, $"routing.candidate where deposit = '{first}'")).ShouldBe(0);
        (await StateAsync(gateway, moved)).ShouldBe("remise");
        foreach (var table in (string[])["ccapex.item", "delivery.notice", "routing.question"])
            (await CountAsync(gateway, table)).ShouldBe(0, table);
        (await CountAsync(gateway, "exchange.deadline e join exchange.deposit d on d.id = e.deposit where d.facts = '{}'")).ShouldBe(0);
        (await CountAsync(gateway, "ccapex.session")).ShouldBe(1, "a session names nobody");
        (await gateway.ScalarAsync<string>(firstDraw)).ShouldBe(drawn, "what was drawn stays counted: a household that is forgotten frees no place");
        (await gateway.GetAsync(Procedure.Secretariat, $"/v1/ccapex/seances/{session}"))["ordreDuJour"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Erasing_a_person_takes_its_candidates_and_the_next_draw_passes_over_it()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await SetAsync(gateway, 1, "semaine", "hebdomadaire", new JsonObject { ["action"] = "attendre" });
        var (gone, kept) = (await DepositAsync(gateway, Messages.NewHousehold(), 9000m), await DepositAsync(gateway, Messages.NewHousehold(), 600m));
        await gateway.RouteAsync();
        await using (var erase = gateway.Databases.Owner.CreateCommand($"select vault.erase(array(select subject from exchange.deposit where id = '{gone}'))"))
            await erase.ExecuteNonQueryAsync(Ct);
        (await CountAsync(gateway, "routing.candidate")).ShouldBe(1);

        gateway.Advance(TimeSpan.FromDays(7));
        await DrawAsync(gateway);

        (await StateAsync(gateway, kept)).ShouldBe("remise");
        (await CountAsync(gateway, "routing.work")).ShouldBe(0);
    }

    private static async Task<RetentionCounts> RunAsync(TestGateway gateway) =>
        (await gateway.App.Services.GetRequiredService<RetentionRun>().RunAsync(Ct)).ShouldBeOfType<RetentionOutcome.Done>().Counts;
}
