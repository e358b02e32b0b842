using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Where a batch stands, its report and its return file, while it runs and after, for the organisation that sent it.</summary>
internal static class ConsulterLot
{
    public static void MapConsulterLot(this RouteGroupBuilder v1)
    {
        var lots = v1.MapGroup("/lots/{nom}");
        Declare(lots.MapGet("", ShowAsync), "consulterLot", "Où en est un lot : lignes lues, acceptées, refusées").Produces<LotStatus>();
        Declare(lots.MapGet("/compte-rendu", ReportAsync), "compteRenduLot", "Le compte rendu d'un lot, ligne à ligne (JSON, NDJSON ou CSV : Accept, ou ?format=)")
            .Produces<BatchEnd>(StatusCodes.Status200OK, "application/json", "application/x-ndjson", "text/csv");
        Declare(lots.MapGet("/retour", ReturnAsync), "retourLot", "Le fichier de retour d'un lot, dans l'ordre du fichier envoyé, avec ses totaux de contrôle (CSV)")
            .Produces<string>(StatusCodes.Status200OK, "text/csv");
    }

    private static RouteHandlerBuilder Declare(RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .WithName(name)
        .WithTags("Dépôts")
        .WithSummary(summary)
        .Refuses(Catalogue.Introuvable)
        .RequireAuthorization(Policies.Deposer)
        .Journalise(LogAction.BatchConsulted);

    private static async Task<IResult> ShowAsync(string nom, HttpContext http, LotRegister register, RefusalLog refusals, AuditLog log, CancellationToken ct)
    {
        var (status, refused) = await FindAsync(nom, Caller.Of(http), register, refusals, log, ct);
        return refused ?? (IResult)TypedResults.Json(status, LotJson.Default.LotStatus);
    }

    private static Task<IResult> ReportAsync(string nom, HttpContext http, LotRegister register, RefusalLog refusals, AuditLog log, CancellationToken ct) =>
        AnswerAsync(nom, BatchReportWriter.FormatOf(http.Request, ReportFormat.Json), http, register, refusals, log, ct);

    private static Task<IResult> ReturnAsync(string nom, HttpContext http, LotRegister register, RefusalLog refusals, AuditLog log, CancellationToken ct) =>
        AnswerAsync(nom, ReportFormat.Return, http, register, refusals, log, ct);

    private static async Task<IResult> AnswerAsync(string name, ReportFormat format, HttpContext http, LotRegister register, RefusalLog refusals, AuditLog log, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        var (status, refused) = await FindAsync(name, caller, register, refusals, log, ct);
        if (refused is not null)
            return refused;
        if (format is ReportFormat.Csv or ReportFormat.Return)
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{(format is ReportFormat.Csv ? "compte-rendu" : "retour")}.csv\"";
        await WriteAsync(status!, format, caller, http.Response, register, ct);
        return Results.Empty;
    }

    /// <summary>Streams the report of a batch that <see cref="FindAsync"/> has found.</summary>
    public static async Task WriteAsync(LotStatus status, ReportFormat format, Caller caller, HttpResponse response, LotRegister register, CancellationToken ct)
    {
        var writer = new BatchReportWriter(response, format);
        await writer.StartAsync(ct);
        await foreach (var chunk in register.ReportAsync(caller, status.Lot, ct))
            await writer.WriteAsync(chunk, ct);
        await writer.EndAsync(status.Bilan, ct);
    }

    /// <summary>Finds the caller's batch; what is given is logged before it is given.</summary>
    public static async Task<(LotStatus? Status, RefusalResult? Refused)> FindAsync(string name, Caller caller, LotRegister register, RefusalLog refusals, AuditLog log, CancellationToken ct)
    {
        if (await register.FindAsync(caller, name, ct) is not { } status)
        {
            var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "lot" };
            return (null, await refusals.RefuseAsync(caller, LogAction.AccessRefused, new(Catalogue.Introuvable), details, ct));
        }

        await log.AppendAsync(
            new AuditEntry
            {
                Action = LogAction.BatchConsulted,
                Organisation = caller.Organisation,
                Agent = caller.Agent,
                Decision = "permis",
                Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = status.Type },
                TraceId = Activity.Current?.TraceId.ToString(),
            },
            ct);
        return (status, null);
    }
}
