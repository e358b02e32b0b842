using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>What is refused, and what stays afterwards: nothing but the log entry.</summary>
public sealed class RefusalTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";

    [Fact]
    public async Task Anything_of_another_organisation_is_a_404_and_the_attempt_is_in_the_log()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();
        var delivery = (await gateway.InboxAsync("adil-75-instructeur")).Single()["id"]!.GetValue<string>();
        var deposit = receipt["depot"]!.GetValue<string>();

        (string Client, HttpMethod Method, string Path, JsonObject? Body)[] attempts =
        [
            ("bailleur-75-001-depositaire", HttpMethod.Get, $"/v1/depots/{deposit}", null),
            ("bailleur-75-001-depositaire", HttpMethod.Get, $"/v1/depots/{deposit}/preuve", null),
            ("ccapex-75-secretariat", HttpMethod.Get, $"/v1/reception/{delivery}", null),
            ("ccapex-75-secretariat", HttpMethod.Post, $"/v1/reception/{delivery}/accuse", null),
            ("ccapex-75-secretariat", HttpMethod.Post, $"/v1/reception/{delivery}/identite", new JsonObject { ["motif"] = "instruction" }),
            ("ccapex-75-secretariat", HttpMethod.Get, $"/v1/reception/{delivery}/pieces/acte?motif=instruction", null),
        ];
        var refused = await gateway.ScalarAsync<long>("select count(*) from audit.entry where action in ('AccessRefused', 'DepositRefused')");
        foreach (var (client, method, path, body) in attempts)
        {
            var content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await gateway.SendAsync(client, method, path, content);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        using (var pdf = new ByteArrayContent(TestPdf.Minimal()))
        {
            pdf.Headers.ContentType = new("application/pdf");
            using var answer = await gateway.SendAsync("bailleur-75-001-depositaire", HttpMethod.Put, $"/v1/depots/{deposit}/pieces/acte", pdf);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        // The proof's 404 stays without an entry: it is what a deposit not yet integrated answers too.
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action in ('AccessRefused', 'DepositRefused')")).ShouldBeGreaterThanOrEqualTo(refused + attempts.Length);
        using var own = await gateway.SendAsync("adil-75-instructeur", HttpMethod.Get, $"/v1/reception/{delivery}");
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/v1/commissaires-de-justice/commandements-de-payer", "text/plain")]
    [InlineData("/v1/commissaires-de-justice/commandements-de-payer/lots", "application/json")]
    [InlineData("/v1/caf/impayes", "text/html")]
    public async Task A_body_of_another_media_type_is_a_415_with_its_entry_in_the_log(string path, string mediaType)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var client = path.Contains("caf", StringComparison.Ordinal) ? "caf-75-depositaire" : "etude-75-001-depositaire";
        using var answer = await gateway.SendAsync(client, HttpMethod.Post, path, new StringContent("corps", Encoding.UTF8, mediaType));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("urn:exchange-gateway:probleme:");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DepositRefused'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_purpose_removed_from_the_files_gives_403_at_once_after_reload_and_the_refusal_is_in_the_log()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();
        var delivery = (await gateway.InboxAsync("adil-75-instructeur")).Single()["id"]!.GetValue<string>();

        foreach (var file in Directory.EnumerateFiles(gateway.Purposes, "P1-*.json").Concat(Directory.EnumerateFiles(gateway.Purposes, "P2-*.json")))
            File.Delete(file);
        using (var reload = await gateway.SendAsync("passerelle-exploitant", HttpMethod.Post, "/v1/exploitation/rechargement"))
            reload.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        using (var deposit = await gateway.PostAsync("etude-75-001-depositaire", "/v1/" + Cdp, Messages.Cdp(Messages.NewHousehold())))
        {
            deposit.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await deposit.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("finalite-non-enregistree");
        }

        using (var reading = await gateway.SendAsync("adil-75-instructeur", HttpMethod.Get, $"/v1/reception/{delivery}"))
            reading.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var identity = await gateway.PostAsync("adil-75-instructeur", $"/v1/reception/{delivery}/identite", new JsonObject { ["motif"] = "courrier" }))
            identity.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await gateway.InboxAsync("adil-75-instructeur")).ShouldBeEmpty();

        var log = await gateway.GetAsync("passerelle-dpo", "/v1/journal?action=DepositRefused");
        log.ToJsonString().ShouldContain("finalite-non-enregistree");
        var readings = await gateway.GetAsync("passerelle-dpo", "/v1/journal?action=AccessRefused");
        readings.ToJsonString().ShouldContain("finaliteInconnue");
    }

    [Fact]
    public async Task An_invalid_register_file_changes_nothing_and_says_every_error()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await File.WriteAllTextAsync(Path.Combine(gateway.Purposes, "P99-2026-01-01.json"), """{ "id": "P99", "inconnu": 1 }""", TestContext.Current.CancellationToken);
        using (var reload = await gateway.SendAsync("passerelle-exploitant", HttpMethod.Post, "/v1/exploitation/rechargement"))
        {
            reload.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await reload.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("P99-2026-01-01.json");
        }

        await gateway.DepositAsync("etude-75-001-depositaire", Cdp, Messages.Cdp(Messages.NewHousehold()));
    }

    [Fact]
    public async Task Only_the_operator_reloads_the_registers()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using var answer = await gateway.SendAsync("passerelle-dpo", HttpMethod.Post, "/v1/exploitation/rechargement");
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
