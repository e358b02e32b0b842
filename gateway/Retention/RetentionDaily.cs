using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Indicators;
using ExchangeGateway.Gateway.Registers;
using Npgsql;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>Runs conservation once a day, from <c>Retention:Hour</c> (legal time, 3 by default), on whichever node is first; one that was cut is taken up within the hour.</summary>
internal sealed partial class RetentionDaily(
    RetentionRun run, RetentionRuns runs, IndicatorReleases indicators, RegistersInForce registers, IConfiguration configuration, TimeProvider clock, ILogger<RetentionDaily> logger) : BackgroundService
{
    private readonly int _hour = Math.Clamp(configuration.GetValue("Retention:Hour", 3), 0, 23);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                // Another node may have put a signed duration in force.
                await registers.ReloadSignaturesAsync(stoppingToken);
                if (!await runs.IsDueAsync(_hour, clock.GetUtcNow(), stoppingToken))
                    continue;
                await indicators.ReleaseDueAsync(stoppingToken);
                if (await run.RunAsync(stoppingToken) is RetentionOutcome.Done done)
                    LogDone(done.Counts.Sections.Values.Sum(), done.Counts.Personnes, done.Counts.InscriptionsConsultation + done.Counts.InscriptionsDossier);
            }
            catch (Exception e) when (e is NpgsqlException or JournalStoppedException or IOException or InvalidOperationException)
            {
                LogPostponed(e);
            }
        }
    }

    [LoggerMessage(1800, LogLevel.Information, "Conservation : {Sections} sections effacées, {Persons} personnes effacées entièrement, {Entries} inscriptions oubliées.")]
    private partial void LogDone(long sections, long persons, long entries);

    [LoggerMessage(1801, LogLevel.Error, "La conservation est remise à une heure.")]
    private partial void LogPostponed(Exception error);
}
