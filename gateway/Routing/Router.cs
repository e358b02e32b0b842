using System.Globalization;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>
/// Takes due work rows, a group at a time, and routes them: the rows are claimed, the deliveries written and the rows
/// removed in one transaction, so that a crash at any moment leaves each deposit either waiting or routed, never twice.
/// </summary>
internal sealed partial class Router(Databases databases, RouteGroup group, AuditLog log, TimeProvider clock, ILogger<Router> logger)
{
    private const int LargestGroup = 256;

    private int _helped;

    /// <summary>Routes everything that is due.</summary>
    /// <returns>Number of work rows done.</returns>
    public async Task<int> RouteDueAsync(CancellationToken ct)
    {
        var first = await RouteNextAsync(ct);
        // More waits than one group: while the database writes one, another is read and evaluated.
        if (first < LargestGroup || Interlocked.Exchange(ref _helped, 1) == 1)
            return first == 0 ? 0 : first + await RouteAllAsync(ct);
        try
        {
            var done = await Task.WhenAll(RouteAllAsync(ct), RouteAllAsync(ct));
            return first + done.Sum();
        }
        finally
        {
            Volatile.Write(ref _helped, 0);
        }
    }

    private async Task<int> RouteAllAsync(CancellationToken ct)
    {
        var done = 0;
        while (await RouteNextAsync(ct) is > 0 and var taken)
            done += taken;
        return done;
    }

    private async Task<int> RouteNextAsync(CancellationToken ct)
    {
        try
        {
            return await RouteGroupAsync(LargestGroup, ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !IsOutage(failure))
        {
            // One row of the group cannot be routed: find it alone, put it back for later, and go on.
            LogGroupFailed(logger, failure.GetType().Name);
            return await RouteOneByOneAsync(ct);
        }
    }

    private async Task<int> RouteOneByOneAsync(CancellationToken ct)
    {
        for (var i = 0; i < LargestGroup; i++)
        {
            try
            {
                if (await RouteGroupAsync(1, ct) == 0)
                    return i;
            }
            catch (Exception failure) when (failure is not OperationCanceledException && !IsOutage(failure))
            {
                await PostponeFirstAsync(failure, ct);
            }
        }

        return LargestGroup;
    }

    private async Task<int> RouteGroupAsync(int most, CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var work = await WorkItem.ClaimAsync(connection, most, clock.GetUtcNow(), ct);
        if (work.Count == 0)
            return 0;
        var shared = await group.RouteAsync(connection, work, ct);
        await transaction.CommitAsync(ct);
        foreach (var explanation in shared)
            explanation.Keep();
        log.Wake();
        return work.Count;
    }

    /// <summary>Puts the row that failed back, later each time, so that it blocks nobody; it stays visible by its attempts.</summary>
    private async Task PostponeFirstAsync(Exception failure, CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        foreach (var item in await WorkItem.ClaimAsync(connection, 1, now, ct))
        {
            var delay = TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, item.Attempts)));
            await using var update = new NpgsqlCommand("update routing.work set attempts = attempts + 1, due_at = $2 where id = $1", connection)
            {
                Parameters = { new() { Value = item.Id }, new() { Value = now + delay } },
            };
            await update.ExecuteNonQueryAsync(ct);
            LogPostponed(logger, item.Deposit, item.Attempts + 1, delay.TotalSeconds.ToString("0", CultureInfo.InvariantCulture), failure.GetType().Name);
        }

        await transaction.CommitAsync(ct);
    }

    private static bool IsOutage(Exception failure) => failure is NpgsqlException { IsTransient: true } or JournalStoppedException;

    [LoggerMessage(1300, LogLevel.Warning, "A group could not be routed ({Error}); its rows are tried one by one")]
    private static partial void LogGroupFailed(ILogger logger, string error);

    [LoggerMessage(1301, LogLevel.Error, "Deposit {Deposit} could not be routed, attempt {Attempt}; again in {Seconds} s: {Error}")]
    private static partial void LogPostponed(ILogger logger, Guid deposit, int attempt, string seconds, string error);
}
