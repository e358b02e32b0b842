using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Pages;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Rights;

/// <summary>The officer sees at once what is due, what is late and what was put off.</summary>
public sealed class RightsClockTests(RightsGateway rights) : IClassFixture<RightsGateway>
{
    private TestGateway Gateway => rights.Gateway;

    [Fact]
    public async Task A_request_is_due_in_a_month_and_late_the_day_after()
    {
        var household = Messages.NewHousehold();
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household));
        (await rights.RecordAsync(household, "acces", "2026-01-31"))["echeanceLe"]!.GetValue<string>().ShouldBe("2026-02-28");
        var today = French.Day(Gateway.Clock.GetUtcNow());
        var line = await LineAsync(await rights.RecordAsync(household, "acces", Text(today.AddMonths(-1))));
        line["joursRestants"]!.GetValue<int>().ShouldBe(today.AddMonths(-1).AddMonths(1).DayNumber - today.DayNumber);
        line["enRetard"]!.GetValue<bool>().ShouldBe(line["joursRestants"]!.GetValue<int>() < 0);

        var request = await rights.RecordAsync(household, "acces", Text(today.AddMonths(-1).AddDays(-4)));
        var late = await LineAsync(request);
        late["enRetard"]!.GetValue<bool>().ShouldBeTrue();
        late["joursRestants"]!.GetValue<int>().ShouldBeLessThan(0);
        (await Gateway.GetAsync(RightsGateway.Dpo, "/v1/droits?ouvertes=true"))["enRetard"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(2);
        // Too late to put off: the person was to be told within the month.
        await ExtendAsync(request, today, HttpStatusCode.Conflict);
        await rights.DecideAsync(request, "excessive");
        var closed = await LineAsync(request);
        closed["enRetard"]!.GetValue<bool>().ShouldBeFalse();
        closed["joursRestants"].ShouldBeNull();
    }

    [Fact]
    public async Task It_is_put_off_once_by_two_months_when_the_person_was_told_in_time()
    {
        var household = Messages.NewHousehold();
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household));
        var today = French.Day(Gateway.Clock.GetUtcNow());
        var request = await rights.RecordAsync(household, "acces", Text(today));
        await ExtendAsync(request, today.AddDays(1), HttpStatusCode.Conflict);
        (await rights.PostAsync(RightsGateway.Dpo, $"/v1/droits/{request["id"]}/prolongation", new JsonObject { ["motif"] = "vacances", ["informeLe"] = Text(today) }, HttpStatusCode.BadRequest))
            ["detail"]!.GetValue<string>().ShouldContain("complexite");

        var extended = await ExtendAsync(request, today, HttpStatusCode.OK);

        extended["echeanceLe"]!.GetValue<string>().ShouldBe(Text(today.AddMonths(3)));
        extended["etat"]!.GetValue<string>().ShouldBe("prolongee");
        await ExtendAsync(request, today, HttpStatusCode.Conflict);
        var detail = await rights.ShowAsync(request);
        detail["informeeLe"]!.GetValue<string>().ShouldBe(Text(today));
        detail["etapes"]!.AsArray().Select(s => s!["etape"]!.GetValue<string>()).ShouldBe(["enregistree", "prolongee"]);
        (await Gateway.ScalarAsync<long>($"select count(*) from rights.step s join audit.entry e on e.id = s.entry and e.action = 'RightsRequestExtended' where s.request = '{request["id"]}'")).ShouldBe(1);
    }

    private Task<JsonNode> ExtendAsync(JsonNode request, DateOnly told, HttpStatusCode expected) =>
        rights.PostAsync(RightsGateway.Dpo, $"/v1/droits/{request["id"]}/prolongation", new JsonObject { ["motif"] = "complexite", ["informeLe"] = Text(told) }, expected);

    private async Task<JsonNode> LineAsync(JsonNode request) =>
        (await Gateway.GetAsync(RightsGateway.Dpo, "/v1/droits"))["demandes"]!.AsArray().Single(d => d!["id"]!.GetValue<string>() == request["id"]!.GetValue<string>())!;

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
