using System.Security.Cryptography;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Matching;

/// <param name="Before">In whose file the messages were.</param>
/// <param name="Given">What restricts, as the ledger keeps it.</param>
/// <param name="Asked">The message that was named.</param>
/// <param name="Pair">Id of the pair that keeps the two apart.</param>
internal sealed record NewPerson(Guid Before, KnownSubject Fresh, string Given, Guid Asked, Guid Pair, Guid Organisation, string Agent, DateTimeOffset At);

/// <summary>A line added to the inbox of who holds a moved message.</summary>
internal sealed record SeparationNews(Guid Notice, Guid Recipient, string Purpose, string RegisterVersion, Guid Deposit);

/// <summary>An earlier separation of the message; <paramref name="State"/> and <paramref name="Other"/> of its pair, which an erasure takes away.</summary>
internal sealed record EarlierSeparation(Guid Pair, DateTimeOffset At, string? State, Guid? Other, int Count);

/// <summary>The rows of the messages that become another person's, read and written under the lock of <see cref="HoldAsync"/>.</summary>
internal sealed class SeparationRows
{
    private readonly List<(string Place, Guid Id, short Category, Guid Deposit, string? Name, byte[] Box)> _sealed = [];
    private readonly List<(Guid Id, byte[] Dwelling)> _files = [];

    public required Guid[] Deposits { get; init; }

    /// <summary>Whether the person keeps another message.</summary>
    public required bool LeavesOthers { get; init; }

    /// <summary>Holds the person of a message until the transaction ends: no erasure, joining, reading, routing or new message comes between.</summary>
    /// <returns><see langword="null"/> when the person is erased.</returns>
    public static async Task<KnownSubject?> HoldAsync(NpgsqlConnection connection, Guid deposit, CancellationToken ct)
    {
        await using var hold = new NpgsqlCommand("select subject, vault_key, wrapped_key from vault.hold_separation($1)", connection) { Parameters = { Columns.Value(deposit) } };
        await using var reader = await hold.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new KnownSubject(reader.GetGuid(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)) : null;
    }

    public static async Task<EarlierSeparation?> EarlierAsync(NpgsqlConnection connection, Guid deposit, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select a.separation, a.separated_at, p.state, p.other, (select count(*)::int from vault.attachment o where o.separation = a.separation)
            from vault.attachment a left join vault.match_pair p on p.id = a.separation where a.deposit = $1 and a.separation is not null
            """,
            connection)
        {
            Parameters = { Columns.Value(deposit) },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new EarlierSeparation(
                reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetGuid(3), reader.GetInt32(4))
            : null;
    }

    public static async Task<SeparationRows> ReadAsync(NpgsqlConnection connection, Guid deposit, Guid person, CancellationToken ct)
    {
        var deposits = await DepositsAsync(connection, deposit, ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("select exists (select 1 from vault.deposits_of($1) o(id) join exchange.deposit d on d.id = o.id where not d.sandbox and not d.id = any($2))", Columns.Value(person), Columns.Value(deposits));
        batch.Add("select distinct o.id, o.dwelling from exchange.deposit d join exchange.dossier o on o.id = d.dossier where d.id = any($1)", Columns.Value(deposits));
        batch.Add("select place, id, category, deposit, name, box from vault.sealed_of($1)", Columns.Value(deposits));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var rows = new SeparationRows { Deposits = deposits, LeavesOthers = reader.GetBoolean(0) };
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            rows._files.Add((reader.GetGuid(0), reader.GetFieldValue<byte[]>(1)));
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            rows._sealed.Add((reader.GetString(0), reader.GetGuid(1), reader.GetInt16(2), reader.GetGuid(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetFieldValue<byte[]>(5)));
        return rows;
    }

    /// <summary>Seals everything anew and writes it all.</summary>
    /// <param name="from">Key under which it is sealed.</param>
    /// <param name="to">The new person's.</param>
    /// <param name="dossierKey">Secret of the ids of dossiers: the next message of that dwelling finds the same one.</param>
    /// <returns>What was told, once a message, recipient and purpose.</returns>
    public async Task<IReadOnlyList<SeparationNews>> MoveAsync(NpgsqlConnection connection, NewPerson person, DataKey from, DataKey to, byte[] dossierKey, CancellationToken ct)
    {
        var fresh = person.Fresh;
        await using var move = new NpgsqlCommand(
            "select notice, recipient, purpose, register_version, deposit from vault.separate($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)", connection)
        {
            Parameters =
            {
                Columns.Value(person.Before), Columns.Value(fresh.Id), Columns.Value(fresh.VaultKey), Columns.Value(fresh.WrappedKey),
                new() { Value = person.Given, NpgsqlDbType = NpgsqlDbType.Jsonb }, Columns.Value(Deposits),
                Columns.Of(_files, f => f.Id), Columns.Of(_files, f => DepositGroup.DossierId(dossierKey, fresh.Id, f.Dwelling)),
                Columns.Of(_sealed, s => s.Place), Columns.Of(_sealed, s => s.Id), Columns.Of(_sealed, s => s.Category),
                Columns.Of(_sealed, s => Reseal(s.Place, s.Id, (Categories)s.Category, s.Deposit, s.Name, s.Box, from, to)),
                Columns.Value(person.Asked), Columns.Value(person.Pair), Columns.Value(person.Organisation), Columns.Value(person.Agent), Columns.Value(person.At),
            },
        };
        await using var reader = await move.ExecuteReaderAsync(ct);
        var told = new List<SeparationNews>();
        while (await reader.ReadAsync(ct))
            told.Add(new SeparationNews(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetGuid(4)));
        return told;
    }

    /// <param name="name">Of an attachment, of which only the key is sealed; <see langword="null"/> for all else.</param>
    private static byte[] Reseal(string place, Guid id, Categories category, Guid deposit, string? name, byte[] box, DataKey from, DataKey to)
    {
        var plain = name is null ? from.Open(place, id, category, box) : from.Unwrap(box, JoindrePiece.Context(deposit, name));
        var again = name is null ? to.Seal(place, id, category, plain) : to.Wrap(plain, JoindrePiece.Context(deposit, name));
        CryptographicOperations.ZeroMemory(plain);
        return again;
    }

    private static async Task<Guid[]> DepositsAsync(NpgsqlConnection connection, Guid deposit, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select array(select vault.separated_with($1))", connection) { Parameters = { Columns.Value(deposit) } };
        return (Guid[])(await select.ExecuteScalarAsync(ct))!;
    }
}
