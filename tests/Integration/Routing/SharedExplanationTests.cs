using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Routing;

/// <summary>Explanations that several deposits share are written once, read whole, and cut from a deposit that is erased.</summary>
public sealed class SharedExplanationTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";

    [Fact]
    public async Task Two_deposits_of_the_same_facts_share_what_each_shows_whole_until_it_is_emptied()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var first = await DepositAsync(gateway);
        await gateway.RouteAsync();
        var second = await DepositAsync(gateway);
        await gateway.RouteAsync();

        (await gateway.ScalarAsync<long>("select count(*) from routing.explanation")).ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from routing.result where shared is not null")).ShouldBe(2);
        var (one, other) = (await ExplanationAsync(gateway, first), await ExplanationAsync(gateway, second));
        one["phrase"]!.GetValue<string>().ShouldBe("Commandement de payer, parc privé, dette de 2 000 à 5 000 € : secrétariat de la CCAPEX et ADIL");
        var rules = one["regles"]!.AsArray().Count;
        rules.ShouldBeGreaterThan(30);
        (await gateway.ScalarAsync<bool>($"select (explanation->>'recuLe')::timestamptz = (select received_at from exchange.deposit where id = '{first}') from routing.explained where deposit = '{first}'")).ShouldBeTrue();
        foreach (var date in (string[])["recuLe", "evalueLe"])
        {
            one[date].ShouldNotBeNull();
            one.AsObject().Remove(date);
            other.AsObject().Remove(date);
        }

        JsonNode.DeepEquals(one, other).ShouldBeTrue();

        // As retention and erasure empty it.
        await using (var empty = gateway.Databases.Owner.CreateCommand($"update routing.result set explanation = '{{}}' where deposit = '{first}'"))
            await empty.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        (await ExplanationAsync(gateway, first)).AsObject().ShouldBeEmpty();
        (await ExplanationAsync(gateway, second))["regles"]!.AsArray().Count.ShouldBe(rules);
    }

    [Fact]
    public async Task An_explanation_that_an_earlier_version_kept_whole_is_read_as_it_was()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var deposit = Guid.NewGuid();
        await using (var old = gateway.Databases.Owner.CreateCommand(
            $$"""insert into routing.result (id, deposit, territory, rules_version, explanation, decided_at) values (gen_random_uuid(), '{{deposit}}', '75', 'abc', '{"phrase": "d''avant", "recuLe": "2026-01-02T03:04:05+00:00"}', '2026-01-02')"""))
            await old.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        (await ExplanationAsync(gateway, deposit)).ToJsonString().ShouldBe(JsonNode.Parse("""{"phrase":"d'avant","recuLe":"2026-01-02T03:04:05+00:00"}""")!.ToJsonString());
    }

    private static async Task<Guid> DepositAsync(TestGateway gateway) =>
        Guid.Parse((await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<string>());

    private static async Task<JsonNode> ExplanationAsync(TestGateway gateway, Guid deposit) =>
        JsonNode.Parse(await gateway.ScalarAsync<string>($"select explanation::text from routing.explained where deposit = '{deposit}'"))!;
}
