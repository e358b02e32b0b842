using ExchangeGateway.Gateway.Audit;
using Microsoft.Extensions.Options;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>What an OAuth client needs to find its way (RFC 8414).</summary>
internal static class DescribeServer
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/.well-known/oauth-authorization-server", Handle)
            .RequireAuthorization(Policies.Public)
            .Journalise(LogAction.None)
            .WithName("decrireServeur")
            .WithTags("Accès")
            .WithSummary("Métadonnées du serveur d'autorisation (RFC 8414)")
            .Produces<AuthorizationServerMetadata>();

    private static IResult Handle(HttpRequest request, IOptions<AccessOptions> options)
    {
        var issuer = (options.Value.Issuer?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host}").TrimEnd('/');
        return Results.Json(new AuthorizationServerMetadata
        {
            Issuer = issuer,
            TokenEndpoint = issuer + "/connect/token",
            IntrospectionEndpoint = issuer + "/connect/introspect",
            RevocationEndpoint = issuer + "/connect/revoke",
            ServiceDocumentation = issuer + "/openapi/v1.json",
        }, OAuthJson.Default.AuthorizationServerMetadata);
    }
}
