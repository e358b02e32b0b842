using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>Each sender gets the count of what is weak in its own deposits, and nothing of anybody else's.</summary>
public sealed class QualiteTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Landlord = "bailleur-75-001-depositaire";
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";

    [Fact]
    public async Task A_sender_gets_its_own_counts_by_quarter_and_by_month()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositAsync(gateway, "notice-75-2024");
        await DepositAsync(gateway, "notice-75-2024");
        await DepositAsync(gateway, "notice-75-2019", phone: false);
        await DepositAsync(gateway, null);
        await gateway.DepositAsync("caf-75-depositaire", "caf/impayes", Messages.CafNotice(Messages.NewHousehold()));

        var report = await gateway.GetAsync(Etude, "/v1/moi/qualite");
        report["organisation"]!.GetValue<string>().ShouldBe("etude-75-001");
        report["pas"]!.GetValue<string>().ShouldBe("trimestre");
        report["periodes"]!.AsArray().Count.ShouldBe(4);
        var last = report["periodes"]![3]!;
        foreach (var period in new[] { last, report["total"]! })
        {
            period["envois"]!.GetValue<int>().ShouldBe(4);
            period["notices"]!.ToJsonString().ShouldBe("""{"actes":4,"aJour":2,"anciennes":1,"absentes":0,"illisibles":0,"inconnues":1,"partAJour":50}""");
            period["telephones"]!.ToJsonString().ShouldBe("""{"concernes":4,"donnes":3,"part":75}""");
            Count(period, "noticeAncienne").ShouldBe(1);
            Count(period, "telephoneAbsent").ShouldBe(1);
            Count(period, "formaliteNonProuvee").ShouldBe(4);
        }

        report["periodes"]![0]!["envois"]!.GetValue<int>().ShouldBe(0);
        last["drapeaux"]!.AsArray().Select(d => d!["libelle"]!.GetValue<string>()).ShouldContain(l => l.Contains("EXPLOC", StringComparison.Ordinal));

        var months = await gateway.GetAsync(Etude, "/v1/moi/qualite?pas=mois");
        months["periodes"]!.AsArray().Count.ShouldBe(12);
        months["total"]!["envois"]!.GetValue<int>().ShouldBe(4);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'QualityConsulted'")).ShouldBe(2);

        var caf = await gateway.GetAsync("caf-75-depositaire", "/v1/moi/qualite");
        caf["total"]!["envois"]!.GetValue<int>().ShouldBe(1);
        caf["total"]!["notices"]!["partAJour"].ShouldBeNull("a CAF notice carries no information notice");
        (await gateway.GetAsync(Landlord, "/v1/moi/qualite"))["total"]!["envois"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task A_quarter_that_begins_starts_at_nothing_and_leaves_the_one_before_as_it_was()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositAsync(gateway, null);
        await using (var move = gateway.Databases.Owner.CreateCommand("update exchange.deposit set received_at = '2026-09-30 21:59:59Z'"))
            await move.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var report = await gateway.GetAsync(Etude, "/v1/moi/qualite?du=2026-07&au=2026-12");
        report["periodes"]!.AsArray().Select(p => (p!["periode"]!.GetValue<string>(), p["envois"]!.GetValue<int>())).ShouldBe([("2026-T3", 1), ("2026-T4", 0)]);

        // 22:00 UTC is midnight in Paris.
        await using (var move = gateway.Databases.Owner.CreateCommand("update exchange.deposit set received_at = '2026-09-30 22:00:00Z'"))
            await move.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        report = await gateway.GetAsync(Etude, "/v1/moi/qualite?pas=mois&du=2026-09&au=2026-10");
        report["periodes"]!.AsArray().Select(p => (p!["libelle"]!.GetValue<string>(), p["envois"]!.GetValue<int>())).ShouldBe([("septembre 2026", 0), ("octobre 2026", 1)]);
        report["au"]!.GetValue<string>().ShouldBe("2026-10-31");

        await using (var cancel = gateway.Databases.Owner.CreateCommand("update exchange.deposit set state = 'annule'"))
            await cancel.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        (await gateway.GetAsync(Etude, "/v1/moi/qualite?du=2026-07"))["total"]!["envois"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task What_was_read_in_the_attachment_is_what_counts()
    {
        Assert.SkipUnless(PdfToText.Present, PdfToText.Missing);
        await using var gateway = await TestGateway.StartAsync(postgres);
        var deposit = await DepositAsync(gateway, "notice-75-2024");
        await NoticeTests.AttachAsync(gateway, deposit, "acte", TestPdf.Of("DOCUMENT D'INFORMATION sur la prévention des expulsions\nRéf. notice-75-2019"));
        (await gateway.GetAsync(Etude, "/v1/moi/qualite"))["total"]!["notices"]!.ToJsonString()
            .ShouldBe("""{"actes":1,"aJour":0,"anciennes":1,"absentes":0,"illisibles":0,"inconnues":0,"partAJour":0}""");
    }

    [Fact]
    public async Task The_same_report_comes_as_csv()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositAsync(gateway, "notice-75-2024");
        using var answer = await gateway.SendAsync(Etude, HttpMethod.Get, "/v1/moi/qualite", null, ("Accept", "text/csv"));
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        var lines = text.TrimEnd().Split("\r\n");
        lines[0].ShouldBe("\uFEFFperiode;indicateur;libelle;nombre;sur;part");
        lines.ShouldContain("total;noticesAJour;\"Actes dont la notice est à jour\";1;1;100,0");
        lines.ShouldContain("total;telephones;\"Envois avec un téléphone\";1;1;100,0");
        lines.ShouldAllBe(l => l.Split(';').Length == 6);
    }

    [Theory]
    [InlineData("?pas=semaine")]
    [InlineData("?du=novembre")]
    [InlineData("?du=2026-13")]
    [InlineData("?du=2026-05&au=2026-01")]
    [InlineData("?du=2020-01&au=2026-01")]
    [InlineData("?au=0001-01")]
    public async Task A_span_that_makes_no_sense_is_refused(string query)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using var answer = await gateway.SendAsync(Etude, HttpMethod.Get, "/v1/moi/qualite" + query);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Whoever_does_not_send_has_no_such_report()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        foreach (var client in new[] { "ccapex-75-secretariat", "adil-75-instructeur" })
        {
            using var answer = await gateway.SendAsync(client, HttpMethod.Get, "/v1/moi/qualite");
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, client);
        }
    }

    private static async Task<string> DepositAsync(TestGateway gateway, string? version, bool phone = true)
    {
        var message = Messages.Cdp(Messages.NewHousehold());
        if (version is not null)
            message["acte"]!["versionNotice"] = version;
        if (!phone)
        {
            message["telephoneConnu"] = "non";
            message.Remove("telephones");
        }

        return (await gateway.DepositAsync(Etude, Cdp, message))["depot"]!.GetValue<string>();
    }

    private static int Count(JsonNode period, string flag) =>
        period["drapeaux"]!.AsArray().SingleOrDefault(d => d!["code"]!.GetValue<string>() == flag)?["nombre"]!.GetValue<int>() ?? 0;
}
