using System.Text.Json;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Dossiers.Sessions;

/// <summary>A member of the commission by its organisation and quality: no name is kept.</summary>
internal sealed record SessionMember(string Organisme, string Qualite, bool Present = false);

internal sealed record SessionRow(Guid Id, string Territory, DateOnly HeldOn, string? HeldAt, string Place, IReadOnlyList<SessionMember> Members);

/// <summary>One file on an order of the day, its content still sealed.</summary>
internal sealed record ItemRow(Guid Id, Guid Session, Guid Dossier, Guid Subject, int Rank, string Kind, byte[]? Sealed, DateOnly? ReviewOn, DateTimeOffset? ReviewedAt, int VaultKey, byte[] WrappedKey);

/// <summary>What the commission wrote about one file: sealed with the household's key.</summary>
internal sealed record ItemContent(string? Motif, IReadOnlyList<Advice> Avis, AidDecision? Aide, string? Issue, DateOnly? IssueLe)
{
    /// <summary>Table and category that the seal binds.</summary>
    private const string Table = "ccapex.item";

    public static ItemContent Empty { get; } = new(null, [], null, null, null);

    public byte[] Seal(DataKey key, Guid item) => key.Seal(Table, item, Categories.Social, JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web));

    public static ItemContent Open(DataKey key, ItemRow item) => item.Sealed is null
        ? Empty
        : JsonSerializer.Deserialize<ItemContent>(key.Open(Table, item.Id, Categories.Social, item.Sealed), JsonSerializerOptions.Web) ?? Empty;
}

/// <param name="Destinataire">A code of <see cref="CcapexWords.Targets"/>.</param>
/// <param name="Avis">A code of that target.</param>
internal sealed record Advice(string Destinataire, string Avis);

/// <param name="Saisine">The paying body's reference of its referral.</param>
internal sealed record AidDecision(string Decision, string MotifCode, DateOnly PrisLe, string? Saisine);

/// <summary>Reads and writes sessions under the caller's organisation: another's do not exist for it.</summary>
internal static class SessionRows
{
    private const string SelectSession = "select id, territory, held_on, held_at, place, members from ccapex.session";

    private const string SelectItem =
        """
        select i.id, i.session, i.dossier, i.subject, i.rank, i.kind, i.sealed, i.review_on, i.reviewed_at, k.vault_key, k.wrapped_key
        from ccapex.item i join vault.subject k on k.id = i.subject join consent.subject_state s on s.subject = i.subject
        """;

    public static Task<List<SessionRow>> AllAsync(NpgsqlConnection connection, Caller caller, CancellationToken ct) =>
        ReadAsync(connection, caller, new(SelectSession + " where organisation = $1 order by held_on desc, id desc limit 100") { Parameters = { Columns.Value(caller.Organisation) } }, Session, ct);

    public static async Task<SessionRow?> OneAsync(NpgsqlConnection connection, Caller caller, Guid id, CancellationToken ct) =>
        (await ReadAsync(connection, caller, new(SelectSession + " where id = $1") { Parameters = { Columns.Value(id) } }, Session, ct)).SingleOrDefault();

    /// <summary>The files of a session in their order, with their subjects' consent rows held.</summary>
    public static Task<List<ItemRow>> ItemsAsync(NpgsqlConnection connection, Caller caller, Guid session, CancellationToken ct) =>
        ReadAsync(connection, caller, new(SelectItem + " where i.session = $1 order by i.rank, i.id for share of s") { Parameters = { Columns.Value(session) } }, Item, ct);

    public static async Task<ItemRow?> ItemAsync(NpgsqlConnection connection, Caller caller, Guid session, Guid item, CancellationToken ct) =>
        (await ReadAsync(connection, caller, new(SelectItem + " where i.session = $1 and i.id = $2 for update of i for share of s") { Parameters = { Columns.Value(session), Columns.Value(item) } }, Item, ct)).SingleOrDefault();

    /// <summary>What was written of a dossier in every session.</summary>
    public static Task<List<ItemRow>> OfDossierAsync(NpgsqlConnection connection, Caller caller, Guid dossier, CancellationToken ct) =>
        ReadAsync(connection, caller, new(SelectItem + " where i.dossier = $1 order by i.id for share of s") { Parameters = { Columns.Value(dossier) } }, Item, ct);

    /// <summary>Files whose review is due and not made.</summary>
    public static Task<List<ItemRow>> DueAsync(NpgsqlConnection connection, Caller caller, DateOnly until, CancellationToken ct) =>
        ReadAsync(connection, caller, new(SelectItem + " where i.organisation = $1 and i.reviewed_at is null and i.review_on <= $2 order by i.review_on limit 200 for share of s")
        { Parameters = { Columns.Value(caller.Organisation), Columns.Value(until) } }, Item, ct);

    public static async Task InsertAsync(NpgsqlConnection connection, Caller caller, SessionRow session, DateTimeOffset now, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add("insert into ccapex.session (id, organisation, territory, held_on, held_at, place, members, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            Columns.Value(session.Id), Columns.Value(caller.Organisation), Columns.Value(session.Territory), Columns.Value(session.HeldOn),
            new() { Value = (object?)session.HeldAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, Columns.Value(session.Place), Members(session.Members), Columns.Value(now));
        await batch.ExecuteNonQueryAsync(ct);
    }

    public static async Task SetMembersAsync(NpgsqlConnection connection, Guid session, IReadOnlyList<SessionMember> members, CancellationToken ct)
    {
        await using var update = new NpgsqlCommand("update ccapex.session set members = $2 where id = $1", connection) { Parameters = { Columns.Value(session), Members(members) } };
        await update.ExecuteNonQueryAsync(ct);
    }

    /// <returns>False when the file is on this order of the day already.</returns>
    public static async Task<bool> InsertItemAsync(NpgsqlConnection connection, Caller caller, ItemRow item, DateTimeOffset now, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand(
            """
            insert into ccapex.item (id, session, organisation, dossier, subject, rank, kind, review_on, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (session, dossier) do nothing
            """,
            connection)
        {
            Parameters =
            {
                Columns.Value(item.Id), Columns.Value(item.Session), Columns.Value(caller.Organisation), Columns.Value(item.Dossier), Columns.Value(item.Subject),
                Columns.Value(item.Rank), Columns.Value(item.Kind), Date(item.ReviewOn), Columns.Value(now),
            },
        };
        return await insert.ExecuteNonQueryAsync(ct) > 0;
    }

    public static async Task UpdateItemAsync(NpgsqlConnection connection, Guid item, byte[] box, DateTimeOffset? reviewedAt, CancellationToken ct)
    {
        await using var update = new NpgsqlCommand("update ccapex.item set sealed = $2, reviewed_at = coalesce($3, reviewed_at) where id = $1", connection)
        {
            Parameters = { Columns.Value(item), Columns.Value(box), new() { Value = (object?)reviewedAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz } },
        };
        await update.ExecuteNonQueryAsync(ct);
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlConnection connection, Caller caller, NpgsqlBatchCommand select, Func<NpgsqlDataReader, T> from, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(select);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
            rows.Add(from(reader));
        return rows;
    }

    private static SessionRow Session(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetFieldValue<DateOnly>(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetString(4),
        JsonSerializer.Deserialize<List<SessionMember>>(r.GetString(5), JsonSerializerOptions.Web) ?? []);

    private static ItemRow Item(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetGuid(3), r.GetInt32(4), r.GetString(5), r.IsDBNull(6) ? null : r.GetFieldValue<byte[]>(6),
        r.IsDBNull(7) ? null : r.GetFieldValue<DateOnly>(7), r.IsDBNull(8) ? null : r.GetFieldValue<DateTimeOffset>(8), r.GetInt32(9), r.GetFieldValue<byte[]>(10));

    private static NpgsqlParameter Members(IReadOnlyList<SessionMember> members) =>
        new() { Value = JsonSerializer.Serialize(members, JsonSerializerOptions.Web), NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static NpgsqlParameter Date(DateOnly? date) => new() { Value = (object?)date ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date };
}
