using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Sandbox;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Sandbox;

/// <summary>Faults on demand: a partner tries its retries in the sandbox, and only there.</summary>
public sealed class FaultHooksTests(PostgresFixture postgres)
{
    private const string Cdp = "/v1/commissaires-de-justice/commandements-de-payer";
    private const string Trial = "etude-75-001-bac-a-sable";

    [Theory]
    [InlineData("401", false)]
    [InlineData("409", false)]
    [InlineData("429", true)]
    [InlineData("500", false)]
    [InlineData("503", true)]
    public async Task Answers_as_asked_and_keeps_nothing(string fault, bool saysWhen)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using var answer = await gateway.PostAsync(Trial, Cdp, Messages.Cdp(Messages.NewHousehold()), (FaultHooks.Header, fault));

        ((int)answer.StatusCode).ToString().ShouldBe(fault);
        answer.Headers.GetValues(FaultHooks.Mark).ShouldBe([fault]);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (answer.Headers.RetryAfter is not null).ShouldBe(saysWhen);
        (answer.Headers.WwwAuthenticate.Count > 0).ShouldBe(fault == "401");
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(0);
    }

    [Fact]
    public async Task Cuts_before_anything_or_after_everything()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var message = Messages.Cdp(Messages.NewHousehold());

        await Should.ThrowAsync<HttpRequestException>(() => gateway.PostAsync(Trial, Cdp, message, (FaultHooks.Header, "coupure-avant")));
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(0);

        await Should.ThrowAsync<HttpRequestException>(() => gateway.PostAsync(Trial, Cdp, message, (FaultHooks.Header, "coupure-apres")));
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(1);

        await gateway.DepositAsync(Trial, Cdp[4..], message);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(1, "the repetition gets the receipt of what was accepted before the cut");
    }

    [Fact]
    public async Task Is_slow_for_as_long_as_asked_then_accepts()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var started = Stopwatch.GetTimestamp();
        using var answer = await gateway.PostAsync(Trial, Cdp, Messages.Cdp(Messages.NewHousehold()), (FaultHooks.Header, "lenteur=1"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        Stopwatch.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
    }

    [Theory]
    [InlineData("418")]
    [InlineData("lenteur=0")]
    [InlineData("lenteur=500")]
    public async Task Says_what_can_be_asked_for(string fault)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using var answer = await gateway.PostAsync(Trial, Cdp, Messages.Cdp(Messages.NewHousehold()), (FaultHooks.Header, fault));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var detail = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["detail"]!.GetValue<string>();
        FaultHooks.Documented.Keys.ShouldAllBe(value => detail.Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Outside_the_sandbox_the_header_is_ignored()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        foreach (var fault in FaultHooks.Documented.Keys)
        {
            using var answer = await gateway.PostAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold()), (FaultHooks.Header, fault));
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, fault);
            answer.Headers.Contains(FaultHooks.Mark).ShouldBeFalse(fault);
        }

        using var page = new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json");
        page.Headers.TryAddWithoutValidation(FaultHooks.Header, "503");
        using var open = await gateway.Http.SendAsync(page, TestContext.Current.CancellationToken);
        open.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
