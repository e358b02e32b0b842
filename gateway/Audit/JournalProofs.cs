using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>What asking for the proof of an entry gives.</summary>
internal abstract record ProofOutcome
{
    /// <summary>In a published head.</summary>
    /// <param name="Proof">With the leaf data as <c>extra</c>.</param>
    /// <param name="Origin">Origin of the tree that holds the entry.</param>
    internal sealed record Given(TlogProof Proof, string Origin) : ProofOutcome;

    /// <summary>Durable, and not in a published head yet: ask again in a second.</summary>
    internal sealed record NotYet : ProofOutcome;

    internal sealed record Unknown : ProofOutcome;
}

/// <summary>An entry's proof, verified by the gateway for a page that shows it: the reader can do it again offline.</summary>
/// <param name="Proof">The <c>.tlog-proof</c> text.</param>
/// <param name="Head">The signed head it leads to.</param>
/// <param name="Verified">Signature and path hold for the leaf data that the database holds.</param>
internal sealed record CheckedProof(TlogProof Proof, Checkpoint Head, bool Verified);

/// <summary>Makes inclusion proofs from the published tiles, against the published head.</summary>
internal sealed class JournalProofs(Databases databases, JournalFiles files, JournalKey key)
{
    /// <summary>How long to wait before asking again for a proof that is not ready.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>The proof of one entry.</summary>
    public async Task<ProofOutcome> OfEntryAsync(Guid entry, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand(
            "select e.leaf, l.tree, l.rank, h.origin from audit.entry e left join audit.leaf l on l.entry = e.id left join audit.head h on h.tree = l.tree where e.id = $1");
        command.Parameters.AddWithValue(entry);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return new ProofOutcome.Unknown();
        return reader.IsDBNull(1) ? new ProofOutcome.NotYet() : Of(reader.GetInt16(1), reader.GetString(3), reader.GetInt64(2), reader.GetFieldValue<byte[]>(0));
    }

    /// <summary>The proof of an entry and what checking it gives; <see langword="null"/> before it is in a published head, or when it is unknown.</summary>
    public async Task<CheckedProof?> CheckAsync(Guid entry, CancellationToken ct)
    {
        if (await OfEntryAsync(entry, ct) is not ProofOutcome.Given given || !Checkpoint.TryParse(given.Proof.Note.Text, out var head))
            return null;
        return new(given.Proof, head, given.Proof.Proves(given.Proof.Extra, key.For(given.Origin)));
    }

    private ProofOutcome Of(int tree, string origin, long rank, byte[] leaf)
    {
        if (files.ReadCheckpoint(tree) is not { } bytes)
            return new ProofOutcome.NotYet();
        if (!SignedNote.TryParse(bytes, out var note) || !Checkpoint.TryParse(note.Text, out var head))
            throw new IOException($"The published head of {origin} is not a checkpoint.");
        if (rank >= head.Size)
            return new ProofOutcome.NotYet();
        var path = Merkle.InclusionProof(rank, head.Size, new TileReader(files, tree, head.Size).Node);
        return new ProofOutcome.Given(new() { Extra = leaf, Index = rank, Path = path, Note = note }, origin);
    }
}
