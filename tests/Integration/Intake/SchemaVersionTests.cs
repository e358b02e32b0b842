using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Schemas;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Intake;

/// <summary>Two versions of one message type side by side: the sender names one, and is told how long it lives.</summary>
public sealed class SchemaVersionTests(PostgresFixture postgres)
{
    private const string Cdp = "commissaires-de-justice/commandements-de-payer", Etude = "etude-75-001-depositaire", Header = "ExchangeGateway-Version-Schema";

    /// <summary>The shipped schema becomes the old version; the current one also requires the landlord's name.</summary>
    private static SchemaCatalogue TwoVersions()
    {
        var documents = SchemaCatalogue.Load().Documents.ToDictionary(d => d.Key, d => JsonNode.Parse(d.Value.Span)!.AsObject());
        var old = (JsonObject)documents[Cdp].DeepClone();
        old["x-obsoleteLe"] = "2026-10-01";
        old["x-retireeLe"] = "2100-07-01";
        documents.Add(Cdp + ".1", old);
        documents[Cdp]["x-version"] = "2.1";
        documents[Cdp]["properties"]!["bailleur"]!["required"] = new JsonArray("type", "nom");
        return SchemaCatalogue.Load(documents.ToDictionary(d => d.Key, ReadOnlyMemory<byte> (d) => JsonSerializer.SerializeToUtf8Bytes(d.Value)));
    }

    private static Task<TestGateway> StartAsync(PostgresFixture postgres) => TestGateway.StartAsync(postgres, s => s.AddSingleton(TwoVersions()));

    private static JsonObject Message()
    {
        var message = Messages.Cdp(Messages.NewHousehold());
        message["bailleur"]!.AsObject().Remove("nom");
        return (JsonObject)message;
    }

    private static StringContent Content(string body, string mediaType)
    {
        var content = new StringContent(body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }

    [Fact]
    public async Task A_message_is_held_to_the_version_that_it_names_or_to_the_current_one()
    {
        await using var gateway = await StartAsync(postgres);

        using var current = await gateway.PostAsync(Etude, "/v1/" + Cdp, Message());
        current.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        current.Headers.GetValues(Header).ShouldBe(["2.1"]);
        current.Headers.Contains("Deprecation").ShouldBeFalse();
        JsonNode.Parse(await current.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["errors"]![0]!["pointer"]!.GetValue<string>().ShouldBe("/bailleur/nom");

        foreach (var (mediaType, header) in new[] { ("application/json", "1"), ("application/json", "1.0"), ("application/json; charset=utf-8; version=1.0", null), ("application/json; version=\"1\"", "1") })
        {
            using var old = await gateway.SendAsync(Etude, HttpMethod.Post, "/v1/" + Cdp, Content(Message().ToJsonString(), mediaType), header is null ? [] : [(Header, header)]);
            old.StatusCode.ShouldBe(HttpStatusCode.Accepted, mediaType);
            old.Headers.GetValues(Header).ShouldBe(["1"]);
            // 1 October 2026 and 1 July 2100, midnight UTC.
            old.Headers.GetValues("Deprecation").ShouldBe(["@1790812800"]);
            old.Headers.GetValues("Sunset").ShouldBe(["Thu, 01 Jul 2100 00:00:00 GMT"]);
        }

        (await gateway.ScalarAsync<string>("select string_agg(distinct schema_version, ',') from exchange.deposit")).ShouldBe("1");
    }

    [Fact]
    public async Task An_unknown_or_contradictory_version_is_refused_with_those_that_are_served()
    {
        await using var gateway = await StartAsync(postgres);
        foreach (var (mediaType, header, said) in new[]
        {
            ("application/json", "3", "2.1, 1"), ("application/json", "1.0.0", "2.1, 1"), ("application/json", "-1", "2.1, 1"), ("application/json", "derniere", "2.1, 1"),
            ("application/json; version=2.1", "1", "se contredisent"),
        })
        {
            using var answer = await gateway.SendAsync(Etude, HttpMethod.Post, "/v1/" + Cdp, Content(Message().ToJsonString(), mediaType), (Header, header));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, header);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            problem["type"]!.GetValue<string>().ShouldBe("urn:exchange-gateway:probleme:demande-invalide");
            problem["detail"]!.GetValue<string>().ShouldContain(said);
        }

        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'DepositRefused'")).ShouldBe(5);
    }

    [Fact]
    public async Task A_batch_names_the_version_of_all_its_lines()
    {
        await using var gateway = await StartAsync(postgres);
        var lines = $"{Message().ToJsonString()}\n{Message().ToJsonString()}\n";
        foreach (var (version, accepted) in new[] { ("2.1", 0), ("1", 2) })
        {
            using var answer = await gateway.SendAsync(Etude, HttpMethod.Post, $"/v1/{Cdp}/lots", Content(lines, "application/x-ndjson"), (Header, version));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.Contains("Deprecation").ShouldBe(version == "1");
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\"code\":\"accepte\"").Length.ShouldBe(accepted + 1, version);
        }

        using var unknown = await gateway.SendAsync(Etude, HttpMethod.Post, $"/v1/{Cdp}/lots", Content(lines, "application/x-ndjson; version=9"));
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_version_is_refused_from_the_day_of_its_withdrawal()
    {
        await using var gateway = await StartAsync(postgres);
        gateway.Clock.Advance(new DateTimeOffset(2100, 7, 1, 12, 0, 0, TimeSpan.Zero) - gateway.Clock.GetUtcNow());
        using var answer = await gateway.PostAsync(Etude, "/v1/" + Cdp, Message(), (Header, "1"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("2.1 ;");
    }
}
