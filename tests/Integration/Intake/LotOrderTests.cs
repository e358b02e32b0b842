using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;

namespace ExchangeGateway.Integration.Intake;

/// <summary>The lines of a file are committed in groups, several at once: what they do to each other follows the file's order all the same.</summary>
public sealed class LotOrderTests(PostgresFixture postgres)
{
    private const string Caf = "caf-75-depositaire";
    private const string Lots = "/v1/caf/impayes/lots";
    /// <summary>More than four groups, so that equal lines stand in one group, in neighbours and far apart.</summary>
    private const int Lines = 1_100;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_equal_lines_the_first_is_accepted_and_of_lines_about_one_debt_each_updates_the_one_before()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var file = Enumerable.Range(0, Lines).Select(_ => Messages.CafNotice(Messages.NewHousehold())).ToArray();
        int[] equal = [5, 6, 250, 600, 1_099], debts = [7, 8, 255, 256, 700];
        foreach (var place in equal)
            file[place] = file[equal[0]];
        foreach (var (step, place) in debts.Index())
        {
            file[place] = file[debts[0]].DeepClone().AsObject();
            file[place]["dette"]!["total"] = 1_000 + step;
        }

        var report = await SendAsync(gateway, file, "ordre");

        foreach (var (place, line) in report.Index())
        {
            var expected = place != equal[0] && equal.Contains(place) ? "doublon" : place != debts[0] && debts.Contains(place) ? "misAJour" : "accepte";
            ((string?)line["code"]).ShouldBe(expected, "line " + (place + 1).ToString(CultureInfo.InvariantCulture));
        }

        equal.Select(place => (string?)report[place]["depot"]).Distinct().ShouldHaveSingleItem();
        var chain = debts.Select(place => (string?)report[place]["depot"]).ToList();
        foreach (var (earlier, later) in chain.Zip(chain[1..]))
            (await gateway.ScalarAsync<string>($"select replaces::text from exchange.deposit where id = '{later}'")).ShouldBe(earlier);
        (await gateway.ScalarAsync<string>($"select b.deposit::text from exchange.debt b join exchange.deposit d using (subject) where d.id = '{chain[0]}'")).ShouldBe(chain[^1]);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(Lines - (equal.Length - 1));
        (await gateway.ScalarAsync<long>("select count(*) from vault.subject")).ShouldBe(Lines - (equal.Length - 1) - (debts.Length - 1));
    }

    [Fact]
    public async Task Two_files_of_the_same_lines_in_opposite_orders_both_end_and_each_line_is_accepted_once()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var file = Enumerable.Range(0, Lines).Select(_ => Messages.CafNotice(Messages.NewHousehold())).ToArray();

        var reports = await Task.WhenAll(SendAsync(gateway, file, "aller"), SendAsync(gateway, [.. file.Reverse()], "retour")).WaitAsync(TimeSpan.FromSeconds(120), Ct);

        var (one, other) = (reports[0], reports[1].AsEnumerable().Reverse().ToList());
        foreach (var (a, b) in one.Zip(other))
        {
            new[] { (string?)a["code"], (string?)b["code"] }.Order().ShouldBe(["accepte", "doublon"]);
            ((string?)a["depot"]).ShouldBe((string?)b["depot"]);
        }

        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(Lines);
    }

    private static async Task<List<JsonNode>> SendAsync(TestGateway gateway, IEnumerable<JsonObject> lines, string name)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l.ToJsonString() + "\n"))))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") },
        };
        using var answer = await gateway.SendAsync(Caf, HttpMethod.Post, Lots, content, ("ExchangeGateway-Lot", name));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var report = (await answer.Content.ReadAsStringAsync(Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. report[..^1].Select(l => JsonNode.Parse(l)!)];
    }
}
