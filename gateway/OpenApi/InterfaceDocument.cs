using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Tokens;
using ExchangeGateway.Gateway.Audit;
using Microsoft.OpenApi;

namespace ExchangeGateway.Gateway.OpenApi;

/// <summary>The document at <c>/openapi/v1.json</c>: complete enough to generate clients, with examples that the tests hold true.</summary>
internal static class InterfaceDocument
{
    /// <summary>Name of the security scheme.</summary>
    public const string OAuth = "oauth2";

    private const string Name = "v1";

    extension(IServiceCollection services)
    {
        public IServiceCollection AddInterfaceDocument() => services.AddOpenApi(Name, options => options
            .AddOperationTransformer(static (operation, context, _) =>
            {
                OperationDescription.Complete(operation, context);
                return Task.CompletedTask;
            })
            .AddSchemaTransformer(static (schema, context, _) =>
            {
                WriteAsOAuth(schema, context.JsonTypeInfo.Type);
                return Task.CompletedTask;
            })
            .AddDocumentTransformer(static (document, context, _) =>
            {
                Present(document);
                PathsByType.Write(document, context.ApplicationServices.GetRequiredService<Schemas.SchemaCatalogue>());
                return Task.CompletedTask;
            }));
    }

    extension(WebApplication app)
    {
        public void MapInterfaceDocument() => app.MapOpenApi().RequireAuthorization(Policies.Public).Journalise(LogAction.None);
    }

    /// <summary>OAuth's own answers are written in snake case (RFC 6749 §5.1), by a serialiser of their own.</summary>
    private static void WriteAsOAuth(OpenApiSchema schema, Type type)
    {
        if (schema.Properties is null || OAuthJson.Default.GetTypeInfo(type)?.Kind is not JsonTypeInfoKind.Object)
            return;
        schema.Properties = schema.Properties.ToDictionary(field => Snake(field.Key), field => field.Value, StringComparer.Ordinal);
        schema.Required = schema.Required?.Select(Snake).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>A name that was given as it is (<c>x5t#S256</c>, RFC 8705) stays.</summary>
    private static string Snake(string name) => name.Contains('#', StringComparison.Ordinal) ? name : JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static void Present(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Passerelle d'échange pour la prévention des expulsions",
            Version = Name,
            Description = """
                Dépôt et réception de signalements entre les acteurs de la prévention des expulsions locatives. Les erreurs sont des
                documents `application/problem+json` (RFC 9457) en français ; leur `type` est stable. Ce que la passerelle reçoit ne
                vaut pas transmission par EXPLOC/Alexi.
                """,
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[OAuth] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Description = "Jeton de référence (RFC 6749, client_credentials), à présenter dans l'en-tête Authorization: Bearer.",
            Flows = new OpenApiOAuthFlows
            {
                ClientCredentials = new OpenApiOAuthFlow { TokenUrl = new Uri("/connect/token", UriKind.Relative), Scopes = new Dictionary<string, string>(StringComparer.Ordinal) },
            },
        };
    }
}
