using System.Security.Cryptography;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>A batch by CSV file, with its report line by line. The same file again gives the same deposits: reloading the page does no harm.</summary>
[Authorize(Policy = Policies.Deposer)]
[Journalise(LogAction.BatchReceived)]
[RequestSizeLimit(Uploads.Largest)]
// In memory for the same reason as an act: a batch in a temporary file would be identities in clear on a disk.
[RequestFormLimits(MultipartBodyLengthLimit = Uploads.Largest, MemoryBufferThreshold = Uploads.Largest, ValueLengthLimit = Uploads.Largest)]
internal sealed class LotModel(IntakePipeline intake, RefusalLog refusals, AuditLog log, IDataProtectionProvider protection) : PersonPage
{
    /// <summary>Lines shown in each table; the file holds all.</summary>
    public const int ShownLines = 200;

    private readonly IDataProtector _protector = protection.CreateProtector("rapport-de-lot");

    /// <summary>Types that this organisation may send by CSV.</summary>
    public IReadOnlyList<IPartnerMessage> Types { get; private set; } = [];

    public string? Type { get; private set; }

    public string? FileError { get; private set; }

    public LotReport? Report { get; private set; }

    /// <summary>The report, sealed: it travels with the page, so that any node can make its file.</summary>
    public string SealedReport { get; private set; } = "";

    public void OnGet() => ReadTypes(null);

    public IActionResult OnGetModele([FromQuery(Name = "type")] string? type)
    {
        ReadTypes(type);
        return Chosen() is { Columns: { } columns } message
            ? File(ColumnFiles.Template(columns), "text/csv; charset=utf-8", $"modele-{message.Type.Partner}-{message.Type.Name}.csv")
            : Refused(Catalogue.Introuvable);
    }

    public async Task<IActionResult> OnPostAsync([FromForm(Name = "type")] string? type, [FromForm(Name = "fichier")] IFormFile? file, CancellationToken ct)
    {
        ReadTypes(type);
        if (Chosen() is not { Columns: { } columns } message)
        {
            var refused = new IntakeOutcome.Refused(Catalogue.HorsHabilitation);
            await refusals.RefuseAsync(Caller, LogAction.DepositRefused, refused, new Dictionary<string, string>(StringComparer.Ordinal) { ["lot"] = "oui", ["page"] = "oui" }, ct);
            return Refused(refused.Refusal);
        }

        if (file is null || file.Length == 0)
        {
            FileError = "Choisissez un fichier CSV qui n’est pas vide.";
            return Mend();
        }

        var lines = new List<BatchLineReport>();
        await using var stream = file.OpenReadStream();
        var totals = await DeposerLot.RunAsync(message.Type, version: null, Caller, Batch.ReadCsvAsync(stream, columns, ct), intake, (line, _) => Keep(lines, line), ct);
        var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["lot"] = "oui", ["type"] = message.Type.ToString(), ["page"] = "oui" };
        await log.AppendAsync(DeposerLot.Entry(Caller, details, totals), ct);
        Report = new LotReport(lines, totals, columns);
        SealedReport = Convert.ToBase64String(_protector.Protect(Report.Pack()));
        return Page();
    }

    public async Task<IActionResult> OnPostRapportAsync([FromForm(Name = "rapport")] string? report, CancellationToken ct)
    {
        ReadTypes(null);
        try
        {
            var (lines, totals) = LotReport.Unpack(_protector.Unprotect(Convert.FromBase64String(report ?? "")));
            Response.Headers.ContentDisposition = "attachment; filename=\"compte-rendu-de-lot.csv\"";
            var writer = new BatchReportWriter(Response, csv: true);
            foreach (var line in lines)
                await writer.WriteAsync(line, ct);
            await writer.EndAsync(totals, ct);
            return new EmptyResult();
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or FormatException)
        {
            Notice = new(NoticeLevel.Error, "Ce compte rendu n’est plus lisible", "Envoyez à nouveau le fichier : les lignes déjà reçues seront reconnues, rien ne sera enregistré deux fois.");
            return Page();
        }
    }

    private void ReadTypes(string? chosen)
    {
        Types = [.. PartnerMessages.All.Where(m => m.Columns is not null && Caller.Deposits.AllowAnywhere(m.Type))];
        Type = chosen ?? (Types.Count == 1 ? Types[0].Type.ToString() : null);
    }

    private IPartnerMessage? Chosen() => Types.FirstOrDefault(m => m.Type.ToString() == Type);

    private static Task Keep(List<BatchLineReport> lines, BatchLineReport line)
    {
        lines.Add(line);
        return Task.CompletedTask;
    }
}
