using ExchangeGateway.Gateway.Delivery.Notices;

namespace ExchangeGateway.Gateway.Delivery.Deadlines;

/// <summary>Every minute: lines that a restriction hid and that may be read again, reminders, escalations and reports that are due, then the notices by e-mail.</summary>
internal sealed partial class FollowUpService(DeadlineRound deadlines, MailOutbox mail, PassedOver passedOver, TimeProvider clock, ILogger<FollowUpService> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await passedOver.BringBackAsync(stoppingToken);
                await deadlines.RunDueAsync(stoppingToken);
                await mail.RunDueAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogRoundFailed(logger, failure.GetType().Name);
            }
        }
    }

    [LoggerMessage(1421, LogLevel.Warning, "Reminders and notices could not be looked at: {Error}; again in a minute")]
    private static partial void LogRoundFailed(ILogger logger, string error);
}
