using System.Security.Cryptography;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <summary>Makes the calls that are due: every second looks for new lines, calls several addresses side by side, one call at a time each.</summary>
internal sealed partial class WebhookDispatcher(WebhookOutbox outbox, WebhookSender sender, Databases databases, TimeProvider clock, ILogger<WebhookDispatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    /// <summary>How long the history is kept.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    /// <summary>How long a call that a restriction stops may still go out.</summary>
    private static readonly TimeSpan KeptHidden = TimeSpan.FromDays(365);
    private const int SideBySide = 8;
    private const int MostCallsOfOneClaim = 100;

    private DateTimeOffset _swept;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunDueAsync(stoppingToken);
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogRoundFailed(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>Makes every call that is due now.</summary>
    /// <returns>How many calls were made.</returns>
    public async Task<int> RunDueAsync(CancellationToken ct)
    {
        await outbox.ResumeAsync(ct);
        while (await outbox.FillAsync(ct) > 0)
        {
        }

        var made = 0;
        await Task.WhenAll(Enumerable.Range(0, SideBySide).Select(async _ =>
        {
            while (await outbox.ClaimAsync(ct) is { } webhook)
                Interlocked.Add(ref made, await CallAsync(webhook, ct));
        }));
        return made;
    }

    private async Task<int> CallAsync(ClaimedWebhook webhook, CancellationToken ct)
    {
        for (var made = 0; made < MostCallsOfOneClaim; made++)
        {
            if (await outbox.BeginAsync(webhook, ct) is not { } attempt)
            {
                await outbox.ReleaseAsync(webhook, ct);
                return made;
            }

            var result = await sender.SendAsync(webhook.Url, webhook.Keys, attempt.MessageId, attempt.Body, ct);
            await outbox.EndAsync(webhook, attempt, result, RandomNumberGenerator.GetInt32(1001) / 1000.0, ct);
            webhook = webhook with { Failures = result.Delivered ? 0 : webhook.Failures + 1 };
        }

        await outbox.ReleaseAsync(webhook, ct);
        return MostCallsOfOneClaim;
    }

    /// <summary>Forgets what ended more than thirty days ago, once an hour.</summary>
    private async Task SweepAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (now - _swept < TimeSpan.FromHours(1))
            return;
        _swept = now;
        await using var command = databases.Worker.CreateCommand("delete from delivery.webhook_call where created_at < $1 and state <> 'attente' and (state <> 'arrete' or seen is null or created_at < $2)");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - Kept });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - KeptHidden });
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(1410, LogLevel.Warning, "Webhooks could not be looked at: {Error}; again in a second")]
    private static partial void LogRoundFailed(ILogger logger, string error);
}
