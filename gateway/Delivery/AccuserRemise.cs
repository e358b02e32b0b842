using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <param name="AccuseeLe">When it was first acknowledged; the same at every repetition.</param>
internal sealed record Acknowledgement(Guid Id, string Etat, DateTimeOffset AccuseeLe);

/// <summary>The recipient says that it has taken charge. Said twice, it changes and logs nothing more.</summary>
internal sealed class AccuserRemise(Databases databases, DeliveryAudit audit, Dossiers.AccompanimentNews news, TimeProvider clock)
{
    public async Task<DeliveryOutcome<Acknowledgement>> RunAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await DeliveryRecord.ReadAsync(connection, caller, id, ct) is not { } delivery)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "accuse", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<Acknowledgement>.Refused(Catalogue.Introuvable);
        }

        if (delivery.State is DeliveryState.SentBack)
            return new DeliveryOutcome<Acknowledgement>.Refused(Catalogue.EtatIncompatible, delivery.State, RenvoyerRemise.AlreadySentBack);
        if (delivery.AcknowledgedAt is { } earlier)
            return Given(id, earlier);

        if (delivery.State is DeliveryState.Cancelled or DeliveryState.Replaced)
            return new DeliveryOutcome<Acknowledgement>.Refused(Catalogue.EtatIncompatible, delivery.State, "L'expéditeur a annulé ou remplacé cette transmission : accusez celle qui la corrige.");

        var now = clock.GetUtcNow();
        await using var update = new NpgsqlCommand(
            "update delivery.delivery set state = 'accusee', acknowledged_at = $2 where id = $1 and state = 'remise'", connection)
        {
            Parameters = { new() { Value = id }, new() { Value = now } },
        };
        if (await update.ExecuteNonQueryAsync(ct) == 0)
        {
            // Another request of this organisation was faster: its time counts.
            await transaction.RollbackAsync(ct);
            return await RunAsync(caller, id, ct);
        }

        var told = await news.OfAcknowledgementAsync(connection, caller, delivery, now, ct);
        await audit.CommitAsync(connection, transaction, audit.Entry(caller, LogAction.DeliveryAcknowledged, delivery), told, ct);
        return Given(id, now);
    }

    private static DeliveryOutcome<Acknowledgement>.Given Given(Guid id, DateTimeOffset at) => new(new Acknowledgement(id, DeliveryState.Acknowledged, at));
}

internal static class AccuserRemiseEndpoint
{
    public static void MapAccuserRemise(this RouteGroupBuilder reception) =>
        reception.MapPost("/{id:guid}/accuse", HandleAsync)
            .WithName("accuserRemise")
            .WithSummary("Accuse réception d'une remise")
            .Produces<Acknowledgement>()
            .Refuses(Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.DeliveryAcknowledged);

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, AccuserRemise accuser, CancellationToken ct) =>
        (await accuser.RunAsync(Caller.Of(http), id, ct)).ToResult(TypedResults.Ok);
}
