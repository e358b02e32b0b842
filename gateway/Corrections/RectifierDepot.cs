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
internal sealed class RectifierDepot(Databases databases, IntakePipeline intake)
{
    public async Task<IntakeOutcome> RunAsync(Caller caller, Guid id, string? idempotencyKey, byte[] body, CancellationToken ct)
    {
        if (await ReadAsync(caller, id, ct) is not { } own)
            return new IntakeOutcome.Refused(Catalogue.Introuvable);
        if (own.Corrected is CorrectionKind.Annulation)
            return new IntakeOutcome.Refused(Catalogue.EtatIncompatible, Detail: "Ce dépôt est annulé : envoyez un nouveau message.");
        // A replacement that exists is found again by its key (the same body: the same receipt); another body is refused at the commit.
        return await intake.RunAsync(own.Type, caller, idempotencyKey, body, waitForTwin: false, ct, new CorrectedDeposit(id, own.Subject));
    }

    private async Task<OwnDeposit?> ReadAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        return await OwnDeposit.ReadAsync(connection, caller, id, ct);
    }
}

internal static class RectifierDepotEndpoint
{
    public static void MapRectifierDepot(this RouteGroupBuilder v1) =>
        v1.MapPost("/depots/{id:guid}/rectification", HandleAsync)
            .WithName("rectifierDepot")
            .WithTags("Dépôt")
            .WithSummary("Remplace un dépôt par le même message corrigé : ceux qui l'ont reçu reçoivent le nouveau")
            .TakesBody("application/json")
            .Produces<Receipt>(StatusCodes.Status202Accepted)
            .Produces<RefusalProblem>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<RefusalProblem>(StatusCodes.Status409Conflict, "application/problem+json")
            .Produces<RefusalProblem>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.DepositReceived);

    private static Task<IResult> HandleAsync(Guid id, HttpContext http, RectifierDepot rectifier, RefusalLog refusals, CancellationToken ct) =>
        DeposerMessage.AnswerAsync(http, DeposerMessage.Details("objet", "rectification"), (key, body) => rectifier.RunAsync(Caller.Of(http), id, key, body, ct), refusals, ct);
}
