using System.Runtime.CompilerServices;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>One sending of a batch.</summary>
/// <param name="Number">1, and one more each time its client sends it again.</param>
internal sealed record LotSending(Guid Lot, string Name, int Number);

/// <summary>Keeps where each batch stands and its report, so that a cut loses neither.</summary>
internal sealed class LotRegister(Databases databases, TimeProvider clock)
{
    /// <summary>A batch under way that has moved no line for this long is called interrupted: its node may have been killed.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>Opens a batch, or takes it up again when its client sends it anew.</summary>
    /// <param name="name">The client's name for it; <see langword="null"/> when it gave none.</param>
    /// <returns><see langword="null"/> when a batch of another message type has this name.</returns>
    public async Task<LotSending?> OpenAsync(Caller caller, MessageType type, string? name, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var command = databases.Intake.CreateCommand(
            """
            insert into exchange.lot as l (id, organisation, name, message_type, sending, state, created_at, updated_at) values ($1, $2, $3, $4, 1, 'enCours', $5, $5)
            on conflict (organisation, name) do update set sending = l.sending + 1, state = 'enCours', stopped = null, updated_at = $5
              where l.message_type = $4
            returning id, sending
            """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(caller.Organisation);
        command.Parameters.AddWithValue(name ?? id.ToString());
        command.Parameters.AddWithValue(type.ToString());
        command.Parameters.AddWithValue(now);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new(reader.GetGuid(0), name ?? id.ToString(), reader.GetInt32(1)) : null;
    }

    /// <summary>Keeps a chunk. One that is not <paramref name="whole"/> (a cut, a slow sender) never takes the place of a longer one.</summary>
    public async Task SaveAsync(LotSending sending, LotChunk chunk, byte[] packed, bool whole, CancellationToken ct)
    {
        var totals = chunk.Totals;
        await using var connection = await databases.Intake.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            """
            insert into exchange.lot_chunk as c (lot, chunk, sending, accepted, updates, duplicates, refused, unavailable, known, report)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (lot, chunk) do update set sending = $3, accepted = $4, updates = $5, duplicates = $6, refused = $7, unavailable = $8, known = $9, report = $10
              where c.sending <= $3 and ($11 or c.accepted + c.updates + c.duplicates + c.refused + c.unavailable <= $4 + $5 + $6 + $7 + $8)
            """,
            Columns.Value(sending.Lot), Columns.Value(chunk.Number), Columns.Value(sending.Number), Columns.Value((int)totals.Acceptees), Columns.Value((int)totals.MisesAJour),
            Columns.Value((int)totals.Doublons), Columns.Value((int)totals.Refusees), Columns.Value((int)totals.Indisponibles), Columns.Value((int)totals.DejaRecues),
            Columns.Value(packed), Columns.Value(whole));
        batch.Add("update exchange.lot set updated_at = $2 where id = $1 and sending = $3", Columns.Value(sending.Lot), Columns.Value(clock.GetUtcNow()), Columns.Value(sending.Number));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Ends a sending. A file read to its end leaves nothing of a longer one sent before.</summary>
    /// <param name="stopped">Why reading stopped before the end, in French; <see langword="null"/> when it did not.</param>
    public async Task EndAsync(LotSending sending, string? stopped, CancellationToken ct)
    {
        await using var connection = await databases.Intake.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("delete from exchange.lot_chunk where lot = $1 and sending < $2 and $3", Columns.Value(sending.Lot), Columns.Value(sending.Number), Columns.Value(stopped is null));
        batch.Add("update exchange.lot set state = $3, stopped = $4, updated_at = $5 where id = $1 and sending = $2",
            Columns.Value(sending.Lot), Columns.Value(sending.Number), Columns.Value(stopped is null ? "termine" : "interrompu"),
            new NpgsqlParameter { Value = (object?)stopped ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, Columns.Value(clock.GetUtcNow()));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <returns><see langword="null"/> when there is none of this name, or it is another organisation's.</returns>
    public async Task<LotStatus?> FindAsync(Caller caller, string name, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add(
            """
            select l.message_type, l.state, l.stopped, l.sending, l.created_at, l.updated_at,
              coalesce(sum(c.accepted), 0), coalesce(sum(c.updates), 0), coalesce(sum(c.duplicates), 0), coalesce(sum(c.refused), 0), coalesce(sum(c.unavailable), 0), coalesce(sum(c.known), 0)
            from exchange.lot l left join exchange.lot_chunk c on c.lot = l.id
            where l.organisation = $1 and l.name = $2 group by l.id
            """,
            Columns.Value(caller.Organisation), Columns.Value(name));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var (state, updated) = (reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(5));
        var silent = state is "enCours" && clock.GetUtcNow() - updated > Silence;
        var stopped = silent ? "Plus aucune ligne n'arrive depuis une minute : renvoyez le même fichier sous le même nom de lot, rien ne sera enregistré deux fois."
            : reader.IsDBNull(2) ? null : reader.GetString(2);
        long[] counts = [.. Enumerable.Range(6, 6).Select(reader.GetInt64)];
        var address = "/v1/lots/" + Uri.EscapeDataString(name);
        return new LotStatus(
            name, reader.GetString(0), silent ? "interrompu" : state, reader.GetInt32(3),
            new BatchTotals(counts[..5].Sum(), counts[0], counts[2], counts[3], counts[4], stopped, counts[1], counts[5]),
            reader.GetFieldValue<DateTimeOffset>(4), updated, new(address, address + "/compte-rendu", address + "/retour"));
    }

    /// <summary>The report as kept so far, in the order of the lines, one unpacked chunk at a time.</summary>
    public async IAsyncEnumerable<byte[]> ReportAsync(Caller caller, string name, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add("select c.report from exchange.lot l join exchange.lot_chunk c on c.lot = l.id where l.organisation = $1 and l.name = $2 order by c.chunk",
            Columns.Value(caller.Organisation), Columns.Value(name));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return LotChunk.Unpack(reader.GetFieldValue<byte[]>(0));
    }
}
