using System.Globalization;
using System.Text;
using System.Text.Json;
using ExchangeGateway.Adapters;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Streams a batch's report: NDJSON, or CSV with <c>;</c> and a BOM for office software.</summary>
internal sealed class BatchReportWriter(HttpResponse response, bool csv)
{
    private bool _started;

    public async Task WriteAsync(BatchLineReport line, CancellationToken ct)
    {
        await StartAsync(ct);
        if (!csv)
        {
            await WriteJsonAsync(JsonSerializer.SerializeToUtf8Bytes(line, IntakeJson.Default.BatchLineReport), ct);
            return;
        }

        foreach (var error in line.Erreurs is { Count: > 0 } errors ? errors : [new Schemas.FieldError("", "", "")])
            await WriteRowAsync(ct, line.Ligne.ToString(CultureInfo.InvariantCulture), line.Code, line.Refus, error.Pointer, error.Code, error.Message, line.Depot?.ToString());
    }

    public async Task EndAsync(BatchTotals totals, CancellationToken ct)
    {
        await StartAsync(ct);
        if (!csv)
        {
            await WriteJsonAsync(JsonSerializer.SerializeToUtf8Bytes(new BatchEnd(totals), IntakeJson.Default.BatchEnd), ct);
            return;
        }

        await WriteRowAsync(ct, "bilan", string.Create(CultureInfo.InvariantCulture, $"{totals.Acceptees} acceptées, {totals.Doublons} doublons, {totals.Refusees} refusées, {totals.Indisponibles} à renvoyer"), null, null, null, totals.Erreur, null);
    }

    private async Task StartAsync(CancellationToken ct)
    {
        if (_started)
            return;
        _started = true;
        response.ContentType = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
        if (csv)
            await response.WriteAsync("\uFEFFligne;code;refus;champ;erreur;message;depot\r\n", ct);
    }

    private async Task WriteJsonAsync(byte[] json, CancellationToken ct)
    {
        await response.Body.WriteAsync(json, ct);
        await response.Body.WriteAsync("\n"u8.ToArray(), ct);
    }

    private Task WriteRowAsync(CancellationToken ct, params string?[] cells) =>
        response.WriteAsync(CsvCell.Row(cells), Encoding.UTF8, ct);
}
