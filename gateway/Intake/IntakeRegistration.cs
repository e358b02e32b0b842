using ExchangeGateway.Adapters;
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
            .AddSingleton<XmlMessages>()
            .AddSingleton(s => new PromiseSigner(s.GetRequiredService<StateFolder>().Keys, s.GetRequiredService<IDataProtectionProvider>()))
            .AddSingleton<InFlightKeys>()
            .AddSingleton<Attributions>()
            .AddSingleton<DepositGroup>()
            .AddSingleton<DepositCommitter>()
            .AddHostedService(s => s.GetRequiredService<DepositCommitter>())
            .AddSingleton<IntakeControls>()
            .AddSingleton<IntakePipeline>()
            .AddSingleton<NoticeRecognition>()
            .AddSingleton<MessageReception>()
            .AddSingleton<LotRegister>()
            .AddSingleton<LotRun>()
            .AddSingleton<VirusScan>()
            .AddSingleton<PdfText>()
            .AddSingleton<JoindrePiece>()
            .AddSingleton<RetirerPiece>()
            .AddSingleton<ConsulterDepot>()
            .AddSingleton<ConsulterQualite>()
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
            v1.MapConsulterLot();
            v1.MapConsulterDepot();
            v1.MapConsulterQualite();
            v1.MapModeles();
            v1.MapJoindrePiece();
            v1.MapRetirerPiece();
            app.MapPromiseKeys();
        }
    }
}
