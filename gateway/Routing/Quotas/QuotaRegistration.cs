namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>Looks every second for draws that are due, on every node.</summary>
internal sealed partial class DrawPoll(HoldDraws draws, TimeProvider clock, ILogger<DrawPoll> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await draws.RunAsync(stoppingToken) is > 0 and var held)
                    LogHeld(logger, held);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogPostponed(logger, string.Join(", ", (failure as AggregateException)?.InnerExceptions.Select(f => f.GetType().Name) ?? [failure.GetType().Name]));
            }
        }
    }

    [LoggerMessage(1304, LogLevel.Information, "{Draws} draws were held")]
    private static partial void LogHeld(ILogger logger, int draws);

    [LoggerMessage(1305, LogLevel.Warning, "Draws could not be held: {Error}; again in a second")]
    private static partial void LogPostponed(ILogger logger, string error);
}

internal static class QuotaRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddQuotas() => services
            .AddSingleton<HoldDraws>()
            .AddSingleton<ListQuotas>()
            .AddHostedService<DrawPoll>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapQuotas() => ConsulterQuotas.Map(app);
    }
}
