using System.Diagnostics;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Conformance;
using ExchangeGateway.Integration;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ExchangeGateway.Conformance;

/// <summary><c>exchange-gateway conformance</c>, as a partner runs it: a process against a server over HTTP.</summary>
public sealed class ConformanceCommandTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("caf-75-bac-a-sable", "caf/impayes")]
    [InlineData("etude-75-001-bac-a-sable", "commissaires-de-justice/commandements-de-payer")]
    [InlineData("bdf-75-bac-a-sable", "banque-de-france/orientations")]
    public async Task A_gateway_meets_every_requirement_and_delivers_nothing_of_it(string client, string type)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (status, output, errors) = await RunAsync(gateway.Http.BaseAddress!, client, Secret(gateway, client), "--type", type, "--json");

        var report = JsonNode.Parse(output.Length > 0 ? output : $"\"{errors}\"")!;
        report["controles"]!.AsArray().Where(c => c!["resultat"]!.GetValue<string>() == Verdict.BrokenCode).Select(c => c!.ToJsonString()).ShouldBeEmpty();
        report["controles"]!.AsArray().Select(c => c!["id"]!.GetValue<string>()).ShouldBe(Checks.All.Select(check => check.Id));
        report["controles"]!.AsArray().Count(c => c!["resultat"]!.GetValue<string>() == Verdict.NotTriedCode).ShouldBeLessThan(2);
        (status, report["conforme"]!.GetValue<bool>()).ShouldBe((0, true));

        await gateway.RouteAsync();
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit where not sandbox")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery")).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_run_meets_them_too_and_prints_a_table()
    {
        const string client = "caf-75-bac-a-sable";
        await using var gateway = await TestGateway.StartAsync(postgres);
        await RunAsync(gateway.Http.BaseAddress!, client, Secret(gateway, client));
        var (status, output, _) = await RunAsync(gateway.Http.BaseAddress!, client, Secret(gateway, client));

        status.ShouldBe(0, output);
        Checks.All.ShouldAllBe(check => output.Contains(check.Id, StringComparison.Ordinal) && output.Contains(check.Requirement, StringComparison.Ordinal));
        output.ShouldContain("0 non conformes");
    }

    [Fact]
    public async Task A_real_client_is_sent_home_before_anything_is_deposited()
    {
        const string client = "caf-75-depositaire";
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (status, _, errors) = await RunAsync(gateway.Http.BaseAddress!, client, Secret(gateway, client));

        status.ShouldBe(2);
        errors.ShouldContain("bac à sable");
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_accepts_everything_is_found_out()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var credulous = builder.Build();
        credulous.MapPost("/connect/token", () => Results.Json(new { access_token = "jeton", token_type = "Bearer", expires_in = 3600 }));
        credulous.MapGet("/v1/moi", () => Results.Json(new { organisation = "x", role = "depositaire", bacASable = true, depots = new[] { new { type = "caf/impayes" } } }));
        credulous.MapFallback(() => Results.Json(new { depot = Guid.NewGuid(), promesse = "a.b.c" }, statusCode: StatusCodes.Status202Accepted));
        await credulous.StartAsync(TestContext.Current.CancellationToken);

        var (status, output, errors) = await RunAsync(new Uri(credulous.Urls.First()), "x", "y", "--json");

        status.ShouldBe(1, errors);
        var broken = JsonNode.Parse(output)!["controles"]!.AsArray().Where(c => c!["resultat"]!.GetValue<string>() == Verdict.BrokenCode).ToList();
        broken.ShouldAllBe(c => c!["motif"]!.GetValue<string>().Length > 0);
        var ids = broken.Select(c => c!["id"]!.GetValue<string>()).ToList();
        Checks.All.Where(check => check.Id.StartsWith("EG-REFUS-", StringComparison.Ordinal)).ShouldAllBe(check => ids.Contains(check.Id));
        ids.ShouldContain("EG-IDEMP-001");
        ids.ShouldContain("EG-PROMESSE-001");
        ids.ShouldContain("EG-PREUVE-001");
        ids.ShouldContain("EG-LOT-001");
    }

    private static string Secret(TestGateway gateway, string client) => gateway.Credentials.Clients.Single(c => c.ClientId == client).Secret;

    private static async Task<(int Status, string Output, string Errors)> RunAsync(Uri url, string client, string secret, params string[] options)
    {
        var folder = TestFolders.Create();
        var file = Path.Combine(folder, "secret.txt");
        await File.WriteAllTextAsync(file, secret + "\n");
        try
        {
            using var process = Process.Start(new ProcessStartInfo(
                "dotnet", [Path.Combine(GatewayProcess.Build(), "exchange-gateway.dll"), "conformance", url.ToString(), "--client-id", client, "--client-secret-file", file, .. options])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            TestFolders.Delete(folder);
        }
    }
}
