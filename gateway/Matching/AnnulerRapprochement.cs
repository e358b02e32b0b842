using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Matching;

/// <param name="Motif">Why, at most 200 characters; sealed in the log entry, kept nowhere else.</param>
internal sealed record MatchReversalRequest(string? Motif);

/// <summary>
/// Takes a decision back: the subjects stand apart again, their dossiers are no longer linked, and the pair awaits a person
/// again. Messages accepted in between stay where they were accepted.
/// </summary>
internal sealed class AnnulerRapprochement(Databases databases, MatchPairs pairs, DeciderRapprochement decider, DeliveryAudit audit, TimeProvider clock)
{
    public async Task<DeliveryOutcome<MatchDecided>> RunAsync(Caller caller, Guid id, MatchReversalRequest request, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Motif) || request.Motif.Length > DeciderRapprochement.LongestMotif)
            return new DeliveryOutcome<MatchDecided>.Refused(Catalogue.DemandeInvalide, Detail: "Donnez un motif de 200 caractères au plus.");

        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await pairs.ReadAsync(connection, caller, id, ct) is not { } pair)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "rapprochement", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<MatchDecided>.Refused(Catalogue.Introuvable);
        }

        if (pair.State == MatchPair.ToConfirm)
            return new DeliveryOutcome<MatchDecided>.Refused(Catalogue.EtatIncompatible, Detail: "Ce rapprochement n'est pas décidé : il n'y a rien à annuler.");
        var now = clock.GetUtcNow();
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.Add("update vault.subject_alias set revoked_at = $2 where pair = $1 and revoked_at is null", Columns.Value(pair.Id), Columns.Value(now));
            batch.Add("update exchange.dossier_link set revoked_at = $2 where pair = $1 and revoked_at is null", Columns.Value(pair.Id), Columns.Value(now));
            await batch.ExecuteNonQueryAsync(ct);
        }

        await DeciderRapprochement.RecordAsync(connection, caller, pair.Id, "annulation", MatchPair.ToConfirm, now, ct);
        await audit.CommitAsync(connection, transaction, decider.Entry(caller, LogAction.MatchReverted, pair, "annulation", request.Motif), ct);
        return new DeliveryOutcome<MatchDecided>.Given(new MatchDecided(pair.Id, MatchPair.ToConfirm, now));
    }
}

internal static class AnnulerRapprochementEndpoint
{
    public static void MapAnnulerRapprochement(this RouteGroupBuilder group) =>
        group.MapPost("/{id:guid}/annulation", HandleAsync)
            .WithName("annulerRapprochement")
            .WithSummary("Annule la décision d'un rapprochement")
            .Produces<MatchDecided>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Rapprocher)
            .Journalise(LogAction.MatchReverted);

    private static async Task<IResult> HandleAsync(Guid id, MatchReversalRequest request, HttpContext http, AnnulerRapprochement annuler, CancellationToken ct) =>
        (await annuler.RunAsync(Caller.Of(http), id, request, ct)).ToResult(TypedResults.Ok);
}
