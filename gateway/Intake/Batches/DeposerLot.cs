using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// A partner hands over a file of messages, one a line. The client may name the batch: after a cut it sends the same file
/// again under the same name, and what was received is told, never recorded twice.
/// </summary>
internal static class DeposerLot
{
    public const long MaxBytes = 1L << 30;

    /// <summary>Header by which the client names its batch; <c>Idempotency-Key</c> does too.</summary>
    public const string NameHeader = "ExchangeGateway-Lot";

    private const int LongestName = 128;

    public static void MapDeposerLot(this RouteGroupBuilder v1) =>
        v1.MapPost("/{partenaire}/{type}/lots", HandleAsync)
            .WithName("deposerLot")
            .WithTags("Dépôts")
            .WithSummary("Dépose un lot de messages, une ligne par message")
            .WithDescription("Nommez le lot par l'en-tête ExchangeGateway-Lot : après une coupure, renvoyez le même fichier sous le même nom. Le compte rendu arrive quand le fichier est lu jusqu'au bout ; /v1/lots/{nom} montre l'avancement pendant ce temps.")
            .TakesBody("application/x-ndjson", "text/csv")
            .Produces<BatchLineReport>(StatusCodes.Status200OK, "application/x-ndjson")
            .Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.TropVolumineux, Catalogue.TypeDeContenu, Catalogue.NirInterdit, Catalogue.CleReutilisee)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBytes))
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.BatchReceived);

    private static async Task<IResult> HandleAsync(
        string partenaire, string type, HttpContext http, SchemaCatalogue schemas, LotRegister register, LotRun run, RefusalLog refusals, AuditLog log, TimeProvider clock, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["lot"] = "oui" };
        if (!MessageType.TryParse($"{partenaire}/{type}", out var messageType) || !schemas.Knows(messageType) || !PartnerMessages.TryGet(messageType, out var message))
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.Introuvable), details, ct);
        details["type"] = messageType.ToString();
        if (Refuse(http.Request, caller, messageType) is { } refused)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, refused, details, ct);
        if (AskedVersion.Read(http.Request, schemas.Versions(messageType), clock, out var version) is { } unserved)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, unserved, details, ct);
        if (Lines(http.Request, message, ct) is not { } lines)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.TypeDeContenu), details, ct);
        if (await register.OpenAsync(caller, messageType, NameOf(http.Request), ct) is not { } sending)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.CleReutilisee, Detail: "Un lot d'un autre type de message porte déjà ce nom."), details, ct);

        http.Response.Headers[NameHeader] = sending.Name;
        http.Response.Headers.Location = "/v1/lots/" + Uri.EscapeDataString(sending.Name);
        // Many clients read nothing before they have sent everything: the report waits for them, packed.
        var report = Channel.CreateUnbounded<byte[]>();
        var writer = new BatchReportWriter(http.Response, BatchReportWriter.FormatOf(http.Request, ReportFormat.Ndjson));
        await writer.StartAsync(ct);
        var totals = await run.RunAsync(sending, messageType, version, caller, lines, packed => report.Writer.TryWrite(packed), ct);
        await log.AppendAsync(Entry(caller, details, totals), CancellationToken.None);
        report.Writer.Complete();
        await foreach (var packed in report.Reader.ReadAllAsync(ct))
            await writer.WriteAsync(LotChunk.Unpack(packed), ct);
        await writer.EndAsync(totals, ct);
        return Results.Empty;
    }

    private static IntakeOutcome.Refused? Refuse(HttpRequest request, Caller caller, MessageType type)
    {
        if (!caller.Deposits.AllowAnywhere(type))
            return new(Catalogue.HorsHabilitation);
        if (request.ContentLength > MaxBytes)
            return new(Catalogue.TropVolumineux);
        if (Nir.IsIn(NameOf(request)))
            return new(Catalogue.NirInterdit, Detail: "Le nom du lot contient un numéro de sécurité sociale : choisissez un autre nom.");
        return NameOf(request) is { } name && !IsName(name)
            ? new(Catalogue.DemandeInvalide, Detail: "Le nom d'un lot compte 128 caractères au plus, parmi les lettres sans accent, les chiffres et « . _ : - ».")
            : null;
    }

    private static string? NameOf(HttpRequest request)
    {
        var name = request.Headers[NameHeader].ToString();
        if (name.Length == 0)
            name = request.Headers["Idempotency-Key"].ToString().Trim('"');
        return name.Length == 0 ? null : name;
    }

    private static bool IsName(string name) => name.Length <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');

    private static IAsyncEnumerable<BatchLine>? Lines(HttpRequest request, IPartnerMessage message, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media))
            return null;
        if (media.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase))
            return Batch.ReadNdjsonAsync(request.Body, ct);
        return media.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase) && message.Columns is { } columns
            ? Batch.ReadCsvAsync(request.Body, columns, ct)
            : null;
    }

    public static AuditEntry Entry(Caller caller, IReadOnlyDictionary<string, string> details, BatchTotals totals) => new()
    {
        Action = LogAction.BatchReceived,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Decision = "permis",
        Details = new Dictionary<string, string>(details, StringComparer.Ordinal)
        {
            ["lignes"] = totals.Lignes.ToString(CultureInfo.InvariantCulture),
            ["acceptees"] = totals.Acceptees.ToString(CultureInfo.InvariantCulture),
            ["misesAJour"] = totals.MisesAJour.ToString(CultureInfo.InvariantCulture),
            ["doublons"] = totals.Doublons.ToString(CultureInfo.InvariantCulture),
            ["refusees"] = totals.Refusees.ToString(CultureInfo.InvariantCulture),
        },
        TraceId = Activity.Current?.TraceId.ToString(),
    };
}
