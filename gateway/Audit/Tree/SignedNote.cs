using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>One signature line of a note.</summary>
internal sealed record NoteSignature(string Name, uint KeyId, byte[] Signature);

/// <summary>A C2SP signed note: text that ends in a line feed, an empty line, signature lines.</summary>
internal sealed class SignedNote
{
    private const string LineStart = "— ";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>What is signed, with its final line feed and without the empty line.</summary>
    public string Text { get; }
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Signs a text under a key.</summary>
    /// <param name="text">Ends in a line feed and holds no other control character.</param>
    /// <param name="key">The public half, which names the line.</param>
    /// <param name="seed">The 32-byte Ed25519 seed of <paramref name="key"/>.</param>
    public static SignedNote Sign(string text, VerifierKey key, ReadOnlySpan<byte> seed)
    {
        if (!IsText(text))
            throw new ArgumentException("A note's text ends in a line feed and holds no other control character.", nameof(text));
        return new(text, [new(key.Name, key.Id, Ed25519.Sign(seed, Encoding.UTF8.GetBytes(text)))]);
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedNote? note)
    {
        try
        {
            return TryParse(Strict.GetString(bytes), out note);
        }
        catch (DecoderFallbackException)
        {
            note = null;
            return false;
        }
    }

    /// <summary>Reads a note; signatures are not checked here (see <see cref="IsSignedBy"/>).</summary>
    public static bool TryParse(string whole, [NotNullWhen(true)] out SignedNote? note)
    {
        note = null;
        var gap = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (gap <= 0 || !whole.EndsWith('\n'))
            return false;
        var text = whole[..(gap + 1)];
        var lines = whole[(gap + 2)..].Split('\n');
        if (!IsText(text) || lines.Length < 2)
            return false;
        var signatures = new List<NoteSignature>();
        foreach (var line in lines[..^1])
        {
            if (!line.StartsWith(LineStart, StringComparison.Ordinal))
                return false;
            var parts = line[LineStart.Length..].Split(' ');
            var value = new byte[line.Length];
            if (parts.Length != 2 || !VerifierKey.IsName(parts[0]) || !Convert.TryFromBase64String(parts[1], value, out var length) || length < 5
                || Convert.ToBase64String(value, 0, length) != parts[1])
                return false;
            signatures.Add(new(parts[0], BinaryPrimitives.ReadUInt32BigEndian(value), value[4..length]));
        }

        note = new(text, signatures);
        return true;
    }

    /// <summary>Whether the key signed this note. Lines of other keys are ignored; one bad line of this key rejects the note.</summary>
    public bool IsSignedBy(VerifierKey key)
    {
        var message = Encoding.UTF8.GetBytes(Text);
        var lines = Signatures.Where(s => s.KeyId == key.Id && s.Name == key.Name).ToList();
        return lines.Count > 0 && lines.TrueForAll(s => key.Verify(message, s.Signature));
    }

    public override string ToString()
    {
        var whole = new StringBuilder(Text).Append('\n');
        Span<byte> id = stackalloc byte[4];
        foreach (var signature in Signatures)
        {
            BinaryPrimitives.WriteUInt32BigEndian(id, signature.KeyId);
            whole.Append(LineStart).Append(signature.Name).Append(' ').Append(Convert.ToBase64String([.. id, .. signature.Signature])).Append('\n');
        }

        return whole.ToString();
    }

    private static bool IsText(string text) => text.EndsWith('\n') && !text.Any(c => c != '\n' && char.IsControl(c));
}
