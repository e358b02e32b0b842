using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ExchangeGateway.Integration;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Conformance;

/// <summary>
/// The guides of <c>ops/docs/</c>, tried as a new partner would: every <c>sh</c> block of a guide runs in one shell, in an empty
/// folder with the sample files, and each <c># → 202</c> in it is the status that the gateway answered.
/// </summary>
public sealed partial class GuideTests(PostgresFixture postgres)
{
    private static readonly string Docs = Path.Combine(TestFolders.Checkout(), "ops", "docs");

    public static TheoryData<string> Guides =>
        [.. Directory.EnumerateFiles(Docs, "*.md").Select(file => Path.GetFileName(file)).Where(name => Blocks(name).Count > 0).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_is_a_guide_for_each_partner() =>
        Guides.Select(row => row.Data).ShouldBe(["bac-a-sable.md", "bailleurs.md", "banque-de-france.md", "caf.md", "commissaires-de-justice.md", "instances.md"]);

    [Theory]
    [MemberData(nameof(Guides))]
    public async Task Each_line_of_the_guide_does_what_the_guide_says(string guide)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        // Something to receive, for the guide of those who receive.
        await gateway.DepositAsync("etude-75-001-depositaire", "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();

        var blocks = Blocks(guide);
        var script = new StringBuilder("set -u\n");
        foreach (var (block, i) in blocks.Select((block, i) => (block, i)))
            script.Append("printf '\\n@@@ ").Append(i).Append("\\n'\n").Append(block).Append('\n');
        var (output, errors) = await RunAsync(gateway, Client(blocks), script.ToString());

        var answers = output.Split("\n@@@ ").Skip(1).ToList();
        answers.Count.ShouldBe(blocks.Count, errors);
        foreach (var (block, answer) in blocks.Zip(answers))
        {
            var told = Told().Matches(block).Select(match => match.Groups["status"].Value);
            var given = Given().Matches(answer).Select(match => match.Groups["status"].Value);
            given.ShouldBe(told, $"{guide}\n{block}\n--- a répondu\n{answer}\n{errors}");
        }
    }

    [Theory]
    [MemberData(nameof(Guides))]
    public void The_guide_links_only_to_pages_that_are_there(string guide) =>
        Links().Matches(File.ReadAllText(Path.Combine(Docs, guide))).Select(match => match.Groups["page"].Value)
            .Where(page => !File.Exists(Path.Combine(Docs, page)))
            .ShouldBeEmpty();

    private static List<string> Blocks(string guide) =>
        [.. Fence().Matches(File.ReadAllText(Path.Combine(Docs, guide))).Select(match => match.Groups["code"].Value).Where(code => !code.StartsWith("ops/", StringComparison.Ordinal))];

    private static string Client(IEnumerable<string> blocks) =>
        ClientName().Match(string.Join('\n', blocks)) is { Success: true } match ? match.Groups["client"].Value : throw new InvalidOperationException("The guide names no CLIENT.");

    private static async Task<(string Output, string Errors)> RunAsync(TestGateway gateway, string client, string script)
    {
        var folder = TestFolders.Create();
        foreach (var sample in Directory.EnumerateFiles(Path.Combine(TestFolders.Checkout(), "ops", "demo", "exemples")))
            File.Copy(sample, Path.Combine(folder, Path.GetFileName(sample)));
        try
        {
            var start = new ProcessStartInfo("bash", ["-s"])
            {
                UseShellExecute = false,
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["PASSERELLE"] = gateway.Http.BaseAddress!.ToString().TrimEnd('/');
            start.Environment["SECRET"] = gateway.Credentials.Clients.Single(c => c.ClientId == client).Secret;
            start.Environment["no_proxy"] = "127.0.0.1";
            using var bash = Process.Start(start)!;
            var (output, errors) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
            await bash.StandardInput.WriteAsync(script);
            bash.StandardInput.Close();
            await bash.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3));
            return (await output, await errors);
        }
        finally
        {
            TestFolders.Delete(folder);
        }
    }

    [GeneratedRegex(@"^```sh\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"# → (?<status>\d{3})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Told();

    [GeneratedRegex(@"HTTP/1\.1 (?!100)(?<status>\d{3})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Given();

    [GeneratedRegex(@"^CLIENT=\$\{CLIENT:-(?<client>[a-z0-9-]+)\}", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ClientName();

    [GeneratedRegex(@"\]\((?<page>[a-zA-Z0-9./-]+\.md)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();
}
