using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>Attachments: what is not plain paper is refused and kept nowhere; a NIR keeps the piece apart and the act where it is.</summary>
public sealed class PieceTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Adil = "adil-75-instructeur";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_action_hidden_in_a_compressed_object_stream_is_refused_and_kept_nowhere()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var deposit = await DepositAsync(gateway);
        foreach (var pdf in new[]
        {
            TestPdf.WithObjectStream("4 0 <</S/JavaScript/JS(app.alert\\(1\\))>>"u8.ToArray()),
            TestPdf.WithObjectStream("4 0 <</S/J#61vaScript>>"u8.ToArray(), "/Type/Obj#53tm/N 1/First 4/Filter[/FlateDecode]"),
            TestPdf.WithObjectStream("4 0 <</Type/Catalog>>"u8.ToArray(), "/Type/ObjStm/N 1/First 4/Filter/LZWDecode"),
        })
        {
            using var answer = await PutAsync(gateway, deposit, pdf);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await answer.Content.ReadAsStringAsync(Ct)).ShouldContain("piece-refusee");
        }

        (await gateway.ScalarAsync<long>("select count(*) from exchange.piece")).ShouldBe(0);
        Stored(gateway).ShouldBe(0);
        using var good = await PutAsync(gateway, deposit, TestPdf.WithObjectStream("4 0 <</Type/Pages>>"u8.ToArray()));
        good.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_NIR_in_the_text_keeps_the_act_and_puts_the_piece_apart_until_a_clean_one_comes()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, "pdftotext"))))
            Assert.Skip("pdftotext (poppler-utils) n'est pas sur cette machine");
        await using var gateway = await TestGateway.StartAsync(postgres);
        var deposit = await DepositAsync(gateway);
        const long body = 1_80_01_78_999_456; // invented: commune 999 of 78
        using (var answer = await PutAsync(gateway, deposit, TestPdf.WithText($"Locataire : {body} {97 - (body % 97):00}")))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            var told = await answer.Content.ReadAsStringAsync(Ct);
            told.ShouldContain("quarantaine");
            told.ShouldContain("sécurité sociale");
            told.ShouldNotContain(body.ToString());
        }

        await gateway.RouteAsync();
        var delivery = (await gateway.InboxAsync(Adil)).Single()["id"]!.GetValue<string>();
        (await gateway.GetAsync(Adil, "/v1/reception/" + delivery))["pieces"]!.AsArray().ShouldBeEmpty();
        using (var opened = await gateway.SendAsync(Adil, HttpMethod.Get, $"/v1/reception/{delivery}/pieces/acte?motif=instruction"))
            opened.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await gateway.GetAsync(Etude, "/v1/depots/" + deposit))["etat"]!.GetValue<string>().ShouldBe("transmis");

        var clean = TestPdf.WithText("Locataire : masque");
        using (var again = await PutAsync(gateway, deposit, clean))
            again.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var given = await gateway.SendAsync(Adil, HttpMethod.Get, $"/v1/reception/{delivery}/pieces/acte?motif=instruction");
        (await given.Content.ReadAsByteArrayAsync(Ct)).ShouldBe(clean);
        using var third = await PutAsync(gateway, deposit, TestPdf.WithText("autre"));
        third.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_real_clamd_refuses_EICAR_and_lets_a_clean_act_through()
    {
        if (!ClamdServer.IsHere)
            Assert.Skip("clamd (clamav-daemon) n'est pas sur cette machine");
        await using var clamd = await ClamdServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(postgres, ("Clamd:Address", clamd.Address));
        var deposit = await DepositAsync(gateway);
        using (var infected = await PutAsync(gateway, deposit, [.. TestPdf.WithText("rien"), .. "\n"u8, .. ClamdServer.Eicar, .. "\n%%EOF\n"u8]))
        {
            infected.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await infected.Content.ReadAsStringAsync(Ct)).ShouldContain("antivirus");
        }

        Stored(gateway).ShouldBe(0);
        using var clean = await PutAsync(gateway, deposit, TestPdf.WithText("Acte"));
        clean.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_scanner_that_does_not_answer_stops_the_piece_not_the_deposit()
    {
        await using var gateway = await TestGateway.StartAsync(postgres, ("Clamd:Address", "unix:/nulle/part.ctl"));
        var deposit = await DepositAsync(gateway);
        using var answer = await PutAsync(gateway, deposit, TestPdf.Minimal());
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        Stored(gateway).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.piece")).ShouldBe(0);
    }

    [Fact]
    public async Task A_piece_is_nobody_elses_and_needs_a_delivery_that_permits_all_of_it()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var deposit = await DepositAsync(gateway);
        (await PutAsync(gateway, deposit, TestPdf.Minimal())).Dispose();
        await gateway.RouteAsync();
        var delivery = (await gateway.InboxAsync(Adil)).Single()["id"]!.GetValue<string>();
        using (var other = await gateway.SendAsync("ccapex-75-secretariat", HttpMethod.Get, $"/v1/reception/{delivery}/pieces/acte?motif=instruction"))
            other.StatusCode.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        using (var stranger = await PutAsync(gateway, deposit, TestPdf.Minimal(), "caf-75-depositaire"))
            stranger.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        // The register no longer permits one of the piece's categories: the piece as a whole is closed.
        await using (var narrow = gateway.Databases.Owner.CreateCommand("update exchange.piece set categories = categories | $1"))
        {
            narrow.Parameters.AddWithValue((int)ExchangeGateway.Schemas.Categories.Sante);
            await narrow.ExecuteNonQueryAsync(Ct);
        }

        using var closed = await gateway.SendAsync(Adil, HttpMethod.Get, $"/v1/reception/{delivery}/pieces/acte?motif=instruction");
        closed.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await gateway.GetAsync(Adil, "/v1/reception/" + delivery))["pieces"]![0]!["communicable"]!.GetValue<bool>().ShouldBeFalse();
    }

    private static async Task<string> DepositAsync(TestGateway gateway) =>
        (await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<string>();

    private static async Task<HttpResponseMessage> PutAsync(TestGateway gateway, string deposit, byte[] pdf, string client = Etude)
    {
        using var content = new ByteArrayContent(pdf) { Headers = { ContentType = new("application/pdf") } };
        return await gateway.SendAsync(client, HttpMethod.Put, $"/v1/depots/{deposit}/pieces/acte", content);
    }

    private static int Stored(TestGateway gateway)
    {
        var folder = Path.Combine(gateway.State, "payloads");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count() : 0;
    }
}
