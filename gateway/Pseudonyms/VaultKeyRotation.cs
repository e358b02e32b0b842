using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using Npgsql;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>Every hour: learns of keys made elsewhere, makes the month's new vault key, and goes on wrapping again what older ones wrap.</summary>
/// <remarks><c>Vault:RotationDays</c>: age at which a vault key is replaced, in days, 30 by default, 1 at least.</remarks>
internal sealed partial class VaultKeyRotation(VaultRotation rotation, VaultKeys keys, IConfiguration configuration, TimeProvider clock, ILogger<VaultKeyRotation> logger) : BackgroundService
{
    private readonly TimeSpan _age = TimeSpan.FromDays(Math.Max(1, configuration.GetValue("Vault:RotationDays", 30)));

    /// <summary>What the hour asks for.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        keys.Reload();
        if (clock.GetUtcNow() - keys.CurrentSince >= _age)
            LogRotated(await rotation.RotateAsync(ct));
        if (await rotation.RewrapAsync(ct) is > 0 and var count)
            LogRewrapped(count, keys.Current);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or UnauthorizedAccessException or JournalStoppedException or System.Security.Cryptography.CryptographicException)
            {
                LogPostponed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1040, LogLevel.Information, "La clé du coffre est renouvelée : version {Version}.")]
    private partial void LogRotated(int version);

    [LoggerMessage(1041, LogLevel.Information, "{Count} clés scellées à nouveau par la clé du coffre de version {Version}.")]
    private partial void LogRewrapped(long count, int version);

    [LoggerMessage(1042, LogLevel.Error, "Le renouvellement de la clé du coffre est remis à une heure.")]
    private partial void LogPostponed(Exception error);
}
