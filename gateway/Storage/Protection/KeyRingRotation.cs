using Npgsql;

namespace ExchangeGateway.Gateway.Storage.Protection;

/// <summary>Looks every hour whether the next key of the ring is due.</summary>
internal sealed partial class KeyRingRotation(KeyRing ring, TimeProvider clock, ILogger<KeyRingRotation> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ring.MakeDueKeyAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                // Seven days are left when the first attempt is made.
                LogPostponed(e);
            }
        }
    }

    [LoggerMessage(1021, LogLevel.Error, "Le renouvellement des clés de protection attend la base de données ; nouvel essai dans une heure.")]
    private partial void LogPostponed(Exception error);
}
