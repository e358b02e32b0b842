using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Consents;

/// <summary>A withdrawal while deliveries are queued and routers run: none goes out after its entry in the log.</summary>
public sealed class ConsentRaceTests(PostgresFixture postgres)
{
    private static readonly int Queued = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") == "1" ? 1000 : 100;

    [Fact]
    public async Task None_of_the_queued_deliveries_goes_out_after_the_logged_withdrawal()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        var receipt = await DepositAsync(gateway, household);
        await gateway.RouteAsync();
        await Parallel.ForEachAsync(Enumerable.Range(1, Queued - 1), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (_, _) => await DepositAsync(gateway, household));
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(distinct subject) from exchange.deposit")).ShouldBe(1, "one household");
        // Everything waits again, as after a long stop of the routers.
        await ExecuteAsync(gateway, "delete from delivery.delivery", "delete from routing.work", "insert into routing.work (id, deposit, kind, due_at, created_at) select gen_random_uuid(), id, 'router', received_at, received_at from exchange.deposit");

        var routers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => gateway.App.Services.GetRequiredService<Router>().RouteDueAsync(ct), ct)).ToArray();
        var clock = Stopwatch.StartNew();
        using var answer = await gateway.PostAsync("bdf-75-depositaire", "/v1/consentements", new JsonObject { ["depot"] = receipt["depot"]!.DeepClone(), ["finalite"] = "P7", ["acte"] = "retrait" });
        var took = clock.Elapsed;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(ct));
        await Task.WhenAll(routers);
        await gateway.RouteAsync();
        await IntegratedAsync(gateway, ct);

        // The ranks of the log are the order that anybody can check.
        (await gateway.ScalarAsync<long>(
            """
            select count(*) from delivery.delivery d join audit.entry e on e.delivery = d.id and e.action = 'Routed' join audit.leaf l on l.entry = e.id
            where d.nature = 'remise' and l.rank > (select w.rank from audit.leaf w join audit.entry c on c.id = w.entry where c.action = 'ConsentRecorded')
            """)).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery d, consent.ledger c where d.nature = 'remise' and d.created_at > c.recorded_at")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature = 'remise' and state <> 'annulee'")).ShouldBe(0, "who had it already is told");
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature = 'annulation'"))
            .ShouldBe(await gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature = 'remise'"));
        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0);
        took.ShouldBeLessThan(TimeSpan.FromSeconds(10), "on a laden machine; alone it is well under the second of the promise");
    }

    private static Task<JsonNode> DepositAsync(TestGateway gateway, Household household) =>
        gateway.DepositAsync("bdf-75-depositaire", "banque-de-france/orientations", Messages.DebtReferral(household, agreed: true));

    private static async Task ExecuteAsync(TestGateway gateway, params string[] statements)
    {
        foreach (var sql in statements)
        {
            await using var command = gateway.Databases.Owner.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until every entry has its rank.</summary>
    private static async Task IntegratedAsync(TestGateway gateway, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await gateway.ScalarAsync<long>("select count(*) from audit.pending") > 0)
            await timer.WaitForNextTickAsync(limit.Token);
    }
}
