using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Delivery;

/// <param name="Agent">A colleague of <c>/v1/reception/agents</c>; absent: nobody any more.</param>
/// <param name="Accuser">True: acknowledges too, in the same transaction.</param>
internal sealed record AssignmentRequest(Guid? Agent, bool Accuser);

/// <param name="Agent">A colleague of <c>/v1/reception/agents</c>.</param>
/// <param name="Note">Optional, at most 1,000 characters; it becomes a comment, read in the organisation only.</param>
internal sealed record ForwardRequest(Guid? Agent, string? Note);

/// <param name="AccuseeLe"><see langword="null"/> while nobody has acknowledged.</param>
internal sealed record Assignment(Guid Id, string Etat, Guid? AffecteeA, DateTimeOffset? AccuseeLe);

/// <summary>Says who of the recipient has a file in hand: who distributes the morning's files, or one colleague who passes it to another.</summary>
internal sealed class AffecterRemise(Databases databases, Colleagues colleagues, SubjectKeys keys, DeliveryAudit audit, TimeProvider clock)
{
    public Task<DeliveryOutcome<Assignment>> AssignAsync(Caller caller, Guid id, AssignmentRequest request, CancellationToken ct) =>
        RunAsync(caller, id, request.Agent, request.Accuser, note: null, LogAction.DeliveryAssigned, ct);

    public async Task<DeliveryOutcome<Assignment>> ForwardAsync(Caller caller, Guid id, ForwardRequest request, CancellationToken ct)
    {
        if (request.Agent is not { } agent || agent.ToString() == caller.Agent)
            return Invalid("Donnez l'agent à qui vous transférez le dossier ; ce ne peut être vous.");
        if (FreeText.Fault(request.Note, Comments.Longest, "La note") is { } fault)
            return Invalid(fault);
        return await RunAsync(caller, id, agent, acknowledge: false, request.Note, LogAction.DeliveryForwarded, ct);
    }

    private async Task<DeliveryOutcome<Assignment>> RunAsync(Caller caller, Guid id, Guid? agent, bool acknowledge, string? note, LogAction action, CancellationToken ct)
    {
        if (agent is { } wanted && !await colleagues.ContainsAsync(caller, wanted, ct))
            return Invalid("Cet agent n'est pas de votre organisation, ou ne reçoit pas : choisissez dans /v1/reception/agents.");
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await DeliveryRecord.ReadAsync(connection, caller, id, ct) is not { } delivery)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "affectation", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<Assignment>.Refused(Catalogue.Introuvable);
        }

        if (delivery.State is not (DeliveryState.Delivered or DeliveryState.Acknowledged))
            return new DeliveryOutcome<Assignment>.Refused(Catalogue.EtatIncompatible, delivery.State, "Cette transmission est annulée, remplacée ou renvoyée : il n'y a plus rien à prendre en charge.");
        var acknowledges = acknowledge && delivery.State is DeliveryState.Delivered;
        if (delivery.AssignedTo == agent && !acknowledges && note is null)
            return Given(delivery, agent, delivery.AcknowledgedAt);

        var now = EntryContent.Instant(clock.GetUtcNow());
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("update delivery.delivery set assigned_to = $2, assigned_at = $3 where id = $1", Columns.Value(id),
            new NpgsqlParameter { Value = (object?)agent ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, Columns.Value(now));
        if (acknowledges)
        {
            batch.Add("update delivery.delivery set state = 'accusee', acknowledged_at = $2 where id = $1 and state = 'remise'", Columns.Value(id), Columns.Value(now));
            if (await batch.ExecuteNonQueryAsync(ct) < 2)
            {
                // Somebody else was faster: read again what there is to do.
                await transaction.RollbackAsync(ct);
                return await RunAsync(caller, id, agent, acknowledge, note, action, ct);
            }

            batch.BatchCommands.Clear();
            await audit.AddAsync(batch, audit.Entry(caller, LogAction.DeliveryAcknowledged, delivery), ct);
        }

        if (!string.IsNullOrWhiteSpace(note))
        {
            Comments.Add(batch, keys, caller, delivery, note, now);
            await audit.AddAsync(batch, audit.Entry(caller, LogAction.CommentAdded, delivery), ct);
        }

        await batch.ExecuteNonQueryAsync(ct);
        await audit.CommitAsync(connection, transaction, audit.Entry(caller, action, delivery, ("agent", agent?.ToString() ?? "personne")), ct);
        return Given(acknowledges ? delivery with { State = DeliveryState.Acknowledged } : delivery, agent, acknowledges ? now : delivery.AcknowledgedAt);
    }

    private static DeliveryOutcome<Assignment>.Given Given(DeliveryRecord delivery, Guid? agent, DateTimeOffset? acknowledged) =>
        new(new Assignment(delivery.Id, delivery.State, agent, acknowledged));

    private static DeliveryOutcome<Assignment>.Refused Invalid(string detail) => new(Catalogue.DemandeInvalide, Detail: detail);
}

internal static class AffecterRemiseEndpoints
{
    public static void MapAffecterRemise(this RouteGroupBuilder reception)
    {
        reception.MapPost("/{id:guid}/affectation", AssignAsync)
            .WithName("affecterRemise")
            .WithSummary("Affecte une remise à un agent de votre organisation, et en accuse réception si vous le demandez")
            .Produces<Assignment>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.DeliveryAssigned);
        reception.MapPost("/{id:guid}/transfert", ForwardAsync)
            .WithName("transfererRemise")
            .WithSummary("Transfère une remise à un collègue, avec une note qui reste dans votre organisation")
            .Produces<Assignment>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.DeliveryForwarded);
    }

    private static async Task<IResult> AssignAsync(Guid id, AssignmentRequest request, HttpContext http, AffecterRemise affecter, CancellationToken ct) =>
        (await affecter.AssignAsync(Caller.Of(http), id, request, ct)).ToResult(TypedResults.Ok);

    private static async Task<IResult> ForwardAsync(Guid id, ForwardRequest request, HttpContext http, AffecterRemise affecter, CancellationToken ct) =>
        (await affecter.ForwardAsync(Caller.Of(http), id, request, ct)).ToResult(TypedResults.Ok);
}
