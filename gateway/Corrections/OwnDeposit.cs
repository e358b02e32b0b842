using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Corrections;

/// <summary>A deposit of the caller that a correction is about.</summary>
/// <param name="Corrected">Kind of the correction that it has already; <see langword="null"/> when none.</param>
internal sealed record OwnDeposit(Guid Id, MessageType Type, KnownSubject Subject, string? Corrected, Guid? Replacement)
{
    /// <returns><see langword="null"/> when it does not exist or is another organisation's.</returns>
    public static async Task<OwnDeposit?> ReadAsync(Databases databases, Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            select d.message_type, s.id, s.vault_key, s.wrapped_key, c.kind, c.replacement
            from exchange.deposit d join vault.subject s on s.id = d.subject left join exchange.correction c on c.deposit = d.id
            where d.id = $1 and d.sender = $2
            """)
        {
            Parameters = { new() { Value = id }, new() { Value = caller.Organisation } },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct)
            ? new OwnDeposit(
                id, MessageType.Parse(reader.GetString(0)), new KnownSubject(reader.GetGuid(1), reader.GetInt32(2), reader.GetFieldValue<byte[]>(3)),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetGuid(5))
            : null;
    }
}
