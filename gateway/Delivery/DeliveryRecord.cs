using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
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
    public required MessageType Type { get; init; }
    public required IReadOnlyList<string> Flags { get; init; }
    public required string SenderNature { get; init; }
    public required ConsentState Agreement { get; init; }
    public required bool Restricted { get; init; }
    public required int VaultKey { get; init; }
    public required byte[] WrappedKey { get; init; }

    private const string Select =
        """
        select d.id, d.deposit, d.dossier, d.subject, d.territory, d.purpose, d.on_behalf_of, d.rule, d.state, d.created_at, d.acknowledged_at,
               p.message_type, p.flags, o.nature, p.facts->>'accordElectronique', s.restricted, k.vault_key, k.wrapped_key
        from delivery.delivery d
          join exchange.deposit p on p.id = d.deposit
          join access.organisation o on o.id = p.sender
          join consent.subject_state s on s.subject = d.subject
          join vault.subject k on k.id = d.subject
        where d.recipient = $1
        """;

    /// <summary>Reads one delivery of the caller's organisation and holds its subject's consent row until the transaction ends, so that a withdrawal comes wholly before or wholly after.</summary>
    /// <returns><see langword="null"/> when it does not exist or belongs to another organisation.</returns>
    public static async Task<DeliveryRecord?> ReadAsync(NpgsqlConnection connection, Caller caller, Guid id, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Select + " and d.id = $2 for share of s")
        {
            Parameters = { new() { Value = caller.Organisation }, new() { Value = id } },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct) ? From(reader) : null;
    }

    /// <summary>Reads the caller's deliveries about some subjects, oldest first, at most 200, and holds their consent rows.</summary>
    public static async Task<IReadOnlyList<DeliveryRecord>> ReadOfSubjectsAsync(NpgsqlConnection connection, Caller caller, Guid[] subjects, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Select + " and d.subject = any($2) order by d.id limit 200 for share of s")
        {
            Parameters = { new() { Value = caller.Organisation }, new() { Value = subjects } },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        var deliveries = new List<DeliveryRecord>();
        while (await reader.ReadAsync(ct))
            deliveries.Add(From(reader));
        return deliveries;
    }

    /// <summary>Reads a page of the inbox, oldest first, after a cursor.</summary>
    public static async Task<IReadOnlyList<DeliveryRecord>> ReadPageAsync(NpgsqlConnection connection, Caller caller, InboxQuery query, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Select + " and ($2::text is null or d.state = $2) and d.created_at >= $3 and d.id > $4 order by d.id limit $5 for share of s")
        {
            Parameters =
            {
                new() { Value = caller.Organisation },
                new() { Value = (object?)query.State ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new() { Value = query.Since ?? DateTimeOffset.UnixEpoch },
                new() { Value = query.After ?? Guid.Empty },
                new() { Value = query.Limit },
            },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        var page = new List<DeliveryRecord>();
        while (await reader.ReadAsync(ct))
            page.Add(From(reader));
        return page;
    }

    /// <summary>Asks, at this instant and under the registers in force, which of the requested categories the caller may read.</summary>
    public DisclosureDecision Decide(RegistersInForce registers, Caller caller, Categories requested, DateTimeOffset instant) =>
        PurposeDecision.MayDisclose(
            registers.Current.Purposes,
            new DisclosureRequest(
                Purpose, SenderNature, Type, OnBehalfOf, caller.Nature, caller.Role, Territory, requested, Restricted, Agreement, instant, registers.Mode));

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
        State = reader.GetString(8),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(9),
        AcknowledgedAt = reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10),
        Type = MessageType.Parse(reader.GetString(11)),
        Flags = reader.GetFieldValue<string[]>(12),
        SenderNature = reader.GetString(13),
        Agreement = Agreements.Of(reader.IsDBNull(14) ? null : reader.GetString(14)),
        Restricted = reader.GetBoolean(15),
        VaultKey = reader.GetInt32(16),
        WrappedKey = reader.GetFieldValue<byte[]>(17),
    };
}

/// <summary>Reads the agreement that a message declares (R712-19: electronic sending) from its facts.</summary>
internal static class Agreements
{
    public static ConsentState Of(string? declared) => declared switch
    {
        "true" => ConsentState.Granted,
        "false" => ConsentState.Refused,
        _ => ConsentState.Unknown,
    };

    public static ConsentState Of(bool? declared) => declared switch
    {
        true => ConsentState.Granted,
        false => ConsentState.Refused,
        null => ConsentState.Unknown,
    };
}
