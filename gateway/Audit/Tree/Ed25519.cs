using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>Ed25519 (RFC 8032) by OpenSSL 3, which .NET on Linux already needs; the base library has none.</summary>
internal static partial class Ed25519
{
    public const int SeedSize = 32;
    public const int PublicKeySize = 32;
    public const int SignatureSize = 64;

    /// <summary>The public key of a 32-byte seed.</summary>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        var key = PrivateKey(seed);
        try
        {
            var raw = new byte[PublicKeySize];
            nuint length = PublicKeySize;
            Check(EVP_PKEY_get_raw_public_key(key, raw, ref length));
            return raw;
        }
        finally
        {
            EVP_PKEY_free(key);
        }
    }

    /// <summary>Signs a message; the same seed and message always give the same signature.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        var key = PrivateKey(seed);
        var context = EVP_MD_CTX_new();
        try
        {
            Check(EVP_DigestSignInit(context, 0, 0, 0, key));
            var signature = new byte[SignatureSize];
            nuint length = SignatureSize;
            Check(EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length));
            return signature;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    /// <summary>Whether a signature is that of a message under a public key; malformed keys and signatures are simply not.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeySize || signature.Length != SignatureSize)
            return false;
        var key = EVP_PKEY_new_raw_public_key(TypeEd25519, 0, publicKey, PublicKeySize);
        if (key == 0)
            return false;
        var context = EVP_MD_CTX_new();
        try
        {
            Check(EVP_DigestVerifyInit(context, 0, 0, 0, key));
            return EVP_DigestVerify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    private static nint PrivateKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
            throw new ArgumentException("An Ed25519 seed has 32 bytes.", nameof(seed));
        var key = EVP_PKEY_new_raw_private_key(TypeEd25519, 0, seed, SeedSize);
        return key != 0 ? key : throw new CryptographicException("libcrypto refused an Ed25519 seed.");
    }

    private static void Check(int result)
    {
        if (result != 1)
            throw new CryptographicException("An Ed25519 operation of libcrypto failed.");
    }

    private const string Crypto = "libcrypto.so.3";
    private const int TypeEd25519 = 1087;

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint EVP_PKEY_new_raw_private_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint EVP_PKEY_new_raw_public_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EVP_PKEY_get_raw_public_key(nint key, Span<byte> raw, ref nuint length);

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EVP_DigestSign(nint context, Span<byte> signature, ref nuint length, ReadOnlySpan<byte> message, nuint messageLength);

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Crypto)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EVP_DigestVerify(nint context, ReadOnlySpan<byte> signature, nuint length, ReadOnlySpan<byte> message, nuint messageLength);
}
