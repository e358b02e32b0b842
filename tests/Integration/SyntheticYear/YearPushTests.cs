using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.SyntheticYear;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.SyntheticYear;

/// <summary>The invented year goes through the intake that everybody uses.</summary>
public sealed class YearPushTests(PostgresFixture postgres)
{
    /// <summary>Of the published counts.</summary>
    private static readonly double Scale = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 1 : 0.01;

    [Fact]
    public async Task Every_message_of_the_year_is_accepted_and_routed_and_the_same_year_again_adds_nothing()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var gateway = await TestGateway.StartAsync(postgres);
        gateway.App.Services.GetRequiredService<RegistersInForce>().Current.Territories.TryGet("75", out var paris).ShouldBeTrue();
        var acts = YearFlow.Make(paris!, 2024, 2025, Scale, seed: 5);
        var push = new YearPush(gateway.Http, DemoCredentials.Merge(null, "", gateway.Credentials), paris!, "essai");
        var sent = await push.SendAsync(acts, ct);
        sent.ShouldAllBe(s => s.Refused == 0);
        sent.Sum(s => s.Accepted).ShouldBe(acts.Count);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(acts.Count);
        // Whoever moves through the stages within the year is one household, whoever writes about it.
        var households = acts.Select(a => a.Household.Number).Distinct().Count();
        (await gateway.ScalarAsync<long>("select count(distinct subject) from exchange.deposit")).ShouldBe(households);
        // The lines after a batch's thousandth are due a little later.
        gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(distinct deposit) from delivery.delivery")).ShouldBe(acts.Count, "the secretariat gets every one");
        await push.SendAsync(acts, ct);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(acts.Count);
        TestContext.Current.SendDiagnosticMessage($"{acts.Count} messages of the year at scale {Scale}");
    }
}
