using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Gateway.Intake;

internal static class IntakeRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddIntake() => services
            .AddSingleton(SchemaCatalogue.Load())
            .AddSingleton(s => new PromiseSigner(s.GetRequiredService<StateFolder>().Keys, s.GetRequiredService<IDataProtectionProvider>()))
            .AddSingleton<InFlightKeys>()
            .AddSingleton<Attributions>()
            .AddSingleton<DepositGroup>()
            .AddSingleton<DepositCommitter>()
            .AddHostedService(s => s.GetRequiredService<DepositCommitter>())
            .AddSingleton<IntakePipeline>()
            .AddSingleton<JoindrePiece>()
            .AddSingleton<ConsulterDepot>()
            .AddSingleton<RetrouverRecepisse>()
            .AddSingleton<RefusalLog>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapIntake()
        {
            var v1 = app.MapGroup("/v1");
            v1.MapDeposerMessage();
            v1.MapDeposerLot();
            v1.MapConsulterDepot();
            v1.MapJoindrePiece();
            app.MapPromiseKeys();
        }
    }
}
