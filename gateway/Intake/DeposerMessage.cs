using System.Buffers;
using System.IO.Pipelines;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.Net.Http.Headers;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>A partner hands over one message and gets a signed receipt, or the refusal that tells it what to mend.</summary>
internal static class DeposerMessage
{
    /// <summary>Largest message, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxKeyLength = 255;

    public static void MapDeposerMessage(this RouteGroupBuilder v1) =>
        v1.MapPost("/{partenaire}/{type}", HandleAsync)
            .WithName("deposerMessage")
            .WithTags("Dépôt")
            .WithSummary("Dépose un message")
            .TakesBody("application/json")
            .Produces<Receipt>(StatusCodes.Status202Accepted)
            .Produces<RefusalProblem>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<RefusalProblem>(StatusCodes.Status403Forbidden, "application/problem+json")
            .Produces<RefusalProblem>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")
            .Produces<RefusalProblem>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.DepositReceived);

    private static async Task<IResult> HandleAsync(
        string partenaire, string type, HttpContext http, SchemaCatalogue schemas, IntakePipeline intake, RefusalLog refusals, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        return !MessageType.TryParse($"{partenaire}/{type}", out var messageType) || !schemas.Knows(messageType)
            ? await refusals.RefuseAsync(caller, LogAction.DepositRefused, new(Catalogue.Introuvable), Details("type", Bounded(partenaire, type)), ct)
            : await AnswerAsync(http, Details("type", messageType.ToString()), (key, body) => intake.RunAsync(messageType, caller, key, body, waitForTwin: false, ct), refusals, ct);
    }

    /// <summary>Reads one message whole, hands it over with its idempotency key, and answers with the receipt or the refusal.</summary>
    /// <param name="details">Stable codes for the log entry of a refusal.</param>
    public static async Task<IResult> AnswerAsync(
        HttpContext http, IReadOnlyDictionary<string, string> details, Func<string?, byte[], Task<IntakeOutcome>> run, RefusalLog refusals, CancellationToken ct)
    {
        switch (await ReceiveAsync(http.Request, run, ct))
        {
            case IntakeOutcome.Accepted accepted:
                http.Response.Headers.Location = $"/v1/depots/{accepted.Deposit}";
                return new ReceiptResult(accepted.Receipt);
            case IntakeOutcome.Refused refused:
                return await refusals.RefuseAsync(Caller.Of(http), LogAction.DepositRefused, refused, details, ct);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public static Dictionary<string, string> Details(string name, string value) => new(StringComparer.Ordinal) { [name] = value };

    private static async Task<IntakeOutcome> ReceiveAsync(HttpRequest request, Func<string?, byte[], Task<IntakeOutcome>> run, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media) || !media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return new IntakeOutcome.Refused(Catalogue.TypeDeContenu);
        if (request.ContentLength > MaxBytes)
            return new IntakeOutcome.Refused(Catalogue.TropVolumineux);
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > MaxKeyLength)
            return new IntakeOutcome.Refused(Catalogue.DemandeInvalide, Detail: "L'en-tête Idempotency-Key est limité à 255 caractères.");
        if (await ReadAsync(request.BodyReader, ct) is not { } body)
            return new IntakeOutcome.Refused(Catalogue.TropVolumineux);
        if (!ContentDigest.Matches(request.Headers["Content-Digest"], body))
            return new IntakeOutcome.Refused(Catalogue.EmpreinteDifferente);
        return await run(key.Length == 0 ? null : key, body);
    }

    /// <returns>The whole body; <see langword="null"/> as soon as it passes <see cref="MaxBytes"/>.</returns>
    private static async Task<byte[]?> ReadAsync(PipeReader reader, CancellationToken ct)
    {
        while (true)
        {
            var result = await reader.ReadAsync(ct);
            if (result.Buffer.Length > MaxBytes)
                return null;
            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>The type as asked for, cut: what an unknown caller wrote in the path goes into the log.</summary>
    private static string Bounded(string partner, string type)
    {
        var text = $"{partner}/{type}";
        return MessageType.TryParse(text, out _) && text.Length <= 80 ? text : "inconnu";
    }

    /// <summary>The stored receipt, byte for byte: a replay answers exactly what the first call answered.</summary>
    private sealed class ReceiptResult(byte[] receipt) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status202Accepted;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            httpContext.Response.ContentLength = receipt.Length;
            await httpContext.Response.BodyWriter.WriteAsync(receipt, httpContext.RequestAborted);
        }
    }
}
