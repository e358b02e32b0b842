using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Simulation;

/// <summary>Rules are simulated, then put in force at a date by two persons; the router follows them from that day on.</summary>
public sealed class RulesInForceTests(PostgresFixture postgres)
{
    private const string Secretariat = "ccapex-75-secretariat";
    private const string Administrator = "ddets-75-administrateur";
    private const string Etude = "etude-75-001-depositaire";
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_draft_is_counted_before_and_after_then_followed_from_its_day_on_and_the_old_version_is_kept()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        for (var n = 0; n < 12; n++)
            await DepositAsync(gateway);
        await DepositAsync(gateway, "etude-75-001-bac-a-sable");
        await gateway.RouteAsync();
        var deliveries = await CountAsync(gateway, "delivery.delivery");

        // Without the letter of the ADIL for private landlords.
        var draft = await DraftAsync(gateway, rules => rules.Remove(rules.Single(r => (string?)r!["id"] == "75-1")));
        var past = await SimulateAsync(gateway, draft, "passe");
        var round = past["arrondi"]!.GetValue<int>();
        round.ShouldBeGreaterThan(1);
        past["depots"]!.GetValue<long>().ShouldBe(12 / round * round, "the sandbox is left out, and the count is rounded");
        Line(past, "destinataires", "adil-75").ShouldBe((12 / round * round, 0, -(12 / round * round)));
        Line(past, "destinataires", "ccapex-75").Item3.ShouldBe(0);
        var year = await SimulateAsync(gateway, draft, "annee");
        Line(year, "regles", "75-1").Item1.ShouldBeGreaterThan(300);
        Line(year, "regles", "75-1").Item2.ShouldBe(0);
        Line(year, "regles", "75-11-cdp").ShouldBe((1078, 1078, 0));
        (await CountAsync(gateway, "delivery.delivery")).ShouldBe(deliveries, "a simulation delivers nothing");
        (await CountAsync(gateway, "audit.entry where action = 'SimulationRun'")).ShouldBe(2);

        // A draft that is wrong changes nothing.
        await PostAsync(gateway, Secretariat, "/v1/simulations", Request(await DraftAsync(gateway, rules => rules[0]!["alors"] = new JsonObject()), ("contre", "annee")), HttpStatusCode.UnprocessableEntity);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(gateway.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).Date);
        await PostAsync(gateway, Secretariat, "/v1/repartitions", Proposal(draft, today), HttpStatusCode.BadRequest);
        (await CountAsync(gateway, "routing.rules_proposal")).ShouldBe(0);

        // In demonstration one person is enough, and the log says so.
        (await PostAsync(gateway, Secretariat, "/v1/repartitions", Proposal(draft, today.AddDays(2)), HttpStatusCode.OK))["enVigueur"]!.GetValue<bool>().ShouldBeTrue();
        (await CountAsync(gateway, "audit.entry where action in ('RulesProposed', 'RulesConfirmed')")).ShouldBe(2);
        await AdilGetsAsync(gateway, 1, "before its day nothing changes");
        gateway.Clock.Advance(TimeSpan.FromDays(2));
        gateway.ForgetTokens();
        await AdilGetsAsync(gateway, 0, "from its day on");
        await gateway.ReloadAsync();
        await AdilGetsAsync(gateway, 0, "after a reload of the files too");
        (await gateway.ScalarAsync<long>("select count(distinct version) from routing.rules_version where territory = '75'")).ShouldBe(2);
        (await gateway.ScalarAsync<long>("select count(distinct rules_version) from routing.result")).ShouldBe(2, "each deposit says which version it followed");
    }

    [Fact]
    public async Task Outside_demonstration_a_second_person_of_another_organisation_or_role_confirms_before_the_day()
    {
        await using var gateway = await TestGateway.StartAsync(postgres, ("Registers:Mode", "production"));
        gateway.Know(await gateway.App.Services.GetRequiredService<OrganisationDirectory>().EnsureAsync(
            [
                new OrganisationSpec { Code = "ddets-75", Nature = "pilote", Name = "Administrateurs (essai)", Territories = ["75"], Clients = [new(Administrator, Roles.Administrateur)] },
                new OrganisationSpec { Code = "ddets-38", Nature = "pilote", Name = "Administrateurs d'ailleurs (essai)", Territories = ["modele"], Clients = [new("ddets-38-administrateur", Roles.Administrateur)] },
            ], renewSecrets: false, Ct));
        var day = DateOnly.FromDateTime(gateway.Clock.GetUtcNow().Date).AddDays(3);
        var draft = await DraftAsync(gateway, rules => rules.Remove(rules.Single(r => (string?)r!["id"] == "75-1")));

        var proposed = await PostAsync(gateway, Secretariat, "/v1/repartitions", Proposal(draft, day), HttpStatusCode.OK);
        proposed["enVigueur"]!.GetValue<bool>().ShouldBeFalse();
        var confirmation = $"/v1/repartitions/{proposed["id"]}/confirmation";
        (await PostAsync(gateway, Secretariat, confirmation, new JsonObject(), HttpStatusCode.Conflict))["detail"]!.GetValue<string>().ShouldContain("autre personne");
        await PostAsync(gateway, "ddets-38-administrateur", confirmation, new JsonObject(), HttpStatusCode.NotFound);
        await PostAsync(gateway, Etude, confirmation, new JsonObject(), HttpStatusCode.Forbidden);
        (await CountAsync(gateway, "routing.rules_confirmation")).ShouldBe(0);
        (await PostAsync(gateway, Administrator, confirmation, new JsonObject(), HttpStatusCode.OK))["enVigueur"]!.GetValue<bool>().ShouldBeTrue();
        await PostAsync(gateway, Administrator, confirmation, new JsonObject(), HttpStatusCode.Conflict);

        // One that nobody confirms in time never comes into force.
        var late = await PostAsync(gateway, Administrator, "/v1/repartitions", Proposal(draft, day.AddDays(2)), HttpStatusCode.OK);
        gateway.Clock.Advance(TimeSpan.FromDays(6));
        gateway.ForgetTokens();
        (await PostAsync(gateway, Secretariat, $"/v1/repartitions/{late["id"]}/confirmation", new JsonObject(), HttpStatusCode.Conflict))["detail"]!.GetValue<string>().ShouldContain("date");
        (await CountAsync(gateway, "routing.rules_confirmation")).ShouldBe(1);
        (await CountAsync(gateway, "audit.entry where action = 'RulesConfirmed'")).ShouldBe(1);
    }

    private static async Task AdilGetsAsync(TestGateway gateway, long expected, string why)
    {
        var deposit = await DepositAsync(gateway);
        await gateway.RouteAsync();
        (await CountAsync(gateway, $"delivery.delivery where deposit = '{deposit}' and purpose = 'P2'")).ShouldBe(expected, why);
        (await CountAsync(gateway, $"delivery.delivery where deposit = '{deposit}' and purpose = 'P1'")).ShouldBe(1);
    }

    private static async Task<Guid> DepositAsync(TestGateway gateway, string client = Etude) => (await gateway.DepositAsync(client, Cdp, Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<Guid>();

    private static async Task<JsonObject> DraftAsync(TestGateway gateway, Action<JsonArray> change)
    {
        var draft = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(gateway.Territories, "75", "repartition.json"), Ct))!.AsObject();
        change(draft["tables"]!.AsArray().Single(t => (string?)t!["id"] == "orientation")!["regles"]!.AsArray());
        return draft;
    }

    private static JsonObject Request(JsonObject draft, params (string Name, JsonNode Value)[] more)
    {
        var request = new JsonObject { ["territoire"] = "75", ["repartition"] = draft.DeepClone() };
        foreach (var (name, value) in more)
            request[name] = value;
        return request;
    }

    private static JsonObject Proposal(JsonObject draft, DateOnly day) => Request(draft, ("valideDu", day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)), ("motif", "Décision du comité de pilotage (essai)"));

    private static Task<JsonNode> SimulateAsync(TestGateway gateway, JsonObject draft, string against) => PostAsync(gateway, Secretariat, "/v1/simulations", Request(draft, ("contre", against)), HttpStatusCode.OK);

    private static (long, long, long) Line(JsonNode result, string list, string code)
    {
        var line = result[list]!.AsArray().Single(l => (string?)l!["code"] == code)!;
        return (line["avant"]!.GetValue<long>(), line["apres"]!.GetValue<long>(), line["ecart"]!.GetValue<long>());
    }

    private static async Task<JsonNode> PostAsync(TestGateway gateway, string client, string path, JsonObject body, HttpStatusCode expected)
    {
        using var answer = await gateway.PostAsync(client, path, body);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        answer.StatusCode.ShouldBe(expected, text);
        return JsonNode.Parse(text)!;
    }

    private static Task<long> CountAsync(TestGateway gateway, string from) => gateway.ScalarAsync<long>("select count(*) from " + from);
}
