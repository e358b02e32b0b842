using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ExchangeGateway.Gateway.Storage.Protection;

/// <summary>The RSA certificates that protect the key ring: one that encrypts, and older ones that still decrypt.</summary>
/// <remarks>
/// Production gives <c>DataProtection:Certificate</c> (path of a PKCS#12 file) with <c>DataProtection:CertificatePassword</c>, and
/// after a change the former ones in <c>DataProtection:OldCertificates:&lt;n&gt;:Path</c> and <c>:Password</c>. With the embedded
/// database and no certificate, one is made at first start in <c>keys/protection.pfx</c> (RSA 3072, mode 0600, no password: a
/// password beside it would protect nothing). So in that default whoever copies the whole state folder can read everything;
/// whoever copies only the database cannot.
/// </remarks>
internal sealed class ProtectionCertificates : IDisposable
{
    private readonly Dictionary<string, X509Certificate2> _all;

    private ProtectionCertificates(X509Certificate2 current, IEnumerable<X509Certificate2> old)
    {
        Current = current;
        _all = old.Prepend(current).DistinctBy(Thumbprint, StringComparer.Ordinal).ToDictionary(Thumbprint, StringComparer.Ordinal);
    }

    /// <summary>Encrypts new keys.</summary>
    public X509Certificate2 Current { get; }

    /// <summary>The certificate of a SHA-256 thumbprint (lower-case hexadecimal); <see langword="null"/> when it was not given.</summary>
    public X509Certificate2? Find(string thumbprint) => _all.GetValueOrDefault(thumbprint);

    /// <summary>SHA-256 thumbprint in lower-case hexadecimal.</summary>
    public static string Thumbprint(X509Certificate2 certificate) => Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));

    /// <summary>Loads what the configuration names, or the certificate of the state folder.</summary>
    /// <exception cref="StartRefusedException">A file is missing, its password is wrong, it holds no RSA private key, or none is given for a database of one's own.</exception>
    public static ProtectionCertificates Load(IConfiguration configuration, StateFolder state, TimeProvider clock)
    {
        var old = configuration.GetSection("DataProtection:OldCertificates").GetChildren()
            .Select(c => Read(c["Path"] ?? c.Value ?? "", c["Password"], c.Path)).ToList();
        if (configuration["DataProtection:Certificate"] is { Length: > 0 } given)
            return new(Read(given, configuration["DataProtection:CertificatePassword"], "DataProtection:Certificate"), old);
        if (DatabaseSettings.AreGiven(configuration) && !configuration.GetValue<bool>("DataProtection:SelfSigned"))
            throw new StartRefusedException("Aucun certificat ne protège les clés : donnez un certificat RSA (fichier PKCS#12) dans DataProtection:Certificate et son mot de passe dans DataProtection:CertificatePassword. Pour un essai seulement, DataProtection:SelfSigned=true en fabrique un dans le dossier d'état.");
        var path = Path.Combine(state.Keys, "protection.pfx");
        if (!File.Exists(path))
            Posix.WritePrivate(path, SelfSigned(clock.GetUtcNow()));
        return new(Read(path, null, path), old);
    }

    public void Dispose()
    {
        foreach (var certificate in _all.Values)
            certificate.Dispose();
    }

    private static X509Certificate2 Read(string path, string? password, string setting)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, password);
            using var key = certificate.GetRSAPrivateKey();
            if (key is null || key.KeySize < 2048)
                throw new StartRefusedException($"{setting} : {path} ne contient pas de clé privée RSA d'au moins 2048 bits.");
            return certificate;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartRefusedException($"{setting} : le certificat « {path} » ne peut pas être ouvert ({e.Message.TrimEnd('.')}). Vérifiez le chemin et le mot de passe.", e);
        }
    }

    private static byte[] SelfSigned(DateTimeOffset now)
    {
        using var key = RSA.Create(3072);
        var request = new CertificateRequest("CN=exchange-gateway protection des cles", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyEncipherment, critical: true));
        // Nothing checks its validity: what it once encrypted must stay readable.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(30));
        return certificate.Export(X509ContentType.Pkcs12);
    }
}
