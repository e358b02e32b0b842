using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.Net.Http.Headers;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Reads one message from a request, whole, puts it through the controls, and answers with the receipt or the refusal.</summary>
internal sealed class MessageReception(SchemaCatalogue schemas, XmlMessages xml, IntakePipeline intake, RefusalLog refusals, TimeProvider clock)
{
    private const int MaxKeyLength = 255;

    /// <param name="details">Stable codes for the log entry of a refusal.</param>
    /// <param name="corrects">The deposit that the message takes the place of; <see langword="null"/> for a first message.</param>
    public async Task<IResult> AnswerAsync(HttpContext http, MessageType type, IReadOnlyDictionary<string, string> details, CorrectedDeposit? corrects, CancellationToken ct)
    {
        switch (await ReceiveAsync(http.Request, type, Caller.Of(http), corrects, ct))
        {
            case IntakeOutcome.Accepted accepted:
                http.Response.Headers.Location = $"/v1/depots/{accepted.Deposit}";
                return new ReceiptResult(accepted.Receipt);
            case IntakeOutcome.Refused refused:
                return await refusals.RefuseAsync(Caller.Of(http), LogAction.DepositRefused, refused, details, ct);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<IntakeOutcome> ReceiveAsync(HttpRequest request, MessageType type, Caller caller, CorrectedDeposit? corrects, CancellationToken ct)
    {
        if (AskedVersion.Read(request, schemas.Versions(type), clock, out var version) is { } unserved)
            return unserved;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media))
            return new IntakeOutcome.Refused(Catalogue.TypeDeContenu);
        var isXml = xml.Serves(type) && media.MediaType.Equals("application/xml", StringComparison.OrdinalIgnoreCase);
        if (!isXml && !media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return new IntakeOutcome.Refused(Catalogue.TypeDeContenu);
        if (request.ContentLength > DeposerMessage.MaxBytes)
            return new IntakeOutcome.Refused(Catalogue.TropVolumineux);
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > MaxKeyLength)
            return new IntakeOutcome.Refused(Catalogue.DemandeInvalide, Detail: "L'en-tête Idempotency-Key est limité à 255 caractères.");
        if (Nir.IsIn(key))
            return new IntakeOutcome.Refused(Catalogue.NirInterdit, Detail: "L'en-tête Idempotency-Key contient un numéro de sécurité sociale : choisissez une autre clé.");
        if (await ReadAsync(request.BodyReader, ct) is not { } body)
            return new IntakeOutcome.Refused(Catalogue.TropVolumineux);
        if (!ContentDigest.Matches(request.Headers["Content-Digest"], body))
            return new IntakeOutcome.Refused(Catalogue.EmpreinteDifferente);
        var message = new IntakeRequest(type, caller, body) { Version = version, IdempotencyKey = key.Length == 0 ? null : key, Corrects = corrects };
        return isXml ? await ReceiveXmlAsync(message, ct) : await intake.RunAsync(message, ct);
    }

    /// <summary>Becomes the type's JSON, then passes the same controls; what they refuse is told with its line.</summary>
    private async Task<IntakeOutcome> ReceiveXmlAsync(IntakeRequest request, CancellationToken ct)
    {
        var message = xml.Read(request.Type, request.Body.ToArray());
        if (message.Json is not { } json)
            return new IntakeOutcome.Refused(Catalogue.XmlInvalide, [message.Error!]);
        var outcome = await intake.RunAsync(request with { Body = json, Sent = request.Body }, ct);
        return outcome is IntakeOutcome.Refused { Errors: { } errors } refused ? refused with { Errors = message.Locate(errors) } : outcome;
    }

    /// <returns>The whole body; <see langword="null"/> as soon as it passes <see cref="DeposerMessage.MaxBytes"/>.</returns>
    private static async Task<byte[]?> ReadAsync(PipeReader reader, CancellationToken ct)
    {
        while (true)
        {
            var result = await reader.ReadAsync(ct);
            if (result.Buffer.Length > DeposerMessage.MaxBytes)
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
