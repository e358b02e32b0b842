using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>
/// Pseudonyms of the audit domain: AES-256 of the 16-byte subject id, one block, under the secret <c>audit</c>. No table;
/// reversible inside the gateway only; no recipient ever gets one, so the log cannot be joined with what recipients hold.
/// </summary>
internal sealed class AuditPseudonyms(Secrets secrets)
{
    private const int Size = 16;

    /// <summary>The 16-byte pseudonym of a subject.</summary>
    public async ValueTask<byte[]> OfAsync(Guid subject, CancellationToken ct)
    {
        using var aes = Aes.Create();
        aes.Key = await secrets.GetAsync("audit", ct);
        // One block of a random id: ECB hides all there is to hide, and needs no nonce, so the pseudonym is stable.
        return aes.EncryptEcb(subject.ToByteArray(bigEndian: true), PaddingMode.None);
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
