using ExchangeGateway.Gateway.Routing.Questions;
using ExchangeGateway.Gateway.Routing.Quotas;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>Routes what no wake-up has brought: work left by a crash or a lost message, and held deposits whose delay ends.</summary>
internal sealed partial class RoutingPoll(Router router, TimeProvider clock, ILogger<RoutingPoll> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            try
            {
                await router.RouteDueAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogPollFailed(logger, failure.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1303, LogLevel.Warning, "Due work could not be read: {Error}; again in a second")]
    private static partial void LogPollFailed(ILogger logger, string error);
}

internal static class RoutingRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddDistribution() => services
            .AddQuestions()
            .AddQuotas()
            .AddSingleton<KnownOutcomes>()
            .AddSingleton<RouteGroup>()
            .AddSingleton<Router>()
            .AddHostedService<RoutingPoll>();
    }
}
