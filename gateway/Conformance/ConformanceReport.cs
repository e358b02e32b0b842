using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>The run's report, for a person or for a build machine.</summary>
internal static class ConformanceReport
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Table(Uri url, MessageType type, IReadOnlyList<(Check Check, Verdict Verdict)> report)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{url} · {type}\n\n");
        var (id, requirement) = (report.Max(line => line.Check.Id.Length), report.Max(line => line.Check.Requirement.Length));
        text.Append("Contrôle".PadRight(id)).Append("  ").Append("Exigence".PadRight(requirement)).Append("  Résultat\n");
        text.Append(new string('─', id)).Append("  ").Append(new string('─', requirement)).Append("  ────────\n");
        foreach (var (check, verdict) in report)
        {
            text.Append(check.Id.PadRight(id)).Append("  ").Append(check.Requirement.PadRight(requirement)).Append("  ").Append(Words(verdict.Result));
            text.Append(verdict.Why is null ? "\n" : $" : {verdict.Why}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n{Count(report, Verdict.MetCode)} conformes, {Count(report, Verdict.BrokenCode)} non conformes, {Count(report, Verdict.NotTriedCode)} non essayés.\n").ToString();
    }

    public static string Json(Uri url, MessageType type, IReadOnlyList<(Check Check, Verdict Verdict)> report) => new JsonObject
    {
        ["url"] = url.ToString(),
        ["type"] = type.ToString(),
        ["conforme"] = Count(report, Verdict.BrokenCode) == 0,
        ["controles"] = new JsonArray([.. report.Select(line => (JsonNode)new JsonObject
        {
            ["id"] = line.Check.Id,
            ["exigence"] = line.Check.Requirement,
            ["resultat"] = line.Verdict.Result,
            ["motif"] = line.Verdict.Why,
        })]),
    }.ToJsonString(Readable) + "\n";

    private static string Words(string result) => result switch
    {
        Verdict.MetCode => "conforme",
        Verdict.BrokenCode => "NON CONFORME",
        _ => "non essayé",
    };

    private static int Count(IReadOnlyList<(Check Check, Verdict Verdict)> report, string result) => report.Count(line => line.Verdict.Result == result);
}
