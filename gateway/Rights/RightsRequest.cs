using System.Text.Json;
using System.Text.Json.Serialization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>What was decided for one purpose.</summary>
/// <param name="Motif">A code of <see cref="RefusalGround"/>; <see langword="null"/> when it is granted.</param>
internal sealed record Outcome(string Finalite, bool Accordee, string? Motif);

/// <summary>Who decided an erasure that waits for a second person.</summary>
internal sealed record Proposal(string Agent, string Role, Guid Organisation);

/// <summary>A request as the table holds it.</summary>
internal sealed record RightsRequest(
    Guid Id, RightKind Kind, DateOnly ReceivedOn, string Channel, Guid Subject, byte[]? Identity, string VerifiedHow, string VerifiedBy, IReadOnlyList<string> Purposes,
    string State, DateOnly DueOn, string? ExtendedFor, DateOnly? ToldOn, IReadOnlyList<Outcome> Outcomes, Proposal? Proposal, DateTimeOffset? DecidedAt, DateTimeOffset CreatedAt)
{
    private const string Columns = """
        r.id, r.kind, r.received_on, r.channel, r.subject, r.identity, r.verified_how, r.verified_by, r.purposes, r.state, r.due_on, r.extended_for, r.told_on,
        r.outcomes, r.proposed_by, r.proposed_as, r.proposed_for, r.decided_at, r.created_at
        """;

    public bool IsOpen => RightsState.IsOpen(State);

    public bool IsOverdue(DateOnly today) => IsOpen && today > DueOn;

    /// <param name="hold">Locks the row until the transaction ends: one decision at a time.</param>
    public static async Task<RightsRequest?> ReadAsync(NpgsqlConnection connection, Guid id, bool hold, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand($"select {Columns} from rights.request r where r.id = $1 {(hold ? "for update" : "")}", connection) { Parameters = { new() { Value = id } } };
        await using var reader = await select.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    /// <summary>A page, the newest first.</summary>
    /// <param name="open">Only those that wait for an answer.</param>
    /// <param name="before">Id of the last one of the page before.</param>
    public static async Task<IReadOnlyList<RightsRequest>> ReadPageAsync(NpgsqlConnection connection, bool open, Guid? before, int limit, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            $"""
            select {Columns} from rights.request r
            where (not $1 or r.state in ('recue', 'enInstruction', 'prolongee')) and ($2::uuid is null or r.id < $2) order by r.id desc limit $3
            """,
            connection)
        {
            Parameters = { new() { Value = open }, new() { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = limit } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var page = new List<RightsRequest>();
        while (await reader.ReadAsync(ct))
            page.Add(Read(reader));
        return page;
    }

    private static RightsRequest Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), RightsCodes.TryParse(row.GetString(1), out RightKind kind) ? kind : throw new InvalidDataException("A request has an unknown kind."),
        row.GetFieldValue<DateOnly>(2), row.GetString(3), row.GetGuid(4), row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5), row.GetString(6), row.GetString(7),
        row.GetFieldValue<string[]>(8), row.GetString(9), row.GetFieldValue<DateOnly>(10), row.IsDBNull(11) ? null : row.GetString(11),
        row.IsDBNull(12) ? null : row.GetFieldValue<DateOnly>(12), JsonSerializer.Deserialize(row.GetString(13), RightsRows.Default.IReadOnlyListOutcome) ?? [],
        row.IsDBNull(14) ? null : new Proposal(row.GetString(14), row.GetString(15), row.GetGuid(16)), row.IsDBNull(17) ? null : row.GetFieldValue<DateTimeOffset>(17),
        row.GetFieldValue<DateTimeOffset>(18));

    /// <summary>Writes what a decision or an extension changes.</summary>
    public void AddUpdateTo(NpgsqlBatch batch) => batch.Add(
        """
        update rights.request set state = $2, due_on = $3, extended_for = $4, told_on = $5, outcomes = $6, proposed_by = $7, proposed_as = $8, proposed_for = $9, decided_at = $10 where id = $1
        """,
        Storage.Columns.Value(Id), Storage.Columns.Value(State), Storage.Columns.Value(DueOn), Optional(ExtendedFor, NpgsqlDbType.Text), Optional(ToldOn, NpgsqlDbType.Date),
        Optional(JsonSerializer.Serialize(Outcomes, RightsRows.Default.IReadOnlyListOutcome), NpgsqlDbType.Jsonb), Optional(Proposal?.Agent, NpgsqlDbType.Text),
        Optional(Proposal?.Role, NpgsqlDbType.Text), Optional(Proposal?.Organisation, NpgsqlDbType.Uuid), Optional(DecidedAt, NpgsqlDbType.TimestampTz));

    private static NpgsqlParameter Optional(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}

/// <summary>One line of a request's history.</summary>
internal sealed record RightsStep(DateTimeOffset Le, string Etape, string Etat, string Organisation, string Agent, IReadOnlyDictionary<string, string> Details, Guid Inscription)
{
    /// <summary>Adds a step and its log entry to the transaction's batch.</summary>
    /// <param name="action">Of the entry.</param>
    /// <param name="subjects">The person, under every subject joined.</param>
    public static async Task AddAsync(
        NpgsqlBatch batch, AuditLog log, Caller caller, RightsRequest request, LogAction action, string step, IReadOnlyList<Guid> subjects, IReadOnlyDictionary<string, string> details,
        string registerVersion, DateTimeOffset now, CancellationToken ct)
    {
        var entry = await log.PrepareAsync(
            new AuditEntry
            {
                Action = action,
                Organisation = caller.Organisation,
                Agent = caller.Agent,
                Subjects = subjects,
                RegisterVersion = registerVersion,
                Decision = request.State is RightsState.Refused ? "refuse" : "permis",
                Details = new Dictionary<string, string>(details, StringComparer.Ordinal) { ["demandeDroit"] = request.Id.ToString(), ["droit"] = request.Kind.Code },
                TraceId = System.Diagnostics.Activity.Current?.TraceId.ToString(),
            },
            now,
            ct);
        batch.Add("insert into rights.step (id, request, at, step, state, organisation, agent, details, entry) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            Columns.Value(Guid.CreateVersion7(now)), Columns.Value(request.Id), Columns.Value(now), Columns.Value(step), Columns.Value(request.State),
            Columns.Value(caller.Organisation), Columns.Value(caller.Agent),
            new NpgsqlParameter { Value = JsonSerializer.Serialize(details, RightsRows.Default.IReadOnlyDictionaryStringString), NpgsqlDbType = NpgsqlDbType.Jsonb }, Columns.Value(entry.Id));
        log.AddTo(batch, [entry]);
    }

    public static async Task<IReadOnlyList<RightsStep>> ReadAsync(NpgsqlConnection connection, Guid request, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            "select s.at, s.step, s.state, o.name, s.agent, s.details, s.entry from rights.step s join access.organisation o on o.id = s.organisation where s.request = $1 order by s.at, s.id", connection)
        {
            Parameters = { new() { Value = request } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var steps = new List<RightsStep>();
        while (await reader.ReadAsync(ct))
        {
            steps.Add(new RightsStep(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                JsonSerializer.Deserialize(reader.GetString(5), RightsRows.Default.IReadOnlyDictionaryStringString)!, reader.GetGuid(6)));
        }

        return steps;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<Outcome>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Requester))]
internal sealed partial class RightsRows : JsonSerializerContext;
