using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Access.People;

/// <summary>Time-based one-time codes (RFC 6238): six digits, steps of 30 s, HMAC-SHA-1, which is what authenticator apps speak.</summary>
internal static class Totp
{
    private const int StepSeconds = 30;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A new key: 160 random bits in base32.</summary>
    public static string NewKey()
    {
        var bits = RandomNumberGenerator.GetBytes(32);
        return string.Create(32, bits, static (text, random) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = Alphabet[random[i] & 31];
        });
    }

    /// <summary>The code of an instant.</summary>
    /// <exception cref="FormatException">The key is not base32.</exception>
    public static string Code(string key, DateTimeOffset at) => CodeOf(Decode(key), StepOf(at));

    /// <summary>The step that a code belongs to: this one or, for clocks that drift (§5.2), its neighbours; <see langword="null"/> when it is wrong.</summary>
    /// <exception cref="FormatException">The key is not base32.</exception>
    public static long? Match(string key, string code, DateTimeOffset at)
    {
        code = code.Replace(" ", "", StringComparison.Ordinal);
        if (code.Length != 6 || !code.All(char.IsAsciiDigit))
            return null;
        var secret = Decode(key);
        long? match = null;
        for (var step = StepOf(at) - 1; step <= StepOf(at) + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(code), System.Text.Encoding.ASCII.GetBytes(CodeOf(secret, step))))
                match ??= step;
        }

        return match;
    }

    private static long StepOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / StepSeconds;

    private static string CodeOf(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // RFC 6238 §1.2: HMAC-SHA-1 is the default, and not weak here: no collision helps to guess a code.
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var offset = hash[19] & 0xf; // RFC 4226 §5.3
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & 0x7fffffff;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string base32)
    {
        var bytes = new byte[base32.Length * 5 / 8];
        var (buffer, bits, next) = (0, 0, 0);
        foreach (var c in base32.TrimEnd('='))
        {
            var value = Alphabet.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
            if (value < 0)
                throw new FormatException("An authenticator key is base32 (RFC 4648 §6).");
            buffer = ((buffer << 5) | value) & 0xfff;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[next++] = (byte)(buffer >> bits);
            }
        }

        return bytes;
    }
}
