using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Messaging;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <param name="Motif">A code of <see cref="SendBackMotifs"/>.</param>
/// <param name="Note">Optional, at most 200 characters; sealed in the log entry, kept nowhere else.</param>
internal sealed record SendBackRequest(string? Motif, string? Note);

/// <param name="RenvoyeeLe">When it was first sent back; the same at every repetition.</param>
internal sealed record SentBack(Guid Id, string Etat, string Motif, DateTimeOffset RenvoyeeLe);

/// <summary>
/// The recipient says that the message is not for it: it reads it no more, the rules are evaluated again without it, and
/// the reason is counted. Said twice, it changes, counts and logs nothing more.
/// </summary>
internal sealed class RenvoyerRemise(Databases databases, DeliveryAudit audit, WakeUp wakeUp, TimeProvider clock)
{
    public const int LongestNote = 200;
    public const string AlreadySentBack = "Votre organisation a renvoyé cette transmission : elle ne s'y lit plus.";

    public async Task<DeliveryOutcome<SentBack>> RunAsync(Caller caller, Guid id, SendBackRequest request, CancellationToken ct)
    {
        if (request.Motif is not { } motif || !SendBackMotifs.Labels.ContainsKey(motif))
            return new DeliveryOutcome<SentBack>.Refused(Catalogue.DemandeInvalide, Detail: $"Donnez un motif parmi : {string.Join(", ", SendBackMotifs.Labels.Keys)}.");
        if (FreeText.Fault(request.Note, LongestNote, "La note") is { } fault)
            return new DeliveryOutcome<SentBack>.Refused(Catalogue.DemandeInvalide, Detail: fault);

        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await DeliveryRecord.ReadAsync(connection, caller, id, ct) is not { } delivery)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "renvoi", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<SentBack>.Refused(Catalogue.Introuvable);
        }

        if (delivery is { State: DeliveryState.SentBack, SentBackAt: { } earlier })
            return Given(id, delivery.CancelledFor ?? motif, earlier);
        if (!delivery.IsReadable)
            return new DeliveryOutcome<SentBack>.Refused(Catalogue.EtatIncompatible, delivery.State, "Seule une transmission en cours se renvoie : l'expéditeur a annulé ou remplacé celle-ci, ou ce n'est qu'un avis.");
        if (caller.Nature is SentBackRoutes.Secretariat)
            return new DeliveryOutcome<SentBack>.Refused(Catalogue.EtatIncompatible, delivery.State, "Le secrétariat de la CCAPEX répartit les dossiers : il n'y a personne à qui les renvoyer. Affectez-le à un agent.");

        var now = EntryContent.Instant(clock.GetUtcNow());
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("update delivery.delivery set state = 'renvoyee', motif = $2, sent_back_at = $3 where id = $1 and state in ('remise', 'accusee')",
            Columns.Value(id), Columns.Value(motif), Columns.Value(now));
        if (await batch.ExecuteNonQueryAsync(ct) == 0)
        {
            // Another request of this organisation was faster: its reason counts.
            await transaction.RollbackAsync(ct);
            return await RunAsync(caller, id, request, ct);
        }

        await using var effects = new NpgsqlBatch(connection);
        effects.Add("insert into routing.work (id, deposit, kind, due_at, created_at) values ($1, $2, $3, $4, $4)",
            Columns.Value(Guid.CreateVersion7(now)), Columns.Value(delivery.Deposit), Columns.Value(WorkItem.SentBackKind(id)), Columns.Value(now));
        effects.Add(
            """
            insert into delivery.sent_back as s (territory, rule, reason, month, count) values ($1, $2, $3, $4, 1)
            on conflict (territory, rule, reason, month) do update set count = s.count + 1
            """,
            Columns.Value(delivery.Territory), Columns.Value(delivery.Rule), Columns.Value(motif), Columns.Value(new DateOnly(now.Year, now.Month, 1)));
        await effects.ExecuteNonQueryAsync(ct);
        var details = new List<(string, string)> { ("motif", motif), ("regle", delivery.Rule) };
        if (!string.IsNullOrWhiteSpace(request.Note))
            details.Add(("note", request.Note));
        await audit.CommitAsync(connection, transaction, audit.Entry(caller, LogAction.DeliverySentBack, delivery, [.. details]), ct);
        wakeUp.WorkIsWaiting();
        return Given(id, motif, now);
    }

    private static DeliveryOutcome<SentBack>.Given Given(Guid id, string motif, DateTimeOffset at) => new(new SentBack(id, DeliveryState.SentBack, motif, at));
}

internal static class RenvoyerRemiseEndpoint
{
    public static void MapRenvoyerRemise(this RouteGroupBuilder reception) =>
        reception.MapPost("/{id:guid}/renvoi", HandleAsync)
            .WithName("renvoyerRemise")
            .WithSummary("Renvoie une remise qui ne relève pas de votre organisation, avec un motif")
            .Produces<SentBack>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.DeliverySentBack);

    private static async Task<IResult> HandleAsync(Guid id, SendBackRequest request, HttpContext http, RenvoyerRemise renvoyer, CancellationToken ct) =>
        (await renvoyer.RunAsync(Caller.Of(http), id, request, ct)).ToResult(TypedResults.Ok);
}
