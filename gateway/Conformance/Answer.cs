using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>An answer, read whole. Nothing in it is taken for granted: the server may be anything.</summary>
internal sealed record Answer(int Status, byte[] Body, string? MediaType, HttpResponseHeaders Headers)
{
    private const string ProblemType = "urn:exchange-gateway:probleme:";

    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON; <see langword="null"/> when it is not.</summary>
    public JsonNode? Json { get; } = Parse(Body);

    /// <summary>A member at a path of names; <see langword="null"/> when there is none.</summary>
    public JsonNode? At(params ReadOnlySpan<string> path)
    {
        var node = Json;
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return node;
    }

    /// <summary>A text at a path of names; <see langword="null"/> when there is none.</summary>
    public string? TextAt(params ReadOnlySpan<string> path) => (At(path) as JsonValue)?.GetValueKind() is JsonValueKind.String ? At(path)!.GetValue<string>() : null;

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>Whether it is the refusal asked for: status, problem of this code with French texts, whose fault.</summary>
    public Verdict Refuses(int status, string code) =>
        Verdict.When(Status == status, $"statut {status} attendu, {Status} reçu")
            .Then(() => Verdict.When(MediaType is "application/problem+json", $"application/problem+json attendu, {MediaType ?? "rien"} reçu"))
            .Then(() => Verdict.When(TextAt("type") == ProblemType + code, $"type {ProblemType}{code} attendu, {TextAt("type") ?? "rien"} reçu"))
            .Then(() => Verdict.When(TextAt("title") is { Length: > 0 } && TextAt("detail") is { Length: > 0 }, "title ou detail manque"))
            .Then(() => Verdict.When(Header("ExchangeGateway-Erreur") is "partenaire" or "passerelle", "l'en-tête ExchangeGateway-Erreur manque"));

    /// <summary>Whether a message was accepted with a receipt.</summary>
    public Verdict Accepts() =>
        Verdict.When(Status == 202, $"statut 202 attendu, {Status} reçu{(TextAt("detail") is { } detail ? " : " + detail : "")}")
            .Then(() => Verdict.When(Guid.TryParse(TextAt("depot"), out _), "le récépissé n'a pas de depot"));

    private static JsonNode? Parse(byte[] body)
    {
        try
        {
            return body.Length == 0 ? null : JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
