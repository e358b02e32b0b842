using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>Scheme <c>jeton</c>: looks each reference token up, so that a revocation or a disabled client counts at once.</summary>
/// <remarks>A header that is absent, malformed, unknown, expired, revoked or bound to another certificate gets one and the same answer.</remarks>
internal sealed class ReferenceTokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenLookup tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!ReferenceToken.TryDigestHeader(Request.Headers.Authorization, out var digest)
            || await tokens.FindAsync(digest) is not { } bearer
            || !Holds(Context, bearer.CertificateThumbprint))
            return AuthenticateResult.NoResult();

        Context.Items[typeof(Caller)] = bearer.Caller;
        return AuthenticateResult.Success(new AuthenticationTicket(PrincipalOf(bearer.Caller), Schemes.Token));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return new RefusalResult(Catalogue.NonAuthentifie).ExecuteAsync(Context);
    }

    /// <summary>RFC 8705 §3: a bound token is good only over TLS with the certificate it was issued to.</summary>
    internal static bool Holds(HttpContext http, byte[]? thumbprint) =>
        thumbprint is null || (ThumbprintOf(http) is { } presented && CryptographicOperations.FixedTimeEquals(presented, thumbprint));

    /// <summary><c>x5t#S256</c>: SHA-256 of the DER form of the client's TLS certificate; <see langword="null"/> without one.</summary>
    internal static byte[]? ThumbprintOf(HttpContext http) => http.Connection.ClientCertificate?.GetCertHash(HashAlgorithmName.SHA256);

    private static ClaimsPrincipal PrincipalOf(Caller caller) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, caller.Agent), new Claim(ClaimTypes.Role, caller.Role)], Schemes.Token));
}
