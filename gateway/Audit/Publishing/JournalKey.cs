using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Gateway.Audit.Tree;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>
/// The log's signing key: an Ed25519 seed in <c>keys/journal/graine</c>, protected by Data Protection. Public halves are
/// beside it in clear (<c>cles-publiques</c>), for whoever verifies on this machine.
/// </summary>
internal sealed class JournalKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _folder;
    private readonly byte[] _seed;
    private readonly byte[] _publicKey;

    /// <summary>Opens the seed, and makes it at the first start.</summary>
    /// <param name="keysFolder">The <c>keys/</c> folder.</param>
    /// <param name="protection">Data Protection of the gateway.</param>
    /// <exception cref="CryptographicException">The seed cannot be opened: the start must fail, for a new key would be a new log.</exception>
    public JournalKey(string keysFolder, IDataProtectionProvider protection)
    {
        _folder = Path.Combine(keysFolder, "journal");
        Directory.CreateDirectory(_folder, OwnerOnly | UnixFileMode.UserExecute);
        var protector = protection.CreateProtector("journal-seed");
        var path = Path.Combine(_folder, "graine");
        if (!File.Exists(path))
            TryCreate(path, protector.Protect(RandomNumberGenerator.GetBytes(Ed25519.SeedSize)));
        _seed = protector.Unprotect(File.ReadAllBytes(path));
        _publicKey = Ed25519.PublicKey(_seed);
    }

    /// <summary>The verifier key of an origin: one seed, another key id for each origin, since the name is part of the id.</summary>
    public VerifierKey For(string origin) => new(origin, _publicKey);

    /// <summary>Signs a head. Deterministic: two nodes that sign the same head write the same note.</summary>
    public SignedNote Sign(Checkpoint head) => SignedNote.Sign(head.ToText(), For(head.Origin), _seed);

    /// <summary>Writes the public keys, one verifier key per line, oldest origin first.</summary>
    public void WritePublicKeys(IEnumerable<string> origins) =>
        File.WriteAllText(PublicKeysFile(Path.GetDirectoryName(_folder)!), string.Concat(origins.Select(o => For(o) + "\n")), new UTF8Encoding(false));

    /// <summary>Where the public keys are, under the <c>keys/</c> folder: readable without database or Data Protection.</summary>
    public static string PublicKeysFile(string keysFolder) => Path.Combine(keysFolder, "journal", "cles-publiques");

    /// <summary>A whole file or none, and never over another: the node that comes second reads the first one's seed.</summary>
    private static void TryCreate(string path, byte[] content)
    {
        var draft = path + "." + Guid.NewGuid().ToString("N");
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
