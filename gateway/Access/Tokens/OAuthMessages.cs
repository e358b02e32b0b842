using System.Globalization;
using System.Text.Json.Serialization;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>Errors of OAuth 2.0 in the form that its clients read (RFC 6749 §5.2), never a problem document.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">Code of RFC 6749 §5.2.</param>
/// <param name="Description">French without accents: the RFC allows ASCII only.</param>
/// <param name="RetryAfter">How long to wait, for 429.</param>
internal sealed record OAuthError(int Status, string Error, string Description, TimeSpan? RetryAfter = null) : IResult
{
    /// <summary>Unknown client, wrong secret, disabled client: one answer for all.</summary>
    public static OAuthError InvalidClient { get; } = new(401, "invalid_client", "Authentification du client refusee.");

    public static OAuthError InvalidRequest(string description) => new(400, "invalid_request", description);

    public static OAuthError TooManyAttempts(TimeSpan wait) => new(429, "temporarily_unavailable", "Trop d'essais refuses. Attendez le delai indique par Retry-After.", wait);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        response.Headers["ExchangeGateway-Erreur"] = Refusals.Refusal.Partner;
        if (Status == 401)
            response.Headers.WWWAuthenticate = "Basic realm=\"exchange-gateway\", charset=\"UTF-8\"";
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return response.WriteAsJsonAsync(new OAuthErrorBody(Error, Description), OAuthJson.Default.OAuthErrorBody, "application/json", httpContext.RequestAborted);
    }
}

internal sealed record OAuthErrorBody(string Error, string ErrorDescription);

/// <summary>RFC 6749 §5.1.</summary>
/// <param name="AccessToken">The reference token; shown here and never again.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds.</param>
internal sealed record TokenAnswer(string AccessToken, string TokenType, long ExpiresIn);

/// <summary>RFC 7662 §2.2; all but <c>active</c> is absent for a token that is not active to the caller.</summary>
internal sealed record IntrospectionAnswer(bool Active)
{
    public string? ClientId { get; init; }
    public string? TokenType { get; init; }
    /// <summary>Seconds since 1970.</summary>
    public long? Exp { get; init; }
    /// <summary>Seconds since 1970.</summary>
    public long? Iat { get; init; }
    public string? Sub { get; init; }
    /// <summary>Our own member: code of the organisation.</summary>
    public string? Organisation { get; init; }
    /// <summary>Our own member: role the client acts in.</summary>
    public string? Role { get; init; }
    /// <summary>RFC 8705 §3.2.</summary>
    public CertificateConfirmation? Cnf { get; init; }
}

internal sealed record CertificateConfirmation([property: JsonPropertyName("x5t#S256")] string Thumbprint);

/// <summary>RFC 8414 §2, RFC 8705 §3.3.</summary>
internal sealed record AuthorizationServerMetadata
{
    public required string Issuer { get; init; }
    public required string TokenEndpoint { get; init; }
    public required string IntrospectionEndpoint { get; init; }
    public required string RevocationEndpoint { get; init; }
    public IReadOnlyList<string> GrantTypesSupported { get; } = ["client_credentials"];
    public IReadOnlyList<string> ResponseTypesSupported { get; } = [];
    public IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; } = ["client_secret_basic", "client_secret_post"];
    public IReadOnlyList<string> IntrospectionEndpointAuthMethodsSupported { get; } = ["client_secret_basic", "client_secret_post"];
    public IReadOnlyList<string> RevocationEndpointAuthMethodsSupported { get; } = ["client_secret_basic", "client_secret_post"];
    public bool TlsClientCertificateBoundAccessTokens { get; } = true;
    public string ServiceDocumentation { get; init; } = "/openapi/v1.json";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OAuthErrorBody))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(IntrospectionAnswer))]
[JsonSerializable(typeof(AuthorizationServerMetadata))]
internal sealed partial class OAuthJson : JsonSerializerContext;
