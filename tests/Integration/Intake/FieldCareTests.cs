using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Canaries;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;
using ExchangeGateway.Partners.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExchangeGateway.Integration.Intake;

/// <summary>What no field may hold: a NIR and a card are refused wherever they stand and left nowhere; a text about somebody's health goes to nobody.</summary>
public sealed class FieldCareTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Adil = "adil-75-instructeur";
    private const string Caf = "caf-75-depositaire";
    private const string Cdp = "/v1/commissaires-de-justice/commandements-de-payer";
    private const string Requisitions = "/v1/commissaires-de-justice/requisitions-force-publique";

    /// <summary>Invented: commune 999 of 78, and of Corsica.</summary>
    private static readonly string Ordinary = WithKey("1800178999456");
    private static readonly string Corsican = WithKey("180012A999456");
    private static readonly string OtherCorsican = WithKey("180012B999456");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_NIR_is_refused_wherever_it_stands_and_is_in_no_answer_no_table_no_log_line_and_no_span()
    {
        using var folder = new Folder();
        await using var gateway = await TestGateway.StartAsync(postgres, Recorder.ListenToEverything);
        using var recorder = new Recorder(Path.Combine(folder.Path, "traces"));
        gateway.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(recorder);
        var written = Forms().ToList();
        var answers = new StringBuilder();

        foreach (var nir in written)
        {
            await RefusedAsync(Spoilt(m => m["personnes"]![0]!["nomUsage"] = "Essai " + nir));
            await RefusedAsync(Spoilt(m => m["logement"]!["complement"] = nir + " bis"));
            await RefusedAsync(Spoilt(m => m["inconnu"] = new JsonArray(nir)));
            await RefusedAsync(Spoilt(m => m[nir] = "x"));
            await RefusedAsync(Spoilt(m => m["dette"]![nir] = 1));
        }

        await RefusedAsync(Spoilt(m => m["inconnu"] = long.Parse(Ordinary, System.Globalization.CultureInfo.InvariantCulture)));
        await RefusedAsync(Post(Cdp, Messages.Cdp(Messages.NewHousehold()).ToJsonString()), ("Idempotency-Key", Ordinary));
        await RefusedAsync(Post(Cdp + "/lots", "{}", "application/x-ndjson"), ("ExchangeGateway-Lot", Ordinary));
        await RefusedAsync(Post(Cdp, $"<commandements-de-payer><motif>{Ordinary}</motif></commandements-de-payer>", "application/xml"));
        await OtherAsync(Post(Cdp, $"<commandements-de-payer><n{Ordinary}/><n{Ordinary}/></commandements-de-payer>", "application/xml"));
        await OtherAsync(Post(Cdp, $"<commandements-de-payer n{Ordinary}=\"x\"/>", "application/xml"));
        await OtherAsync(Post(Cdp, $"<commandements-de-payer><motif>{Ordinary}<", "application/xml"));
        await OtherAsync(Post(Cdp, $"{{\"motif\":\"{Ordinary}"));
        await OtherAsync(Post(Cdp, Ordinary, "text/plain"));
        await OtherAsync(Post("/v1/commissaires-de-justice/" + Ordinary + "?nir=" + Ordinary, "{}"));
        await OtherAsync(new(HttpMethod.Get, $"/{Ordinary}?x={Ordinary}"));
        await OtherAsync(new(HttpMethod.Get, $"/v1/reception?etat={Ordinary}&curseur={Ordinary}&depuis={Ordinary}"));
        await OtherAsync(new(HttpMethod.Get, "/v1/lots/" + Ordinary));

        var deposit = (await gateway.DepositAsync(Etude, Cdp[4..], Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<string>();
        await OtherAsync(Pdf(deposit, Ordinary, TestPdf.Minimal()));
        // A file name is read by nobody: the piece is accepted, and the name is nowhere.
        using (var named = await gateway.SendAsync(Etude, HttpMethod.Put, $"/v1/depots/{deposit}/pieces/decompte", Pdf(deposit, "decompte", TestPdf.Minimal(), $"attachment; filename=\"{Ordinary}.pdf\"").Content))
            named.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await gateway.RouteAsync();
        var delivery = (await gateway.InboxAsync(Adil)).Single()["id"]!.GetValue<string>();
        using (var note = await gateway.PostAsync(Adil, $"/v1/reception/{delivery}/identite", new JsonObject { ["motif"] = "instruction", ["note"] = "voir " + Ordinary }))
            await CheckAsync(note, HttpStatusCode.UnprocessableEntity);

        // A batch: the bad lines are told by their place, the good one is kept.
        var good = Messages.CafNotice(Messages.NewHousehold());
        var bad = written.Select(nir => { var line = Messages.CafNotice(Messages.NewHousehold()); line["personnes"]![0]!["nom"] = nir; return line; }).ToList();
        foreach (var (body, type) in new[]
        {
            (string.Join('\n', bad.Append(good).Select(l => l.ToJsonString())), "application/x-ndjson"),
            (Encoding.UTF8.GetString(new CsvWriter("impayes").File(bad.Append(Messages.CafNotice(Messages.NewHousehold())))), "text/csv"),
            ($"nom;{Ordinary}\r\nx;y\r\n", "text/csv"),
        })
        {
            using var report = await gateway.SendAsync(Caf, HttpMethod.Post, "/v1/caf/impayes/lots", new StringContent(body, Encoding.UTF8, type));
            var text = await CheckAsync(report, HttpStatusCode.OK);
            if (body.Length > 200)
            {
                text.Split("nir-interdit").Length.ShouldBe(written.Count + 1);
                text.ShouldContain("\"acceptees\":1");
            }
        }

        recorder.Flush();
        var scanner = new CanaryScanner([.. written, Ordinary, Corsican, OtherCorsican, Ordinary[..13]]);
        scanner.Find([folder.Path]).ShouldBeEmpty();
        var tables = await gateway.ScalarAsync<string>(
            "select string_agg(query_to_xml(format('select * from %I.%I', schemaname, tablename), true, true, '')::text, ' ') from pg_tables where schemaname not in ('pg_catalog', 'information_schema')");
        tables.Length.ShouldBeGreaterThan(10_000);
        scanner.Find("tables", tables).ShouldBeEmpty();
        scanner.Find("answers", answers.ToString()).ShouldBeEmpty();

        HttpRequestMessage Spoilt(Action<JsonObject> spoil)
        {
            var message = Messages.Cdp(Messages.NewHousehold());
            spoil(message);
            return Post(Cdp, message.ToJsonString());
        }

        async Task RefusedAsync(HttpRequestMessage request, params (string, string)[] headers)
        {
            using var answer = await gateway.SendAsync(Etude, request.Method, request.RequestUri!.ToString(), request.Content, headers);
            (await CheckAsync(answer, HttpStatusCode.UnprocessableEntity)).ShouldContain("nir-interdit");
        }

        async Task OtherAsync(HttpRequestMessage request)
        {
            using var answer = await gateway.SendAsync(Etude, request.Method, request.RequestUri!.ToString(), request.Content);
            ((int)answer.StatusCode).ShouldBeInRange(400, 499, request.RequestUri.ToString());
            answers.AppendLine(await answer.Content.ReadAsStringAsync(Ct));
        }

        async Task<string> CheckAsync(HttpResponseMessage answer, HttpStatusCode expected)
        {
            var text = await answer.Content.ReadAsStringAsync(Ct);
            answer.StatusCode.ShouldBe(expected, text);
            answers.AppendLine(text).AppendLine(string.Join('\n', answer.Headers.Where(h => h.Key is not "Set-Cookie").SelectMany(h => h.Value)));
            return text;
        }
    }

    [Fact]
    public async Task A_card_is_refused_in_a_field_and_keeps_a_piece_apart_and_an_account_number_only_in_a_field()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        foreach (var number in new[] { "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005", "FR76 3000 6000 0112 3456 7890 189" })
        {
            var message = Messages.Cdp(Messages.NewHousehold());
            message["acte"]!["requerant"] = "SCI, " + number;
            using var answer = await gateway.PostAsync(Etude, Cdp, message);
            var text = await answer.Content.ReadAsStringAsync(Ct);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            var problem = JsonNode.Parse(text)!;
            problem["type"]!.GetValue<string>().ShouldEndWith("donnee-bancaire-interdite");
            problem["errors"]![0]!["pointer"]!.GetValue<string>().ShouldBe("/acte/requerant");
            text.ShouldNotContain(number);
        }

        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(0);
        var typed = Messages.Cdp(Messages.NewHousehold());
        typed["acte"]!["referenceEtude"] = "4111111111111111";
        var deposit = (await gateway.DepositAsync(Etude, Cdp[4..], typed))["depot"]!.GetValue<string>();
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, "pdftotext"))))
            return;
        using var apart = await gateway.SendAsync(Etude, HttpMethod.Put, $"/v1/depots/{deposit}/pieces/acte", Pdf(deposit, "acte", TestPdf.WithText("carte 4111 1111 1111 1111")).Content);
        apart.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await apart.Content.ReadAsStringAsync(Ct)).ShouldContain("carte bancaire");
        using var joined = await gateway.SendAsync(Etude, HttpMethod.Put, $"/v1/depots/{deposit}/pieces/acte", Pdf(deposit, "acte", TestPdf.WithText("RIB de l'etude FR76 3000 6000 0112 3456 7890 189")).Content);
        joined.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_text_about_health_reaches_nobody_and_is_not_kept_until_a_purpose_permits_the_category()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync(Etude, Requisitions[4..], Requisition("Madame est hospitalisée, suivi psychiatrique.", "Digicode inconnu."));
        receipt["drapeaux"]!.AsArray().Select(f => f!["code"]!.GetValue<string>()).ShouldContain("texteRetenu");
        receipt["drapeaux"]!.ToJsonString().ShouldNotContain("hospitalis");
        await gateway.RouteAsync();
        var view = await ViewAsync(gateway);
        view["contenu"]!["acte"]!["difficultes"]!.GetValue<string>().ShouldBe("Digicode inconnu.");
        view["contenu"]!["acte"]!["diligences"].ShouldBeNull();
        view["contenu"]!["sante"].ShouldBeNull();
        view["drapeaux"]!.ToJsonString().ShouldContain("texteRetenu");
        (await gateway.ScalarAsync<long>("select count(*) from exchange.part where category = 2048")).ShouldBe(0);

        // The category is the purpose's to permit: with it the text is kept, sealed apart, and shown.
        var file = Path.Combine(gateway.Purposes, "P8-2026-01-01.json");
        var purpose = JsonNode.Parse(await File.ReadAllTextAsync(file, Ct))!;
        purpose["exclues"] = new JsonArray("ressources", "social");
        foreach (var recipient in purpose["destinataires"]!.AsArray())
            recipient!["categories"]!.AsArray().Add("sante");
        purpose["conservation"]!["sante"] = new JsonObject { ["duree"] = "dureeAFixer" };
        await File.WriteAllTextAsync(file, purpose.ToJsonString(), Ct);
        await gateway.ReloadAsync();
        await gateway.DepositAsync(Etude, Requisitions[4..], Requisition("Monsieur perçoit l'AAH.", "Aucune."));
        await gateway.RouteAsync();
        var permitted = await ViewAsync(gateway);
        var text = permitted["contenu"]!["sante"]!["textes"]!.AsArray().ShouldHaveSingleItem()!;
        (text["champ"]!.GetValue<string>(), text["texte"]!.GetValue<string>()).ShouldBe(("/acte/diligences", "Monsieur perçoit l'AAH."));
        (await gateway.ScalarAsync<long>("select count(*) from exchange.part where category = 2048")).ShouldBe(1);
    }

    private static JsonObject Requisition(string steps, string difficulties)
    {
        var message = Messages.Cdp(Messages.NewHousehold());
        foreach (var field in new[] { "dette", "bail", "bailleur" })
            message.Remove(field);
        message["acte"] = new JsonObject { ["referenceEtude"] = "RFP-" + Guid.NewGuid().ToString("N")[..10], ["requisLe"] = "2026-11-02", ["diligences"] = steps, ["difficultes"] = difficulties };
        return message;
    }

    /// <summary>The latest delivery at the secretariat.</summary>
    private static async Task<JsonNode> ViewAsync(TestGateway gateway)
    {
        const string ccapex = "ccapex-75-secretariat";
        return await gateway.GetAsync(ccapex, "/v1/reception/" + (await gateway.InboxAsync(ccapex))[^1]["id"]!.GetValue<string>());
    }

    private static IEnumerable<string> Forms() =>
    [
        Ordinary, Corsican, OtherCorsican, Spaced(Ordinary, " "), Spaced(Ordinary, "."), Spaced(Corsican, " "), Spaced(OtherCorsican, "-"), Spaced(Ordinary, "\u202F"),
        string.Join('\u2060', Ordinary.AsEnumerable()), string.Concat(Ordinary.Select(c => (char)(c + 0xFEE0))), string.Concat(Corsican.Select(c => (char)(c + 0xFEE0))),
    ];

    private static string Spaced(string nir, string separator) =>
        new StringBuilder(nir).Insert(13, separator).Insert(10, separator).Insert(7, separator).Insert(5, separator).Insert(3, separator).Insert(1, separator).ToString();

    private static string WithKey(string thirteen)
    {
        var number = long.Parse(thirteen.Replace("2A", "19", StringComparison.Ordinal).Replace("2B", "18", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        return thirteen + (97 - (number % 97)).ToString("00", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static HttpRequestMessage Post(string path, string body, string type = "application/json") => new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };

    private static HttpRequestMessage Pdf(string deposit, string name, byte[] pdf, string? disposition = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/depots/{deposit}/pieces/{name}") { Content = new ByteArrayContent(pdf) { Headers = { ContentType = new("application/pdf") } } };
        if (disposition is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Disposition", disposition);
        return request;
    }
}
