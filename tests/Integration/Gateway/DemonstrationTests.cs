using System.Diagnostics;
using System.Text;
using ExchangeGateway.Integration.Storage;
using ExchangeGateway.Partners;
using ExchangeGateway.Partners.Demonstration;
using ExchangeGateway.Partners.Synthetic;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>The demonstration itself, played by the simulated partners against the real process; then what is left behind is searched and checked.</summary>
public sealed class DemonstrationTests
{
    private static readonly double Scale = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 1 : 0.2;

    [Fact]
    public async Task Every_expected_delivery_arrives_no_name_is_in_clear_anywhere_and_the_log_verifies_until_one_byte_changes()
    {
        await using var gateway = await DemoGateway.StartAsync(("Logging__LogLevel__Default", "Debug"), ("Logging__LogLevel__Microsoft", "Debug"), ("Logging__LogLevel__Npgsql", "Debug"));
        var territories = Path.Combine(TestFolders.Checkout(), "ops", "territories");
        var scenario = Scenario.Build(7, Scale, new DateOnly(2026, 11, 1), Territory.Read(territories, "75"), Territory.Read(territories, "modele"));
        var folders = new List<string> { gateway.State };
        folders.AddRange(ClearText.ClusterFolders(gateway.State));
        var all = ClearText.Words(scenario);
        var words = ClearText.Except(all, folders);
        words.Count.ShouldBeGreaterThan(all.Count * 9 / 10);
        using (var run = new DemoRun(gateway.Url, Credentials.Read(gateway.CredentialsFile), TimeProvider.System))
        {
            var result = await run.RunAsync(scenario, TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);
            result.Failures.ShouldBeEmpty();
        }

        await VerifyAsync(gateway);
        await gateway.Process.StopAsync(2);

        words.Count.ShouldBeGreaterThan(100);
        ClearText.Find(folders, words, gateway.Process.Output).ShouldBeEmpty();
        // The search itself can fail: the same words are found where one is planted.
        var planted = Path.Combine(gateway.State, "planted");
        await File.WriteAllTextAsync(planted, "avant " + words[0] + " après", Encoding.UTF8, TestContext.Current.CancellationToken);
        ClearText.Find([gateway.State], words, "").ShouldHaveSingleItem();
        File.Delete(planted);
        await gateway.StartProcessAsync();
    }

    /// <summary>Verifies the published log, then a copy of it with one byte changed, in each kind of file.</summary>
    private static async Task VerifyAsync(DemoGateway gateway)
    {
        var journal = Path.Combine(gateway.State, "journal");
        (await RunAsync(gateway, "log", "verify", journal)).ShouldBe(0);

        var files = Directory.EnumerateFiles(journal, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        string[] victims = [files.First(f => f.EndsWith("checkpoint", StringComparison.Ordinal)), files.First(f => f.Contains("/entries/", StringComparison.Ordinal)), files.First(f => f.Contains("/tile/0/", StringComparison.Ordinal))];
        foreach (var victim in victims)
        {
            var copy = Path.Combine(gateway.State, "copie");
            foreach (var file in files)
            {
                var target = Path.Combine(copy, Path.GetRelativePath(journal, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }

            var changed = Path.Combine(copy, Path.GetRelativePath(journal, victim));
            var bytes = await File.ReadAllBytesAsync(changed, TestContext.Current.CancellationToken);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(changed, bytes, TestContext.Current.CancellationToken);
            (await RunAsync(gateway, "log", "verify", copy)).ShouldBe(1, victim);
            Directory.Delete(copy, recursive: true);
        }
    }

    private static async Task<int> RunAsync(DemoGateway gateway, params string[] command)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(GatewayProcess.Build(), "exchange-gateway.dll"), .. command]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["State__Folder"] = gateway.State;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(output + errors);
        return process.ExitCode;
    }
}
