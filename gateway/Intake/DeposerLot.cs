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

/// <summary>What one line of a batch became.</summary>
/// <param name="Ligne">Number of the data line, from 1.</param>
/// <param name="Code">accepte, doublon, refuse, indisponible.</param>
internal sealed record BatchLineReport(long Ligne, string Code, Guid? Depot, string? Refus, IReadOnlyList<FieldError>? Erreurs, IReadOnlyList<Drapeau>? Drapeaux = null);

/// <summary>Control totals of a batch; <c>Erreur</c> tells why reading stopped before the end.</summary>
internal sealed record BatchTotals(long Lignes, long Acceptees, long Doublons, long Refusees, long Indisponibles, string? Erreur);

internal sealed record BatchEnd(BatchTotals Bilan);

/// <summary>
/// A partner hands over a file of messages, NDJSON or CSV. Lines are read, checked and committed as they stream in, at
/// most <see cref="Window"/> at once; the report streams out in their order. A bad line never stops a good one.
/// </summary>
internal static class DeposerLot
{
    public const long MaxBytes = 1L << 30;

    private const int Window = 256;

    public static void MapDeposerLot(this RouteGroupBuilder v1) =>
        v1.MapPost("/{partenaire}/{type}/lots", HandleAsync)
            .WithName("deposerLot")
            .WithTags("Dépôts")
            .WithSummary("Dépose un lot de messages, une ligne par message")
            .TakesBody("application/x-ndjson", "text/csv")
            .Produces<BatchLineReport>(StatusCodes.Status200OK, "application/x-ndjson")
            .Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.TropVolumineux, Catalogue.TypeDeContenu)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBytes))
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.BatchReceived);

    private static async Task<IResult> HandleAsync(
        string partenaire, string type, HttpContext http, SchemaCatalogue schemas, IntakePipeline intake, RefusalLog refusals, AuditLog log, TimeProvider clock, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["lot"] = "oui" };
        if (!MessageType.TryParse($"{partenaire}/{type}", out var messageType) || !schemas.Knows(messageType) || !PartnerMessages.TryGet(messageType, out var message))
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.Introuvable), details, ct);
        details["type"] = messageType.ToString();
        if (!caller.Deposits.AllowAnywhere(messageType))
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.HorsHabilitation), details, ct);
        if (http.Request.ContentLength > MaxBytes)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.TropVolumineux), details, ct);
        if (AskedVersion.Read(http.Request, schemas.Versions(messageType), clock, out var version) is { } unserved)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, unserved, details, ct);
        if (Lines(http.Request, message, ct) is not { } lines)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.TypeDeContenu), details, ct);

        var report = new BatchReportWriter(http.Response, csv: Wants(http.Request, "text/csv"));
        var totals = await RunAsync(messageType, version, caller, lines, intake, report.WriteAsync, ct);
        await log.AppendAsync(Entry(caller, details, totals), ct);
        await report.EndAsync(totals, ct);
        return Results.Empty;
    }

    /// <summary>Runs the lines through the intake and hands each report over in the order of the lines.</summary>
    public static async Task<BatchTotals> RunAsync(
        MessageType type, SchemaVersion? version, Caller caller, IAsyncEnumerable<BatchLine> lines, IntakePipeline intake, Func<BatchLineReport, CancellationToken, Task> report, CancellationToken ct)
    {
        var underWay = Channel.CreateBounded<Task<BatchLineReport>>(Window);
        var twins = new TwinLines();
        string? stopped = null;
        var reading = Task.Run(
            async () =>
            {
                try
                {
                    await foreach (var line in lines.WithCancellation(ct))
                        await underWay.Writer.WriteAsync(twins.Follow(line, earlier => RunLineAsync(type, version, caller, line, earlier, intake, ct)), ct);
                }
                catch (BadHttpRequestException)
                {
                    stopped = "L'envoi a été interrompu ou dépasse la taille permise : les lignes listées ont été traitées, les suivantes non.";
                }
                catch (OperationCanceledException)
                {
                    stopped = "L'envoi a été interrompu : les lignes listées ont été traitées, les suivantes non.";
                }
                finally
                {
                    underWay.Writer.Complete();
                }
            },
            CancellationToken.None);

        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var line in underWay.Reader.ReadAllAsync(CancellationToken.None))
        {
            var done = await line;
            counts[done.Code] = counts.GetValueOrDefault(done.Code) + 1;
            await report(done, ct);
        }

        await reading;
        return new BatchTotals(
            counts.Values.Sum(), counts.GetValueOrDefault("accepte"), counts.GetValueOrDefault("doublon"),
            counts.GetValueOrDefault("refuse"), counts.GetValueOrDefault("indisponible"), stopped);
    }

    private static async Task<BatchLineReport> RunLineAsync(MessageType type, SchemaVersion? version, Caller caller, BatchLine line, Task earlierTwin, IntakePipeline intake, CancellationToken ct)
    {
        await Task.Yield(); // the reader goes on while this line is checked
        await earlierTwin.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (line.Error is { } error)
            return new(line.Number, "refuse", null, Catalogue.SchemaInvalide.Code, [error]);
        return await intake.RunAsync(type, version, caller, idempotencyKey: null, line.Json!.Value, waitForTwin: true, ct) switch
        {
            IntakeOutcome.Accepted { Replayed: true } a => new(line.Number, "doublon", a.Deposit, null, null),
            IntakeOutcome.Accepted a => new(line.Number, "accepte", a.Deposit, null, null),
            IntakeOutcome.Refused { Refusal.Status: 503 } => new(line.Number, "indisponible", null, Catalogue.Indisponible.Code, null),
            IntakeOutcome.Refused r => new(line.Number, "refuse", null, r.Refusal.Code, r.Errors ?? [new FieldError("", r.Refusal.Code, r.Detail ?? r.Refusal.WhatToDo)]),
            _ => throw new UnreachableException(),
        };
    }

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
            ["doublons"] = totals.Doublons.ToString(CultureInfo.InvariantCulture),
            ["refusees"] = totals.Refusees.ToString(CultureInfo.InvariantCulture),
        },
        TraceId = Activity.Current?.TraceId.ToString(),
    };

    private static bool Wants(HttpRequest request, string mediaType) =>
        request.Headers.Accept.ToString().Contains(mediaType, StringComparison.OrdinalIgnoreCase);
}
