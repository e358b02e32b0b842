using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration;
using ExchangeGateway.Integration.Gateway;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace ExchangeGateway.Conformance;

/// <summary>What bad input gets, row by row of the contract, over HTTP; and that it leaves nothing behind.</summary>
public sealed class BadInputTests(PostgresFixture postgres)
{
    private const string Cdp = "/v1/commissaires-de-justice/commandements-de-payer";
    private const string Etude = "etude-75-001-depositaire";

    [Fact]
    public async Task Each_bad_input_gets_its_own_refusal_and_nothing_is_kept()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var good = Messages.Cdp(Messages.NewHousehold());
        var text = good.ToJsonString();
        var nir = Nir();
        var withNir = Messages.Cdp(Messages.NewHousehold());
        withNir["personnes"]![0]!["nomUsage"] = "Dupont " + nir;
        var elsewhere = Messages.Cdp(Messages.NewHousehold("69123", "69001", "Lyon"));
        var invalid = Messages.Cdp(Messages.NewHousehold());
        invalid["acte"]!["signifieLe"] = "2026-02-30";
        invalid.Remove("bailleur");

        (string What, string Path, HttpContent Content, (string, string)[] Headers, int Status, string Code)[] rows =
        [
            ("not JSON", Cdp, Json("{ \"motif\": "), [], 400, "json-invalide"),
            ("duplicate key", Cdp, Json("{\"motif\":\"impayes\",\"motif\":\"impayes\"}"), [], 400, "json-invalide"),
            ("lone surrogate", Cdp, Json("{\"motif\":\"\\ud800\"}"), [], 400, "json-invalide"),
            ("not XML", Cdp, Bytes("<commandements-de-payer>"u8.ToArray(), "application/xml"), [], 400, "xml-invalide"),
            ("XML with a DTD", Cdp, Bytes("<!DOCTYPE a><commandements-de-payer/>"u8.ToArray(), "application/xml"), [], 400, "xml-invalide"),
            ("XML against the schema", Cdp, Bytes("<commandements-de-payer><motif>autre</motif></commandements-de-payer>"u8.ToArray(), "application/xml"), [], 422, "schema-invalide"),
            ("batch with an impossible name", Cdp + "/lots", Bytes("{}"u8.ToArray(), "application/x-ndjson"), [("ExchangeGateway-Lot", "a b")], 400, "demande-invalide"),
            ("too deep", Cdp, Json(string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40)), [], 400, "json-invalide"),
            ("not UTF-8", Cdp, Bytes([(byte)'{', (byte)'"', 0xE9, (byte)'"', (byte)':', (byte)'1', (byte)'}'], "application/json"), [], 400, "json-invalide"),
            ("schema", Cdp, Json(invalid.ToJsonString()), [], 422, "schema-invalide"),
            ("NIR", Cdp, Json(withNir.ToJsonString()), [], 422, "nir-interdit"),
            ("unserved territory", Cdp, Json(elsewhere.ToJsonString()), [], 422, "territoire-non-servi"),
            ("wrong digest", Cdp, Json(text), [("Content-Digest", "sha-256=:" + Convert.ToBase64String(SHA256.HashData("autre"u8)) + ":")], 400, "empreinte-differente"),
            ("media type", Cdp, Bytes(Encoding.UTF8.GetBytes(text), "text/plain"), [], 415, "type-de-contenu"),
            ("over 1 MiB", Cdp, Json("{\"motif\":\"" + new string('a', 1 << 20) + "\"}"), [], 413, "trop-volumineux"),
            ("another's type", "/v1/caf/impayes", Json(Messages.CafNotice(Messages.NewHousehold()).ToJsonString()), [], 403, "hors-habilitation"),
            ("unknown type", "/v1/caf/inconnu", Json("{}"), [], 404, "introuvable"),
            ("batch of another media type", Cdp + "/lots", Bytes("x"u8.ToArray(), "application/xml"), [], 415, "type-de-contenu"),
        ];
        foreach (var (what, path, content, headers, status, code) in rows)
        {
            using var answer = await gateway.SendAsync(Etude, HttpMethod.Post, path, content, headers);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            ((int)answer.StatusCode).ShouldBe(status, $"{what}: {body}");
            var problem = JsonNode.Parse(body)!;
            problem["type"]!.GetValue<string>().ShouldBe("urn:exchange-gateway:probleme:" + code, what);
            problem["title"]!.GetValue<string>().ShouldNotBeNullOrWhiteSpace();
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", what);
            answer.Headers.GetValues("ExchangeGateway-Erreur").ShouldBe(["partenaire"], what);
            body.ShouldNotContain(nir);
            content.Dispose();
        }

        foreach (var table in new[] { "exchange.deposit", "exchange.part", "vault.part", "vault.subject", "vault.match_profile", "exchange.idempotency", "routing.work" })
            (await gateway.ScalarAsync<long>("select count(*) from " + table)).ShouldBe(0, table);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DepositRefused'"))
            .ShouldBe(rows.Length, "each refusal is in the log, whatever refused it");
    }

    [Fact]
    public async Task A_schema_refusal_names_every_error_with_its_pointer_at_once()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var message = Messages.Cdp(Messages.NewHousehold());
        message["acte"]!["signifieLe"] = "2026-02-30";
        message["logement"]!.AsObject().Remove("voie");
        using var answer = await gateway.PostAsync(Etude, Cdp, message);
        var errors = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["errors"]!.AsArray();
        errors.Select(e => e!["pointer"]!.GetValue<string>()).ShouldBe(["/acte/signifieLe", "/logement/voie"], ignoreOrder: true);
        errors.ShouldAllBe(e => e!["message"]!.GetValue<string>().Length > 10);
    }

    [Fact]
    public async Task Without_or_with_wrong_credentials_the_answer_is_one_and_the_same()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var bodies = new HashSet<string>(StringComparer.Ordinal);
        foreach (var authorization in new[] { null, "Bearer egt_faux", "Bearer", "Basic eDp5" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Cdp) { Content = Json("{}") };
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            answer.Headers.WwwAuthenticate.ShouldNotBeEmpty();
            bodies.Add(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        bodies.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("passerelle-dpo", "/v1/journal?organisation=%00")]
    [InlineData("adil-75-instructeur", "/v1/reception?curseur=a%00b")]
    [InlineData("adil-75-instructeur", "/v1/reception/01a1fd6e-1311-76b1-9e49-9a350da77377/pieces/a%00?motif=courrier")]
    public async Task A_NUL_character_in_an_address_is_a_bad_request(string client, string address)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using var answer = await gateway.SendAsync(client, HttpMethod.Get, address);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_OpenAPI_document_lists_the_calls_of_the_contract()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var document = JsonNode.Parse(await gateway.Http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;
        var paths = document["paths"]!.AsObject().Select(p => p.Key).ToList();
        foreach (var path in new[] { "/v1/caf/impayes", "/v1/caf/impayes/lots", "/v1/depots/{id}", "/v1/depots/{id}/preuve", "/v1/depots/{id}/pieces/{nom}", "/v1/reception", "/v1/reception/{id}", "/v1/reception/{id}/accuse", "/v1/reception/{id}/identite", "/v1/moi", "/connect/token", "/v1/lots/{nom}", "/v1/lots/{nom}/compte-rendu", "/v1/lots/{nom}/retour", "/v1/modeles/{partenaire}/{type}.csv", "/v1/modeles/commissaires-de-justice/actes.xsd" })
            paths.ShouldContain(path);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static ByteArrayContent Bytes(byte[] bytes, string mediaType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(mediaType);
        return content;
    }

    /// <summary>An invented number with a right key (97 − n mod 97).</summary>
    private static string Nir()
    {
        const long body = 1_80_01_75_123_456;
        return body.ToString("0") + (97 - (body % 97)).ToString("00");
    }
}
