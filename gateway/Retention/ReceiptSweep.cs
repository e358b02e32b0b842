using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>Deletes idempotency keys with their receipts, the reports of batches and the list of notices by e-mail, after thirty days (design: scale).</summary>
internal sealed class ReceiptSweep(Databases databases)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private const int Batch = 5000;

    public async Task RunAsync(DateTimeOffset now, RetentionCounts counts, CancellationToken ct)
    {
        counts.Recepisses += await SweepAsync(
            """
            delete from exchange.idempotency i using (select organisation, path, key from exchange.idempotency where created_at < $1 order by created_at limit $2) o
            where i.organisation = o.organisation and i.path = o.path and i.key = o.key
            """, now, ct);
        await SweepAsync("delete from delivery.mail m using (select id from delivery.mail where created_at < $1 limit $2) o where m.id = o.id", now, ct);
        // A batch sent again under its name is kept from then on: its keys are younger too.
        counts.Lots += await SweepAsync("delete from exchange.lot l using (select id from exchange.lot where updated_at < $1 order by updated_at limit $2) o where l.id = o.id", now, ct);
    }

    private async Task<long> SweepAsync(string sql, DateTimeOffset now, CancellationToken ct)
    {
        for (var total = 0L; ;)
        {
            await using var command = databases.Worker.CreateCommand(sql);
            command.CommandTimeout = HeldDeposits.Timeout;
            command.Parameters.AddWithValue(now - Kept);
            command.Parameters.AddWithValue(Batch);
            var deleted = await command.ExecuteNonQueryAsync(ct);
            total += deleted;
            if (deleted < Batch)
                return total;
        }
    }
}
