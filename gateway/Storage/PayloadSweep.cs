using Npgsql;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>Deletes payloads that no row names a day after they were put: their transaction did not commit.</summary>
internal sealed partial class PayloadSweep(PayloadStore store, Databases databases, TimeProvider clock, ILogger<PayloadSweep> logger) : BackgroundService
{
    /// <summary>Far longer than any request lasts between its payload and its commit.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromHours(24);
    private const int AtOnce = 1000;

    /// <summary>One pass over the store.</summary>
    /// <returns>How many were deleted.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var limit = clock.GetUtcNow() - Age;
        var deleted = 0;
        await foreach (var names in store.ListAsync(ct).Where(p => p.PutAt < limit).Select(p => p.Name).Chunk(AtOnce).WithCancellation(ct))
            foreach (var orphan in await OrphansAsync(names, ct))
            {
                await store.DeleteAsync(orphan, ct);
                deleted++;
            }

        return deleted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(6), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                LogSwept(await SweepAsync(stoppingToken));
            }
            catch (Exception e) when (e is NpgsqlException or PayloadStoreException)
            {
                LogPostponed(e);
            }
        }
    }

    private async Task<IReadOnlyList<string>> OrphansAsync(string[] names, CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand("""
            select stored.payload from unnest($1::text[]) as stored(payload)
            where not exists (select 1 from exchange.piece p where p.blob = stored.payload collate "C")
              and not exists (select 1 from exchange.piece_quarantine q where q.blob = stored.payload collate "C")
            """);
        command.Parameters.AddWithValue(names);
        await using var rows = await command.ExecuteReaderAsync(ct);
        List<string> orphans = [];
        while (await rows.ReadAsync(ct))
            orphans.Add(rows.GetString(0));
        return orphans;
    }

    [LoggerMessage(1030, LogLevel.Information, "{Count} pièces sans dépôt effacées.")]
    private partial void LogSwept(int count);

    [LoggerMessage(1031, LogLevel.Error, "Le nettoyage des pièces sans dépôt est remis à six heures.")]
    private partial void LogPostponed(Exception error);
}
