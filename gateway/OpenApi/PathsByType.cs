using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Documentation;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Schemas;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace ExchangeGateway.Gateway.OpenApi;

/// <summary>
/// Writes one path a message type, with its schema and its examples, in place of <c>/v1/{partenaire}/{type}</c>: a client
/// generated from the document then knows what each type holds. A new type appears by itself.
/// </summary>
internal static class PathsByType
{
    private const string Message = "/v1/{partenaire}/{type}";
    private const string Batch = Message + "/lots";

    /// <summary>Keywords that only the gateway's own validation reads.</summary>
    private static readonly string[] Internal = ["$schema", "$id", "x-nir", "x-attendu"];

    public static void Write(OpenApiDocument document, SchemaCatalogue schemas)
    {
        document.AddComponent(ProblemSchema.Name, ProblemSchema.Schema);
        var (message, batch) = (Take(document, Message), Take(document, Batch));
        foreach (var type in PartnerMessages.All.OrderBy(m => m.Type.ToString(), StringComparer.Ordinal))
        {
            var schema = JsonNode.Parse(schemas.Documents[type.Type.ToString()].Span)!.AsObject();
            var (name, title) = (ComponentName(type.Type), schema["title"]!.GetValue<string>());
            document.AddComponent(name, Component(schema, document));
            document.Paths.Add("/v1/" + type.Type, Item(message, "deposer" + name, "Dépose un message : " + title, MessageBody(type, name, document), Key(), OperationDescription.Digest()));
            document.Paths.Add("/v1/" + type.Type + "/lots", Item(batch, "deposerLot" + name, "Dépose un lot de messages : " + title, BatchBody(type)));
        }
    }

    /// <summary><c>caf/impayes</c> is <c>CafImpayes</c>.</summary>
    public static string ComponentName(MessageType type)
    {
        var name = OperationDescription.Camel(type.ToString());
        return char.ToUpperInvariant(name[0]) + name[1..];
    }

    private static OpenApiOperation Take(OpenApiDocument document, string path)
    {
        if (!document.Paths.Remove(path, out var item) || item.Operations?.GetValueOrDefault(HttpMethod.Post) is not { } operation)
            throw new InvalidOperationException($"The generic route {path} is not in the document.");
        return operation;
    }

    private static OpenApiParameter Key() => OperationDescription.Header(
        "Idempotency-Key",
        "Clé de l'envoi, au choix de l'expéditeur (255 caractères au plus) : la même clé et le même contenu rendent le même récépissé. Sans clé, le contenu est sa propre clé.",
        JsonSchemaType.String);

    private static OpenApiPathItem Item(OpenApiOperation generic, string id, string summary, OpenApiRequestBody body, params OpenApiParameter[] headers)
    {
        var operation = new OpenApiOperation(generic)
        {
            OperationId = id,
            Summary = summary,
            RequestBody = body,
            Parameters =
            [
                .. (generic.Parameters ?? []).Where(parameter => parameter.In is not ParameterLocation.Path),
                .. headers,
                OperationDescription.Header(AskedVersion.Header, "Version du schéma que suit le message ; sans cet en-tête, la version en vigueur.", JsonSchemaType.String),
            ],
        };
        return new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = operation } };
    }

    private static OpenApiRequestBody MessageBody(IPartnerMessage type, string component, OpenApiDocument document) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/json"] = new()
            {
                Schema = new OpenApiSchemaReference(component, document),
                Examples = ExampleMessages.Of(type.Type).ToDictionary(
                    example => example.Name, IOpenApiExample (example) => new OpenApiExample { Summary = example.Name, Value = JsonNode.Parse(example.Json) }, StringComparer.Ordinal),
            },
        },
    };

    private static OpenApiRequestBody BatchBody(IPartnerMessage type)
    {
        var lines = string.Concat(ExampleMessages.Of(type.Type).Select(example => JsonNode.Parse(example.Json)!.ToJsonString() + "\n"));
        var content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/x-ndjson"] = Text("Un message par ligne.", lines),
        };
        if (type.Columns is { } columns)
            content["text/csv"] = Text("UTF-8, séparateur « ; », une ligne d'en-tête avec toutes les colonnes, un message par ligne.", ExampleMessages.Csv(columns));
        return new OpenApiRequestBody { Required = true, Content = content };
    }

    private static OpenApiMediaType Text(string description, string example) => new()
    {
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = description },
        Example = JsonValue.Create(example),
    };

    private static OpenApiSchema Component(JsonObject schema, OpenApiDocument document)
    {
        // Rules between fields are told in words: generators make nothing good of « not » in « anyOf ».
        var rules = (schema["allOf"] as JsonArray ?? []).Select(rule => rule?["x-erreur"]?["message"]?.ToString()).OfType<string>().ToList();
        if (rules.Count > 0)
        {
            schema.Remove("allOf");
            schema["description"] = $"{schema["description"]} {string.Join(' ', rules)}";
        }

        Strip(schema);
        return OpenApiModelFactory.Parse<OpenApiSchema>(schema.ToJsonString(), OpenApiSpecVersion.OpenApi3_1, document, out _, OpenApiConstants.Json)
            ?? throw new InvalidOperationException("A message schema cannot be read as an OpenAPI schema.");
    }

    private static void Strip(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var name in Internal)
                    fields.Remove(name);
                foreach (var (_, value) in fields)
                    Strip(value);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Strip(item);
                break;
        }
    }
}
