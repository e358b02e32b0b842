using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <param name="Motif">A code of <see cref="RightsWords.Extensions"/>.</param>
/// <param name="InformeLe">Day on which the person was told, with the reason: before the first month ends (art. 12-3 RGPD).</param>
internal sealed record ExtensionRequest(string? Motif, DateOnly? InformeLe);

/// <summary>Adds two months to a request, once, when its person was told in time.</summary>
internal sealed class ProlongerDemande(Databases databases, AuditLog log, RegistersInForce registers, TimeProvider clock)
{
    public async Task<DeliveryOutcome<RightsRequest>> RunAsync(Caller caller, Guid id, ExtensionRequest extension, CancellationToken ct)
    {
        if (extension.Motif is not { } reason || !RightsWords.Extensions.ContainsKey(reason))
            return new DeliveryOutcome<RightsRequest>.Refused(Catalogue.DemandeInvalide, Detail: $"« motif » vaut {string.Join(", ", RightsWords.Extensions.Keys)}.");
        if (extension.InformeLe is not { } told)
            return new DeliveryOutcome<RightsRequest>.Refused(Catalogue.DemandeInvalide, Detail: "« informeLe » est le jour où la personne a été avertie de la prolongation et de sa raison.");

        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await RightsRequest.ReadAsync(connection, id, hold: true, ct) is not { } request)
            return new DeliveryOutcome<RightsRequest>.Refused(Catalogue.Introuvable);
        if (!request.IsOpen || request.State is RightsState.Extended)
            return new DeliveryOutcome<RightsRequest>.Refused(Catalogue.EtatIncompatible, Detail: "Cette demande est close, ou déjà prolongée : le délai ne se prolonge qu'une fois.");
        if (!RightsClock.ToldInTime(request.ReceivedOn, told, RightsClock.Today(clock)))
            return new DeliveryOutcome<RightsRequest>.Refused(Catalogue.EtatIncompatible, Detail: $"La personne doit avoir été avertie entre la réception et le {request.DueOn:dd/MM/yyyy}, avant la fin du premier mois (art. 12-3 du RGPD).");

        var now = EntryContent.Instant(clock.GetUtcNow());
        var extended = request with { State = RightsState.Extended, DueOn = RightsClock.Due(request.ReceivedOn, extended: true), ExtendedFor = reason, ToldOn = told };
        await using var batch = new NpgsqlBatch(connection);
        extended.AddUpdateTo(batch);
        await RightsStep.AddAsync(batch, log, caller, extended, LogAction.RightsRequestExtended, "prolongee", [request.Subject],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["raison"] = reason, ["informeLe"] = told.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) },
            registers.Current.Purposes.Version, now, ct);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        return new DeliveryOutcome<RightsRequest>.Given(extended);
    }
}

internal static class ProlongerDemandeEndpoint
{
    public static void MapProlongerDemande(this RouteGroupBuilder group) =>
        group.MapPost("/{id:guid}/prolongation", HandleAsync)
            .WithName("prolongerDemandeDroit")
            .WithSummary("Prolonge de deux mois le délai d'une demande, la personne en étant avertie")
            .Produces<DemandLine>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Droits)
            .Journalise(LogAction.RightsRequestExtended);

    private static async Task<IResult> HandleAsync(Guid id, ExtensionRequest extension, HttpContext http, ProlongerDemande prolonger, TimeProvider clock, CancellationToken ct) =>
        (await prolonger.RunAsync(Caller.Of(http), id, extension, ct)).ToResult(request => TypedResults.Ok(DemandLine.Of(request, RightsClock.Today(clock))));
}
