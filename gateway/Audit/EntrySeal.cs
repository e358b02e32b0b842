using System.Buffers.Binary;
using System.Security.Cryptography;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>
/// Commitment and seal of an entry. Leaf data is <c>0x01 || SHA-256(salt || content)</c>: the 32 random bytes of salt make
/// the public leaf say nothing about the content, even to who can guess it. Salt and content are sealed by a key of the
/// entry's own, wrapped by the current vault key; deleting that key forgets the entry and leaves every proof whole.
/// </summary>
internal sealed class EntrySeal(VaultKeys vaultKeys)
{
    public const int SaltSize = 32;
    /// <summary>Version byte of the leaf data.</summary>
    public const byte Version = 0x01;

    /// <summary>Commits to and seals the content of an entry.</summary>
    public (byte[] Leaf, byte[] Sealed, int VaultKey, byte[] Wrapped) Seal(Guid id, ReadOnlySpan<byte> content)
    {
        var opening = new byte[SaltSize + content.Length];
        RandomSupply.Fill(opening.AsSpan(0, SaltSize));
        content.CopyTo(opening.AsSpan(SaltSize));
        var key = RandomSupply.GetBytes(32);
        var version = vaultKeys.Current;
        var wrapped = vaultKeys.Wrap(version, key, KeyPlace(id, version));
        var box = AesGcmSeal.Seal(key, opening, ContentPlace(id));
        CryptographicOperations.ZeroMemory(key);
        return (LeafData(opening), box, version, wrapped);
    }

    /// <summary>Opens <c>salt || content</c>.</summary>
    /// <exception cref="CryptographicException">Altered, moved to another entry, or under a destroyed vault key.</exception>
    public byte[] Open(Guid id, ReadOnlySpan<byte> box, int vaultKey, ReadOnlySpan<byte> wrapped)
    {
        var key = vaultKeys.Unwrap(vaultKey, wrapped, KeyPlace(id, vaultKey));
        return AesGcmSeal.Open(key, box, ContentPlace(id));
    }

    /// <summary>The key of an entry under another vault key.</summary>
    /// <exception cref="CryptographicException">The box does not open.</exception>
    public byte[] Rewrap(Guid id, int vaultKey, byte[] wrapped, int current)
    {
        var key = vaultKeys.Unwrap(vaultKey, wrapped, KeyPlace(id, vaultKey));
        var again = vaultKeys.Wrap(current, key, KeyPlace(id, current));
        CryptographicOperations.ZeroMemory(key);
        return again;
    }

    /// <summary>The 33 bytes that the log shows of an opening.</summary>
    public static byte[] LeafData(ReadOnlySpan<byte> opening)
    {
        var leaf = new byte[1 + Merkle.HashSize];
        leaf[0] = Version;
        SHA256.HashData(opening, leaf.AsSpan(1));
        return leaf;
    }

    private static byte[] ContentPlace(Guid id) => [.. "audit.entry/1/"u8, .. id.ToByteArray(bigEndian: true)];

    private static byte[] KeyPlace(Guid id, int version)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, version);
        return [.. "audit.entry_key/1/"u8, .. id.ToByteArray(bigEndian: true), .. number];
    }
}
