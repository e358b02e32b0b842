using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <param name="Confirme">False gives the request back to the data protection officer.</param>
internal sealed record ErasureConfirmation(bool? Confirme);

/// <summary>
/// A second person, of another role or organisation than the one who decided, confirms an erasure: it destroys a key, and
/// nothing brings it back. Notices, request and erasure are one transaction; a log that cannot take the entry erases nothing.
/// </summary>
internal sealed class ConfirmerEffacement(Databases databases, EffacerSujet effacer, RightsNotices notices, DeliveryAudit audit, AuditLog log, RegistersInForce registers, TimeProvider clock)
{
    private const string Motif = "droitEffacement";

    public async Task<DeliveryOutcome<RightsDecided>> RunAsync(Caller caller, Guid id, ErasureConfirmation confirmation, CancellationToken ct)
    {
        if (confirmation.Confirme is not { } confirmed)
            return new DeliveryOutcome<RightsDecided>.Refused(Catalogue.DemandeInvalide, Detail: "« confirme » vaut true (effacer) ou false (rendre la demande au délégué).");
        RightsRequest? request;
        await using (var connection = await databases.Vault.OpenConnectionAsync(ct))
            request = await RightsRequest.ReadAsync(connection, id, hold: false, ct);
        if (request is null)
        {
            await audit.RefusedAsync(caller, null, "demandeDroit", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<RightsDecided>.Refused(Catalogue.Introuvable);
        }

        if (await FaultAsync(caller, request, ct) is { } fault)
            return fault;
        return confirmed ? await EraseAsync(caller, request, ct) : await GiveBackAsync(caller, request, ct);
    }

    private async Task<DeliveryOutcome<RightsDecided>.Refused?> FaultAsync(Caller caller, RightsRequest request, CancellationToken ct)
    {
        if (request is not { IsOpen: true, Proposal: { } proposal })
            return new(Catalogue.EtatIncompatible, Detail: "Cette demande n'attend pas de confirmation.");
        if (proposal.Agent != caller.Agent && (proposal.Role != caller.Role || proposal.Organisation != caller.Organisation))
            return null;
        await audit.RefusedAsync(caller, null, "confirmationEffacement", Catalogue.HorsHabilitation.Code, ct);
        return new(Catalogue.HorsHabilitation, Detail: "L'effacement est confirmé par une seconde personne, d'un autre rôle ou d'une autre organisation que celle qui l'a décidé.");
    }

    private async Task<DeliveryOutcome<RightsDecided>> EraseAsync(Caller caller, RightsRequest known, CancellationToken ct)
    {
        RightsDecided? done = null;
        DeliveryOutcome<RightsDecided>.Refused? refused = null;
        var outcome = await effacer.RunAsync(known.Subject, Motif, caller, ct, async (connection, batch, persons, now) =>
        {
            var request = (await RightsRequest.ReadAsync(connection, known.Id, hold: true, ct))!;
            if (request is not { IsOpen: true, Proposal: not null })
            {
                refused = new(Catalogue.EtatIncompatible, Detail: "Cette demande n'attend plus de confirmation.");
                return false;
            }

            // A message may have come since the decision, under a purpose that must keep it.
            var granted = request.Outcomes.Where(o => o.Accordee).Select(o => o.Finalite).ToArray();
            if ((await HeldPurposes.ReadAsync(connection, request.Subject, ct)).Except(granted, StringComparer.Ordinal).ToList() is { Count: > 0 } others)
            {
                refused = new(Catalogue.EtatIncompatible, Detail: $"Depuis la décision, des données de la personne sont aussi tenues pour : {string.Join(", ", others)}. Rendez la demande au délégué (« confirme » : false).");
                return false;
            }

            var told = await notices.TellAsync(connection, request, NoticeKind.Erasure, granted, now, ct);
            var decided = request with { State = RightsState.Granted, Proposal = null, DecidedAt = now };
            decided.AddUpdateTo(batch);
            await RightsStep.AddAsync(batch, log, caller, decided, LogAction.RightsRequestDecided, "confirmee", persons,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["decidePar"] = request.Proposal.Agent, ["confirmePar"] = caller.Agent }, registers.Current.Purposes.Version, now, ct);
            done = new RightsDecided(request.Id, decided.State, AConfirmer: false, told, 0);
            return true;
        });
        return outcome switch
        {
            ErasureOutcome.Erased => new DeliveryOutcome<RightsDecided>.Given(done!),
            ErasureOutcome.NotFound => new DeliveryOutcome<RightsDecided>.Refused(Catalogue.EtatIncompatible, Detail: "Les données de cette personne sont déjà effacées : rendez la demande au délégué."),
            ErasureOutcome.Stopped => refused!,
            _ => throw new UnreachableException(),
        };
    }

    private async Task<DeliveryOutcome<RightsDecided>> GiveBackAsync(Caller caller, RightsRequest known, CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await RightsRequest.ReadAsync(connection, known.Id, hold: true, ct) is not { IsOpen: true, Proposal: not null } request)
            return new DeliveryOutcome<RightsDecided>.Refused(Catalogue.EtatIncompatible, Detail: "Cette demande n'attend plus de confirmation.");
        var now = EntryContent.Instant(clock.GetUtcNow());
        var back = request with { Proposal = null, Outcomes = [] };
        await using var batch = new NpgsqlBatch(connection);
        back.AddUpdateTo(batch);
        await RightsStep.AddAsync(batch, log, caller, back, LogAction.RightsRequestDecided, "renvoyee", [request.Subject],
            new Dictionary<string, string>(StringComparer.Ordinal), registers.Current.Purposes.Version, now, ct);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        return new DeliveryOutcome<RightsDecided>.Given(new RightsDecided(back.Id, back.State, AConfirmer: false, 0, 0));
    }
}

internal static class ConfirmerEffacementEndpoint
{
    public static void MapConfirmerEffacement(this RouteGroupBuilder group) =>
        group.MapPost("/{id:guid}/confirmation", HandleAsync)
            .WithName("confirmerEffacement")
            .WithSummary("Confirme, par une seconde personne, un effacement décidé : il détruit la clé des données")
            .Produces<RightsDecided>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.ConfirmerEffacement)
            .Journalise(LogAction.RightsRequestDecided);

    private static async Task<IResult> HandleAsync(Guid id, ErasureConfirmation confirmation, HttpContext http, ConfirmerEffacement confirmer, CancellationToken ct) =>
        (await confirmer.RunAsync(Caller.Of(http), id, confirmation, ct)).ToResult(TypedResults.Ok);
}
