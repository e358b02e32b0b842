using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>What opening a new origin came to.</summary>
internal abstract record OpeningOutcome
{
    internal sealed record Opened(string Origin, string Reason) : OpeningOutcome;

    /// <summary>The log is in order: nothing to open.</summary>
    internal sealed record NotStopped : OpeningOutcome;

    /// <summary>A gateway is publishing right now; ask again.</summary>
    internal sealed record Busy : OpeningOutcome;
}

/// <summary>
/// After a restored backup the old tree can never be continued: its published head holds entries that the database has
/// lost. The operator closes it and opens <c>&lt;name&gt;/&lt;n+1&gt;</c>, whose first entry commits to the old head.
/// </summary>
internal sealed class OriginOpening(Databases databases, Publisher publisher, JournalFiles files, AuditLog log, JournalKey key, JournalOptions options, TimeProvider clock)
{
    public async Task<OpeningOutcome> OpenAsync(CancellationToken ct)
    {
        var stopped = await JournalHead.ReadAsync(databases.Worker, ct);
        switch (await publisher.PublishAsync(stopped, ct))
        {
            case Publication.Done: return new OpeningOutcome.NotStopped();
            case Publication.Elsewhere: return new OpeningOutcome.Busy();
            case Publication.Contradiction contradiction: return new OpeningOutcome.Opened(await OpenAsync(stopped, ct), contradiction.Reason);
            default: throw new UnreachableException();
        }
    }

    private async Task<string> OpenAsync(JournalHead stopped, CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var close = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = Sequencer.LockKey } } };
        await close.ExecuteNonQueryAsync(ct);
        await using var latest = new NpgsqlCommand("select max(tree)::int from audit.head", connection, transaction);
        var tree = Math.Max((int)(await latest.ExecuteScalarAsync(ct))!, files.LastTree()) + 1;
        var head = new JournalHead(tree, options.OriginOf(tree), new Frontier());
        var first = await log.PrepareUncheckedAsync(new()
        {
            Action = LogAction.OriginOpened,
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ancienneOrigine"] = stopped.Origin,
                ["ancienneTete"] = await OldHeadAsync(stopped, ct),
                ["tailleEnBase"] = stopped.Frontier.Size.ToString(CultureInfo.InvariantCulture),
                ["racineEnBase"] = Convert.ToBase64String(stopped.Frontier.Root()),
            },
        }, clock.GetUtcNow(), ct);

        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.BatchCommands.Add(new("update audit.head set closed = true where tree = $1 and not closed") { Parameters = { new() { Value = (short)stopped.Tree } } });
            batch.BatchCommands.Add(new("insert into audit.head (tree, origin, size, frontier) values ($1, $2, 0, $3)")
            {
                Parameters = { new() { Value = (short)tree }, new() { Value = head.Origin }, new() { Value = Array.Empty<byte>() } },
            });
            AuditLog.AddEntriesTo(batch, [first]);
            await batch.ExecuteNonQueryAsync(ct);
        }

        head.Frontier.Append(Merkle.LeafHash(first.Leaf));
        await Sequencer.RankAsync(connection, transaction, head, [first.Id], ct);
        await transaction.CommitAsync(ct);
        key.WritePublicKeys(await JournalKeeper.OriginsAsync(databases.Worker, ct));
        return head.Origin;
    }

    /// <summary>The last head shown to the world, verbatim: that of the folder, else the one kept in the database.</summary>
    private async Task<string> OldHeadAsync(JournalHead stopped, CancellationToken ct)
    {
        if (files.LastTree() is > 0 and var last && files.ReadCheckpoint(last) is { } published)
            return Encoding.UTF8.GetString(published);
        await using var command = databases.Worker.CreateCommand("select note from audit.checkpoint where tree = $1 order by size desc limit 1");
        command.Parameters.AddWithValue((short)stopped.Tree);
        return await command.ExecuteScalarAsync(ct) as string ?? "";
    }
}
