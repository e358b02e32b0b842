using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>A batch by CSV file, with its report line by line. The same file again gives the same deposits: reloading the page does no harm.</summary>
[Authorize(Policy = Policies.Deposer)]
[Journalise(LogAction.BatchReceived)]
[RequestSizeLimit(Uploads.Largest)]
// In memory for the same reason as an act: a batch in a temporary file would be identities in clear on a disk.
[RequestFormLimits(MultipartBodyLengthLimit = Uploads.Largest, MemoryBufferThreshold = Uploads.Largest, ValueLengthLimit = Uploads.Largest)]
internal sealed class LotModel(LotRegister register, LotRun run, RefusalLog refusals, AuditLog log) : PersonPage
{
    /// <summary>Lines shown in each table; the file holds all.</summary>
    public const int ShownLines = 200;

    /// <summary>Types that this organisation may send by CSV.</summary>
    public IReadOnlyList<IPartnerMessage> Types { get; private set; } = [];

    public string? Type { get; private set; }

    public string? FileError { get; private set; }

    public LotReport? Report { get; private set; }

    /// <summary>Name of the batch, to fetch its files.</summary>
    public string Lot { get; private set; } = "";

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

        if (await register.OpenAsync(Caller, message.Type, name: null, ct) is not { } sending)
            return Refused(Catalogue.CleReutilisee);
        var lines = new List<BatchLineReport>();
        await using var stream = file.OpenReadStream();
        var totals = await run.RunAsync(sending, message.Type, version: null, Caller, Batch.ReadCsvAsync(stream, columns, ct), packed => lines.AddRange(LotChunk.Read(LotChunk.Unpack(packed))), ct);
        var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["lot"] = "oui", ["type"] = message.Type.ToString(), ["page"] = "oui" };
        await log.AppendAsync(DeposerLot.Entry(Caller, details, totals), ct);
        Report = new LotReport(lines, totals, columns);
        Lot = sending.Name;
        return Page();
    }

    public Task<IActionResult> OnGetRapportAsync([FromQuery(Name = "lot")] string? lot, CancellationToken ct) => WriteAsync(lot, ReportFormat.Csv, "compte-rendu-de-lot.csv", ct);

    public Task<IActionResult> OnGetRetourAsync([FromQuery(Name = "lot")] string? lot, CancellationToken ct) => WriteAsync(lot, ReportFormat.Return, "retour-de-lot.csv", ct);

    private async Task<IActionResult> WriteAsync(string? lot, ReportFormat format, string file, CancellationToken ct)
    {
        var (status, refused) = await ConsulterLot.FindAsync(lot ?? "", Caller, register, refusals, log, ct);
        if (refused is not null)
            return Refused(Catalogue.Introuvable);
        Response.Headers.ContentDisposition = $"attachment; filename=\"{file}\"";
        await ConsulterLot.WriteAsync(status!, format, Caller, Response, register, ct);
        return new EmptyResult();
    }

    private void ReadTypes(string? chosen)
    {
        Types = [.. PartnerMessages.All.Where(m => m.Columns is not null && Caller.Deposits.AllowAnywhere(m.Type))];
        Type = chosen ?? (Types.Count == 1 ? Types[0].Type.ToString() : null);
    }

    private IPartnerMessage? Chosen() => Types.FirstOrDefault(m => m.Type.ToString() == Type);
}
