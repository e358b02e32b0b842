using System.Net;
using System.Text;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>What waits is routed by two at once, each deposit by one of them.</summary>
public sealed class BacklogTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";
    // More than two of the router's groups.
    private const int Deposits = 700;

    [Fact]
    public async Task A_backlog_of_several_groups_is_delivered_once_to_each_recipient_and_logged_once()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        // While somebody holds the lock of those who deliver, no group ends: the rest of the backlog comes together behind it.
        await using (var held = await gateway.Databases.Owner.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new Npgsql.NpgsqlCommand("begin; select pg_advisory_xact_lock(7306919307205244517)", held);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            var lines = string.Join('\n', Enumerable.Range(0, Deposits).Select(_ => Messages.Cdp(Messages.NewHousehold()).ToJsonString()));
            using var answer = await gateway.SendAsync("etude-75-001-depositaire", HttpMethod.Post, $"/v1/{Cdp}/lots", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"\"acceptees\":{Deposits}");
            await using var release = new Npgsql.NpgsqlCommand("rollback", held);
            await release.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await gateway.RouteAsync();

        (await CountAsync(gateway, "routing.work")).ShouldBe(0);
        (await CountAsync(gateway, "routing.result")).ShouldBe(Deposits);
        (await gateway.ScalarAsync<long>("select count(distinct (deposit, recipient)) from delivery.delivery")).ShouldBe(2 * Deposits);
        (await CountAsync(gateway, "delivery.delivery")).ShouldBe(2 * Deposits);
        (await CountAsync(gateway, "audit.entry e join delivery.delivery d on d.id = e.delivery where e.action = 'Routed'")).ShouldBe(2 * Deposits);
        (await CountAsync(gateway, "exchange.deposit where state = 'transmis'")).ShouldBe(Deposits);
    }

    private static Task<long> CountAsync(TestGateway gateway, string from) => gateway.ScalarAsync<long>("select count(*) from " + from);
}
