using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>The law in force is data: a date changes it by itself, a reload changes its values, a wrong file changes nothing.</summary>
public sealed class LawTests(PostgresFixture postgres)
{
    private const string Landlord = "bailleur-75-001-depositaire";

    [Fact]
    public async Task On_new_years_day_of_2027_the_running_gateway_judges_arrears_by_the_new_threshold()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var newYear = new DateTimeOffset(2026, 12, 31, 23, 0, 0, TimeSpan.Zero); // midnight in Paris
        if (gateway.Clock.GetUtcNow() < newYear)
        {
            gateway.Clock.Advance(newYear.AddMinutes(-30) - gateway.Clock.GetUtcNow());
            (await FlagsAsync(gateway)).ShouldContain("seuilNonAtteint");
            gateway.Clock.Advance(TimeSpan.FromMinutes(31));
        }

        (await FlagsAsync(gateway)).ShouldNotContain("seuilNonAtteint");
    }

    [Fact]
    public async Task A_reload_puts_new_values_in_force_and_keeps_their_version_and_a_wrong_file_leaves_what_runs()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        (await FlagsAsync(gateway, "2026-11-10")).ShouldContain("seuilNonAtteint");
        await EditAsync(gateway, root => Threshold(root)["mensualites"] = 1);
        await gateway.ReloadAsync();
        (await FlagsAsync(gateway, "2026-11-10")).ShouldNotContain("seuilNonAtteint");
        (await gateway.ScalarAsync<long>("select count(*) from routing.rules_version where territory = 'france'")).ShouldBe(2);

        await EditAsync(gateway, root => Threshold(root)["mensualites"] = "deux");
        var refused = await Should.ThrowAsync<TerritoryException>(gateway.ReloadAsync);
        refused.Errors.ShouldContain(e => e.File == "france.json" && e.Pointer.EndsWith("/seuil/mensualites", StringComparison.Ordinal));
        (await FlagsAsync(gateway, "2026-11-10")).ShouldNotContain("seuilNonAtteint");
    }

    /// <summary>480 € against 300 € a month, aid paid to the tenant.</summary>
    private static async Task<IReadOnlyList<string>> FlagsAsync(TestGateway gateway, string? constituted = null)
    {
        var household = Messages.NewHousehold();
        var cdp = Messages.Cdp(household);
        var debt = new JsonObject { ["loyerHorsCharges"] = 280, ["charges"] = 20, ["natureAide"] = "ALS", ["aideAuLogement"] = 50, ["tiersPayant"] = false, ["total"] = 480, ["moisImpayes"] = 1 };
        if (constituted is not null)
            debt["dateConstitution"] = constituted;
        var receipt = await gateway.DepositAsync(Landlord, "bailleurs/impayes", new JsonObject
        {
            ["motif"] = "impayes",
            ["personnes"] = cdp["personnes"]!.DeepClone(),
            ["logement"] = cdp["logement"]!.DeepClone(),
            ["telephoneConnu"] = "non",
            ["bailleur"] = new JsonObject { ["type"] = "bailleurSocial", ["parc"] = "public", ["nom"] = "Bailleur Exemple" },
            ["dette"] = debt,
        });
        return [.. receipt["drapeaux"]!.AsArray().Select(d => d!["code"]!.GetValue<string>())];
    }

    private static JsonNode Threshold(JsonNode root) => root["regles"]!.AsArray().Single(r => r!["id"]!.GetValue<string>() == "CAF.IMPAYE")!["versions"]![0]!["seuil"]!;

    private static async Task EditAsync(TestGateway gateway, Action<JsonNode> change)
    {
        var file = Path.Combine(gateway.Territories, "france.json");
        var root = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        change(root);
        await File.WriteAllTextAsync(file, root.ToJsonString(), TestContext.Current.CancellationToken);
    }
}
