using System.Buffers;
using System.IO.Pipelines;
using ExchangeGateway.Adapters;
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
            .WithTags("Dépôts")
            .WithSummary("Dépose un message")
            .TakesBody("application/json", "application/xml")
            .Produces<Receipt>(StatusCodes.Status202Accepted)
            .Refuses(
                Catalogue.JsonInvalide, Catalogue.EmpreinteDifferente, Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.FinaliteNonEnregistree,
                Catalogue.EnCours, Catalogue.TropVolumineux, Catalogue.TypeDeContenu, Catalogue.SchemaInvalide, Catalogue.NirInterdit, Catalogue.TerritoireNonServi, Catalogue.CleReutilisee)
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.DepositReceived);

    private static async Task<IResult> HandleAsync(
        string partenaire, string type, HttpContext http, SchemaCatalogue schemas, XmlMessages xml, IntakePipeline intake, RefusalLog refusals, TimeProvider clock, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        var outcome = !MessageType.TryParse($"{partenaire}/{type}", out var messageType) || !schemas.Knows(messageType)
            ? new IntakeOutcome.Refused(Catalogue.Introuvable)
            : AskedVersion.Read(http.Request, schemas.Versions(messageType), clock, out var version) is { } unserved ? unserved
            : await ReceiveAsync(messageType, version, caller, http.Request, xml, intake, ct);
        switch (outcome)
        {
            case IntakeOutcome.Accepted accepted:
                http.Response.Headers.Location = $"/v1/depots/{accepted.Deposit}";
                return new ReceiptResult(accepted.Receipt);
            case IntakeOutcome.Refused refused:
                return await refusals.RefuseAsync(
                    caller, LogAction.DepositRefused, refused, new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = Bounded(partenaire, type) }, ct);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IntakeOutcome> ReceiveAsync(MessageType type, SchemaVersion? version, Caller caller, HttpRequest request, XmlMessages xml, IntakePipeline intake, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media))
            return new IntakeOutcome.Refused(Catalogue.TypeDeContenu);
        var isXml = xml.Serves(type) && media.MediaType.Equals("application/xml", StringComparison.OrdinalIgnoreCase);
        if (!isXml && !media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
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
        var message = new IntakeRequest(type, caller, body) { Version = version, IdempotencyKey = key.Length == 0 ? null : key };
        return isXml ? await ReceiveXmlAsync(message, xml, intake, ct) : await intake.RunAsync(message, ct);
    }

    /// <summary>Becomes the type's JSON, then passes the same controls; what they refuse is told with its line.</summary>
    private static async Task<IntakeOutcome> ReceiveXmlAsync(IntakeRequest request, XmlMessages xml, IntakePipeline intake, CancellationToken ct)
    {
        var message = xml.Read(request.Type, request.Body.ToArray());
        if (message.Json is not { } json)
            return new IntakeOutcome.Refused(Catalogue.XmlInvalide, [message.Error!]);
        var outcome = await intake.RunAsync(request with { Body = json, Sent = request.Body }, ct);
        return outcome is IntakeOutcome.Refused { Errors: { } errors } refused ? refused with { Errors = message.Locate(errors) } : outcome;
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
