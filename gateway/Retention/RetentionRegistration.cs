namespace ExchangeGateway.Gateway.Retention;

internal static class RetentionRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddRetention() => services
            .AddSingleton<PlanRetention>()
            .AddSingleton<LogForgetting>()
            .AddSingleton<ReceiptSweep>()
            .AddSingleton<RetentionRun>()
            .AddSingleton<RetentionRuns>()
            .AddSingleton<SignerDuree>()
            .AddHostedService<RetentionDaily>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapRetention() => ConsulterConservation.Map(app);
    }
}
