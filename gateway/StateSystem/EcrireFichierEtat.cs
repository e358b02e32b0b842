using System.Diagnostics;
using System.Globalization;
using ExchangeGateway.Adapters;
using ExchangeGateway.Adapters.SystemeEtat;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ExchangeGateway.Gateway.StateSystem;

/// <summary>
/// An étude hands in acts and gets them back as a file for the State's system. Nothing is kept: the gateway never gives
/// back what was deposited (purpose P11), it only rewrites what it is shown.
/// </summary>
internal static class EcrireFichierEtat
{
    /// <summary>Largest body, in bytes.</summary>
    private const int MaxBytes = 16 << 20;

    public static void MapEcrireFichierEtat(this RouteGroupBuilder v1) =>
        v1.MapPost("/" + StateFile.Partner + "/{type}/fichier-etat", HandleAsync)
            .WithName("ecrireFichierEtat")
            .WithTags("Dépôts")
            .WithSummary("Réécrit des actes en fichier pour EXPLOC ou Alexi (format à vérifier) ; rien n'est conservé")
            .TakesBody("application/x-ndjson", "application/json")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv")
            .Refuses(Catalogue.SchemaInvalide)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBytes))
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.StateFileWritten);

    private static async Task<IResult> HandleAsync(string type, HttpContext http, SchemaCatalogue schemas, RefusalLog refusals, AuditLog log, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "fichier-etat" };
        if (!MessageType.TryParse($"{StateFile.Partner}/{type}", out var messageType) || !schemas.Knows(messageType))
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.Introuvable), details, ct);
        if (!caller.Deposits.AllowAnywhere(messageType))
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.HorsHabilitation), details, ct);
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var media) || media.MediaType.Value is not ("application/json" or "application/x-ndjson"))
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.TypeDeContenu), details, ct);

        using var file = new MemoryStream();
        await file.WriteAsync(StateFile.Header(), ct);
        var errors = new List<FieldError>();
        var lines = 0;
        await foreach (var line in LinesAsync(http.Request, media.MediaType.Value is "application/json", ct))
        {
            lines++;
            if (line.Error is { } fault)
                errors.Add(fault with { Pointer = Place(line.Number, fault.Pointer) });
            else if (schemas.Validate(messageType, line.Json!.Value) is ValidationResult.Valid)
                await file.WriteAsync(StateFile.Line(messageType, line.Json.Value), ct);
            else
                errors.AddRange(ErrorsOf(schemas.Validate(messageType, line.Json.Value)).Select(e => e with { Pointer = Place(line.Number, e.Pointer) }));
            if (errors.Count >= SchemaCatalogue.MaximumErrors)
                break;
        }

        if (errors.Count > 0 || lines == 0)
            return await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.SchemaInvalide, errors, lines == 0 ? "Le fichier ne contient aucun acte." : null), details, ct);

        await log.AppendAsync(
            new AuditEntry
            {
                Action = LogAction.StateFileWritten,
                Organisation = caller.Organisation,
                Agent = caller.Agent,
                Decision = "permis",
                Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = messageType.ToString(), ["actes"] = lines.ToString(CultureInfo.InvariantCulture) },
                TraceId = Activity.Current?.TraceId.ToString(),
            },
            ct);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["ExchangeGateway-Format"] = StateFile.Version;
        return TypedResults.File(file.ToArray(), "text/csv; charset=utf-8", "actes-systeme-etat.csv");
    }

    private static async IAsyncEnumerable<BatchLine> LinesAsync(HttpRequest request, bool single, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        if (single)
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, ct);
            yield return new BatchLine(1, body.ToArray(), null);
            yield break;
        }

        await foreach (var line in Batch.ReadNdjsonAsync(request.Body, ct))
            yield return line;
    }

    private static IReadOnlyList<FieldError> ErrorsOf(ValidationResult result) => result switch
    {
        ValidationResult.NotJson refused => [refused.Error],
        ValidationResult.Invalid refused => refused.Errors,
        ValidationResult.ContainsNir refused => refused.Errors,
        ValidationResult.ContainsBankData refused => refused.Errors,
        _ => throw new UnreachableException(result.GetType().Name),
    };

    private static string Place(long line, string pointer) => string.Create(CultureInfo.InvariantCulture, $"/{line - 1}{pointer}");
}
