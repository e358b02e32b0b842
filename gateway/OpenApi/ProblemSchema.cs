using Microsoft.OpenApi;

namespace ExchangeGateway.Gateway.OpenApi;

/// <summary>The body of a refusal (RFC 9457) as a component.</summary>
internal static class ProblemSchema
{
    public const string Name = "Probleme";

    public static OpenApiSchema Schema { get; } = Object(
        "Un refus (RFC 9457). Rien de ce qui est refusé n'est conservé.",
        ["type", "title", "status", "detail"],
        ("type", Text("Code stable du refus : urn:exchange-gateway:probleme:<code>.")),
        ("title", Text("Ce qui ne va pas, en français.")),
        ("status", new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Statut HTTP." }),
        ("detail", Text("Que faire, en français.")),
        ("errors", new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Description = "Quand le contenu est en cause : tout ce qu'il faut corriger.",
            Items = Object(
                "Une correction à faire.",
                ["pointer", "code", "message"],
                ("pointer", Text("Place dans le message (RFC 6901).")),
                ("code", Text("Code stable de l'erreur.")),
                ("message", Text("Phrase en français, sans la valeur reçue."))),
        }));

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Object(string description, string[] required, params (string Name, OpenApiSchema Schema)[] fields) => new()
    {
        Type = JsonSchemaType.Object,
        Description = description,
        Required = required.ToHashSet(StringComparer.Ordinal),
        Properties = fields.ToDictionary(f => f.Name, IOpenApiSchema (f) => f.Schema, StringComparer.Ordinal),
    };
}
