using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Consents;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Messaging;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <param name="Decisions">One for each purpose concerned.</param>
/// <param name="Depots">Rectification only: the deposits that their sender is to mend.</param>
/// <param name="Categories">Rectification only: what the person contests.</param>
internal sealed record DecisionRequest(IReadOnlyList<Outcome>? Decisions, IReadOnlyList<Guid>? Depots, IReadOnlyList<string>? Categories);

/// <param name="AConfirmer">An erasure that a second person must confirm before anything is erased.</param>
/// <param name="DestinatairesAvertis">Recipients, once a purpose, who are told.</param>
/// <param name="DepotsACorriger">Deposits whose sender is asked to mend them.</param>
internal sealed record RightsDecided(Guid Id, string Etat, bool AConfirmer, int DestinatairesAvertis, int DepotsACorriger);

/// <summary>
/// The data protection officer decides, purpose by purpose: granted, or refused on a ground of the closed list. What the law
/// does not allow cannot be granted. The effects are in the transaction of the decision; an erasure waits for a second person.
/// </summary>
internal sealed class DeciderDemande(
    Databases databases, ConsentLedger ledger, RightsNotices notices, DeliveryAudit audit, AuditLog log, RegistersInForce registers, WakeUp wakeUp, TimeProvider clock)
{
    public async Task<DeliveryOutcome<RightsDecided>> RunAsync(Caller caller, Guid id, DecisionRequest decision, CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await RightsRequest.ReadAsync(connection, id, hold: false, ct) is not { } known)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "demandeDroit", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<RightsDecided>.Refused(Catalogue.Introuvable);
        }

        // The person before the request, as an erasure does: two decisions never wait for each other.
        var person = await ConsentLedger.LockAsync(connection, known.Subject, ct);
        var request = (await RightsRequest.ReadAsync(connection, id, hold: true, ct))!;
        if (!request.IsOpen || request.Proposal is not null)
            return new DeliveryOutcome<RightsDecided>.Refused(Catalogue.EtatIncompatible, Detail: "Cette demande est déjà décidée, ou attend la confirmation d'une seconde personne.");
        var now = EntryContent.Instant(clock.GetUtcNow());
        var (outcomes, fault) = Check(request, decision, now);
        if (outcomes is null)
            return new DeliveryOutcome<RightsDecided>.Refused(Catalogue.DemandeInvalide, Detail: fault);
        var granted = outcomes.Where(o => o.Accordee).Select(o => o.Finalite).ToArray();
        if (granted.Length > 0 && person is null)
            return new DeliveryOutcome<RightsDecided>.Refused(Catalogue.EtatIncompatible, Detail: "Les données de cette personne sont effacées : il ne reste rien à accorder.");
        if (request.Kind is RightKind.Effacement && granted.Length > 0 && await RetainingAsync(connection, request, granted, now, ct) is { } retained)
            return new DeliveryOutcome<RightsDecided>.Refused(Catalogue.EtatIncompatible, Detail: retained);

        var erasure = request.Kind is RightKind.Effacement && granted.Length > 0;
        var decided = request with
        {
            Outcomes = outcomes,
            State = erasure ? request.State is RightsState.Received ? RightsState.Examined : request.State
                : granted.Length == outcomes.Count ? RightsState.Granted : granted.Length == 0 ? RightsState.Refused : RightsState.PartlyGranted,
            Proposal = erasure ? new Proposal(caller.Agent, caller.Role, caller.Organisation) : null,
            DecidedAt = erasure ? null : now,
        };
        await using var batch = new NpgsqlBatch(connection);
        decided.AddUpdateTo(batch);
        await RightsStep.AddAsync(batch, log, caller, decided, LogAction.RightsRequestDecided, erasure ? "aConfirmer" : "decidee", [.. person?.Standing.Keys.ToArray() ?? [request.Subject]],
            Details(outcomes), registers.Current.Purposes.Version, now, ct);
        var releases = person is not null && await AddEffectsAsync(connection, batch, caller, person, decided, now, ct);
        var asked = 0;
        if (request.Kind is RightKind.Rectification && granted.Length > 0)
        {
            (asked, fault) = await AskedCorrections.AddAsync(connection, batch, decided, decision.Depots, decision.Categories, now, ct);
            if (fault is not null)
                return new DeliveryOutcome<RightsDecided>.Refused(Catalogue.DemandeInvalide, Detail: fault);
        }

        await batch.ExecuteNonQueryAsync(ct);
        var told = person is null ? 0 : await TellAsync(connection, decided, now, ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        if (releases)
            wakeUp.WorkIsWaiting();
        return new DeliveryOutcome<RightsDecided>.Given(new RightsDecided(id, decided.State, erasure, told, asked));
    }

    /// <summary>Restrictions that begin, objections that are kept or lifted.</summary>
    private async Task<bool> AddEffectsAsync(NpgsqlConnection connection, NpgsqlBatch batch, Caller caller, LockedPerson person, RightsRequest decided, DateTimeOffset now, CancellationToken ct)
    {
        var releases = false;
        foreach (var outcome in decided.Outcomes)
        {
            if (registers.Current.Purposes.InForce(outcome.Finalite, now) is not { } purpose)
                continue;
            var restricted = RightsRules.Of(decided.Kind, purpose).RestrictsMeanwhile;
            switch (decided.Kind, outcome.Accordee)
            {
                case (RightKind.Limitation, true):
                    await AddAsync(ConsentAct.Limitation, ConsentEffect.Limitation, purpose);
                    break;
                case (RightKind.Opposition, true):
                    ConsentLedger.CloseCases(batch, person, purpose.Id, now);
                    break;
                case (RightKind.Opposition, false) when restricted:
                    await AddAsync(ConsentAct.LeveeLimitation, ConsentEffect.Levee, purpose);
                    releases = true;
                    break;
            }
        }

        return releases;

        async Task AddAsync(ConsentAct act, ConsentEffect effect, Purpose purpose) =>
            await ledger.AddAsync(connection, batch, caller, person, new CheckedConsent(act, effect, purpose, null, now, null, null), null, null, now, ct);
    }

    private async Task<int> TellAsync(NpgsqlConnection connection, RightsRequest decided, DateTimeOffset now, CancellationToken ct)
    {
        string[] Of(bool granted) => [.. decided.Outcomes.Where(o => o.Accordee == granted).Select(o => o.Finalite)];
        // Only who was told of a restriction is told of its end.
        string[] Lifted() => [.. PurposeAnswer.Of(decided.Kind, Of(granted: false), registers.Current.Purposes, now).Where(a => a.LimiteeMaintenant).Select(a => a.Finalite)];
        return decided.Kind switch
        {
            RightKind.Limitation => await notices.TellAsync(connection, decided, NoticeKind.Restriction, Of(granted: true), now, ct),
            RightKind.Opposition => await notices.TellAsync(connection, decided, NoticeKind.Objection, Of(granted: true), now, ct)
                + await notices.TellAsync(connection, decided, NoticeKind.RestrictionLifted, Lifted(), now, ct),
            _ => 0,
        };
    }

    private (IReadOnlyList<Outcome>? Outcomes, string? Fault) Check(RightsRequest request, DecisionRequest decision, DateTimeOffset now)
    {
        var given = decision.Decisions ?? [];
        var missing = request.Purposes.Where(p => given.Count(d => d?.Finalite == p) != 1).ToList();
        if (missing.Count > 0 || given.Count != request.Purposes.Count)
            return (null, $"Décidez une fois pour chaque finalité concernée : {string.Join(", ", request.Purposes)}.");
        var grounds = RightsRules.GroundsOf(request.Kind);
        var possible = PurposeAnswer.Of(request.Kind, request.Purposes, registers.Current.Purposes, now).ToDictionary(a => a.Finalite, StringComparer.Ordinal);
        foreach (var outcome in given)
        {
            if (outcome.Accordee && possible[outcome.Finalite] is { Possible: false } answer)
                return (null, $"La finalité {outcome.Finalite} ne permet pas d'accorder ce droit : {answer.Explication}. Refusez avec le motif {answer.Motif}.");
            if (!outcome.Accordee && !(GroundCodes.TryParse(outcome.Motif, out var ground) && grounds.Contains(ground)))
                return (null, $"Un refus donne son motif : {string.Join(", ", grounds.Select(g => g.Code))}.");
            if (outcome is { Accordee: true, Motif: not null })
                return (null, "Un motif ne va qu'avec un refus.");
        }

        return (given, null);
    }

    /// <summary>A person is erased as a whole: what another purpose must keep keeps all of it.</summary>
    private async Task<string?> RetainingAsync(NpgsqlConnection connection, RightsRequest request, string[] granted, DateTimeOffset now, CancellationToken ct)
    {
        var others = (await HeldPurposes.ReadAsync(connection, request.Subject, ct)).Except(granted, StringComparer.Ordinal).ToList();
        return others.Count == 0
            ? null
            : $"Les données sont aussi tenues pour : {string.Join(", ", PurposeAnswer.Of(request.Kind, others, registers.Current.Purposes, now).Select(a => a.Finalite + (a.Explication is null ? "" : $" ({a.Explication})")))}. L'effacement porte sur toute la personne : refusez-le, en donnant le motif pour chaque finalité.";
    }

    private static Dictionary<string, string> Details(IReadOnlyList<Outcome> outcomes) => new(StringComparer.Ordinal)
    {
        ["accordees"] = string.Join(' ', outcomes.Where(o => o.Accordee).Select(o => o.Finalite)),
        ["refusees"] = string.Join(' ', outcomes.Where(o => !o.Accordee).Select(o => $"{o.Finalite}:{o.Motif}")),
    };
}

internal static class DeciderDemandeEndpoint
{
    public static void MapDeciderDemande(this RouteGroupBuilder group) =>
        group.MapPost("/{id:guid}/decision", HandleAsync)
            .WithName("deciderDemandeDroit")
            .WithSummary("Décide d'une demande, finalité par finalité : accordée, ou refusée avec son motif")
            .Produces<RightsDecided>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Droits)
            .Journalise(LogAction.RightsRequestDecided);

    private static async Task<IResult> HandleAsync(Guid id, DecisionRequest decision, HttpContext http, DeciderDemande decider, CancellationToken ct) =>
        (await decider.RunAsync(Caller.Of(http), id, decision, ct)).ToResult(TypedResults.Ok);
}
