using System.Runtime.InteropServices;

namespace ExchangeGateway.Verifier;

/// <summary>Verification of Ed25519 signatures (RFC 8032) by OpenSSL 3.</summary>
internal static partial class Ed25519
{
    private const string Library = "libcrypto.so.3";
    private const int KeyType = 1087; // EVP_PKEY_ED25519

    public static bool IsValid(byte[] publicKey, byte[] message, byte[] signature)
    {
        if (publicKey.Length != 32 || signature.Length != 64)
            return false;
        nint key = 0, context = 0;
        try
        {
            key = EVP_PKEY_new_raw_public_key(KeyType, 0, publicKey, 32);
            context = EVP_MD_CTX_new();
            return key != 0 && context != 0
                && EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1
                && EVP_DigestVerify(context, signature, 64, message, (nuint)message.Length) == 1;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint EVP_PKEY_new_raw_public_key(int type, nint engine, byte[] key, nuint length);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EVP_DigestVerify(nint context, byte[] signature, nuint length, byte[] message, nuint messageLength);
}
