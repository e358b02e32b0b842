namespace ExchangeGateway.Gateway.Rights;

/// <summary>What persons ask (art. 12 and 15 to 21 RGPD): the requests with their clock, the access report, and what a decision causes with those who hold the data.</summary>
internal static class RightsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddRights() => services
            .AddSingleton<FindPerson>()
            .AddSingleton<RightsNotices>()
            .AddSingleton<AskedCorrections>()
            .AddSingleton<CreerDemande>()
            .AddSingleton<ConsulterDemandes>()
            .AddSingleton<ProlongerDemande>()
            .AddSingleton<DeciderDemande>()
            .AddSingleton<ConfirmerEffacement>()
            .AddSingleton<ReportAccesses>()
            .AddSingleton<EtablirRapport>()
            .AddSingleton<CopierPiece>()
            .AddSingleton<AvisDestinataire>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapRights()
        {
            var rights = app.MapGroup("/v1/droits").WithTags("Droits des personnes");
            rights.MapCreerDemande();
            rights.MapConsulterDemandes();
            rights.MapEtablirRapport();
            rights.MapCopierPiece();
            rights.MapProlongerDemande();
            rights.MapDeciderDemande();
            rights.MapConfirmerEffacement();
            app.MapGroup("/v1/reception/avis").WithTags("Droits des personnes").MapAvisDestinataire();
            app.MapGroup("/v1").MapDemandesDeRectification();
        }
    }
}
