using System.Data;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>
/// Gives committed entries their ranks. One transaction takes the entries that are in <c>pending</c> and visible, whatever
/// their ids: a transaction that commits late has its entries taken by a later round, and none is ever passed over.
/// </summary>
internal sealed class Sequencer(Databases databases, JournalOptions options)
{
    /// <summary>Key of the advisory lock: one sequencer at a time among all nodes ("egjourna" in ASCII).</summary>
    public const long LockKey = 0x6567_6A6F_7572_6E61;

    /// <summary>Integrates one group of at most <see cref="JournalOptions.Group"/> entries.</summary>
    /// <param name="tree">Tree that the caller believes open.</param>
    /// <param name="atLeast">Size of the largest head known to have been signed for it.</param>
    /// <returns>The head after the transaction, and how many entries it took; when the head is behind
    /// <paramref name="atLeast"/> or another tree is open, nothing is taken.</returns>
    /// <exception cref="JournalStoppedException">An entry that waits was deleted.</exception>
    public async Task<(JournalHead Head, int Taken)> IntegrateAsync(int tree, long atLeast, CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        await using (var @lock = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection, transaction))
        {
            @lock.Parameters.AddWithValue(LockKey);
            await @lock.ExecuteNonQueryAsync(ct);
        }

        JournalHead head;
        var entries = new List<Guid>();
        await using (var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("select tree, origin, size, frontier from audit.head where not closed for no key update"),
                // The array first: joined to what it deletes, the planner would compare each waiting entry with each.
                new("""
                    with gone as (delete from audit.pending where entry = any(array(select entry from audit.pending order by entry limit $1)) returning entry)
                    select gone.entry, e.leaf from gone left join audit.entry e on e.id = gone.entry order by gone.entry
                    """)
                { Parameters = { new() { Value = options.Group } } },
            },
        })
        {
            await using var reader = await batch.ExecuteReaderAsync(ct);
            if (!await reader.ReadAsync(ct))
                throw new InvalidOperationException("The log has no open head.");
            head = JournalHead.Of(reader);
            if (head.Tree != tree || head.Frontier.Size < atLeast)
                return (head, 0);
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                if (reader.IsDBNull(1))
                    throw new JournalStoppedException("Une entrée attend son rang et n'est plus dans le journal : quelqu'un l'a supprimée.");
                entries.Add(reader.GetGuid(0));
                head.Frontier.Append(Merkle.LeafHash(reader.GetFieldValue<byte[]>(1)));
            }
        }

        if (entries.Count == 0)
            return (head, 0);
        await RankAsync(connection, transaction, head, entries, ct);
        await transaction.CommitAsync(ct);
        return (head, entries.Count);
    }

    /// <summary>Writes the ranks of entries that the head's frontier already holds, and advances the stored head.</summary>
    internal static async Task RankAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, JournalHead head, IReadOnlyList<Guid> entries, CancellationToken ct)
    {
        var size = head.Frontier.Size;
        var read = size - entries.Count;
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("insert into audit.leaf (tree, rank, entry) select $1, $2 + n - 1, id from unnest($3) with ordinality as t (id, n)")
                { Parameters = { new() { Value = (short)head.Tree }, new() { Value = read }, new() { Value = entries.ToArray() } } },
                new("update audit.head set size = $1, frontier = $2 where tree = $3 and size = $4 and not closed")
                { Parameters = { new() { Value = size }, new() { Value = head.Frontier.ToBytes() }, new() { Value = (short)head.Tree }, new() { Value = read } } },
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[1].RecordsAffected != 1)
            throw new DBConcurrencyException("The head of the log moved under its lock.");
    }
}
