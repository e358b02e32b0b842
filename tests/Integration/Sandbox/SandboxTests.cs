using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Sandbox;

/// <summary>A sandbox deposit passes the same checks as any other and goes to nobody.</summary>
public sealed class SandboxTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";
    private const string Etude = "etude-75-001-depositaire";
    private const string Trial = "etude-75-001-bac-a-sable";

    [Fact]
    public async Task Gives_a_receipt_and_a_proof_that_say_they_are_of_a_trial()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync(Trial, Cdp, Messages.Cdp(Messages.NewHousehold()));

        receipt["bacASable"]!.GetValue<bool>().ShouldBeTrue();
        var jwks = await gateway.Http.GetStringAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken);
        PromiseReader.Verify(receipt["promesse"]!.GetValue<string>(), jwks)["bacASable"]!.GetValue<bool>().ShouldBeTrue("a trial's promise cannot pass for a real one");
        (await gateway.GetAsync(Trial, receipt["liens"]!["depot"]!.GetValue<string>()))["bacASable"]!.GetValue<bool>().ShouldBeTrue();
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit where sandbox")).ShouldBe(1);

        var real = await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold()));
        real.AsObject().ContainsKey("bacASable").ShouldBeFalse();
    }

    [Fact]
    public async Task Is_delivered_to_nobody_while_the_same_message_outside_the_sandbox_is()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var message = Messages.Cdp(Messages.NewHousehold());
        var trial = await gateway.DepositAsync(Trial, Cdp, message);
        await gateway.RouteAsync();

        (await gateway.ScalarAsync<long>("select count(*) from routing.work")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery")).ShouldBe(0);
        (await gateway.InboxAsync("ccapex-75-secretariat")).ShouldBeEmpty();
        (await gateway.GetAsync(Trial, trial["liens"]!["depot"]!.GetValue<string>()))["etat"]!.GetValue<string>().ShouldBe("recu");

        await gateway.DepositAsync(Etude, Cdp, message);
        await gateway.RouteAsync();
        (await gateway.InboxAsync("ccapex-75-secretariat")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Never_meets_a_real_household_nor_another_sandbox()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(household));
        await gateway.DepositAsync(Trial, Cdp, Messages.Cdp(household));
        await gateway.DepositAsync("caf-75-bac-a-sable", "caf/impayes", Messages.CafNotice(household));
        (await gateway.ScalarAsync<long>("select count(distinct subject) from exchange.deposit")).ShouldBe(3);
        (await gateway.ScalarAsync<long>("select count(distinct dwelling) from exchange.dossier")).ShouldBe(3);

        await gateway.DepositAsync(Trial, Cdp, Messages.Cdp(household));
        (await gateway.ScalarAsync<long>("select count(distinct subject) from exchange.deposit")).ShouldBe(3, "within one sandbox a household is recognised, as it would be in earnest");
    }

    [Fact]
    public async Task Refuses_what_the_gateway_refuses()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var invalid = Messages.Cdp(Messages.NewHousehold());
        invalid.Remove("bailleur");
        using var refused = await gateway.PostAsync(Trial, "/v1/" + Cdp, invalid);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var foreign = await gateway.PostAsync(Trial, "/v1/caf/impayes", Messages.CafNotice(Messages.NewHousehold()));
        foreign.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await gateway.GetAsync(Trial, "/v1/moi"))["bacASable"]!.GetValue<bool>().ShouldBeTrue();
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(0);
    }

    [Fact]
    public async Task Neither_side_sees_the_deposits_of_the_other()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var trial = (await gateway.DepositAsync(Trial, Cdp, Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<string>();
        var real = (await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<string>();

        foreach (var (client, deposit) in new[] { (Etude, trial), (Trial, real) })
        {
            using var answer = await gateway.SendAsync(client, HttpMethod.Get, "/v1/depots/" + deposit);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }
}
