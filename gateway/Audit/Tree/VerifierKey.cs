using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>Public half of a note's signing key: <c>&lt;name&gt;+&lt;key id&gt;+&lt;base64(0x01 || public key)&gt;</c> (C2SP signed-note, Ed25519).</summary>
internal sealed class VerifierKey
{
    private const byte Ed25519Type = 0x01;

    /// <summary>Of a name and a public key.</summary>
    /// <param name="name">Key name; that of a log is its origin. No white space, no <c>+</c>.</param>
    /// <param name="publicKey">32 bytes.</param>
    /// <exception cref="ArgumentException">The name cannot stand in a note.</exception>
    public VerifierKey(string name, byte[] publicKey)
    {
        if (!IsName(name))
            throw new ArgumentException($"« {name} » cannot name a key: no white space, no control character, no '+'.", nameof(name));
        if (publicKey.Length != Ed25519.PublicKeySize)
            throw new ArgumentException("An Ed25519 public key has 32 bytes.", nameof(publicKey));
        Name = name;
        PublicKey = publicKey;
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), 0x0A, Ed25519Type, .. publicKey]));
    }

    public string Name { get; }
    public byte[] PublicKey { get; }
    /// <summary>First four bytes of <c>SHA-256(name || 0x0A || 0x01 || public key)</c>.</summary>
    public uint Id { get; }

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Ed25519.Verify(PublicKey, message, signature);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String([Ed25519Type, .. PublicKey])}");

    /// <summary>Whether a text can be a key name (and so an origin).</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c == '+');
}
