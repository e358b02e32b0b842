using System.Globalization;
using System.Text;
using System.Text.Json;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Forms of a batch's report.</summary>
internal enum ReportFormat
{
    /// <summary>One JSON object a line, then the totals.</summary>
    Ndjson,
    /// <summary>One JSON document: <c>{"lignes":[…],"bilan":{…}}</c>.</summary>
    Json,
    /// <summary>Semicolons and a byte-order mark, for office software: one row per error.</summary>
    Csv,
    /// <summary>The return file: one row per line of the file, in its order, then the control totals.</summary>
    Return,
}

/// <summary>Streams a batch's report in the form that the reader asks for.</summary>
internal sealed class BatchReportWriter(HttpResponse response, ReportFormat format)
{
    private bool _first = true;

    /// <summary>The form that a request asks for, by <c>?format=</c> (csv, json, ndjson) or <c>Accept</c>.</summary>
    public static ReportFormat FormatOf(HttpRequest request, ReportFormat otherwise)
    {
        var accept = request.Query["format"].ToString() is { Length: > 0 } asked ? asked : request.Headers.Accept.ToString();
        return accept.Contains("csv", StringComparison.OrdinalIgnoreCase) ? ReportFormat.Csv
            : accept.Contains("ndjson", StringComparison.OrdinalIgnoreCase) ? ReportFormat.Ndjson
            : accept.Contains("json", StringComparison.OrdinalIgnoreCase) ? ReportFormat.Json
            : otherwise;
    }

    /// <summary>Sends status and headers: the client knows that its batch is being read.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        response.ContentType = format switch
        {
            ReportFormat.Ndjson => "application/x-ndjson",
            ReportFormat.Json => "application/json; charset=utf-8",
            _ => "text/csv; charset=utf-8",
        };
        await response.StartAsync(ct);
    }

    /// <summary>Writes the lines of one unpacked chunk.</summary>
    public async Task WriteAsync(byte[] ndjson, CancellationToken ct)
    {
        if (format is ReportFormat.Ndjson)
        {
            await response.Body.WriteAsync(ndjson, ct);
            return;
        }

        var text = new StringBuilder(ndjson.Length + 64);
        if (_first)
            text.Append(Head());
        foreach (var line in LotChunk.Read(ndjson))
        {
            if (format is ReportFormat.Json)
                text.Append(_first ? "" : ",\n").Append(JsonSerializer.Serialize(line, LotJson.Default.BatchLineReport));
            else if (format is ReportFormat.Csv)
                AddRows(text, line);
            else
                AddRow(text, Number(line.Ligne), LotReturn.Code(line), LotReturn.Label(line), line.Depot?.ToString());
            _first = false;
        }

        await response.WriteAsync(text.ToString(), Encoding.UTF8, ct);
    }

    public async Task EndAsync(BatchTotals totals, CancellationToken ct)
    {
        var text = new StringBuilder(_first ? Head() : "");
        switch (format)
        {
            case ReportFormat.Ndjson:
                text.Append(JsonSerializer.Serialize(new BatchEnd(totals), LotJson.Default.BatchEnd)).Append('\n');
                break;
            case ReportFormat.Json:
                // {"bilan":…} without its opening brace.
                text.Append("],\n").Append(JsonSerializer.Serialize(new BatchEnd(totals), LotJson.Default.BatchEnd).AsSpan(1)).Append('\n');
                break;
            case ReportFormat.Csv:
                AddRow(text, "bilan", string.Create(CultureInfo.InvariantCulture, $"{totals.Acceptees} acceptées, {totals.MisesAJour} mises à jour, {totals.Doublons} doublons, {totals.Refusees} refusées, {totals.Indisponibles} à renvoyer"), null, null, null, totals.Erreur, null, null);
                break;
            default:
                foreach (var (name, count) in LotReturn.Totals(totals))
                    AddRow(text, "total", name, Number(count), null);
                if (totals.Erreur is not null)
                    AddRow(text, "total", "interruption", totals.Erreur, null);
                break;
        }

        await response.WriteAsync(text.ToString(), Encoding.UTF8, ct);
    }

    private string Head() => format switch
    {
        ReportFormat.Json => "{\"lignes\":[",
        ReportFormat.Csv => "\uFEFFligne;code;refus;champ;erreur;message;depot;deja_recu\r\n",
        ReportFormat.Return => "\uFEFFligne;code;libelle;depot\r\n",
        _ => "",
    };

    private static void AddRows(StringBuilder text, BatchLineReport line)
    {
        foreach (var error in line.Erreurs is { Count: > 0 } errors ? errors : [new FieldError("", "", "")])
            AddRow(text, Number(line.Ligne), line.Code, line.Refus, error.Pointer, error.Code, error.Message, line.Depot?.ToString(), line.DejaRecu is true ? "oui" : null);
    }

    private static void AddRow(StringBuilder text, params string?[] cells) => text.Append(CsvCell.Row(cells));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
