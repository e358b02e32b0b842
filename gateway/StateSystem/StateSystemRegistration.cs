namespace ExchangeGateway.Gateway.StateSystem;

internal static class StateSystemRegistration
{
    extension(IEndpointRouteBuilder app)
    {
        public void MapStateSystem() => app.MapGroup("/v1").MapEcrireFichierEtat();
    }
}
