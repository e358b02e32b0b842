using System.Globalization;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;
using static ExchangeGateway.Integration.Quotas.QuotaRules;

namespace ExchangeGateway.Integration.Quotas;

/// <summary>Draws of a real gateway whose clock is moved.</summary>
public sealed class DrawTests(PostgresFixture postgres)
{
    private const string Secretariat = "ccapex-75-secretariat";

    [Fact]
    public async Task Each_week_the_first_by_the_key_are_delivered_and_the_others_wait_in_sight()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await SetAsync(gateway, 2, "semaine", "hebdomadaire", new JsonObject { ["action"] = "attendre" });
        var household = Messages.NewHousehold();
        var small = await DepositAsync(gateway, Messages.NewHousehold(), 700m);
        var middle = await DepositAsync(gateway, household, 3000m);
        var same = await DepositAsync(gateway, household, 3100m);
        var restricted = await DepositAsync(gateway, Messages.NewHousehold(), 30_000m);
        var withdrawn = await DepositAsync(gateway, Messages.NewHousehold(), 40_000m);
        var late = await DepositAsync(gateway, Messages.NewHousehold(), 12_000m);
        await gateway.RouteAsync();
        (await CountAsync(gateway, "delivery.delivery where purpose = 'P2'")).ShouldBe(0, "they wait for the draw");
        (await CountAsync(gateway, "delivery.delivery where purpose = 'P1'")).ShouldBe(6, "the secretariat has them all");
        await ExecuteAsync(gateway, $"update consent.subject_state set restricted = true where subject = (select subject from exchange.deposit where id = '{restricted}')");
        using (var answer = await gateway.PostAsync(Etude, $"/v1/depots/{withdrawn}/annulation", new JsonObject { ["motif"] = "erreurDePersonne" }))
            answer.EnsureSuccessStatusCode();

        // Before the Monday nothing is drawn; after it, once.
        await DrawAsync(gateway);
        (await CountAsync(gateway, "routing.draw")).ShouldBe(0);
        NextWeek(gateway);
        await DrawAsync(gateway);
        (await CountAsync(gateway, "routing.draw")).ShouldBe(1);
        (await StatesAsync(gateway, late, middle, same, small, restricted, withdrawn)).ShouldBe("remise remise remise attend ecartee ecartee");
        (await CountAsync(gateway, "delivery.delivery where purpose = 'P2'")).ShouldBe(3, "two households, one of them with two acts");
        (await PhraseAsync(gateway, late)).ShouldContain("classé 1er sur 3, quota 2, retenu");
        (await PhraseAsync(gateway, small)).ShouldContain("classé 3e sur 3, quota 2, attend le tirage du");
        (await CountAsync(gateway, "audit.entry where action = 'QuotaDrawn'")).ShouldBe(1);

        // The secretariat sees who waits; nobody else asks.
        var line = (await gateway.GetAsync(Secretariat, "/v1/quotas"))["quotas"]!.AsArray().Single(q => (string?)q!["regle"] == Rule)!;
        (line["enAttente"]!.GetValue<int>(), line["ecartes"]!.GetValue<int>(), line["dernier"]!["retenus"]!.GetValue<int>(), line["dernier"]!["classes"]!.GetValue<int>()).ShouldBe((1, 2, 2, 3));
        line["sinon"]!.GetValue<string>().ShouldBe("attend le tirage suivant");
        using (var refused = await gateway.SendAsync(Etude, HttpMethod.Get, "/v1/quotas"))
            ((int)refused.StatusCode).ShouldBe(403);

        // A restriction that ends brings its file back, and the one that waited is drawn before a smaller debt.
        var smaller = await DepositAsync(gateway, Messages.NewHousehold(), 100m);
        await ExecuteAsync(gateway,
            $"update consent.subject_state set restricted = false where subject = (select subject from exchange.deposit where id = '{restricted}')",
            $"insert into routing.work (id, deposit, kind, due_at, created_at) select gen_random_uuid(), '{restricted}', 'accord:*', now(), now()");
        await gateway.RouteAsync();
        (await StateAsync(gateway, restricted)).ShouldBe("attend");
        NextWeek(gateway);
        await DrawAsync(gateway);
        (await StatesAsync(gateway, restricted, small, smaller)).ShouldBe("remise remise attend");
        (await CountAsync(gateway, "routing.work")).ShouldBe(0);
    }

    [Fact]
    public async Task What_takes_the_place_of_a_delivered_message_needs_no_place_and_a_rule_that_is_gone_leaves_nobody_behind()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await SetAsync(gateway, 1, "semaine", "hebdomadaire", ToTheCity);
        var (first, second) = (Messages.NewHousehold(), Messages.NewHousehold());
        var chosen = await DepositAsync(gateway, first, 5000m);
        var other = await DepositAsync(gateway, second, 600m);
        await gateway.RouteAsync();
        NextWeek(gateway);
        await DrawAsync(gateway);
        (await StatesAsync(gateway, chosen, other)).ShouldBe("remise sinon");
        (await CountAsync(gateway, $"delivery.delivery where deposit = '{other}' and purpose = 'P4'")).ShouldBe(1);
        (await PhraseAsync(gateway, other)).ShouldContain("classé 2e sur 2, quota 1, non retenu");

        using (var answer = await gateway.PostAsync(Etude, $"/v1/depots/{chosen}/rectification", Message(first, 5100m)))
            answer.EnsureSuccessStatusCode();
        await gateway.RouteAsync();
        (await CountAsync(gateway, "delivery.delivery where purpose = 'P2' and state = 'remise' and nature = 'remise'")).ShouldBe(1, "the mended act, at once");

        // A quota that is lifted keeps nobody back; a rule that is taken out of the files leaves those who wait to its "sinon".
        var lifted = await DepositAsync(gateway, Messages.NewHousehold(), 900m);
        await gateway.RouteAsync();
        (await PhraseAsync(gateway, lifted)).ShouldContain("règle 75-1 : attend le tirage du");
        await EditAsync(gateway, rules =>
        {
            var rule = rules.Single(r => (string?)r!["id"] == Rule)!.AsObject();
            rule.Remove("quota");
            rule.Remove("sinon");
        });
        NextWeek(gateway);
        await DrawAsync(gateway);
        (await StateAsync(gateway, lifted)).ShouldBe("remise");
        await SetAsync(gateway, 1, "semaine", "hebdomadaire", ToTheCity);
        var orphan = await DepositAsync(gateway, Messages.NewHousehold(), 900m);
        await gateway.RouteAsync();
        await EditAsync(gateway, rules => rules.Remove(rules.Single(r => (string?)r!["id"] == Rule)));
        NextWeek(gateway);
        await DrawAsync(gateway);
        (await StateAsync(gateway, orphan)).ShouldBe("sinon");
        (await PhraseAsync(gateway, orphan)).ShouldContain("la règle n'est plus en vigueur");
    }

    [Fact]
    public async Task Who_was_received_before_the_draws_instant_and_written_just_after_it_is_ranked_too()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await SetAsync(gateway, 1, "semaine", "hebdomadaire", ToTheCity);
        var small = await DepositAsync(gateway, Messages.NewHousehold(), 700m);
        await gateway.RouteAsync();
        var draws = gateway.App.Services.GetRequiredService<HoldDraws>();
        var at = new DateTimeOffset(await gateway.ScalarAsync<DateTime>("select draw_at from routing.candidate"), TimeSpan.Zero);
        // Just after its instant another node, or a transaction that began before it, may still write.
        gateway.Clock.Advance(at.AddSeconds(1) - gateway.Clock.GetUtcNow());
        gateway.ForgetTokens();
        (await draws.RunAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
        var large = await DepositAsync(gateway, Messages.NewHousehold(), 30_000m);
        await gateway.RouteAsync();
        await ExecuteAsync(gateway, $"update routing.candidate set draw_at = '{at:O}' where deposit = '{large}'");

        gateway.Advance(HoldDraws.Settling);
        await DrawAsync(gateway);

        (await StatesAsync(gateway, large, small)).ShouldBe("remise sinon");
    }

    [Fact]
    public async Task A_draw_that_cannot_be_held_keeps_no_other_from_being_held_and_is_held_once_it_can()
    {
        // Its own round every second is left out: the test makes each.
        await using var gateway = await TestGateway.StartAsync(postgres, services => services.Remove(services.Single(s => s.ImplementationType == typeof(DrawPoll))));
        await SetAsync(gateway, 1, "semaine", "hebdomadaire", ToTheCity);
        var stuck = await DepositAsync(gateway, Messages.NewHousehold(), 700m);
        var absent = Messages.NewHousehold();
        await gateway.DepositAsync("dsf-75-depositaire", "instances/dsf", Messages.Absence(absent));
        await gateway.DepositAsync("ville-75-depositaire", "instances/saisines-ccapex", Messages.Saisine(absent));
        await gateway.RouteAsync();
        await ExecuteAsync(gateway, $"update exchange.deposit set facts = jsonb_set(facts, '{{moisImpayes}}', '\"douze\"') where id = '{stuck}'");
        gateway.Advance(TimeSpan.FromDays(32));

        await Should.ThrowAsync<AggregateException>(() => gateway.App.Services.GetRequiredService<HoldDraws>().RunAsync(TestContext.Current.CancellationToken));
        (await CountAsync(gateway, "routing.draw where rule = '75-em-injoignable'")).ShouldBe(1, "it comes after the rule that fails");
        (await CountAsync(gateway, $"routing.draw where rule = '{Rule}'")).ShouldBe(0);
        (await StateAsync(gateway, stuck)).ShouldBe("attend");

        await ExecuteAsync(gateway, $"update exchange.deposit set facts = jsonb_set(facts, '{{moisImpayes}}', '12') where id = '{stuck}'");
        await DrawAsync(gateway);
        (await StateAsync(gateway, stuck)).ShouldBe("remise");
    }

    private static async Task<string> StatesAsync(TestGateway gateway, params Guid[] deposits)
    {
        var states = new List<string>();
        foreach (var deposit in deposits)
            states.Add(await StateAsync(gateway, deposit));
        return string.Join(' ', states);
    }

    private static async Task ExecuteAsync(TestGateway gateway, params string[] statements)
    {
        foreach (var sql in statements)
        {
            await using var command = gateway.Databases.Owner.CreateCommand(sql.Replace("now()", string.Create(CultureInfo.InvariantCulture, $"'{gateway.Clock.GetUtcNow():O}'"), StringComparison.Ordinal));
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
