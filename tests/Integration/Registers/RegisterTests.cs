using System.Net;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Registers;

/// <summary>The register of art. 30 RGPD over HTTP: who reads it, in which form, and that it follows the files in force.</summary>
public sealed class RegisterTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_dpo_reads_the_register_as_json_or_csv_by_parameter_or_by_accept()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var json = await gateway.GetAsync("passerelle-dpo", "/v1/registre");
        json["traitements"]!.AsArray().Count.ShouldBe(Directory.GetFiles(gateway.Purposes, "P*.json").Length);
        json["commun"]!["mesuresDeSecurite"]!.AsArray().Count.ShouldBeGreaterThan(5);

        foreach (var (path, accept) in new[] { ("/v1/registre?format=csv", "application/json"), ("/v1/registre", "text/csv"), ("/v1/registre", "application/json;q=0.5, text/csv") })
        {
            using var csv = await gateway.SendAsync("passerelle-dpo", HttpMethod.Get, path, null, ("Accept", accept));
            csv.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
            (await csv.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("\r\nP1;REG-P1");
        }

        using var unknown = await gateway.SendAsync("passerelle-dpo", HttpMethod.Get, "/v1/registre?format=pdf");
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unknown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("/format");
    }

    [Fact]
    public async Task Nobody_but_a_dpo_reads_the_register()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using (var other = await gateway.SendAsync("ccapex-75-secretariat", HttpMethod.Get, "/v1/registre"))
            other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var nobody = await gateway.Http.GetAsync("/v1/registre", TestContext.Current.CancellationToken))
            nobody.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_reload_changes_what_the_register_shows()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var before = (await gateway.GetAsync("passerelle-dpo", "/v1/registre"))["version"]!.GetValue<string>();
        var file = Path.Combine(gateway.Purposes, "P2-2026-01-01.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("\"titre\": \"Transmission", "\"titre\": \"Remise", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await gateway.ReloadAsync();

        var after = await gateway.GetAsync("passerelle-dpo", "/v1/registre");
        after["version"]!.GetValue<string>().ShouldNotBe(before, StringComparer.Ordinal);
        after["traitements"]!.AsArray().ShouldContain(t => t!["titre"]!.GetValue<string>().StartsWith("Remise", StringComparison.Ordinal));
    }
}
