namespace ExchangeGateway.Gateway.Dossiers;

internal static class DossiersRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddDossiers() => services
            .AddSingleton<ConsulterDossier>()
            .AddSingleton<ListerDossiers>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapDossiers()
        {
            var dossiers = app.MapGroup("/v1/dossiers").WithTags("Dossiers");
            dossiers.MapListerDossiers();
            dossiers.MapConsulterDossier();
        }
    }
}
