using System.Globalization;
using System.Security.Cryptography;

namespace ExchangeGateway.Verifier;

/// <summary>A <c>.tlog-proof</c> (C2SP tlog-proof).</summary>
internal sealed record InclusionProof(byte[]? Extra, long Index, IReadOnlyList<byte[]> Path, string Note)
{
    private const byte CommitmentVersion = 0x01;

    public static InclusionProof Parse(string text)
    {
        var gap = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = gap < 0 ? [] : text[..gap].Split('\n');
        var at = 0;
        if (lines.Length < 2 || lines[at++] != "c2sp.org/tlog-proof@v1")
            throw new RejectedException("le fichier n'est pas une preuve tlog-proof@v1.");
        byte[]? extra = null;
        if (lines[at].StartsWith("extra ", StringComparison.Ordinal))
            extra = Decode.Base64(lines[at++]["extra ".Length..]) ?? throw new RejectedException("la ligne « extra » de la preuve n'est pas du base64.");
        if (at >= lines.Length || !lines[at].StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(lines[at]["index ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw new RejectedException("la preuve n'a pas de ligne « index ».");
        var path = lines[(at + 1)..].Select(Decode.Base64).ToList();
        return path.TrueForAll(h => h is { Length: Hashing.Size }) && path.Count <= 63
            ? new(extra, index, path!, text[(gap + 2)..])
            : throw new RejectedException("une empreinte de la preuve est mal formée.");
    }

    /// <summary>The signed head that the proof leads to.</summary>
    public SignedHead Head(IReadOnlyList<PublicKey> keys) => SignedHead.Parse(Note, keys);

    /// <summary>The leaf data to prove: as promised, as opened, or as the proof carries it. All that are given must agree.</summary>
    public byte[] Leaf(string? promised, byte[]? opening)
    {
        var leaves = new List<(byte[] Bytes, string From)>();
        if (promised is not null)
            leaves.Add((Decode.Base64(promised) ?? throw new RejectedException("l'engagement donné n'est pas du base64."), "l'engagement promis"));
        if (opening is not null)
            leaves.Add(([CommitmentVersion, .. SHA256.HashData(opening)], "l'ouverture donnée"));
        if (Extra is not null)
            leaves.Add((Extra, "l'engagement que porte la preuve"));
        if (leaves.Count == 0)
            throw new RejectedException("la preuve ne dit pas de quelle entrée elle parle : donnez --leaf ou --entry.");
        foreach (var (bytes, from) in leaves.Skip(1))
        {
            if (!bytes.AsSpan().SequenceEqual(leaves[0].Bytes))
                throw new RejectedException($"{from} n'est pas {leaves[0].From}.");
        }

        return leaves[0].Bytes;
    }

    /// <summary>Verifies signature and path; returns the head.</summary>
    public SignedHead Verify(byte[] leaf, IReadOnlyList<PublicKey> keys)
    {
        var head = Head(keys);
        if (Index >= head.Size)
            throw new RejectedException("la preuve parle d'une entrée au-delà de sa tête.");
        var used = 0;
        var root = Climb(Hashing.Leaf(leaf), Index, head.Size, ref used);
        if (used != Path.Count || !root.AsSpan().SequenceEqual(head.Root))
            throw new RejectedException("la preuve ne mène pas de l'entrée à la racine signée.");
        return head;
    }

    /// <summary>Root of a subtree of <paramref name="size"/> leaves in which the leaf has <paramref name="index"/>, with siblings taken from the path, innermost first.</summary>
    private byte[] Climb(byte[] leafHash, long index, long size, ref int used)
    {
        if (size == 1)
            return leafHash;
        var left = 1L;
        while (left * 2 < size)
            left *= 2;
        var inner = index < left ? Climb(leafHash, index, left, ref used) : Climb(leafHash, index - left, size - left, ref used);
        if (used == Path.Count)
            throw new RejectedException("la preuve est trop courte.");
        var sibling = Path[used++];
        return index < left ? Hashing.Node(inner, sibling) : Hashing.Node(sibling, inner);
    }
}
