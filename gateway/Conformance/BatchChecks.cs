using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Documentation;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>Batches: the report comes line by line, and a bad line never stops a good one.</summary>
internal static class BatchChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("EG-LOT-001", "Un lot NDJSON : chaque ligne a son résultat, une mauvaise ligne n'arrête pas les bonnes", NdjsonAsync),
        new("EG-LOT-002", "Une ligne déjà acceptée est signalée comme doublon", TwinAsync),
        new("EG-LOT-003", "Un lot CSV : compte rendu CSV, une mauvaise ligne n'arrête pas les bonnes", CsvAsync),
        new("EG-LOT-004", "Un lot d'un autre type de contenu : 415 type-de-contenu", MediaTypeAsync),
    ];

    private static async Task<Verdict> NdjsonAsync(ConformanceRun run, CancellationToken ct)
    {
        var lines = string.Join('\n', Fresh(run), "{}", Fresh(run)) + "\n";
        var answer = await run.SendAsync(HttpMethod.Post, run.Path + "/lots", ConformanceRun.Content(lines, "application/x-ndjson"), ct);
        return Reports(answer, "accepte", "refuse", "accepte");
    }

    private static async Task<Verdict> TwinAsync(ConformanceRun run, CancellationToken ct)
    {
        var line = Fresh(run);
        var answer = await run.SendAsync(HttpMethod.Post, run.Path + "/lots", ConformanceRun.Content(line + "\n" + line + "\n", "application/x-ndjson"), ct);
        return Reports(answer, "accepte", "doublon");
    }

    private static async Task<Verdict> CsvAsync(ConformanceRun run, CancellationToken ct)
    {
        if (!PartnerMessages.TryGet(run.Type, out var message) || message.Columns is not { } columns)
            return Verdict.NotTried("ce type n'a pas de forme CSV");
        var csv = ExampleMessages.Csv(columns) + "x" + new string(';', columns.Colonnes.Count - 1) + "\r\n";
        var answer = await run.SendAsync(HttpMethod.Post, run.Path + "/lots", ConformanceRun.Content(csv, "text/csv"), ct, ("Accept", "text/csv"));
        var lines = answer.Text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return Verdict.When(answer is { Status: 200, MediaType: "text/csv" }, $"statut 200 et text/csv attendus, {answer.Status} et {answer.MediaType ?? "rien"} reçus")
            .Then(() => Verdict.When(lines[0].StartsWith("ligne;code;", StringComparison.Ordinal), "l'en-tête du compte rendu manque"))
            .Then(() => Verdict.When(lines.Any(l => l.StartsWith("1;", StringComparison.Ordinal)) && lines.Any(l => l.StartsWith("2;refuse;", StringComparison.Ordinal)), "une ligne n'a pas son résultat"))
            .Then(() => Verdict.When(lines[^1].StartsWith("bilan;", StringComparison.Ordinal), "le bilan manque"));
    }

    private static async Task<Verdict> MediaTypeAsync(ConformanceRun run, CancellationToken ct) =>
        (await run.SendAsync(HttpMethod.Post, run.Path + "/lots", ConformanceRun.Content("x", "application/xml"), ct)).Refuses(415, "type-de-contenu");

    private static string Fresh(ConformanceRun run) => ConformanceRun.Fresh(run.Message);

    private static Verdict Reports(Answer answer, params string[] codes)
    {
        if (answer is not { Status: 200, MediaType: "application/x-ndjson" })
            return Verdict.Broken($"statut 200 et application/x-ndjson attendus, {answer.Status} et {answer.MediaType ?? "rien"} reçus");
        List<JsonObject?> lines;
        try
        {
            lines = [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line) as JsonObject)];
        }
        catch (JsonException)
        {
            return Verdict.Broken("une ligne du compte rendu n'est pas du JSON");
        }

        var given = string.Join(", ", lines.SkipLast(1).Select((line, i) => line?["ligne"]?.ToString() == (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) ? CodeOf(line) : "?"));
        return Verdict.When(given == string.Join(", ", codes), $"résultats attendus : {string.Join(", ", codes)} ; reçus : {given}")
            .Then(() => Verdict.When(lines[^1]?["bilan"] is JsonObject, "le bilan manque"));
    }

    /// <summary>The example's household may be known to this sandbox from an earlier run: its notice is then accepted as an update.</summary>
    private static string? CodeOf(JsonObject line) => line["code"]?.ToString() is "misAJour" ? "accepte" : line["code"]?.ToString();
}
