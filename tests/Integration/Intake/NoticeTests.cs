using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>The information notice is read in what is attached; what is found reaches the sender and the recipient, and never refuses anything.</summary>
public sealed class NoticeTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";
    private const string Act = "COMMANDEMENT DE PAYER visant la clause résolutoire\nDocument fictif, signifié le 2 novembre 2026 à l'étude";
    private const string Notice = "DOCUMENT D'INFORMATION sur la prévention des expulsions (fictif)\nVos droits, vos interlocuteurs, vos délais\n";

    [Fact]
    public async Task What_the_act_holds_is_flagged_for_its_sender_and_for_the_secretariat()
    {
        Assert.SkipUnless(PdfToText.Present, PdfToText.Missing);
        await using var gateway = await TestGateway.StartAsync(postgres);
        (byte[] Pdf, string[] Flags)[] cases =
        [
            (TestPdf.Of(Act, Notice + "Réf. notice-75-2024 - Allô Prévention Expulsion : 0 805 299 049"), ["noticeAJour"]),
            (TestPdf.Of(Act, Notice + "Réf. notice-75-2019"), ["noticeAncienne"]),
            (TestPdf.Of(Act, Notice + "Réf. notice-75-2024 - Allô Prévention Expulsion : 0810 001 505"), ["noticeAJour", "numeroAideErrone"]),
            (TestPdf.Of(Act), ["noticeAbsente"]),
            (TestPdf.Of(Act, ""), ["noticeIllisible"]),
            (TestPdf.Of(""), ["noticeIllisible"]),
            (TestPdf.Of(Act, Notice), ["noticeInconnue"]),
            (TestPdf.Minimal(), ["noticeIllisible"]),
        ];
        foreach (var (pdf, flags) in cases)
        {
            var deposit = await DepositAsync(gateway);
            (await FlagsAsync(gateway, deposit)).ShouldBe(["noticeInconnue"], "the message gives no version");
            await AttachAsync(gateway, deposit, "acte", pdf);
            (await FlagsAsync(gateway, deposit)).ShouldBe(flags, ignoreOrder: true);
        }

        await gateway.RouteAsync();
        var received = await gateway.InboxAsync("ccapex-75-secretariat");
        received.Select(r => string.Join(' ', NoticeFlags(r["drapeaux"]!).Order())).Order().ShouldBe(cases.Select(c => string.Join(' ', c.Flags.Order())).Order());
        var old = received.Single(r => r["drapeaux"]!.ToJsonString().Contains("noticeAncienne", StringComparison.Ordinal));
        NoticeFlags((await gateway.GetAsync("ccapex-75-secretariat", $"/v1/reception/{old["id"]}"))["drapeaux"]!).ShouldBe(["noticeAncienne"]);
    }

    [Fact]
    public async Task A_notice_is_known_by_its_own_file_without_any_tool()
    {
        await using var gateway = await TestGateway.StartAsync(postgres, ("Pieces:PdfToText", ""));
        var file = TestPdf.Of("");
        var notices = Path.Combine(gateway.Territories, "75", "notices.json");
        var root = JsonNode.Parse(await File.ReadAllTextAsync(notices, TestContext.Current.CancellationToken))!;
        root["notices"]![0]!["empreintes"] = new JsonArray(Convert.ToHexStringLower(SHA256.HashData(file)));
        await File.WriteAllTextAsync(notices, root.ToJsonString(), TestContext.Current.CancellationToken);
        await gateway.ReloadAsync();

        var deposit = await DepositAsync(gateway);
        await AttachAsync(gateway, deposit, "acte", TestPdf.Of(Act));
        (await FlagsAsync(gateway, deposit)).ShouldBe(["noticeInconnue"], "without the tool nothing is concluded from a text");
        await AttachAsync(gateway, deposit, "notice", file);
        (await FlagsAsync(gateway, deposit)).ShouldBe(["noticeAncienne"]);
        (await gateway.ScalarAsync<string>("select version from exchange.piece_flag")).ShouldBe("notice-75-2019");
    }

    [Fact]
    public async Task A_program_that_never_ends_puts_the_attachment_in_quarantine()
    {
        var slow = Path.Combine(TestFolders.Create(programs: true), "slow");
        await File.WriteAllTextAsync(slow, "#!/bin/sh\nexec tail -f /dev/null\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(slow, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.GetDirectoryName(slow)!, (UnixFileMode)0b111_101_101);
        await using var gateway = await TestGateway.StartAsync(postgres, ("Pieces:PdfToText", slow), ("Pieces:PdfToTextSeconds", "0.5"));
        var deposit = await DepositAsync(gateway);
        using var pdf = new ByteArrayContent(TestPdf.Of(Act));
        pdf.Headers.ContentType = new("application/pdf");
        using var put = await gateway.SendAsync(Etude, HttpMethod.Put, $"/v1/depots/{deposit}/pieces/acte", pdf);
        put.IsSuccessStatusCode.ShouldBeTrue("it is kept, in quarantine");

        (await FlagsAsync(gateway, deposit)).ShouldBe(["noticeInconnue"], "what nobody can open says nothing");
        (await gateway.ScalarAsync<long>("select count(*) from exchange.piece_quarantine")).ShouldBe(1);
        TestFolders.Delete(Path.GetDirectoryName(slow)!);
    }

    [Fact]
    public async Task Another_office_sees_nothing_of_what_was_found()
    {
        await using var gateway = await TestGateway.StartAsync(postgres, ("Pieces:PdfToText", "no-such-program"));
        var deposit = await DepositAsync(gateway);
        await AttachAsync(gateway, deposit, "acte", TestPdf.Of(Act));
        (await FlagsAsync(gateway, deposit)).ShouldBe(["noticeInconnue"]);
        using var foreign = await gateway.SendAsync("bailleur-75-001-depositaire", HttpMethod.Get, $"/v1/depots/{deposit}");
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    internal static async Task AttachAsync(TestGateway gateway, string deposit, string name, byte[] content)
    {
        using var pdf = new ByteArrayContent(content);
        pdf.Headers.ContentType = new("application/pdf");
        using var put = await gateway.SendAsync(Etude, HttpMethod.Put, $"/v1/depots/{deposit}/pieces/{name}", pdf);
        put.StatusCode.ShouldBe(HttpStatusCode.NoContent, await put.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string> DepositAsync(TestGateway gateway) =>
        (await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<string>();

    private static async Task<IEnumerable<string>> FlagsAsync(TestGateway gateway, string deposit) =>
        NoticeFlags((await gateway.GetAsync(Etude, $"/v1/depots/{deposit}"))["drapeaux"]!);

    private static IEnumerable<string> NoticeFlags(JsonNode flags) =>
        flags.AsArray().Select(f => f!.GetValue<string>()).Where(f => f.StartsWith("notice", StringComparison.Ordinal) || f == "numeroAideErrone");
}

/// <summary>Poppler's <c>pdftotext</c> (Debian package poppler-utils), which reads the text of a PDF.</summary>
internal static class PdfToText
{
    public const string Missing = "pdftotext (poppler-utils) is not on this machine";

    public static bool Present { get; } = new[] { "/usr/local/bin", "/usr/bin", "/bin" }.Any(folder => File.Exists(Path.Combine(folder, "pdftotext")));
}
