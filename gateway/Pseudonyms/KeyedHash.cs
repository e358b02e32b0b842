using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>
/// HMAC-SHA-256 (RFC 2104) under the gateway's secrets. A thread keeps what it has set up for a key: setting it up anew costs
/// more than the digest.
/// </summary>
internal static class KeyedHash
{
    public const int Size = 32;

    /// <summary>Keys kept at once: one a territory, and a few of the gateway's own.</summary>
    private const int MostKeys = 256;

    [ThreadStatic]
    private static Dictionary<object, IncrementalHash>? _ofThread;

    /// <summary>The 32 bytes of the digest.</summary>
    /// <param name="key">A secret of <see cref="Secrets"/>, the same array each time.</param>
    public static byte[] Of(byte[] key, ReadOnlySpan<byte> data)
    {
        var hashes = _ofThread ??= new(ReferenceEqualityComparer.Instance);
        if (!hashes.TryGetValue(key, out var hash))
        {
            if (hashes.Count == MostKeys)
                Forget(hashes);
            hashes[key] = hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        }

        hash.AppendData(data);
        return hash.GetHashAndReset();
    }

    private static void Forget(Dictionary<object, IncrementalHash> hashes)
    {
        foreach (var hash in hashes.Values)
            hash.Dispose();
        hashes.Clear();
    }
}
