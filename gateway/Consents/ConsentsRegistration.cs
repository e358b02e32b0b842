namespace ExchangeGateway.Gateway.Consents;

internal static class ConsentsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddConsents() => services
            .AddSingleton<ConcernedPerson>()
            .AddSingleton<WithdrawalNotices>()
            .AddSingleton<ConsentLedger>()
            .AddSingleton<InscrireConsentement>()
            .AddSingleton<ConsulterConsentements>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapConsents()
        {
            var consents = app.MapGroup("/v1/consentements").WithTags("Accords");
            consents.MapInscrireConsentement();
            consents.MapConsulterConsentements();
        }
    }
}
