using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>Opens an attachment through a delivery. It carries identities, so it takes a reason and an entry, and all of its categories must be permitted.</summary>
internal sealed class OuvrirPiece(Databases databases, SubjectKeys keys, PayloadStore payloads, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    private const string NotCommunicable = "Pièce non communicable à votre organisation pour cette finalité.";

    public async Task<DeliveryOutcome<byte[]>> RunAsync(Caller caller, Guid id, string name, string? motif, CancellationToken ct)
    {
        if (motif is null || !DisclosureMotifs.Of(caller.Role).Contains(motif, StringComparer.Ordinal))
            return new DeliveryOutcome<byte[]>.Refused(Catalogue.DemandeInvalide, Detail: $"Donnez un motif parmi : {string.Join(", ", DisclosureMotifs.Of(caller.Role))}.");

        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var delivery = await DeliveryRecord.ReadAsync(connection, caller, id, ct);
        var piece = delivery is null ? null : await StoredPiece.ReadAsync(connection, delivery.Deposit, name, ct);
        if (delivery is null || piece is null || !delivery.IsReadable)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, delivery, "piece", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<byte[]>.Refused(Catalogue.Introuvable);
        }

        var decision = delivery.Decide(registers, caller, piece.Categories, clock.GetUtcNow());
        if (decision is not DisclosureDecision.Permit permit || permit.Categories != piece.Categories)
        {
            await transaction.RollbackAsync(ct);
            var reason = decision is DisclosureDecision.Permit ? DenialReason.CategoriesNonPermises.Code : DecisionCodes.Of(decision);
            await audit.RefusedAsync(caller, delivery, "piece", reason, ct);
            return new DeliveryOutcome<byte[]>.Refused(Catalogue.FinaliteNonEnregistree, reason, NotCommunicable);
        }

        await audit.CommitAsync(connection, transaction, audit.Entry(caller, LogAction.PieceDisclosed, delivery, ("piece", name), ("motif", motif)), ct);
        using var dataKey = keys.Unwrap(delivery.Subject, delivery.VaultKey, delivery.WrappedKey);
        return new DeliveryOutcome<byte[]>.Given(await piece.OpenAsync(dataKey, payloads, ct));
    }
}

internal static class OuvrirPieceEndpoint
{
    public static void MapOuvrirPiece(this RouteGroupBuilder reception) =>
        reception.MapGet("/{id:guid}/pieces/{nom}", HandleAsync)
            .WithName("ouvrirPiece")
            .WithSummary("Ouvre une pièce d'une remise, avec un motif")
            .Produces<byte[]>(StatusCodes.Status200OK, "application/pdf")
            .Refuses(Catalogue.DemandeInvalide, Catalogue.FinaliteNonEnregistree, Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.PieceDisclosed);

    private static async Task<IResult> HandleAsync(Guid id, string nom, string? motif, HttpContext http, OuvrirPiece ouvrir, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return (await ouvrir.RunAsync(Caller.Of(http), id, nom, motif, ct)).ToResult(content => TypedResults.File(content, "application/pdf", nom + ".pdf"));
    }
}
