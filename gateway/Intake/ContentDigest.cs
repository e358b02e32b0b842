using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>The <c>Content-Digest</c> header (RFC 9530): <c>sha-256=:BASE64:</c>, <c>sha-512=:BASE64:</c>; other algorithms are ignored, as the RFC asks.</summary>
internal static class ContentDigest
{
    /// <summary>True when there is no digest that we know, or each one we know matches the body.</summary>
    public static bool Matches(string? header, ReadOnlySpan<byte> body)
    {
        if (string.IsNullOrEmpty(header))
            return true;
        foreach (var member in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = member.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                return false;
            var algorithm = member[..equals].ToLowerInvariant();
            if (algorithm is not ("sha-256" or "sha-512"))
                continue;
            var value = member[(equals + 1)..];
            if (value.Length < 2 || value[0] != ':' || value[^1] != ':')
                return false;
            var expected = new byte[64];
            if (!Convert.TryFromBase64String(value[1..^1], expected, out var length))
                return false;
            var actual = algorithm is "sha-256" ? SHA256.HashData(body) : SHA512.HashData(body);
            if (!CryptographicOperations.FixedTimeEquals(expected.AsSpan(0, length), actual))
                return false;
        }

        return true;
    }
}
