using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>
/// Pseudonyms of the audit domain: AES-256 of the 16-byte subject id, one block, under the secret <c>audit</c>. No table;
/// reversible inside the gateway only; no recipient ever gets one, so the log cannot be joined with what recipients hold.
/// </summary>
internal sealed class AuditPseudonyms(Secrets secrets) : IDisposable
{
    private const int Size = 16;

    // One encryptor a thread: its key never changes while the gateway runs, and setting it up costs more than the block.
    private readonly ThreadLocal<ICryptoTransform?> _encryptor = new();

    /// <summary>The 16-byte pseudonym of a subject.</summary>
    public async ValueTask<byte[]> OfAsync(Guid subject, CancellationToken ct)
    {
        var key = await secrets.GetAsync("audit", ct);
        var pseudonym = new byte[Size];
        (_encryptor.Value ??= Encryptor(key)).TransformBlock(subject.ToByteArray(bigEndian: true), 0, Size, pseudonym, 0);
        return pseudonym;
    }

    public void Dispose() => _encryptor.Dispose();

    private static ICryptoTransform Encryptor(byte[] key)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        // One block of a random id: ECB hides all there is to hide, and needs no nonce, so the pseudonym is stable.
        aes.Mode = CipherMode.ECB;
        aes.Padding = PaddingMode.None;
        return aes.CreateEncryptor();
    }

    /// <summary>The subject behind a pseudonym.</summary>
    public async ValueTask<Guid> SubjectOfAsync(byte[] pseudonym, CancellationToken ct)
    {
        if (pseudonym.Length != Size)
            throw new ArgumentException("An audit pseudonym has 16 bytes.", nameof(pseudonym));
        using var aes = Aes.Create();
        aes.Key = await secrets.GetAsync("audit", ct);
        return new(aes.DecryptEcb(pseudonym, PaddingMode.None), bigEndian: true);
    }

    /// <summary>Reads the form shown to a DPO: 32 hexadecimal digits.</summary>
    public static bool TryParse(string text, out byte[] pseudonym)
    {
        var isOne = text.Length == 2 * Size && text.All(char.IsAsciiHexDigit);
        pseudonym = isOne ? Convert.FromHexString(text) : [];
        return isOne;
    }
}
