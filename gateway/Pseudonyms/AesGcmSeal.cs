using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>AES-256-GCM with a random 96-bit nonce: <c>nonce (12) || ciphertext || tag (16)</c>.</summary>
internal static class AesGcmSeal
{
    private const int NonceSize = 12;
    public const int TagSize = 16;

    /// <summary>Encrypts under a 32-byte key; <paramref name="associatedData"/> binds the ciphertext to its place, so that nobody can swap two.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        using var aes = new AesGcm(key, TagSize);
        return Seal(aes, plaintext, associatedData);
    }

    /// <summary>As above, for several boxes under one key: setting a key up costs more than sealing a section.</summary>
    public static byte[] Seal(AesGcm aes, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        var box = new byte[NonceSize + plaintext.Length + TagSize];
        RandomSupply.Fill(box.AsSpan(0, NonceSize));
        aes.Encrypt(box.AsSpan(0, NonceSize), plaintext, box.AsSpan(NonceSize, plaintext.Length), box.AsSpan(NonceSize + plaintext.Length), associatedData);
        return box;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made.</summary>
    /// <exception cref="CryptographicException">Another key, another place, or altered bytes.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> associatedData)
    {
        using var aes = new AesGcm(key, TagSize);
        return Open(aes, box, associatedData);
    }

    /// <summary>As above, for several boxes under one key.</summary>
    public static byte[] Open(AesGcm aes, ReadOnlySpan<byte> box, ReadOnlySpan<byte> associatedData)
    {
        if (box.Length < NonceSize + TagSize)
            throw new CryptographicException("A sealed box is shorter than its nonce and tag.");
        var plaintext = new byte[box.Length - NonceSize - TagSize];
        aes.Decrypt(box[..NonceSize], box[NonceSize..^TagSize], box[^TagSize..], plaintext, associatedData);
        return plaintext;
    }
}
