using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Indicators;

/// <summary>What a pilot gets of the files that others hold: counts, fixed once, the small ones hidden.</summary>
public sealed class IndicatorTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";
    private const string Pilot = "pilote-75-autorite";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_month_is_counted_once_without_trials_and_never_changes_whatever_happens_after()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await AddPilotAsync(gateway);
        for (var n = 0; n < 26; n++)
            await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold(), typeBailleur: n < 3 ? "sciFamiliale" : "personnePhysique"));
        await gateway.DepositAsync("etude-75-001-bac-a-sable", Cdp, Messages.Cdp(Messages.NewHousehold(), typeBailleur: "personneMorale"));
        await gateway.RouteAsync();
        var month = TimeZoneInfo.ConvertTime(gateway.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        var path = $"/v1/indicateurs?territoire=75&mois={month}";
        using (var early = await gateway.SendAsync(Pilot, HttpMethod.Get, path))
            early.StatusCode.ShouldBe(HttpStatusCode.NotFound, "the month is not over");

        gateway.Clock.Advance(TimeSpan.FromDays(50));
        gateway.ForgetTokens();
        var release = await gateway.GetAsync(Pilot, path);
        release["effectifMinimal"]!.GetValue<int>().ShouldBe(11);
        release["aVerifier"]!.GetValue<bool>().ShouldBeTrue();
        var acts = release["tableaux"]!.AsArray().Single(t => t!["code"]!.GetValue<string>() == "commandements")!["valeurs"]!;
        acts[3]![5]!.GetValue<int>().ShouldBe(26, "the trial is not among them");
        acts[0]![1].ShouldBeNull("three acts of family companies");
        acts[0]![0].ShouldBeNull("26 − 23 would tell the three");
        acts[1]![5]!.GetValue<int>().ShouldBe(0);
        release["stades"]!["nombres"]!.AsArray().Single(n => n!["libelle"]!.GetValue<string>() == "commandements de payer")!["nombre"]!.GetValue<int>().ShouldBe(26);
        release["arrondis"]!.AsArray().SelectMany(l => l!["nombres"]!.AsArray()).ShouldAllBe(n => n!["nombre"]!.GetValue<int>() % 11 == 0);

        // Facts that go afterwards change nothing of what was said.
        await using (var erase = gateway.Databases.Owner.CreateCommand("update exchange.deposit set facts = '{}', state = 'annule'"))
            await erase.ExecuteNonQueryAsync(Ct);
        (await gateway.GetAsync(Pilot, path)).ToJsonString().ShouldBe(release.ToJsonString());
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'IndicatorsConsulted'")).ShouldBe(2);

        // Nobody else, nowhere else, nothing else.
        using var secretariat = await gateway.SendAsync("ccapex-75-secretariat", HttpMethod.Get, path);
        secretariat.StatusCode.ShouldBe(HttpStatusCode.Forbidden, "the register names the pilots");
        using var elsewhere = await gateway.SendAsync(Pilot, HttpMethod.Get, path.Replace("=75", "=38", StringComparison.Ordinal));
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var year = await gateway.SendAsync(Pilot, HttpMethod.Get, "/v1/indicateurs?territoire=75&mois=2026");
        year.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static async Task AddPilotAsync(TestGateway gateway)
    {
        var issued = await gateway.App.Services.GetRequiredService<OrganisationDirectory>().EnsureAsync(
            [new OrganisationSpec { Code = "pilote-75", Nature = "pilote", Name = "Pilotes (essai)", Territories = ["75"], Clients = [new(Pilot, Roles.Autorite)] }], renewSecrets: false, Ct);
        gateway.Know(issued);
    }
}
