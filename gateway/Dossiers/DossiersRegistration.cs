using ExchangeGateway.Gateway.Dossiers.Sessions;

namespace ExchangeGateway.Gateway.Dossiers;

internal static class DossiersRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddDossiers() => services
            .AddSingleton<AccompanimentNews>()
            .AddSingleton<ConsulterDossier>()
            .AddSingleton<ListerDossiers>()
            .AddSingleton<CompterMatin>()
            .AddSingleton<PreparerSeance>()
            .AddSingleton<ConsulterSeance>()
            .AddSingleton<InscrireAvis>()
            .AddSingleton<PreparerFiche>()
            .AddSingleton<PreparerCourriers>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapDossiers()
        {
            var dossiers = app.MapGroup("/v1/dossiers").WithTags("Dossiers");
            dossiers.MapListerDossiers();
            dossiers.MapConsulterDossier();
            app.MapSeances();
        }
    }
}
