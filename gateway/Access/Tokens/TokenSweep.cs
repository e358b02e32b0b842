using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>Deletes tokens a day after their expiry, every hour: what cannot be used need not be kept.</summary>
internal sealed partial class TokenSweep(Databases databases, TimeProvider clock, ILogger<TokenSweep> logger) : BackgroundService
{
    /// <summary>How long an expired token stays, so that a refusal can still be explained.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                LogFailed(failure);
            }
        }
    }

    /// <summary>Deletes what is due; gives how many.</summary>
    internal async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand("delete from access.token where expires_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() - Kept });
        return await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(1101, LogLevel.Warning, "Expired tokens could not be deleted; the next hour tries again.")]
    private partial void LogFailed(Exception failure);
}
