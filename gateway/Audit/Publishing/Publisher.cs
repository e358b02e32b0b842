using System.Diagnostics;
using System.Text;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>What a round of publication came to.</summary>
internal abstract record Publication
{
    /// <summary>Everything up to the head is published.</summary>
    /// <param name="Size">Size of the head that is published now.</param>
    internal sealed record Done(long Size) : Publication;

    /// <summary>Another process publishes into the same folder; its next round covers this one.</summary>
    internal sealed record Elsewhere : Publication;

    /// <summary>The database does not contain what was shown to the world.</summary>
    /// <param name="Reason">French, for the operator.</param>
    internal sealed record Contradiction(string Reason) : Publication;
}

/// <summary>
/// Brings the published log from what is on disk to the database's head: tiles, signature, stored head, published head, in
/// this order. It keeps no memory of its own, so that a crash at any point is repaired by the next round; on a node with an
/// empty folder it writes everything anew.
/// </summary>
internal sealed class Publisher(Databases databases, JournalFiles files, JournalKey key, TimeProvider clock)
{
    /// <summary>Tiles flushed together.</summary>
    private const int FlushAt = 64;

    /// <summary>Publishes up to a head that the database holds.</summary>
    public async Task<Publication> PublishAsync(JournalHead head, CancellationToken ct)
    {
        using var folder = files.TryLock();
        if (folder is null)
            return new Publication.Elsewhere();
        switch (await KnownAsync(head, ct))
        {
            case KnownHeads.Contradicted c:
                return new Publication.Contradiction(c.Reason);
            case KnownHeads.Consistent { OnDisk: { } onDisk } when onDisk.Size == head.Frontier.Size:
                return new Publication.Done(onDisk.Size);
            case KnownHeads.Consistent known:
                return await AdvanceAsync(head, known, ct);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The heads signed so far, on disk and in the database, held against the database's tree as far as heads alone can tell.</summary>
    public async Task<KnownHeads> KnownAsync(JournalHead head, CancellationToken ct)
    {
        if (files.LastTree() > head.Tree)
            return new KnownHeads.Contradicted($"Une origine plus récente que {head.Origin} est déjà publiée dans {files.Root}.");
        Checkpoint? onDisk = null;
        if (files.ReadCheckpoint(head.Tree) is { } bytes)
        {
            if (Signed(bytes, head.Origin) is not { } published)
                return new KnownHeads.Contradicted($"La tête publiée dans {files.FolderOf(head.Tree)} n'est pas signée par cette passerelle pour {head.Origin}.");
            onDisk = published;
        }

        Checkpoint? stored = null;
        await using (var command = databases.Worker.CreateCommand("select note from audit.checkpoint where tree = $1 order by size desc limit 1"))
        {
            command.Parameters.AddWithValue((short)head.Tree);
            if (await command.ExecuteScalarAsync(ct) is string note
                && (stored = Signed(Encoding.UTF8.GetBytes(note), head.Origin)) is null)
                return new KnownHeads.Contradicted($"La dernière tête gardée en base n'est pas signée par cette passerelle pour {head.Origin}.");
        }

        var now = head.Checkpoint;
        foreach (var signed in (Checkpoint?[])[onDisk, stored])
        {
            if (signed is not null && signed.Size > now.Size)
                return new KnownHeads.Contradicted(FormattableString.Invariant($"Une tête de taille {signed.Size} a été signée pour {head.Origin}, mais la base n'en contient que {now.Size} : sauvegarde restaurée ou bascule incomplète."));
            if (signed is not null && signed.Size == now.Size && !signed.Says(now))
                return new KnownHeads.Contradicted(FormattableString.Invariant($"À la taille {now.Size}, la base ne donne pas la racine signée pour {head.Origin}."));
        }

        return new KnownHeads.Consistent(onDisk, stored);
    }

    private async Task<Publication> AdvanceAsync(JournalHead head, KnownHeads.Consistent known, CancellationToken ct)
    {
        var from = known.OnDisk?.Size ?? 0;
        // Every head signed before must come out of the leaves of the database, before a tile beyond it is written.
        var signed = new[] { known.OnDisk, known.Stored }.OfType<Checkpoint>().ToLookup(c => c.Size, c => c.Root);
        var builder = TileBuilder.TryResume(files, head.Tree, from);
        var fault = builder is null ? "" : await BuildAsync(head, builder, signed, writeAfter: from, ct);
        if (fault is not null)
        {
            // Tiles are missing or damaged, or the database has forked: all its leaves decide, first without writing.
            builder = new();
            fault = await BuildAsync(head, builder, signed, writeAfter: from == 0 ? 0 : null, ct);
            if (fault is not null)
                return new Publication.Contradiction(fault);
            if (from > 0)
            {
                builder = new();
                await BuildAsync(head, builder, signed, writeAfter: 0, ct);
            }
        }

        files.WriteTiles(head.Tree, [.. builder!.Finished, .. builder.Partials()]);
        var note = key.Sign(head.Checkpoint).ToString();
        await StoreAsync(head, note, ct);
        files.WriteCheckpoint(head.Tree, Encoding.UTF8.GetBytes(note));
        files.DropPartials(head.Tree, FilledSince(from, head.Frontier.Size));
        return new Publication.Done(head.Frontier.Size);
    }

    /// <summary>Appends the database's leaves up to the head, writing full tiles on the way once past <paramref name="writeAfter"/> (never when null).</summary>
    /// <returns><see langword="null"/>, or in French what contradicts what was signed.</returns>
    private async Task<string?> BuildAsync(JournalHead head, TileBuilder builder, ILookup<long, byte[]> signed, long? writeAfter, CancellationToken ct)
    {
        bool Contradicts() => signed[builder.Size].Any(root => !root.AsSpan().SequenceEqual(builder.Root()));
        string Differs() => FormattableString.Invariant($"Les entrées de la base ne donnent pas la racine signée ou enregistrée à la taille {builder.Size} de {head.Origin}.");

        if (Contradicts())
            return Differs();
        await using var command = databases.Worker.CreateCommand(
            "select l.rank, e.leaf from audit.leaf l join audit.entry e on e.id = l.entry where l.tree = $1 and l.rank >= $2 and l.rank < $3 order by l.rank");
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue((short)head.Tree);
        command.Parameters.AddWithValue(builder.Size);
        command.Parameters.AddWithValue(head.Frontier.Size);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (reader.GetInt64(0) != builder.Size)
                return FormattableString.Invariant($"Le rang {builder.Size} de {head.Origin} manque dans la base.");
            builder.Append(reader.GetFieldValue<byte[]>(1));
            if (Contradicts())
                return Differs();
            if (builder.Finished.Count < FlushAt)
                continue;
            if (writeAfter is null)
                builder.Finished.Clear();
            else if (builder.Size > writeAfter)
                Flush(head.Tree, builder);
        }

        return builder.Size == head.Frontier.Size && builder.Root().AsSpan().SequenceEqual(head.Frontier.Root()) ? null : Differs();
    }

    /// <summary>Tiles that were partial at one size and are full at another.</summary>
    private static IEnumerable<TileId> FilledSince(long from, long size)
    {
        for (var level = TileId.Entries; TileId.HashesAt(level, size) > 0; level++)
        {
            if (TileId.TryAt(level, TileId.HashesAt(level, from) / TileId.Full, size, out var tile) && !tile.IsPartial)
                yield return tile;
        }
    }

    private async Task StoreAsync(JournalHead head, string note, CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand("insert into audit.checkpoint (tree, size, note, signed_at) values ($1, $2, $3, $4) on conflict do nothing");
        command.Parameters.AddWithValue((short)head.Tree);
        command.Parameters.AddWithValue(head.Frontier.Size);
        command.Parameters.AddWithValue(note);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    private void Flush(int tree, TileBuilder builder)
    {
        files.WriteTiles(tree, builder.Finished);
        builder.Finished.Clear();
    }

    private Checkpoint? Signed(byte[] bytes, string origin) =>
        SignedNote.TryParse(bytes, out var note) && note.IsSignedBy(key.For(origin)) && Checkpoint.TryParse(note.Text, out var checkpoint) && checkpoint.Origin == origin
            ? checkpoint
            : null;
}

/// <summary>What was signed for a tree before this round.</summary>
internal abstract record KnownHeads
{
    /// <summary>Heads alone show nothing wrong; the leaves still have to give their roots.</summary>
    internal sealed record Consistent(Checkpoint? OnDisk, Checkpoint? Stored) : KnownHeads
    {
        /// <summary>Size below which the database cannot be.</summary>
        public long Size => Math.Max(OnDisk?.Size ?? 0, Stored?.Size ?? 0);
    }

    /// <summary>A signed head that the database cannot have.</summary>
    /// <param name="Reason">French, for the operator.</param>
    internal sealed record Contradicted(string Reason) : KnownHeads;
}
