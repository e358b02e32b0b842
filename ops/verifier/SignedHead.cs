using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ExchangeGateway.Verifier;

/// <summary>A log's public key: <c>&lt;origin&gt;+&lt;id&gt;+&lt;base64(0x01 || key)&gt;</c> (C2SP signed-note).</summary>
internal sealed record PublicKey(string Name, uint Id, byte[] Key)
{
    public static PublicKey Parse(string text)
    {
        var parts = text.Trim().Split('+', 3);
        if (parts.Length != 3 || parts[0].Length == 0
            || !uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) || parts[1].Length != 8
            || Decode.Base64(parts[2]) is not [0x01, .. var key] || key.Length != 32)
            throw new RejectedException("la clé donnée n'est pas une clé Ed25519 de la forme nom+identifiant+base64.");
        var computed = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(parts[0]), 0x0A, 0x01, .. key]));
        return computed == id ? new(parts[0], id, key) : throw new RejectedException("l'identifiant de la clé donnée ne lui correspond pas : elle a été mal recopiée.");
    }
}

/// <summary>A head (C2SP tlog-checkpoint) whose signature has been verified.</summary>
internal sealed record SignedHead(string Origin, long Size, byte[] Root)
{
    private const string SignatureStart = "— ";

    /// <summary>Reads a signed note and verifies it under the key of its origin; other signers' lines are ignored.</summary>
    public static SignedHead Parse(string note, IReadOnlyList<PublicKey> keys)
    {
        var gap = note.IndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0 || !note.EndsWith('\n'))
            throw new RejectedException("la tête n'est pas une note signée.");
        var text = note[..(gap + 1)];
        var lines = text.Split('\n');
        if (lines.Length != 4 || lines[0].Length == 0
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size.ToString(CultureInfo.InvariantCulture) != lines[1]
            || Decode.Base64(lines[2]) is not { Length: Hashing.Size } root)
            throw new RejectedException("le texte de la tête n'a pas ses trois lignes : origine, taille, racine.");
        var known = keys.Where(k => k.Name == lines[0]).ToList();
        if (known.Count == 0)
            throw new RejectedException($"aucune clé donnée n'est celle de l'origine {lines[0]}.");

        var signed = false;
        foreach (var line in note[(gap + 2)..^1].Split('\n'))
        {
            if (!line.StartsWith(SignatureStart, StringComparison.Ordinal) || line[SignatureStart.Length..].Split(' ') is not [{ Length: > 0 } name, var encoded]
                || Decode.Base64(encoded) is not { Length: > 4 } value)
                throw new RejectedException("une ligne de signature de la tête est mal formée.");
            foreach (var key in known.Where(k => k.Name == name && k.Id == BinaryPrimitives.ReadUInt32BigEndian(value)))
            {
                if (!Ed25519.IsValid(key.Key, Encoding.UTF8.GetBytes(text), value[4..]))
                    throw new RejectedException($"la signature de la tête de {lines[0]} (taille {lines[1]}) est fausse.");
                signed = true;
            }
        }

        return signed ? new(lines[0], size, root) : throw new RejectedException($"la tête de {lines[0]} n'est pas signée par la clé donnée.");
    }
}

/// <summary>Strict decoding: one spelling only.</summary>
internal static class Decode
{
    public static byte[]? Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == text ? bytes[..length] : null;
    }
}
