using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <summary>Secrets and signatures as Standard Webhooks 1.0 writes them: <c>whsec_</c> and base64; <c>v1,</c> and the base64 of HMAC-SHA-256 over id, time and body.</summary>
internal sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private const string Prefix = "whsec_";
    private const int Length = 32;

    private readonly IDataProtector _protector = protection.CreateProtector("webhook-secret");

    /// <summary>A new secret: what its owner is shown once, and what is kept.</summary>
    public (string Shown, string Kept) New()
    {
        var shown = Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length));
        return (shown, _protector.Protect(shown));
    }

    /// <summary>The keys that sign now, the current one first.</summary>
    /// <param name="previous">Kept secret of before a renewal that is not over; <see langword="null"/> otherwise.</param>
    public IReadOnlyList<byte[]> Keys(string current, string? previous) => [.. new[] { current, previous }.OfType<string>().Select(Key)];

    private byte[] Key(string kept) => Convert.FromBase64String(_protector.Unprotect(kept)[Prefix.Length..]);

    /// <summary>The value of <c>webhook-signature</c>: one signature a key, parted by a space.</summary>
    public static string Sign(IReadOnlyList<byte[]> keys, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}."));
        byte[] signed = [.. head, .. body];
        return string.Join(' ', keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed))));
    }
}
