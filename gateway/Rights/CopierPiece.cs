using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>
/// Gives the officer an attachment that the access report lists, to hide in it what concerns others and hand over the rest
/// (art. 15-3 and 15-4 RGPD). Only of a message that names the person who asks, and for as long as the report is given.
/// </summary>
internal sealed class CopierPiece(
    Databases databases, SubjectKeys keys, PayloadStore payloads, EtablirRapport report, DeliveryAudit audit, AuditLog log, RegistersInForce registers, TimeProvider clock)
{
    public async Task<DeliveryOutcome<byte[]>> RunAsync(Caller caller, Guid id, Guid deposit, string name, CancellationToken ct)
    {
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var request = await RightsRequest.ReadAsync(connection, id, hold: false, ct);
        var fault = request is null ? null : report.Fault(request);
        if (request is null || fault is not null)
            return await RefuseAsync(caller, transaction, request is null ? Catalogue.Introuvable : Catalogue.EtatIncompatible, fault, ct);

        // Held until the entry commits, as for the report.
        var persons = await EtablirRapport.HoldAsync(connection, request.Subject, ct);
        var deposits = await EtablirRapport.DepositsAsync(connection, request.Subject, ct);
        if (deposits.FirstOrDefault(d => d.Deposit == deposit) is not { } held || await PieceAsync(deposit, name, ct) is not { } piece
            || report.OwnOf(held, await EtablirRapport.SectionsAsync(connection, deposit, ct), report.OpenRequester(request, deposits)) is null)
            return await RefuseAsync(caller, transaction, Catalogue.Introuvable, null, ct);

        await using (var batch = new NpgsqlBatch(connection))
        {
            await RightsStep.AddAsync(batch, log, caller, request, LogAction.RightsPieceCopied, "piece", persons,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["depot"] = deposit.ToString(), ["piece"] = name }, registers.Current.Purposes.Version, EntryContent.Instant(clock.GetUtcNow()), ct);
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        log.Wake();
        using var key = keys.Unwrap(held.Subject, held.VaultKey, held.WrappedKey);
        return new DeliveryOutcome<byte[]>.Given(await piece.OpenAsync(key, payloads, ct));
    }

    private async Task<StoredPiece?> PieceAsync(Guid deposit, string name, CancellationToken ct)
    {
        await using var worker = await databases.Worker.OpenConnectionAsync(ct);
        return await StoredPiece.ReadAsync(worker, deposit, name, ct);
    }

    private async Task<DeliveryOutcome<byte[]>> RefuseAsync(Caller caller, NpgsqlTransaction transaction, Refusal refusal, string? detail, CancellationToken ct)
    {
        await transaction.RollbackAsync(ct);
        await audit.RefusedAsync(caller, null, "demandeDroit", refusal.Code, ct);
        return new DeliveryOutcome<byte[]>.Refused(refusal, Detail: detail);
    }
}

internal static class CopierPieceEndpoint
{
    public static void MapCopierPiece(this RouteGroupBuilder group) =>
        group.MapGet("/{id:guid}/pieces/{depot:guid}/{nom}", HandleAsync)
            .WithName("copierPiece")
            .WithSummary("Une pièce que le rapport d'accès énumère, pour en préparer la copie à la personne (art. 15-3 et 15-4 du RGPD)")
            .Produces<byte[]>(StatusCodes.Status200OK, "application/pdf")
            .Refuses(Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Droits)
            .Journalise(LogAction.RightsPieceCopied);

    private static async Task<IResult> HandleAsync(Guid id, Guid depot, string nom, HttpContext http, CopierPiece copier, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return (await copier.RunAsync(Caller.Of(http), id, depot, nom, ct)).ToResult(content => TypedResults.File(content, "application/pdf", nom + ".pdf"));
    }
}
