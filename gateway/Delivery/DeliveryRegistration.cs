namespace ExchangeGateway.Gateway.Delivery;

internal static class DeliveryRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddDelivery() => services
            .AddSingleton<DeliveryAudit>()
            .AddSingleton<ListerReception>()
            .AddSingleton<ConsulterRemise>()
            .AddSingleton<AccuserRemise>()
            .AddSingleton<AfficherIdentite>()
            .AddSingleton<OuvrirPiece>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapDelivery()
        {
            var reception = app.MapGroup("/v1/reception").WithTags("Réception");
            reception.MapListerReception();
            reception.MapConsulterRemise();
            reception.MapAccuserRemise();
            reception.MapAfficherIdentite();
            reception.MapOuvrirPiece();
        }
    }
}
