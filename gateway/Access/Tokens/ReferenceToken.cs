using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>A reference token: <c>egt_</c> and 256 random bits in base64url. It says nothing; only its SHA-256 is kept.</summary>
internal static class ReferenceToken
{
    public const string Prefix = "egt_";
    private const int Length = 4 + 43;
    private const string Bearer = "Bearer ";

    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256 of the token's text; <see langword="false"/> for what cannot be one of ours, so that no look-up is spent on it.</summary>
    /// <remarks>The text is digested and not its bits: base64url has spare bits at the end, and two texts must not be one token.</remarks>
    public static bool TryDigest(ReadOnlySpan<char> token, [NotNullWhen(true)] out byte[]? digest)
    {
        digest = null;
        if (token.Length != Length || !token.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        Span<byte> ascii = stackalloc byte[Length];
        foreach (var c in token)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        }

        Encoding.ASCII.GetBytes(token, ascii);
        digest = SHA256.HashData(ascii);
        return true;
    }

    /// <summary>Reads <c>Authorization: Bearer …</c> (RFC 6750 §2.1; the scheme's name is case-insensitive, RFC 9110 §11.1).</summary>
    public static bool TryDigestHeader(StringValues authorization, [NotNullWhen(true)] out byte[]? digest)
    {
        digest = null;
        return authorization.Count == 1
            && authorization[0] is { } header
            && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && TryDigest(header.AsSpan(Bearer.Length).Trim(' '), out digest);
    }
}
