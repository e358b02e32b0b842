using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing.Questions;

/// <summary>
/// A service's message that names the question it answers (<c>referenceDemande</c>): it answers that one, whatever file its
/// names and address lead to. A reference that is no question of the sender's is refused, and nothing is kept.
/// </summary>
internal sealed class NamedQuestion(Databases databases)
{
    private const string Pointer = "/reponse/referenceDemande";

    /// <param name="mends">Whether the message takes the place of an earlier one: then it may say otherwise what was said.</param>
    /// <returns><see langword="null"/> when the message names no question, or one of the sender's own in this territory.</returns>
    public async Task<IntakeOutcome.Refused?> RefusalAsync(Caller sender, string territory, Signalement message, bool mends, CancellationToken ct)
    {
        // A sandbox is asked nothing: what it names is taken as said.
        if (message.Social?.Reponse?.ReferenceDemande is null || sender.Sandbox)
            return null;
        if (message.Faits.ReferenceDemande is not { } id || await ReadAsync(sender, Guid.Parse(id), ct) is not { } question || question.Territory != territory)
            return Refused("referenceInconnue", "Aucune question de cette référence n'a été posée à votre organisation dans ce territoire : reprenez l'« id » de GET /v1/questions, ou retirez le champ « Référence de la demande ».");
        var said = SaidBy(message.Faits);
        return question.State is QuestionState.Answered && !mends && question.Facts.Any(f => !question.Answer.SaysAs(said, f))
            ? Refused("dejaRepondue", "Votre organisation a déjà répondu autrement à cette question : rectifiez le dépôt de votre réponse.")
            : null;
    }

    /// <summary>What a message's facts answer; "ne sait pas" where they are unknown.</summary>
    public static Answer SaidBy(Faits said) => new(
        said.ConnuDesServices switch { true => "connu", false => "inconnu", null => Answer.Unsure },
        said.AideAuLogement switch { true => "oui", false => "non", null => Answer.Unsure },
        said.Composition ?? Answer.Unsure);

    /// <summary>The questions that messages name, each of the organisation that sent the message.</summary>
    public static async Task<IReadOnlyDictionary<Guid, Question>> ReadAsync(NpgsqlConnection connection, IReadOnlyList<WorkItem> answers, CancellationToken ct)
    {
        var named = answers.Where(a => a.Faits.ReferenceDemande is not null).ToList();
        if (named.Count == 0)
            return new Dictionary<Guid, Question>();
        await using var select = new NpgsqlCommand(
            $"select {Question.Columns}, n.deposit from unnest($1, $2, $3) as n(deposit, sender, question) join {Question.Source} on q.id = n.question and q.recipient = n.sender", connection)
        {
            Parameters = { Columns.Of(named, n => n.Deposit), Columns.Of(named, n => n.Sender), Columns.Of(named, n => Guid.Parse(n.Faits.ReferenceDemande!)) },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var found = new Dictionary<Guid, Question>();
        while (await reader.ReadAsync(ct))
            found[reader.GetGuid(reader.FieldCount - 1)] = Question.From(reader);
        return found;
    }

    private async Task<Question?> ReadAsync(Caller sender, Guid id, CancellationToken ct)
    {
        await using var batch = databases.Reader.CreateBatch();
        batch.BatchCommands.Add(RowContext.Of(sender.Organisation));
        batch.Add($"select {Question.Columns} from {Question.Source} where q.id = $1 and q.recipient = $2", Columns.Value(id), Columns.Value(sender.Organisation));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct) ? Question.From(reader) : null;
    }

    private static IntakeOutcome.Refused Refused(string code, string message) => new(Catalogue.SchemaInvalide, [new FieldError(Pointer, code, message)]);
}
