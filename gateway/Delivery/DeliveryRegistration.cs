using System.Net;
using ExchangeGateway.Gateway.Delivery.Deadlines;
using ExchangeGateway.Gateway.Delivery.Notices;
using ExchangeGateway.Gateway.Delivery.Webhooks;

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
            .AddSingleton<OuvrirPiece>()
            .AddSingleton<PassedOver>()
            .AddSingleton<RenvoyerRemise>()
            .AddSingleton<Colleagues>()
            .AddSingleton<AffecterRemise>()
            .AddSingleton<Comments>()
            .AddSingleton(services => WebhookOptions.Of(services.GetRequiredService<IConfiguration>()))
            .AddSingleton<ResolveHost>(Dns.GetHostAddressesAsync)
            .AddSingleton<WebhookAddress>()
            .AddSingleton<WebhookSecrets>()
            .AddSingleton<WebhookSender>()
            .AddSingleton<WebhookOutbox>()
            .AddSingleton<GererWebhooks>()
            .AddSingleton<HistoriqueWebhook>()
            .AddSingleton<WebhookDispatcher>()
            .AddHostedService(services => services.GetRequiredService<WebhookDispatcher>())
            .AddSingleton(services => DeadlineOptions.Of(services.GetRequiredService<IConfiguration>()))
            .AddSingleton<DeadlineRound>()
            .AddSingleton(services => services.GetRequiredService<IConfiguration>().GetSection("Courriel").Get<MailOptions>() ?? new MailOptions())
            .AddSingleton<MailSender>()
            .AddSingleton<MailOutbox>()
            .AddHostedService<FollowUpService>();
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
            reception.MapRenvoyerRemise();
            reception.MapCompterRenvois();
            reception.MapAffecterRemise();
            reception.MapListerAgents();
            reception.MapComments();
            app.MapWebhooks();
        }
    }
}
