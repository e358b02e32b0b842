using System.Diagnostics;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Routing.Questions;

/// <param name="Ligne">From 1, the line of titles.</param>
/// <param name="Resultat">reprise, tardive, sansReponse (nothing filled in), aCorriger.</param>
/// <param name="Message">What to mend.</param>
internal sealed record AnswerLine(int Ligne, Guid? Question, string Resultat, string? Message);

internal sealed record AnswerReport(int Lignes, int Reponses, int SansReponse, int ACorriger, IReadOnlyList<AnswerLine> Compte);

/// <summary>The file of <c>GET /v1/questions?format=csv</c>, filled in: each line answers one question; a bad line stops no other.</summary>
internal sealed class RepondreParCsv(RepondreQuestion repondre)
{
    /// <summary>In the cell of what is not asked.</summary>
    public const string NotAsked = "—";
    public const int MaxBytes = 1024 * 1024;

    /// <returns>The report, or what is wrong with the file as a whole.</returns>
    public async Task<(AnswerReport? Report, string? Fault)> RunAsync(Caller caller, ReadOnlyMemory<byte> file, CancellationToken ct)
    {
        var text = new CsvText();
        var lines = new List<AnswerLine>();
        List<string>? titles = null;
        var number = 0;
        foreach (var range in Lines(file))
        {
            number++;
            var raw = text.Decode(file.Span[range], number == 1)?.TrimEnd('\r');
            if (raw is { Length: 0 })
                continue;
            var cells = raw is null ? null : text.Split(raw);
            if (titles is null)
            {
                titles = cells?.ConvertAll(c => c.Trim());
                if (titles is null || !titles.Contains("question", StringComparer.Ordinal) || !Answer.Askable.Any(a => titles.Contains(a.Field, StringComparer.Ordinal)))
                    return (null, "La première ligne porte les titres : question, connu, aide, composition.");
            }
            else
            {
                lines.Add(await AnswerAsync(caller, titles, cells, number, ct));
            }
        }

        return titles is null ? (null, "Le fichier est vide.") : (Count(lines), null);
    }

    private async Task<AnswerLine> AnswerAsync(Caller caller, List<string> titles, List<string>? cells, int number, CancellationToken ct)
    {
        if (cells is null)
            return new(number, null, "aCorriger", "Cette ligne n'est pas lisible : guillemet non fermé, ou caractères d'un autre codage.");
        if (!Guid.TryParse(Cell("question"), out var id))
            return new(number, null, "aCorriger", "La colonne « question » ne porte pas l'identifiant de la question.");
        var answer = new Answer(Cell("connu"), Cell("aide"), Cell("composition"));
        if (answer is { Connu: null, Aide: null, Composition: null })
            return new(number, id, "sansReponse", null);
        return await repondre.RunAsync(caller, id, answer, "csv", ct) switch
        {
            DeliveryOutcome<AnswerRecorded>.Given given => new(number, id, given.Value.Effet, null),
            DeliveryOutcome<AnswerRecorded>.Refused refused => new(number, id, "aCorriger", refused.Detail ?? refused.Refusal.Title),
            _ => throw new UnreachableException(),
        };

        string? Cell(string title) =>
            titles.IndexOf(title) is var at and >= 0 && at < cells.Count && cells[at].Trim() is { Length: > 0 } cell && cell is not (NotAsked or "-" or "'-") ? cell : null;
    }

    private static AnswerReport Count(List<AnswerLine> lines) => new(
        lines.Count, lines.Count(l => l.Resultat is RepondreQuestion.Resumed or RepondreQuestion.Late), lines.Count(l => l.Resultat is "sansReponse"), lines.Count(l => l.Resultat is "aCorriger"), lines);

    private static IEnumerable<Range> Lines(ReadOnlyMemory<byte> file)
    {
        for (var start = 0; start < file.Length;)
        {
            var length = file.Span[start..].IndexOf((byte)'\n');
            var end = length < 0 ? file.Length : start + length;
            yield return start..end;
            start = end + 1;
        }
    }
}

internal static class RepondreParCsvEndpoint
{
    public static void MapRepondreParCsv(this RouteGroupBuilder group) =>
        group.MapPost("/reponses", HandleAsync)
            .WithName("repondreQuestionsParCsv")
            .WithSummary("Répond à plusieurs questions par le fichier de /v1/questions?format=csv, complété ; compte rendu ligne par ligne")
            .TakesBody("text/csv")
            .Produces<AnswerReport>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.TypeDeContenu, Catalogue.TropVolumineux)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.QuestionAnswered);

    private static async Task<IResult> HandleAsync(HttpContext http, RepondreParCsv repondre, CancellationToken ct)
    {
        if (http.Request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) is not true)
            return new RefusalResult(Catalogue.TypeDeContenu, detail: "Envoyez text/csv.");
        if (http.Request.ContentLength > RepondreParCsv.MaxBytes)
            return new RefusalResult(Catalogue.TropVolumineux);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > RepondreParCsv.MaxBytes)
                return new RefusalResult(Catalogue.TropVolumineux);
        }

        var (report, fault) = await repondre.RunAsync(Caller.Of(http), body.ToArray(), ct);
        return report is null ? new RefusalResult(Catalogue.DemandeInvalide, detail: fault) : TypedResults.Ok(report);
    }
}
