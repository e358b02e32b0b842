using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Integration;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Schemas;
using Microsoft.OpenApi.Reader;
using NJsonSchema;

namespace ExchangeGateway.Conformance;

/// <summary>The interface document: complete, sound, and true.</summary>
public sealed class OpenApiTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Is_a_sound_document_in_which_every_operation_says_what_it_takes_and_gives()
    {
        var text = await ReadAsync();
        OpenApiModelFactory.Parse(text, "json", null).Diagnostic!.Errors.ShouldBeEmpty();
        var document = JsonNode.Parse(text)!;

        var operations = Operations(document).ToList();
        operations.Select(o => o.Body["operationId"]!.GetValue<string>()).ShouldBeUnique();
        foreach (var (where, operation) in operations)
        {
            operation["operationId"]!.GetValue<string>().ShouldMatch("^[a-z][A-Za-z0-9]+$", where);
            operation["summary"]?.GetValue<string>().ShouldNotBeNullOrEmpty(where);
            operation["summary"].ShouldNotBeNull(where);
            operation["tags"]!.AsArray().ShouldNotBeEmpty(where);
            var responses = operation["responses"]!.AsObject();
            responses.ShouldAllBe(r => r.Value!["description"]!.GetValue<string>().Length > 0, where);
            responses.Any(r => r.Key[0] is '2').ShouldBeTrue(where);
            foreach (var (status, response) in responses.Where(r => r.Key[0] is '4' or '5' && !where.Contains("/connect/", StringComparison.Ordinal)))
            {
                var schema = response!["content"]!["application/problem+json"]!["schema"]!["$ref"]!.GetValue<string>();
                schema.ShouldBeOneOf("#/components/schemas/Probleme", "#/components/schemas/RefusalProblem");
                status.Length.ShouldBe(3);
            }

            if (where.Contains(" /v1/", StringComparison.Ordinal))
            {
                operation["security"]!.AsArray().Single()!["oauth2"].ShouldNotBeNull(where);
                responses.ShouldContain(r => r.Key == "401", where);
            }
        }

        foreach (var reference in References(document))
            reference[2..].Split('/').Aggregate(document, (node, step) => node?[step]!).ShouldNotBeNull(reference);
    }

    [Fact]
    public async Task Shows_each_message_type_with_its_own_schema_and_examples_that_it_accepts()
    {
        var document = JsonNode.Parse(await ReadAsync())!;
        var schemas = SchemaCatalogue.Load();
        document["paths"]!.AsObject().Select(p => p.Key).ShouldNotContain(path => path.StartsWith("/v1/{partenaire}/", StringComparison.Ordinal));
        foreach (var message in PartnerMessages.All)
        {
            var content = document["paths"]![$"/v1/{message.Type}"]!["post"]!["requestBody"]!["content"]!["application/json"]!;
            var component = content["schema"]!["$ref"]!.GetValue<string>().Split('/')[^1];
            var schema = await JsonSchema.FromJsonAsync(document["components"]!["schemas"]![component]!.ToJsonString(), TestContext.Current.CancellationToken);
            var examples = content["examples"]!.AsObject();
            examples.Count.ShouldBeGreaterThan(0);
            foreach (var (name, example) in examples)
            {
                var json = example!["value"]!.ToJsonString();
                schema.Validate(json).ShouldBeEmpty($"{message.Type} {name}");
                schemas.Validate(message.Type, Encoding.UTF8.GetBytes(json)).ShouldBeOfType<ValidationResult.Valid>($"{message.Type} {name}");
            }

            schema.Validate("{}").ShouldNotBeEmpty($"{message.Type}: the published schema refuses what the gateway refuses");
            var batch = document["paths"]![$"/v1/{message.Type}/lots"]!["post"]!["requestBody"]!["content"]!.AsObject();
            batch.ContainsKey("application/x-ndjson").ShouldBeTrue();
            batch.ContainsKey("text/csv").ShouldBe(message.Columns is not null, message.Type.ToString());
        }
    }

    [Fact]
    public async Task Shows_examples_of_refusals_and_of_answers_that_their_own_schemas_accept()
    {
        var document = JsonNode.Parse(await ReadAsync())!;
        var shown = 0;
        foreach (var (where, operation) in Operations(document))
        {
            foreach (var (status, response) in operation["responses"]!.AsObject())
            {
                foreach (var (_, media) in response!["content"]?.AsObject() ?? [])
                {
                    if (media!["schema"]?["$ref"]?.GetValue<string>().Split('/')[^1] is not { } component)
                        continue;
                    var examples = media["examples"]?.AsObject().Select(e => e.Value!["value"]!).ToList() ?? [];
                    if (media["example"] is JsonObject example)
                        examples.Add(example);
                    if (examples.Count == 0)
                        continue;
                    var schema = await JsonSchema.FromJsonAsync(Inlined(document, document["components"]!["schemas"]![component]!).ToJsonString(), TestContext.Current.CancellationToken);
                    foreach (var value in examples)
                    {
                        schema.Validate(value.ToJsonString()).ShouldBeEmpty($"{where} {status}: {value.ToJsonString()}");
                        shown++;
                    }
                }
            }
        }

        shown.ShouldBeGreaterThan(100);
    }

    private async Task<string> ReadAsync()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        return await gateway.Http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
    }

    private static IEnumerable<(string Where, JsonObject Body)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key} {path.Key}", operation.Value!.AsObject());

    /// <summary>A schema with what it refers to written out.</summary>
    private static JsonNode Inlined(JsonNode document, JsonNode node) => node switch
    {
        JsonObject fields when fields["$ref"] is JsonValue reference =>
            Inlined(document, reference.GetValue<string>()[2..].Split('/').Aggregate(document, (place, step) => place[step]!)),
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, field.Value is null ? null : (JsonNode?)Inlined(document, field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Inlined(document, item))]),
        _ => node.DeepClone(),
    };

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => field is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : References(field.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
