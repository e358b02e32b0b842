using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Signs promises: compact JWS (RFC 7515) with ES256. The P-256 key lies in <c>keys/promesse.key</c>, protected by Data Protection.</summary>
internal sealed class PromiseSigner : IDisposable
{
    private readonly ECDsa _key;
    private readonly string _header;
    private readonly Lock _lock = new();

    public PromiseSigner(string keysFolder, IDataProtectionProvider protection)
    {
        var protector = protection.CreateProtector("promise-key");
        var path = Path.Combine(keysFolder, "promesse.key");
        if (File.Exists(path))
        {
            _key = ECDsa.Create();
            _key.ImportPkcs8PrivateKey(protector.Unprotect(File.ReadAllBytes(path)), out _);
        }
        else
        {
            _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            file.Write(protector.Protect(_key.ExportPkcs8PrivateKey()));
            file.Flush(flushToDisk: true);
        }

        var parameters = _key.ExportParameters(includePrivateParameters: false);
        var (x, y) = (Base64Url.EncodeToString(parameters.Q.X), Base64Url.EncodeToString(parameters.Q.Y));
        // RFC 7638: the thumbprint of the required members in lexical order.
        var thumbprint = Base64Url.EncodeToString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
        _header = Base64Url.EncodeToString(System.Text.Encoding.ASCII.GetBytes($$"""{"alg":"ES256","kid":"{{thumbprint}}","typ":"promesse+jws"}"""));
        Jwks = $$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}","kid":"{{thumbprint}}","alg":"ES256","use":"sig"}]}""";
    }

    /// <summary>The public key as a JWK Set (RFC 7517).</summary>
    public string Jwks { get; }

    public string Sign(Promise promise)
    {
        var input = _header + "." + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(promise, IntakeJson.Default.Promise));
        byte[] signature;
        lock (_lock) // ECDsa is not documented as safe for concurrent use
            signature = _key.SignData(System.Text.Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256);
        return input + "." + Base64Url.EncodeToString(signature);
    }

    public void Dispose() => _key.Dispose();
}

internal static class PromiseKeys
{
    public static void MapPromiseKeys(this IEndpointRouteBuilder app) =>
        app.MapGet("/.well-known/jwks.json", (PromiseSigner signer) => TypedResults.Text(signer.Jwks, "application/jwk-set+json"))
            .WithName("clesDesPromesses")
            .WithTags("Dépôts")
            .WithSummary("Clés publiques des promesses signées (JWK Set)")
            .Produces<string>(StatusCodes.Status200OK, "application/jwk-set+json")
            .RequireAuthorization(Policies.Public)
            .Journalise(LogAction.None);
}
