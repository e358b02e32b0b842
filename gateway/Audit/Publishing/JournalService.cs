using ExchangeGateway.Gateway.Audit.Tree;
using Npgsql;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>Runs the keeper's rounds: when something was committed, and at least every <see cref="JournalOptions.PollMilliseconds"/>.</summary>
internal sealed partial class JournalService(JournalKeeper keeper, JournalState state, JournalOptions options, TimeProvider clock, ILogger<JournalService> logger) : BackgroundService
{
    /// <summary>How many times rarer the rounds are when each fills a tile or more.</summary>
    private const int Dense = 3;

    /// <summary>The log is begun, and held against what was published, before the first request is served.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await keeper.InitialiseAsync(cancellationToken);
        await keeper.RoundAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var poll = TimeSpan.FromMilliseconds(options.PollMilliseconds);
        var pace = TimeSpan.FromMilliseconds(options.PaceMilliseconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            var begun = clock.GetTimestamp();
            var taken = 0;
            try
            {
                taken = await keeper.RoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
            {
                // Entries are durable in `pending`: they are integrated when the database or the disk is back.
                LogRoundFailed(e);
            }

            if (taken == options.Group)
                continue;
            try
            {
                await state.WaitAsync(poll, clock, stoppingToken);
                // A steady stream is signed and flushed a few times a second, not once per entry; of a dense one fewer tiles are
                // written that the next round writes anew.
                var least = taken >= TileId.Full ? Dense * pace : pace;
                if (least - clock.GetElapsedTime(begun) is { Ticks: > 0 } rest)
                    await Task.Delay(rest, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(1510, LogLevel.Error, "A round of the log failed; the next one takes it up")]
    private partial void LogRoundFailed(Exception exception);
}
