using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>
/// The keys that wrap data keys. One file per version, <c>keys/vault/&lt;version&gt;.key</c>, protected by Data Protection:
/// never in the database, so that neither its files nor its backups open anything alone.
/// </summary>
internal sealed class VaultKeys : IDisposable
{
    private const int KeySize = 32;

    private readonly string _folder;
    private readonly IDataProtector _protector;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<int, VaultKey> _keys = new();
    private int _current;

    // An AesGcm serves one thread at a time, and setting one up costs more than the wrapping of a key.
    private readonly ThreadLocal<Dictionary<int, AesGcm>> _ready = new(() => []);

    /// <param name="folder">The <c>keys/</c> folder; created with access for its user only.</param>
    /// <param name="protection">Data Protection of the gateway.</param>
    /// <param name="clock">Dates a new key; the system's by default.</param>
    /// <exception cref="CryptographicException">A vault key cannot be opened: the start must fail.</exception>
    public VaultKeys(string folder, IDataProtectionProvider protection, TimeProvider? clock = null)
    {
        _folder = Path.Combine(folder, "vault");
        _protector = protection.CreateProtector("vault-key");
        _clock = clock ?? TimeProvider.System;
        Directory.CreateDirectory(_folder, Posix.Private);
        Reload();
        if (_keys.IsEmpty)
            Create(1);
    }

    /// <summary>Version that wraps new data keys.</summary>
    public int Current => Volatile.Read(ref _current);

    /// <summary>When the current version was made (UTC).</summary>
    public DateTimeOffset CurrentSince => _keys[Current].Since;

    /// <summary>Versions that this gateway holds, oldest first.</summary>
    public IReadOnlyList<int> Versions => [.. _keys.Keys.Order()];

    /// <summary>Wraps a 32-byte data key under a version.</summary>
    public byte[] Wrap(int version, ReadOnlySpan<byte> key, ReadOnlySpan<byte> associatedData) =>
        AesGcmSeal.Seal(Ready(version) ?? throw new KeyNotFoundException(NotHere(version)), key, associatedData);

    /// <summary>Unwraps a data key.</summary>
    /// <exception cref="CryptographicException">The version is destroyed or unknown, or the box was altered or moved.</exception>
    public byte[] Unwrap(int version, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> associatedData) =>
        AesGcmSeal.Open(Ready(version) ?? throw new CryptographicException(NotHere(version)), wrapped, associatedData);

    /// <summary>Makes the next version; durable when it returns, and the one that wraps from now on.</summary>
    public int Rotate()
    {
        Reload();
        Create(Current + 1);
        return Current;
    }

    /// <summary>Takes in what another process has made or destroyed in the folder.</summary>
    /// <exception cref="CryptographicException">A new key cannot be opened.</exception>
    public void Reload()
    {
        var there = Directory.EnumerateFiles(_folder, "*.key")
            .ToDictionary(file => int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture));
        foreach (var (version, file) in there.Where(f => !_keys.ContainsKey(f.Key)))
            _keys[version] = Read(file);
        // The current one only ever gives way to a newer one: a folder that cannot be read must not bring an older back.
        foreach (var gone in _keys.Keys.Where(version => version < Current && !there.ContainsKey(version)))
            _keys.TryRemove(gone, out _);
        if (!_keys.IsEmpty)
            Volatile.Write(ref _current, _keys.Keys.Max());
    }

    /// <summary>Destroys an older version: its file is overwritten, then deleted. What it wraps can never be opened again.</summary>
    /// <exception cref="InvalidOperationException">The version is the current one, or is not here.</exception>
    public void Destroy(int version)
    {
        if (version >= Current || !_keys.ContainsKey(version))
            throw new InvalidOperationException("Only an older vault key that exists can be destroyed.");
        var path = PathOf(version);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            file.Write(RandomNumberGenerator.GetBytes((int)file.Length));
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
        Posix.FlushFolder(_folder);
        _keys.TryRemove(version, out _);
    }

    public void Dispose() => _ready.Dispose();

    private AesGcm? Ready(int version)
    {
        if (!_keys.TryGetValue(version, out var key))
        {
            // Another node may have made it a moment ago.
            if (!File.Exists(PathOf(version)))
                return null;
            Reload();
            key = _keys[version];
        }

        var ready = _ready.Value!;
        return ready.TryGetValue(version, out var aes) ? aes : ready[version] = new AesGcm(key.Bytes, AesGcmSeal.TagSize);
    }

    private string NotHere(int version) => string.Create(CultureInfo.InvariantCulture, $"Vault key {version} is not in {_folder}.");

    private string PathOf(int version) => Path.Combine(_folder, version.ToString(CultureInfo.InvariantCulture) + ".key");

    // The key, then when it was made, in milliseconds; a first version of the gateway wrote the key alone.
    private VaultKey Read(string file)
    {
        var content = _protector.Unprotect(File.ReadAllBytes(file));
        return content.Length > KeySize
            ? new(content[..KeySize], DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(KeySize))))
            : new(content, new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero));
    }

    private void Create(int version)
    {
        var now = _clock.GetUtcNow();
        var content = new byte[KeySize + sizeof(long)];
        RandomNumberGenerator.Fill(content.AsSpan(0, KeySize));
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(KeySize), now.ToUnixTimeMilliseconds());
        Posix.WritePrivate(PathOf(version), _protector.Protect(content));
        _keys[version] = new(content[..KeySize], now);
        CryptographicOperations.ZeroMemory(content);
        Volatile.Write(ref _current, version);
    }

    private sealed record VaultKey(byte[] Bytes, DateTimeOffset Since);
}
