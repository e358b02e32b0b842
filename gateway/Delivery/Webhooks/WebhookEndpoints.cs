using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <summary><c>/v1/webhooks</c>: for who receives. What is sent there names deliveries by pseudonym only.</summary>
internal static class WebhookEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/v1/webhooks").WithTags("Webhooks").RequireAuthorization(Policies.Recevoir);
        webhooks.MapPost("", CreateAsync)
            .WithName("creerWebhook").WithSummary("Crée un webhook, après un appel d'essai réussi ; le secret n'est montré qu'ici")
            .Produces<WebhookCreated>(StatusCodes.Status201Created).Refuses(Catalogue.DemandeInvalide, Catalogue.EtatIncompatible).Journalise(LogAction.WebhookChanged);
        webhooks.MapGet("", ListAsync)
            .WithName("listerWebhooks").WithSummary("Les webhooks de votre organisation et leur état")
            .Produces<WebhookList>().Journalise(LogAction.None);
        webhooks.MapPost("/{id:guid}/essai", TryAsync)
            .WithName("essayerWebhook").WithSummary("Appelle l'adresse maintenant ; un webhook suspendu dont l'essai réussit est réactivé")
            .Produces<WebhookTested>().Refuses(Catalogue.Introuvable).Journalise(LogAction.WebhookChanged);
        webhooks.MapPost("/{id:guid}/secret", RenewAsync)
            .WithName("renouvelerSecretWebhook").WithSummary("Donne un nouveau secret ; l'ancien signe encore 24 heures")
            .Produces<WebhookSecretRenewed>().Refuses(Catalogue.Introuvable).Journalise(LogAction.WebhookChanged);
        webhooks.MapDelete("/{id:guid}", DeleteAsync)
            .WithName("supprimerWebhook").WithSummary("Supprime un webhook et son historique")
            .Produces(StatusCodes.Status204NoContent).Refuses(Catalogue.Introuvable).Journalise(LogAction.WebhookChanged);
        webhooks.MapGet("/{id:guid}/historique", HistoryAsync)
            .WithName("historiqueWebhook").WithSummary("Les appels des trente derniers jours et leurs essais, du plus récent au plus ancien")
            .Produces<CallPage>().Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable).Journalise(LogAction.None);
        webhooks.MapPost("/{id:guid}/rejeu", ReplayAsync)
            .WithName("rejouerWebhook").WithSummary("Rejoue un appel, ou tous ceux depuis un instant, sous le même webhook-id")
            .Produces<Replayed>().Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable).Journalise(LogAction.None);
    }

    private static async Task<IResult> CreateAsync(WebhookRequest request, HttpContext http, GererWebhooks webhooks, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return (await webhooks.CreateAsync(Caller.Of(http), request, ct)).ToResult(created => TypedResults.Created($"/v1/webhooks/{created.Id}", created));
    }

    private static async Task<IResult> ListAsync(HttpContext http, GererWebhooks webhooks, CancellationToken ct) =>
        TypedResults.Ok(new WebhookList(await webhooks.ListAsync(Caller.Of(http), ct)));

    private static async Task<IResult> TryAsync(Guid id, HttpContext http, GererWebhooks webhooks, CancellationToken ct) =>
        (await webhooks.TryAsync(Caller.Of(http), id, ct)).ToResult(TypedResults.Ok);

    private static async Task<IResult> RenewAsync(Guid id, HttpContext http, GererWebhooks webhooks, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return (await webhooks.RenewAsync(Caller.Of(http), id, ct)).ToResult(TypedResults.Ok);
    }

    private static async Task<IResult> DeleteAsync(Guid id, HttpContext http, GererWebhooks webhooks, CancellationToken ct) =>
        (await webhooks.DeleteAsync(Caller.Of(http), id, ct)).ToResult(_ => TypedResults.NoContent());

    private static async Task<IResult> HistoryAsync(Guid id, string? curseur, int? limite, HttpContext http, HistoriqueWebhook history, CancellationToken ct)
    {
        if (!ListerReception.TryReadCursor(curseur, out var before))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre curseur ne vient pas d'une page précédente.");
        if (limite is < 1 or > MaxLimit)
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre limite est compris entre 1 et 200.");
        return await history.ReadAsync(Caller.Of(http), id, before, limite ?? DefaultLimit, ct) is { } page ? TypedResults.Ok(page) : new RefusalResult(Catalogue.Introuvable);
    }

    private static async Task<IResult> ReplayAsync(Guid id, ReplayRequest request, HttpContext http, HistoriqueWebhook history, CancellationToken ct)
    {
        Guid? call = null;
        if (request.Appel is { } text)
        {
            if (!HistoriqueWebhook.TryReadMessageId(text, out var named))
                return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le champ appel est un webhook-id de l'historique.");
            call = named;
        }

        if ((call is null) == (request.Depuis is null))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Donnez un appel, ou un instant depuis lequel tout rejouer.");
        return await history.ReplayAsync(Caller.Of(http), id, call, request.Depuis, ct) is { } count ? TypedResults.Ok(new Replayed(count)) : new RefusalResult(Catalogue.Introuvable);
    }
}
