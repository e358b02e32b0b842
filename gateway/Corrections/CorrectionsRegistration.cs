namespace ExchangeGateway.Gateway.Corrections;

internal static class CorrectionsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddCorrections() => services
            .AddSingleton<AnnulerDepot>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapCorrections()
        {
            var v1 = app.MapGroup("/v1");
            v1.MapAnnulerDepot();
            v1.MapRectifierDepot();
        }
    }
}
