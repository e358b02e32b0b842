using ExchangeGateway.Gateway.Routing;
using MassTransit;

namespace ExchangeGateway.Gateway.Messaging;

/// <summary>Says that work waits in the database. It carries nothing else: the consumer's own transaction claims the rows (design: scale).</summary>
public sealed record WorkIsWaiting;

/// <summary>Wakes a router somewhere. A lost wake-up loses nothing: due rows are polled too.</summary>
internal sealed partial class WakeUp(IBus bus, TimeProvider clock, ILogger<WakeUp> logger)
{
    /// <summary>What commits within this time is routed together: a stream of deposits costs a few transactions, not one each.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(150);

    private int _gathering;

    public void WorkIsWaiting()
    {
        if (Interlocked.Exchange(ref _gathering, 1) == 0)
            _ = PublishAsync();
    }

    private async Task PublishAsync()
    {
        try
        {
            await Task.Delay(Gathering, clock);
            Volatile.Write(ref _gathering, 0);
            await bus.Publish(new WorkIsWaiting());
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The row is the work item: the poll finds it. A broker that is down must not fail an accepted message.
            LogNotPublished(logger, failure.GetType().Name);
        }
    }

    [LoggerMessage(1700, LogLevel.Warning, "A wake-up was not published: {Error}; the poll takes over")]
    private static partial void LogNotPublished(ILogger logger, string error);
}

internal sealed class WakeUpConsumer(Router router) : IConsumer<WorkIsWaiting>
{
    public Task Consume(ConsumeContext<WorkIsWaiting> context) => router.RouteDueAsync(context.CancellationToken);
}

internal static class MessagingRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>In memory without configuration; over RabbitMQ when <c>Messaging:RabbitMq</c> gives its <c>amqp://</c> address.</summary>
        public IServiceCollection AddMessaging(IConfiguration configuration)
        {
            // MassTransit otherwise starts beside the host, and what is published before it is ready is lost.
            services.Configure<MassTransitHostOptions>(o => o.WaitUntilStarted = true);
            services.AddMassTransit(bus =>
            {
                // One a node: large groups are cheaper than many, and what is accepted next goes before what is routed next.
                bus.AddConsumer<WakeUpConsumer>(c => c.ConcurrentMessageLimit = 1);
                bus.DisableUsageTelemetry();
                if (configuration["Messaging:RabbitMq"] is { Length: > 0 } address)
                {
                    bus.UsingRabbitMq((context, rabbit) =>
                    {
                        rabbit.Host(new Uri(address));
                        rabbit.ConfigureEndpoints(context);
                    });
                }
                else
                {
                    bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
                }
            });
            return services.AddSingleton<WakeUp>();
        }
    }
}
