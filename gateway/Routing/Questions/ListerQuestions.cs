using System.Diagnostics;
using System.Text;
using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Routing.Questions;

/// <summary>One question, under pseudonyms.</summary>
/// <param name="Remise">The delivery by which the identity is shown, with a reason.</param>
/// <param name="Faits">Facts asked for: connuDesServices, aideAuLogement, composition.</param>
/// <param name="RepondreAvantLe">After it the rule's fallback is followed.</param>
/// <param name="Etat">posee, repondue, echue.</param>
internal sealed record QuestionLine(
    Guid Id, Guid Remise, string Pseudonyme, string Dossier, string TypeMessage, IReadOnlyList<string> Faits, DateTimeOffset PoseeLe, DateTimeOffset RepondreAvantLe, string Etat,
    DateTimeOffset? RepondueLe, Answer? Reponse);

/// <param name="Suivant">True when there are more: answer these first.</param>
internal sealed record QuestionPage(IReadOnlyList<QuestionLine> Questions, bool Suivant);

/// <summary>What the caller's organisation is asked, oldest first. One page shown is one log entry with its subjects.</summary>
internal sealed class ListerQuestions(Databases databases, PseudonymDomains pseudonyms, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    public const int MostLines = 500;

    /// <param name="state">One of <see cref="QuestionState"/>; <see langword="null"/> for all.</param>
    public async Task<QuestionPage> RunAsync(Caller caller, string? state, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var asked = await ReadAsync(connection, caller, state, ct);
        var deliveries = (await DeliveryRecord.ReadManyAsync(connection, caller, [.. asked.Select(q => q.Delivery).OfType<Guid>().Distinct()], ct)).ToDictionary(d => d.Id);
        var now = clock.GetUtcNow();
        var lines = new List<QuestionLine>();
        var subjects = new HashSet<Guid>();
        foreach (var question in asked.Take(MostLines))
        {
            if (question.Delivery is not { } id || !deliveries.TryGetValue(id, out var delivery) || !MayAnswer(delivery, caller, now))
                continue;
            subjects.Add(delivery.Subject);
            lines.Add(new QuestionLine(
                question.Id, id, await pseudonyms.OfSubjectAsync(caller.Organisation, delivery.Purpose, delivery.Subject, ct), await pseudonyms.OfDossierAsync(caller.Organisation, delivery.Dossier, ct),
                delivery.Type.ToString(), question.Facts, question.AskedAt, question.DueAt, question.State, question.AnsweredAt, question.AnsweredAt is null ? null : question.Answer));
        }

        await audit.CommitAsync(
            connection, transaction,
            new AuditEntry
            {
                Action = LogAction.QuestionsListed,
                Organisation = caller.Organisation,
                Agent = caller.Agent,
                Subjects = [.. subjects],
                RegisterVersion = registers.Current.Purposes.Version,
                Decision = "permis",
                TraceId = Activity.Current?.TraceId.ToString(),
            },
            ct);
        return new QuestionPage(lines, asked.Count > MostLines);
    }

    /// <summary>Whether the purpose still lets the caller look at the household that it is asked about.</summary>
    public bool MayAnswer(DeliveryRecord delivery, Caller caller, DateTimeOffset now) =>
        delivery.IsReadable && delivery.Decide(registers, caller, CategoryNames.Identifying, now) is DisclosureDecision.Permit;

    private static async Task<List<Question>> ReadAsync(NpgsqlConnection connection, Caller caller, string? state, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"select {Question.Columns} from {Question.Source} where q.recipient = $1 and q.delivery is not null and q.state = any($2) order by q.id limit $3")
        {
            Parameters =
            {
                new() { Value = caller.Organisation },
                new() { Value = state is null ? QuestionState.All.ToArray() : [state], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = MostLines + 1 },
            },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await Question.ReadAllAsync(reader, ct);
    }
}

internal static class ListerQuestionsEndpoint
{
    private static readonly string[] Columns = ["question", "pseudonyme", "remise", "posee_le", "repondre_avant_le", "connu", "aide", "composition"];

    public static void MapListerQuestions(this RouteGroupBuilder group) =>
        group.MapGet("", HandleAsync)
            .WithName("listerQuestions")
            .WithSummary("Les questions posées à votre organisation (pseudonymes seulement) ; format=csv pour un fichier à compléter et à renvoyer")
            .Produces<QuestionPage>()
            .Refuses(Catalogue.DemandeInvalide)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.QuestionsListed);

    private static async Task<IResult> HandleAsync(string? etat, string? format, HttpContext http, ListerQuestions lister, CancellationToken ct)
    {
        if (etat is not null && !QuestionState.All.Contains(etat, StringComparer.Ordinal))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: $"Le paramètre etat vaut {string.Join(", ", QuestionState.All)}.");
        if (format is not (null or "json" or "csv"))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre format vaut json ou csv.");
        var page = await lister.RunAsync(Caller.Of(http), etat ?? (format is "csv" ? QuestionState.Asked : null), ct);
        return format is "csv" ? TypedResults.Text(Csv(page), "text/csv", Encoding.UTF8) : TypedResults.Ok(page);
    }

    /// <summary>One line a question; a cell to fill for what is asked, "—" for what is not.</summary>
    private static string Csv(QuestionPage page) => "\uFEFF" + CsvCell.Row(Columns) + string.Concat(page.Questions.Select(q => CsvCell.Row(
    [
        q.Id.ToString(), q.Pseudonyme, q.Remise.ToString(), q.PoseeLe.ToString("O"), q.RepondreAvantLe.ToString("O"),
        .. Answer.Askable.Select(a => q.Faits.Contains(a.Fact, StringComparer.Ordinal) ? "" : RepondreParCsv.NotAsked),
    ])));
}
