using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>Data keys: one per subject, 32 random bytes, wrapped by a vault key; and the sealing of a deposit's sections under them.</summary>
internal sealed class SubjectKeys(VaultKeys vaultKeys)
{
    /// <summary>Version of the data key inside a subject; a re-wrapping changes the vault key, not this.</summary>
    private const byte DataKeyVersion = 1;

    public int CurrentVaultKey => vaultKeys.Current;

    /// <summary>A new subject: a random id (pseudonyms are derived from it, so it must not tell time) and its data key.</summary>
    public static (Guid Id, byte[] DataKey) NewSubject()
    {
        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id);
        return (new Guid(id), RandomNumberGenerator.GetBytes(32));
    }

    public byte[] Wrap(Guid subject, byte[] dataKey) => vaultKeys.Wrap(vaultKeys.Current, dataKey, WrapContext(subject));

    /// <exception cref="CryptographicException">The subject was erased, or the box belongs to another.</exception>
    public byte[] Unwrap(Guid subject, int vaultKey, byte[] wrapped) => vaultKeys.Unwrap(vaultKey, wrapped, WrapContext(subject));

    /// <summary>Seals one section of a deposit.</summary>
    /// <param name="table">Table that keeps it: <c>vault.part</c> or <c>exchange.part</c>.</param>
    public static byte[] Seal(byte[] dataKey, string table, Guid subject, Guid deposit, Categories category, ReadOnlySpan<byte> section) =>
        AesGcmSeal.Seal(dataKey, section, PartContext(table, subject, deposit, (int)category));

    /// <exception cref="CryptographicException">Another subject, deposit, table or category than it was sealed for.</exception>
    public static byte[] Open(byte[] dataKey, string table, Guid subject, Guid deposit, Categories category, ReadOnlySpan<byte> box) =>
        AesGcmSeal.Open(dataKey, box, PartContext(table, subject, deposit, (int)category));

    private static byte[] WrapContext(Guid subject)
    {
        var context = new byte[14 + 16];
        Encoding.ASCII.GetBytes("vault.subject|", context);
        subject.TryWriteBytes(context.AsSpan(14));
        return context;
    }

    private static byte[] PartContext(string table, Guid subject, Guid deposit, int category)
    {
        var context = new byte[table.Length + 16 + 16 + 4 + 1];
        var at = Encoding.ASCII.GetBytes(table, context);
        subject.TryWriteBytes(context.AsSpan(at));
        deposit.TryWriteBytes(context.AsSpan(at + 16));
        BinaryPrimitives.WriteInt32BigEndian(context.AsSpan(at + 32), category);
        context[at + 36] = DataKeyVersion;
        return context;
    }
}
