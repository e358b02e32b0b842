using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>
/// A pseudonym: AES-256 of a 16-byte random id (one block) under a secret of the recipient's own domain. Two recipients
/// hold unrelated pseudonyms of one household; the gateway alone can go back. Written in Crockford's base 32 with its
/// check symbol, so that one read on the telephone tells its own mistakes.
/// </summary>
internal static class Pseudonym
{
    private const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
    private const int Length = 26;

    /// <summary>27 characters: 26 of base 32 and the check symbol (value modulo 37).</summary>
    /// <param name="secret">32 bytes.</param>
    /// <param name="id">A random id: a subject's, a dossier's.</param>
    public static string Of(byte[] secret, Guid id)
    {
        using var aes = Aes.Create();
        aes.Key = secret;
        return Of(aes, id);
    }

    /// <summary>As above, for many ids of one domain: setting a key up costs more than a block.</summary>
    public static string Of(Aes secret, Guid id)
    {
        Span<byte> block = stackalloc byte[16];
        id.TryWriteBytes(block);
        Span<byte> cipher = stackalloc byte[16];
        secret.EncryptEcb(block, cipher, PaddingMode.None);
        var value = BinaryPrimitives.ReadUInt128BigEndian(cipher);
        Span<char> text = stackalloc char[Length + 1];
        text[Length] = Symbols[(int)(value % 37)];
        for (var i = Length - 1; i >= 0; i--)
        {
            text[i] = Symbols[(int)(value & 31)];
            value >>= 5;
        }

        return new string(text);
    }

    /// <summary>The id behind a pseudonym; false when it is mistyped (check symbol) or malformed. Letters O, I and L are read as 0 and 1; hyphens and spaces are skipped.</summary>
    public static bool TryReverse(byte[] secret, string text, out Guid id)
    {
        id = default;
        var value = BigInteger.Zero;
        var count = 0;
        foreach (var raw in text)
        {
            if (raw is '-' or ' ')
                continue;
            var c = char.ToUpperInvariant(raw) switch { 'O' => '0', 'I' or 'L' => '1', var other => other };
            var digit = Symbols.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0 || count > Length || (count < Length && digit >= 32))
                return false;
            if (count == Length)
            {
                if (value % 37 != digit)
                    return false;
            }
            else
            {
                value = (value * 32) + digit;
            }

            count++;
        }

        if (count != Length + 1 || value.GetByteCount(isUnsigned: true) > 16)
            return false;
        Span<byte> cipher = stackalloc byte[16];
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(cipher[(16 - bytes.Length)..]);
        using var aes = Aes.Create();
        aes.Key = secret;
        Span<byte> block = stackalloc byte[16];
        aes.DecryptEcb(cipher, block, PaddingMode.None);
        id = new Guid(block);
        return true;
    }
}
