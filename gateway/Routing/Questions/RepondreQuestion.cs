using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Messaging;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Routing.Questions;

/// <param name="Effet">reprise: what waited is routed now with the answer; tardive: the fallback was followed before, the answer counts for the next messages of the file.</param>
internal sealed record AnswerRecorded(Guid Id, string Effet, DateTimeOffset RepondueLe);

/// <summary>
/// A partner answers one question. It takes the file's lock, as the router does before it gives up: each message that waits is
/// routed once, with the answer or by the fallback, never both.
/// </summary>
internal sealed class RepondreQuestion(Databases databases, ListerQuestions questions, DeliveryAudit audit, AuditLog log, WakeUp wakeUp, TimeProvider clock)
{
    public const string Resumed = "reprise";
    public const string Late = "tardive";

    /// <param name="channel">api, csv, page.</param>
    public async Task<DeliveryOutcome<AnswerRecorded>> RunAsync(Caller caller, Guid id, Answer answer, string channel, CancellationToken ct)
    {
        if (await ReadAsync(caller, id, ct) is not { Question: { } question, Delivery: { } delivery })
            return await RefuseAsync(caller, null, Catalogue.Introuvable, null, ct);
        if (!questions.MayAnswer(delivery, caller, clock.GetUtcNow()))
            return await RefuseAsync(caller, delivery, Catalogue.FinaliteNonEnregistree, null, ct);
        if (answer.Fault(question.Facts) is { } fault)
            return new DeliveryOutcome<AnswerRecorded>.Refused(Catalogue.DemandeInvalide, Detail: fault);

        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await LockAsync(connection, question, ct) is not { } current)
            return await RefuseAsync(caller, null, Catalogue.Introuvable, null, ct);
        var now = clock.GetUtcNow();
        if (current.State is QuestionState.Answered)
        {
            // Said again, it changes and logs nothing more; said otherwise, it would change what was routed by it.
            return current.Answer == answer
                ? new DeliveryOutcome<AnswerRecorded>.Given(new AnswerRecorded(id, current.AnsweredAt > current.DueAt ? Late : Resumed, current.AnsweredAt!.Value))
                : new DeliveryOutcome<AnswerRecorded>.Refused(Catalogue.EtatIncompatible, Detail: "Votre organisation a déjà répondu autrement à cette question.");
        }

        var late = current.State is QuestionState.Overdue;
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.Add(
                "update routing.question set state = 'repondue', answered_at = $2, channel = $3, agent = $4, connu = $5, aide = $6, composition = $7 where id = $1",
                Columns.Value(id), Columns.Value(now), Columns.Value(channel), Columns.Value(caller.Agent), Said(answer.Connu), Said(answer.Aide), Said(answer.Composition));
            batch.BatchCommands.Add(AskPartners.WakeWaiting(current.Dossier, now));
            log.AddTo(batch, [await log.PrepareAsync(audit.Entry(caller, LogAction.QuestionAnswered, delivery, ("faits", string.Join(' ', question.Facts)), ("canal", channel), ("effet", late ? Late : Resumed)), now, ct)]);
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        log.Wake();
        wakeUp.WorkIsWaiting();
        return new DeliveryOutcome<AnswerRecorded>.Given(new AnswerRecorded(id, late ? Late : Resumed, now));
    }

    /// <summary>The caller's question with the delivery that it came by; nothing when it is another organisation's.</summary>
    private async Task<(Question? Question, DeliveryRecord? Delivery)> ReadAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        Question? question;
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"select {Question.Columns} from {Question.Source} where q.id = $1 and q.recipient = $2")
            {
                Parameters = { new() { Value = id }, new() { Value = caller.Organisation } },
            });
            await using var reader = await batch.ExecuteReaderAsync(ct);
            await reader.NextResultAsync(ct);
            question = await reader.ReadAsync(ct) ? Question.From(reader) : null;
        }

        return question?.Delivery is { } delivery ? (question, await DeliveryRecord.ReadAsync(connection, caller, delivery, ct)) : (null, null);
    }

    private static async Task<Question?> LockAsync(NpgsqlConnection connection, Question question, CancellationToken ct)
    {
        await using (var locking = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            locking.Parameters.AddWithValue(Question.LockOf(question.Dossier));
            await locking.ExecuteNonQueryAsync(ct);
        }

        await using var select = new NpgsqlCommand($"select {Question.Columns} from {Question.Source} where q.id = $1", connection) { Parameters = { new() { Value = question.Id } } };
        await using var reader = await select.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Question.From(reader) : null;
    }

    private async Task<DeliveryOutcome<AnswerRecorded>> RefuseAsync(Caller caller, DeliveryRecord? delivery, Refusal refusal, string? detail, CancellationToken ct)
    {
        await audit.RefusedAsync(caller, delivery, "question", refusal.Code, ct);
        return new DeliveryOutcome<AnswerRecorded>.Refused(refusal, refusal.Code, detail);
    }

    private static NpgsqlParameter Said(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}

internal static class RepondreQuestionEndpoint
{
    public static void MapRepondreQuestion(this RouteGroupBuilder group) =>
        group.MapPost("/{id:guid}/reponse", HandleAsync)
            .WithName("repondreQuestion")
            .WithSummary("Répond à une question : ménage connu des services, aide au logement, composition")
            .Produces<AnswerRecorded>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.FinaliteNonEnregistree, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.QuestionAnswered);

    private static async Task<IResult> HandleAsync(Guid id, Answer answer, HttpContext http, RepondreQuestion repondre, CancellationToken ct) =>
        (await repondre.RunAsync(Caller.Of(http), id, answer, "api", ct)).ToResult(TypedResults.Ok);
}
