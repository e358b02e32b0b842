using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Retention;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Retention;

/// <summary>A purpose without a duration runs in demonstration and sandbox only, until two persons fix it.</summary>
public sealed class SignedDurationTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";
    private const string Etude = "etude-75-001-depositaire";
    private const string Operator = "passerelle-exploitant";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outside_demonstration_a_purpose_without_duration_takes_nothing_until_two_persons_have_fixed_one()
    {
        await using var gateway = await TestGateway.StartAsync(postgres, ("Registers:Mode", "production"));
        await RefusedAsync(gateway);
        await gateway.DepositAsync("etude-75-001-bac-a-sable", Cdp, Messages.Cdp(Messages.NewHousehold()));

        var wish = new JsonObject { ["finalite"] = "P1", ["duree"] = "P24M", ["reference"] = "Décision du comité de pilotage du 20 novembre 2026" };
        var signed = await PostAsync(gateway, "/v1/conservation/signatures", wish, HttpStatusCode.OK);
        signed["enVigueur"]!.GetValue<bool>().ShouldBeFalse();
        await RefusedAsync(gateway);
        var id = signed["id"]!.GetValue<Guid>();
        (await PostAsync(gateway, $"/v1/conservation/signatures/{id}/confirmation", new JsonObject(), HttpStatusCode.Conflict))["detail"]!.GetValue<string>().ShouldContain("autre personne");
        await PostAsync(gateway, $"/v1/conservation/signatures/{Guid.NewGuid()}/confirmation", new JsonObject(), HttpStatusCode.NotFound);
        await RefusedAsync(gateway);

        (await gateway.App.Services.GetRequiredService<SignerDuree>().ConfirmAsync(id, "B2", null, Ct)).ShouldBeOfType<SigningOutcome.Signed>().EnVigueur.ShouldBeTrue();
        var deposit = (await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<Guid>();
        await gateway.RouteAsync();
        (await gateway.InboxAsync("ccapex-75-secretariat")).Count.ShouldBe(1);
        (await gateway.ScalarAsync<long>($"select count(*) from delivery.delivery where deposit = '{deposit}' and purpose <> 'P1'")).ShouldBe(0, "nothing is routed under a purpose that nobody has signed");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'RoutingDenied'")).ShouldBeGreaterThan(0);

        var register = await gateway.GetAsync("passerelle-dpo", "/v1/registre");
        var origin = register["traitements"]!.AsArray().Single(t => t!["finalite"]!.GetValue<string>() == "P1")!["donnees"]![0]!["origine"]!.GetValue<string>();
        origin.ShouldContain("confirmée par B2");
        origin.ShouldContain("Décision du comité de pilotage du 20 novembre 2026");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action in ('RetentionSigned', 'RetentionConfirmed')")).ShouldBe(2);

        // Another start of the gateway, or another node, reads the same.
        await gateway.ReloadAsync();
        await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold()));
    }

    [Fact]
    public async Task What_makes_no_sense_is_not_signed()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        foreach (var (purpose, duration, reference) in new[] { ("P1", "24 mois", "décision"), ("P1", "P24M", " "), ("P99", "P24M", "décision"), ("P10", "P24M", "décision"), ("P1", "P24M", "a\nb") })
        {
            await PostAsync(gateway, "/v1/conservation/signatures",
                new JsonObject { ["finalite"] = purpose, ["duree"] = duration, ["reference"] = reference }, HttpStatusCode.BadRequest);
        }

        (await gateway.ScalarAsync<long>("select count(*) from consent.retention_signature")).ShouldBe(0);
        using var other = await gateway.PostAsync("ccapex-75-secretariat", "/v1/conservation/signatures", new JsonObject { ["finalite"] = "P1", ["duree"] = "P24M", ["reference"] = "x" });
        other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        // In demonstration one signature is enough, and says so.
        (await PostAsync(gateway, "/v1/conservation/signatures", new JsonObject { ["finalite"] = "P1", ["duree"] = "P6M", ["reference"] = "essai" }, HttpStatusCode.OK))["enVigueur"]!.GetValue<bool>().ShouldBeTrue();
        (await gateway.ScalarAsync<long>("select count(*) from consent.retention_confirmation where confirmed_by is null")).ShouldBe(1);
    }

    private static async Task RefusedAsync(TestGateway gateway)
    {
        using var answer = await gateway.PostAsync(Etude, "/v1/" + Cdp, Messages.Cdp(Messages.NewHousehold()));
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
        problem["type"]!.GetValue<string>().ShouldEndWith("finalite-non-enregistree");
        problem["detail"]!.GetValue<string>().ShouldContain("durée de conservation");
    }

    private static async Task<JsonNode> PostAsync(TestGateway gateway, string path, JsonObject body, HttpStatusCode status)
    {
        using var answer = await gateway.PostAsync(Operator, path, body);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        answer.StatusCode.ShouldBe(status, text);
        return JsonNode.Parse(text)!;
    }
}
