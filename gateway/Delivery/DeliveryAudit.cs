using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Registers;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>Log entries of what recipients do. The entry commits before anything is shown.</summary>
internal sealed class DeliveryAudit(AuditLog log, RegistersInForce registers, TimeProvider clock)
{
    /// <summary>Commits the transaction with its entry.</summary>
    public Task CommitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, AuditEntry entry, CancellationToken ct) => CommitAsync(connection, transaction, entry, [], ct);

    /// <summary>Commits the transaction with its entry and those of what it tells others.</summary>
    public async Task CommitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, AuditEntry entry, IReadOnlyList<PreparedEntry> others, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        log.AddTo(batch, [await log.PrepareAsync(entry, clock.GetUtcNow(), ct), .. others]);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
    }

    /// <summary>Adds an entry to a batch of the transaction that <see cref="CommitAsync"/> will end.</summary>
    public async Task AddAsync(NpgsqlBatch batch, AuditEntry entry, CancellationToken ct) => log.AddTo(batch, [await log.PrepareAsync(entry, clock.GetUtcNow(), ct)]);

    public AuditEntry Entry(Caller caller, LogAction action, DeliveryRecord delivery, params (string Key, string Value)[] details) => new()
    {
        Action = action,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = [delivery.Subject],
        Deposit = delivery.Deposit,
        Delivery = delivery.Id,
        Purpose = delivery.Purpose,
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = details.ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal),
        TraceId = Activity.Current?.TraceId.ToString(),
    };

    /// <summary>Logs a refusal of its own transaction. The delivery is known only when it is the caller's.</summary>
    public async Task RefusedAsync(Caller caller, DeliveryRecord? delivery, string attempted, string reason, CancellationToken ct) =>
        await log.AppendAsync(
            new AuditEntry
            {
                Action = LogAction.AccessRefused,
                Organisation = caller.Organisation,
                Agent = caller.Agent,
                Subjects = delivery is null ? [] : [delivery.Subject],
                Deposit = delivery?.Deposit,
                Delivery = delivery?.Id,
                Purpose = delivery?.Purpose,
                RegisterVersion = registers.Current.Purposes.Version,
                Decision = "refuse",
                Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["demande"] = attempted, ["refus"] = reason },
                TraceId = Activity.Current?.TraceId.ToString(),
            },
            ct);
}
