using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>One delivery as its recipient's transaction reads it, with what the decision and the seals need.</summary>
internal sealed record DeliveryRecord
{
    public required Guid Id { get; init; }
    public required Guid Deposit { get; init; }
    public required Guid Dossier { get; init; }
    public required Guid Subject { get; init; }
    public required string Territory { get; init; }
    public required string Purpose { get; init; }
    public required string? OnBehalfOf { get; init; }
    public required string Rule { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? AcknowledgedAt { get; init; }
    /// <summary>One of <see cref="DeliveryNature"/>.</summary>
    public required string Nature { get; init; }
    /// <summary>The delivery that this one replaces or withdraws.</summary>
    public required Guid? Corrects { get; init; }
    /// <summary>Why it is withdrawn or reduced, by its sender or by the person; <see langword="null"/> unless it is.</summary>
    public required string? CancelledFor { get; init; }
    public required MessageType Type { get; init; }
    public required IReadOnlyList<string> Flags { get; init; }
    public required string SenderNature { get; init; }
    public required Agreements Agreements { get; init; }
    /// <summary>When the message that declares them was received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
    /// <summary>What the consent ledger says of the person.</summary>
    public required SubjectConsents Consents { get; init; }
    public required bool Restricted { get; init; }
    public required int VaultKey { get; init; }
    public required byte[] WrappedKey { get; init; }
    /// <summary>Whether the deposit updates an earlier one about the same debt, and that one's delivery here.</summary>
    public required bool IsUpdate { get; init; }
    public required Guid? Updates { get; init; }
    /// <summary>Its place in the inbox: the cursor. Whoever sees it sees every smaller one (see <c>delivery.position</c>).</summary>
    public required long Position { get; init; }
    /// <summary>Who of the recipient has it in hand; <see langword="null"/> for nobody.</summary>
    public required Guid? AssignedTo { get; init; }
    public required DateTimeOffset? SentBackAt { get; init; }
    /// <summary>Of a separation: the person and the file by which the recipient knew the message until then.</summary>
    public required Guid? FormerSubject { get; init; }
    public required Guid? FormerDossier { get; init; }
    /// <summary>One of <see cref="Deadlines.DeadlineStep"/>.</summary>
    public required int Step { get; init; }

    private static readonly string Select =
        $"""
        select d.id, d.deposit, d.dossier, d.subject, d.territory, d.purpose, d.on_behalf_of, d.rule, d.state, d.created_at, d.acknowledged_at,
               p.message_type, p.flags, o.nature, p.facts->>'accordElectronique', p.facts->>'accordPersonne', p.facts->>'categoriesAccord', s.restricted, k.vault_key, k.wrapped_key,
               p.replaces is not null,
               (select e.id from delivery.delivery e where e.deposit = p.replaces and e.recipient = d.recipient and e.purpose = d.purpose and e.nature = 'remise'),
               d.nature, d.corrects, c.kind, coalesce(d.motif, c.motif), {PieceFlags.Column("p")}, p.received_at, s.standing, d.alerts,
               d.position, d.assigned_to, d.sent_back_at, d.step, d.former_subject, d.former_dossier
        from delivery.delivery d
          join exchange.deposit p on p.id = d.deposit
          join access.organisation o on o.id = p.sender
          join consent.subject_state s on s.subject = d.subject
          join vault.subject k on k.id = d.subject
          left join exchange.correction c on c.deposit = d.deposit
        where d.recipient = $1
        """;

    /// <summary>Reads one delivery of the caller's organisation and holds its subject's consent row until the transaction ends, so that a withdrawal comes wholly before or wholly after.</summary>
    /// <returns><see langword="null"/> when it does not exist or belongs to another organisation.</returns>
    public static async Task<DeliveryRecord?> ReadAsync(NpgsqlConnection connection, Caller caller, Guid id, CancellationToken ct) =>
        await ListAsync(connection, caller, "d.id = $2", [new() { Value = id }], ct) is [var delivery] ? delivery : null;

    /// <summary>Reads the caller's deliveries about some subjects, oldest first, at most 200, and holds their consent rows.</summary>
    public static Task<IReadOnlyList<DeliveryRecord>> ReadOfSubjectsAsync(NpgsqlConnection connection, Caller caller, Guid[] subjects, CancellationToken ct) =>
        ListAsync(connection, caller, "d.subject = any($2) order by d.id limit 200", [new() { Value = subjects }], ct);

    /// <summary>Reads some of the caller's deliveries and holds their consent rows.</summary>
    public static Task<IReadOnlyList<DeliveryRecord>> ReadManyAsync(NpgsqlConnection connection, Caller caller, Guid[] ids, CancellationToken ct) =>
        ListAsync(connection, caller, "d.id = any($2) order by d.id", [new() { Value = ids }], ct);

    /// <summary>Reads a page of the inbox, oldest first, after a cursor.</summary>
    public static Task<IReadOnlyList<DeliveryRecord>> ReadPageAsync(NpgsqlConnection connection, Caller caller, InboxQuery query, CancellationToken ct) =>
        ListAsync(
            connection, caller, "($2::text is null or d.state = $2) and d.created_at >= $3 and d.position > $4 order by d.position limit $5",
            [
                new() { Value = (object?)query.State ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new() { Value = query.Since ?? DateTimeOffset.UnixEpoch }, new() { Value = query.After ?? 0L }, new() { Value = query.Limit },
            ],
            ct);

    private static async Task<IReadOnlyList<DeliveryRecord>> ListAsync(NpgsqlConnection connection, Caller caller, string which, IReadOnlyList<NpgsqlParameter> parameters, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        var select = new NpgsqlBatchCommand(Select + " and " + which + " for share of s");
        select.Parameters.AddRange((NpgsqlParameter[])[new() { Value = caller.Organisation }, .. parameters]);
        batch.BatchCommands.Add(select);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        var deliveries = new List<DeliveryRecord>();
        while (await reader.ReadAsync(ct))
            deliveries.Add(From(reader));
        return deliveries;
    }

    /// <summary>Reads the caller's deliveries of some dossiers, oldest first, at most 2,000, and holds their subjects' consent rows.</summary>
    public static Task<IReadOnlyList<DeliveryRecord>> ReadOfDossiersAsync(NpgsqlConnection connection, Caller caller, Guid[] dossiers, CancellationToken ct) =>
        ListAsync(connection, caller, "d.dossier = any($2) order by d.id limit 2000", [new() { Value = dossiers }], ct);

    /// <summary>Whether its content may still be read: what the sender has withdrawn or replaced is not.</summary>
    public bool IsReadable => !DeliveryNature.IsNews(Nature) && State is DeliveryState.Delivered or DeliveryState.Acknowledged;

    /// <summary>Asks, at this instant and under the registers in force, which of the requested categories the caller may read.</summary>
    public DisclosureDecision Decide(RegistersInForce registers, Caller caller, Categories requested, DateTimeOffset instant)
    {
        var purposes = registers.Current.Purposes;
        // The news of a withdrawal holds nothing of the message: what stops the message must not stop the news.
        var (restricted, (agreement, named)) = !DeliveryNature.HoldsNothing(Nature)
            ? (Restricted || Consents.Restricts(Purpose), Agreements.InForce(purposes.InForce(Purpose, instant), Consents, ReceivedAt, instant))
            : (false, (ConsentState.Granted, CategoryNames.All));
        return PurposeDecision.MayDisclose(
            purposes,
            new DisclosureRequest(
                Purpose, SenderNature, Type, OnBehalfOf, caller.Nature, caller.Role, Territory, requested, restricted, agreement, instant, registers.Mode, named));
    }

    private static DeliveryRecord From(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Deposit = reader.GetGuid(1),
        Dossier = reader.GetGuid(2),
        Subject = reader.GetGuid(3),
        Territory = reader.GetString(4),
        Purpose = reader.GetString(5),
        OnBehalfOf = reader.IsDBNull(6) ? null : reader.GetString(6),
        Rule = reader.GetString(7),
        State = StateOf(reader.GetString(8), reader.GetString(22), reader.IsDBNull(24) ? null : reader.GetString(24)),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(9),
        AcknowledgedAt = reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10),
        Type = MessageType.Parse(reader.GetString(11)),
        Flags = [.. PieceFlags.Of(reader, 12, 26), .. reader.GetFieldValue<string[]>(29)],
        SenderNature = reader.GetString(13),
        Agreements = new(Declared(reader, 14), Declared(reader, 15), CategoryNames.Of(reader.IsDBNull(16) ? null : reader.GetString(16))),
        ReceivedAt = reader.GetFieldValue<DateTimeOffset>(27),
        Consents = SubjectConsents.Parse(reader.GetString(28)),
        Restricted = reader.GetBoolean(17),
        VaultKey = reader.GetInt32(18),
        WrappedKey = reader.GetFieldValue<byte[]>(19),
        IsUpdate = reader.GetBoolean(20),
        Updates = reader.IsDBNull(21) ? null : reader.GetGuid(21),
        Nature = reader.GetString(22),
        Corrects = reader.IsDBNull(23) ? null : reader.GetGuid(23),
        CancelledFor = reader.IsDBNull(25) ? null : reader.GetString(25),
        Position = reader.GetInt64(30),
        AssignedTo = reader.IsDBNull(31) ? null : reader.GetGuid(31),
        SentBackAt = reader.IsDBNull(32) ? null : reader.GetFieldValue<DateTimeOffset>(32),
        Step = reader.GetInt16(33),
        FormerSubject = reader.IsDBNull(34) ? null : reader.GetGuid(34),
        FormerDossier = reader.IsDBNull(35) ? null : reader.GetGuid(35),
    };

    /// <summary>A correction counts from its commit on, before the router has marked the delivery.</summary>
    private static string StateOf(string stored, string nature, string? correction) => (DeliveryNature.IsNews(nature), correction) switch
    {
        (true, _) or (_, null) => stored,
        (_, CorrectionKind.Annulation) => DeliveryState.Cancelled,
        _ => DeliveryState.Replaced,
    };

    private static bool? Declared(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column) == "true";
}
