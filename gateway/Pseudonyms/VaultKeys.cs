using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>
/// The keys that wrap data keys. One file per version, <c>keys/vault/&lt;version&gt;.key</c>, protected by Data Protection:
/// never in the database, so that neither its files nor its backups open anything alone.
/// </summary>
internal sealed class VaultKeys : IDisposable
{
    private readonly string _folder;
    private readonly IDataProtector _protector;
    private readonly ConcurrentDictionary<int, byte[]> _keys = new();

    // An AesGcm serves one thread at a time, and setting one up costs more than the wrapping of a key.
    private readonly ThreadLocal<Dictionary<int, AesGcm>> _ready = new(() => []);

    /// <param name="folder">The <c>keys/</c> folder; created with access for its user only.</param>
    /// <param name="protection">Data Protection of the gateway.</param>
    /// <exception cref="CryptographicException">A vault key cannot be opened: the start must fail.</exception>
    public VaultKeys(string folder, IDataProtectionProvider protection)
    {
        _folder = Path.Combine(folder, "vault");
        _protector = protection.CreateProtector("vault-key");
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(_folder, "*.key"))
        {
            var version = int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture);
            _keys[version] = _protector.Unprotect(File.ReadAllBytes(file));
        }

        if (_keys.IsEmpty)
            Create(1);
        Current = _keys.Keys.Max();
    }

    /// <summary>Version that wraps new data keys.</summary>
    public int Current { get; }

    /// <summary>Wraps a 32-byte data key under a version.</summary>
    public byte[] Wrap(int version, ReadOnlySpan<byte> key, ReadOnlySpan<byte> associatedData) =>
        AesGcmSeal.Seal(Ready(version) ?? throw new KeyNotFoundException(NotHere(version)), key, associatedData);

    /// <summary>Unwraps a data key.</summary>
    /// <exception cref="CryptographicException">The version is destroyed or unknown, or the box was altered or moved.</exception>
    public byte[] Unwrap(int version, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> associatedData) =>
        AesGcmSeal.Open(Ready(version) ?? throw new CryptographicException(NotHere(version)), wrapped, associatedData);

    public void Dispose() => _ready.Dispose();

    private AesGcm? Ready(int version)
    {
        var ready = _ready.Value!;
        if (!_keys.TryGetValue(version, out var key))
            return null;
        return ready.TryGetValue(version, out var aes) ? aes : ready[version] = new AesGcm(key, AesGcmSeal.TagSize);
    }

    private string NotHere(int version) => string.Create(CultureInfo.InvariantCulture, $"Vault key {version} is not in {_folder}.");

    private void Create(int version)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var path = Path.Combine(_folder, version.ToString(CultureInfo.InvariantCulture) + ".key");
        using (var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(_protector.Protect(key));
            file.Flush(flushToDisk: true);
        }

        _keys[version] = key;
    }
}
