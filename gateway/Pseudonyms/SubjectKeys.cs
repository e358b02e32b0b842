using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>Data keys: one per subject, 32 random bytes, wrapped by a vault key</summary>
internal sealed class SubjectKeys(VaultKeys vaultKeys)
{
    public int CurrentVaultKey => vaultKeys.Current;

    /// <summary>A new subject: a random id (pseudonyms are derived from it, so it must not tell time), its data key, and that key wrapped.</summary>
    public (KnownSubject Subject, DataKey Key) NewSubject()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomSupply.Fill(bytes);
        var id = new Guid(bytes);
        var key = RandomSupply.GetBytes(32);
        var current = vaultKeys.Current; // read once: a rotation may come between
        var wrapped = vaultKeys.Wrap(current, key, WrapContext(id));
        return (new KnownSubject(id, current, wrapped), new DataKey(id, key));
    }

    /// <summary>The same data key under another vault key.</summary>
    /// <exception cref="CryptographicException">The box does not open.</exception>
    public byte[] Rewrap(Guid subject, int vaultKey, byte[] wrapped, int current)
    {
        var key = vaultKeys.Unwrap(vaultKey, wrapped, WrapContext(subject));
        var again = vaultKeys.Wrap(current, key, WrapContext(subject));
        CryptographicOperations.ZeroMemory(key);
        return again;
    }

    /// <exception cref="CryptographicException">The subject was erased, or the box belongs to another.</exception>
    public DataKey Unwrap(Guid subject, int vaultKey, byte[] wrapped) => new(subject, vaultKeys.Unwrap(vaultKey, wrapped, WrapContext(subject)));

    private static byte[] WrapContext(Guid subject)
    {
        var context = new byte[14 + 16];
        Encoding.ASCII.GetBytes("vault.subject|", context);
        subject.TryWriteBytes(context.AsSpan(14));
        return context;
    }
}

/// <summary>A subject's data key, in use: held for one transaction, then forgotten.</summary>
internal sealed class DataKey : IDisposable
{
    /// <summary>Version of the data key inside a subject; a re-wrapping changes the vault key, not this.</summary>
    private const byte Version = 1;

    private readonly Guid _subject;
    private readonly AesGcm _aes;

    public DataKey(Guid subject, byte[] key)
    {
        _subject = subject;
        _aes = new AesGcm(key, AesGcmSeal.TagSize);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Seals one section of a deposit.</summary>
    /// <param name="table">Table that keeps it: <c>vault.part</c> or <c>exchange.part</c>.</param>
    public byte[] Seal(string table, Guid deposit, Categories category, ReadOnlySpan<byte> section) =>
        AesGcmSeal.Seal(_aes, section, Context(table, deposit, category));

    /// <exception cref="CryptographicException">Another subject, deposit, table or category than it was sealed for.</exception>
    public byte[] Open(string table, Guid deposit, Categories category, ReadOnlySpan<byte> box) =>
        AesGcmSeal.Open(_aes, box, Context(table, deposit, category));

    /// <summary>Wraps the key of an attachment.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> context) => AesGcmSeal.Seal(_aes, contentKey, context);

    /// <exception cref="CryptographicException">The box belongs elsewhere or was altered.</exception>
    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> context) => AesGcmSeal.Open(_aes, wrapped, context);

    public void Dispose() => _aes.Dispose();

    private byte[] Context(string table, Guid deposit, Categories category)
    {
        var context = new byte[table.Length + 16 + 16 + 4 + 1];
        var at = Encoding.ASCII.GetBytes(table, context);
        _subject.TryWriteBytes(context.AsSpan(at));
        deposit.TryWriteBytes(context.AsSpan(at + 16));
        BinaryPrimitives.WriteInt32BigEndian(context.AsSpan(at + 32), (int)category);
        context[at + 36] = Version;
        return context;
    }
}
