using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;
using ExchangeGateway.Gateway.Pseudonyms;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace ExchangeGateway.Gateway.Storage.Protection;

/// <summary>
/// Encrypts a key of the ring for the current certificate: a fresh 32-byte key wrapped by RSA-OAEP-SHA-256 (RFC 8017 §7.1)
/// seals the XML by AES-256-GCM. The framework's own certificate encryptor wants the certificates while services are being
/// registered, and uses PKCS#1 v1.5 and unauthenticated CBC.
/// </summary>
internal sealed class CertificateKeyEncryptor(ProtectionCertificates certificates) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        using var rsa = certificates.Current.GetRSAPublicKey()!;
        var thumbprint = ProtectionCertificates.Thumbprint(certificates.Current);
        var sealedXml = AesGcmSeal.Seal(key, Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)), Encoding.ASCII.GetBytes(thumbprint));
        var element = new XElement("certificateSealedKey",
            new XAttribute("certificate", thumbprint),
            new XElement("wrapped", Convert.ToBase64String(rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA256))),
            new XElement("sealed", Convert.ToBase64String(sealedXml)));
        CryptographicOperations.ZeroMemory(key);
        return new(element, typeof(CertificateKeyDecryptor));
    }
}

/// <summary>Opens what <see cref="CertificateKeyEncryptor"/> sealed. Its full name is stored with each key: never rename or move it.</summary>
internal sealed class CertificateKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var thumbprint = (string?)encryptedElement.Attribute("certificate") ?? throw new CryptographicException("A sealed key names no certificate.");
        var certificate = services.GetRequiredService<ProtectionCertificates>().Find(thumbprint)
            ?? throw new CryptographicException($"Certificate {thumbprint} is not among those given.");
        using var rsa = certificate.GetRSAPrivateKey()!;
        var key = rsa.Decrypt(Convert.FromBase64String((string)encryptedElement.Element("wrapped")!), RSAEncryptionPadding.OaepSHA256);
        var xml = AesGcmSeal.Open(key, Convert.FromBase64String((string)encryptedElement.Element("sealed")!), Encoding.ASCII.GetBytes(thumbprint));
        CryptographicOperations.ZeroMemory(key);
        return XElement.Parse(Encoding.UTF8.GetString(xml));
    }
}
