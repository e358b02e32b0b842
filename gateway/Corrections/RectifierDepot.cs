using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Corrections;

/// <summary>
/// The sender sends the whole message again, mended: it passes every control of a first message, stays in the same
/// household's file, and takes the place of the first with everyone who received it.
/// </summary>
internal static class RectifierDepot
{
    public static void MapRectifierDepot(this RouteGroupBuilder v1) =>
        v1.MapPost("/depots/{id:guid}/rectification", HandleAsync)
            .WithName("rectifierDepot")
            .WithTags("Dépôts")
            .WithSummary("Remplace un dépôt par le même message corrigé : ceux qui l'ont reçu reçoivent le nouveau")
            .TakesBody("application/json", "application/xml")
            .Produces<Receipt>(StatusCodes.Status202Accepted)
            .Refuses(Catalogue.Introuvable, Catalogue.EtatIncompatible, Catalogue.SchemaInvalide)
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.DepositReceived);

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, Databases databases, MessageReception reception, RefusalLog refusals, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "rectification" };
        if (await OwnDeposit.ReadAsync(databases, caller, id, ct) is not { } own)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.Introuvable), details, ct);
        if (own.Corrected is CorrectionKind.Annulation)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.EtatIncompatible, Detail: "Ce dépôt est annulé : envoyez un nouveau message."), details, ct);
        // A replacement that exists is found again by its key (the same body: the same receipt); another body is refused at the commit.
        return await reception.AnswerAsync(http, own.Type, details, new CorrectedDeposit(id, own.Subject), ct);
    }
}
