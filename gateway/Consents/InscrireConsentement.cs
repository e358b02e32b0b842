using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Messaging;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Consents;

/// <param name="EcheanceLe">One month after it was opened (art. 12-3 RGPD).</param>
internal sealed record ObjectionCase(Guid Id, DateTimeOffset OuvertLe, DateTimeOffset EcheanceLe);

/// <param name="Effet">aucun, accordEnVigueur, arretImmediat, limitation, levee.</param>
/// <param name="Explication">The effect and its reason, in French.</param>
/// <param name="RemisesRetirees">Deliveries whose recipients were told that they read them no more, or in part only.</param>
/// <param name="Dossier">The case that an objection opened; <see langword="null"/> otherwise.</param>
internal sealed record ConsentRecorded(
    Guid Id, string Acte, string? Finalite, string Effet, string Explication, DateTimeOffset InscritLe, int RemisesRetirees, ObjectionCase? Dossier);

/// <summary>
/// Records what a person agrees to, refuses, takes back or objects to. The rows of the person are locked first: every routing
/// and every reading comes wholly before the act or wholly after, and the act's entry stands in the log between them.
/// </summary>
internal sealed class InscrireConsentement(
    Databases databases, ConcernedPerson persons, ConsentLedger ledger, AuditLog log, DeliveryAudit audit, RegistersInForce registers, WakeUp wakeUp, TimeProvider clock)
{
    public async Task<DeliveryOutcome<ConsentRecorded>> RunAsync(Caller caller, ConsentRequest request, CancellationToken ct)
    {
        var (consent, fault) = CheckedConsent.Of(request, caller, registers.Current.Purposes, clock.GetUtcNow());
        if (consent is null)
            return new DeliveryOutcome<ConsentRecorded>.Refused(Catalogue.DemandeInvalide, Detail: fault);
        var (found, refusal, detail) = await persons.FindAsync(caller, request, consent.Act, ct);
        if (found is not { } subject)
            return await RefuseAsync(caller, refusal!, detail, ct);

        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await ConsentLedger.LockAsync(connection, subject, ct) is not { } person)
        {
            await transaction.RollbackAsync(ct);
            return await RefuseAsync(caller, Catalogue.Introuvable, null, ct);
        }

        if (!await IsStillOfAsync(connection, request, subject, ct))
        {
            // Found to be another person's message meanwhile: the act is that person's.
            await transaction.RollbackAsync(ct);
            return await RunAsync(caller, request, ct);
        }

        // After the lock: who routed or read before it did so at an earlier time.
        var now = EntryContent.Instant(clock.GetUtcNow());
        await using var batch = new NpgsqlBatch(connection);
        var act = await ledger.AddAsync(connection, batch, caller, person, consent, request.Remise, request.Depot, now, ct);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        if (act.Releases)
            wakeUp.WorkIsWaiting();
        return new DeliveryOutcome<ConsentRecorded>.Given(new ConsentRecorded(
            act.Id, consent.Act.Code, consent.Purpose?.Id, consent.Effect.Code, ConsentWords.Explanation(consent.Act, consent.Effect, consent.Purpose), now, act.Told, act.Opened));
    }

    private static async Task<bool> IsStillOfAsync(NpgsqlConnection connection, ConsentRequest request, Guid subject, CancellationToken ct)
    {
        if ((request.Depot ?? request.Remise) is not { } named || request.Personne is not null)
            return true;
        await using var select = new NpgsqlCommand($"select subject from {(request.Depot is null ? "delivery.delivery" : "exchange.deposit")} where id = $1", connection) { Parameters = { Columns.Value(named) } };
        return subject.Equals(await select.ExecuteScalarAsync(ct));
    }

    private async Task<DeliveryOutcome<ConsentRecorded>> RefuseAsync(Caller caller, Refusal refusal, string? detail, CancellationToken ct)
    {
        await audit.RefusedAsync(caller, null, "consentement", refusal.Code, ct);
        return new DeliveryOutcome<ConsentRecorded>.Refused(refusal, refusal.Code, detail);
    }
}

internal static class InscrireConsentementEndpoint
{
    public static void MapInscrireConsentement(this RouteGroupBuilder group) =>
        group.MapPost("", HandleAsync)
            .WithName("inscrireConsentement")
            .WithSummary("Inscrit un accord, un refus, un retrait, une opposition ou une limitation")
            .Produces<ConsentRecorded>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Consentir)
            .Journalise(LogAction.ConsentRecorded);

    private static async Task<IResult> HandleAsync(ConsentRequest request, HttpContext http, InscrireConsentement inscrire, CancellationToken ct) =>
        (await inscrire.RunAsync(Caller.Of(http), request, ct)).ToResult(TypedResults.Ok);
}
