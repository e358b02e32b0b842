using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;
using ExchangeGateway.Partners.Synthetic;

namespace ExchangeGateway.Integration.Intake;

/// <summary>Batches: an exact report, taken up after a cut without doubling anything, shown to their sender only.</summary>
public sealed class LotTests(PostgresFixture postgres)
{
    private const string Caf = "caf-75-depositaire";
    private const string Lots = "/v1/caf/impayes/lots";
    private static readonly int Lines = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 100_000 : 3_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_with_one_bad_line_in_ten_gets_an_exact_report_kept_in_every_form()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var seed = Environment.TickCount & 0xFFFF;
        TestContext.Current.SendDiagnosticMessage("seed " + seed);
        using var answer = await gateway.SendAsync(Caf, HttpMethod.Post, Lots, await FileAsync(new CafFile(seed, Lines)), ("ExchangeGateway-Lot", "novembre"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("ExchangeGateway-Lot").ShouldBe(["novembre"]);
        var report = Nodes(await answer.Content.ReadAsStringAsync(Ct));
        report.Count.ShouldBe(Lines + 1);
        var bad = 0;
        foreach (var (index, line) in report.Take(Lines).Index())
        {
            var expected = CafFile.Expected(index + 1);
            ((long)line["ligne"]!).ShouldBe(index + 1);
            ((string?)line["code"]).ShouldBe(expected.Error is null ? "accepte" : "refuse", line.ToJsonString());
            if (expected.Error is null)
                continue;
            bad++;
            var error = line["erreurs"]!.AsArray().ShouldHaveSingleItem()!;
            ((string?)error["pointer"]).ShouldBe(expected.Pointer);
            ((string?)error["code"]).ShouldBe(expected.Error);
            ((string?)error["message"])!.Length.ShouldBeGreaterThan(15);
        }

        var total = report[^1]["bilan"]!;
        ((long)total["acceptees"]!, (long)total["refusees"]!, (long)total["lignes"]!).ShouldBe((Lines - bad, bad, Lines));
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(Lines - bad);

        var status = await gateway.GetAsync(Caf, "/v1/lots/novembre");
        ((string?)status["etat"], (int)status["envois"]!, (long)status["bilan"]!["acceptees"]!).ShouldBe(("termine", 1, Lines - bad));
        var json = await gateway.GetAsync(Caf, "/v1/lots/novembre/compte-rendu");
        json["lignes"]!.AsArray().Select(l => l!.ToJsonString()).ShouldBe(report.Take(Lines).Select(l => l.ToJsonString()));
        ((long)json["bilan"]!["refusees"]!).ShouldBe(bad);
        (await TextAsync(gateway, Caf, "/v1/lots/novembre/compte-rendu?format=csv")).Split("\r\n").Count(l => l.Contains(";accepte;")).ShouldBe(Lines - bad);
        var returned = (await TextAsync(gateway, Caf, "/v1/lots/novembre/retour")).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        returned[0].ShouldBe("ligne;code;libelle;depot");
        returned.Skip(1).Take(Lines).Select(l => l.Split(';')[0]).ShouldBe(Enumerable.Range(1, Lines).Select(n => n.ToString()));
        returned.ShouldContain($"total;lignes;{Lines};");
        returned.ShouldContain($"total;aCorriger;{bad};");
    }

    [Fact]
    public async Task The_promise_of_a_line_is_signed_when_its_sender_asks_for_the_receipt()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var notice = Messages.CafNotice(Messages.NewHousehold());
        using var answer = await gateway.SendAsync(Caf, HttpMethod.Post, Lots, new StringContent(notice.ToJsonString() + "\n", Encoding.UTF8, "application/x-ndjson"));
        var line = Nodes(await answer.Content.ReadAsStringAsync(Ct))[0];

        // The same message alone is the same deposit, and now has its receipt.
        var receipt = await gateway.DepositAsync(Caf, "caf/impayes", notice);
        ((string?)receipt["depot"]).ShouldBe((string?)line["depot"]);
        var promise = PromiseReader.Verify((string)receipt["promesse"]!, await gateway.Http.GetStringAsync("/.well-known/jwks.json", Ct));
        ((string?)promise["depot"], (string?)promise["empreinte"]).ShouldBe(((string?)line["depot"], PromiseReader.Digest(notice.ToJsonString())));
    }

    [Fact]
    public async Task The_same_file_again_says_what_this_batch_had_received_and_doubles_nothing()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var file = new CafFile(7, 60);
        using var first = await gateway.SendAsync(Caf, HttpMethod.Post, Lots, await FileAsync(file), ("ExchangeGateway-Lot", "a"));
        using var again = await gateway.SendAsync(Caf, HttpMethod.Post, Lots, await FileAsync(file), ("Idempotency-Key", "a"));
        using var other = await gateway.SendAsync(Caf, HttpMethod.Post, Lots, await FileAsync(file), ("ExchangeGateway-Lot", "b"));
        var (one, two, three) = (Nodes(await first.Content.ReadAsStringAsync(Ct)), Nodes(await again.Content.ReadAsStringAsync(Ct)), Nodes(await other.Content.ReadAsStringAsync(Ct)));
        two.Select(l => ((string?)l["code"], (string?)l["depot"])).ShouldBe(one.Select(l => ((string?)l["code"], (string?)l["depot"])));
        two.Take(60).Where(l => (string?)l["code"] == "accepte").ShouldAllBe(l => (bool)l["dejaRecu"]!);
        one.Take(60).ShouldAllBe(l => l["dejaRecu"] == null);
        three.Take(60).Count(l => (string?)l["code"] == "doublon").ShouldBe(54);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(54);
        var status = await gateway.GetAsync(Caf, "/v1/lots/a");
        ((int)status["envois"]!, (long)status["bilan"]!["acceptees"]!, (long)status["bilan"]!["dejaRecues"]!).ShouldBe((2, 54, 54));
    }

    [Fact]
    public async Task A_batch_exists_for_its_sender_only_and_its_name_is_checked()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        (await gateway.SendAsync(Caf, HttpMethod.Post, Lots, await FileAsync(new CafFile(1, 3)), ("ExchangeGateway-Lot", "x"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in new[] { "/v1/lots/x", "/v1/lots/x/compte-rendu", "/v1/lots/x/retour" })
        {
            using var stranger = await gateway.SendAsync("etude-75-001-depositaire", HttpMethod.Get, path);
            stranger.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            using var receiver = await gateway.SendAsync("ccapex-75-secretariat", HttpMethod.Get, path);
            receiver.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        using var named = await gateway.SendAsync(Caf, HttpMethod.Post, Lots, await FileAsync(new CafFile(1, 3)), ("ExchangeGateway-Lot", "a/b"));
        named.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var unknown = await gateway.SendAsync(Caf, HttpMethod.Get, "/v1/lots/jamais");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Progress_is_shown_while_the_file_is_still_arriving_and_a_cut_is_told()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var file = await (await FileAsync(new CafFile(3, 2_500))).ReadAsByteArrayAsync(Ct);
        var connection = await SendHalfAsync(gateway, file, "coupe");
        JsonNode status = new JsonObject();
        await Processes.UntilAsync(() => Show(gateway, "coupe", out status) && (long)status["bilan"]!["lignes"]! >= 1000, TimeSpan.FromSeconds(60), "the first thousand lines in the batch's progress");
        ((string?)status["etat"]).ShouldBe("enCours");
        connection.Close(timeout: 0); // a reset, as a cut line gives
        await Processes.UntilAsync(() => Show(gateway, "coupe", out status) && (string?)status["etat"] == "interrompu", TimeSpan.FromSeconds(30), "the interrupted state; last seen: " + status.ToJsonString());
        ((string?)status["bilan"]!["erreur"])!.ShouldContain("Renvoyez");

        using var again = await gateway.SendAsync(Caf, HttpMethod.Post, Lots, Csv(file), ("ExchangeGateway-Lot", "coupe"));
        var report = Nodes(await again.Content.ReadAsStringAsync(Ct));
        report.Take(2_500).Select(l => (string?)l["code"]).ShouldBe(Enumerable.Range(1, 2_500).Select(n => CafFile.Expected(n).Error is null ? "accepte" : "refuse"));
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(2_250);
        status = await gateway.GetAsync(Caf, "/v1/lots/coupe");
        ((string?)status["etat"], (long)status["bilan"]!["acceptees"]!).ShouldBe(("termine", 2_250));
        ((long)status["bilan"]!["dejaRecues"]!).ShouldBeGreaterThan(900);
    }

    private static bool Show(TestGateway gateway, string name, out JsonNode status)
    {
        using var answer = gateway.SendAsync(Caf, HttpMethod.Get, "/v1/lots/" + name).GetAwaiter().GetResult();
        status = JsonNode.Parse(answer.Content.ReadAsStringAsync(Ct).GetAwaiter().GetResult())!;
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static async Task<HttpContent> FileAsync(CafFile file)
    {
        using var bytes = new MemoryStream();
        await file.WriteAsync(bytes, Ct);
        return Csv(bytes.ToArray());
    }

    private static ByteArrayContent Csv(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };

    private static List<JsonNode> Nodes(string ndjson) => [.. ndjson.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];

    private static async Task<string> TextAsync(TestGateway gateway, string client, string path)
    {
        using var answer = await gateway.SendAsync(client, HttpMethod.Get, path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    /// <summary>Announces the whole file and sends six tenths of it.</summary>
    private static async Task<Socket> SendHalfAsync(TestGateway gateway, byte[] file, string lot)
    {
        var address = gateway.Http.BaseAddress!;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, Ct);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST {Lots} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {await gateway.TokenAsync(Caf)}\r\nContent-Type: text/csv\r\nExchangeGateway-Lot: {lot}\r\nContent-Length: {file.Length}\r\n\r\n"), Ct);
        for (var sent = 0; sent < file.Length * 6 / 10;)
            sent += await socket.SendAsync(file.AsMemory(sent, Math.Min(8192, (file.Length * 6 / 10) - sent)), Ct);
        return socket;
    }
}
