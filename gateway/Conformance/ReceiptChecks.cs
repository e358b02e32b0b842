using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Tree;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>What the sender keeps: the signed promise, the proof that the log holds it, the attachments.</summary>
internal static class ReceiptChecks
{
    private const int ProofAttempts = 20;

    /// <summary>The smallest PDF that can be an act.</summary>
    private static readonly byte[] Pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"u8.ToArray();

    public static IReadOnlyList<Check> All { get; } =
    [
        new("EG-PROMESSE-001", "La promesse est signée (JWS ES256) par une clé publiée à /.well-known/jwks.json", SignedAsync),
        new("EG-PROMESSE-002", "La promesse porte sur ce dépôt, ce type et ce contenu", BindsAsync),
        new("EG-PREUVE-001", "La preuve d'inscription au journal se vérifie contre la promesse et la clé du journal", ProofAsync),
        new("EG-PIECE-001", "Une pièce PDF est jointe au dépôt : 204", PieceAsync),
        new("EG-PIECE-002", "Une pièce pour un dépôt inconnu : 404", UnknownDepositAsync),
    ];

    private static async Task<Verdict> SignedAsync(ConformanceRun run, CancellationToken ct)
    {
        if (run.First?.Answer.TextAt("promesse")?.Split('.') is not [var header, var payload, var signature])
            return Verdict.Broken("pas de promesse au format JWS");
        var keys = await run.SendAsync(HttpMethod.Get, "/.well-known/jwks.json", null, authorization: null, [], ct);
        var head = Decode(header);
        if (head?["alg"]?.ToString() is not "ES256")
            return Verdict.Broken("alg n'est pas ES256");
        var key = (keys.At("keys") as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(k => k["kid"]?.ToString() == head["kid"]?.ToString());
        if (key?["x"]?.ToString() is not { } x || key["y"]?.ToString() is not { } y)
            return Verdict.Broken("la clé de la promesse n'est pas publiée");
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) },
        });
        return Verdict.When(
            ecdsa.VerifyData(Encoding.ASCII.GetBytes(header + "." + payload), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256),
            "la signature ne se vérifie pas");
    }

    private static Task<Verdict> BindsAsync(ConformanceRun run, CancellationToken ct)
    {
        if (run.First is not var (answer, body) || PromiseOf(answer) is not { } promise)
            return Task.FromResult(Verdict.Broken("pas de promesse lisible"));
        return Task.FromResult(
            Verdict.When(promise["depot"]?.ToString() == answer.TextAt("depot"), "la promesse porte sur un autre dépôt")
                .Then(() => Verdict.When(promise["type"]?.ToString() == run.Type.ToString(), "la promesse porte sur un autre type"))
                .Then(() => Verdict.When(promise["empreinte"]?.ToString() == Base64Url.EncodeToString(SHA256.HashData(body)), "la promesse porte sur un autre contenu"))
                .Then(() => Verdict.When(promise["bacASable"]?.ToString() is "true", "la promesse ne dit pas qu'elle vient du bac à sable")));
    }

    private static async Task<Verdict> ProofAsync(ConformanceRun run, CancellationToken ct)
    {
        if (run.First is not var (first, _) || PromiseOf(first)?["feuille"]?.ToString() is not { } leaf)
            return Verdict.Broken("la promesse ne donne pas l'engagement (feuille)");
        var answer = await run.SendAsync(HttpMethod.Get, $"/v1/depots/{first.TextAt("depot")}/preuve", null, ct);
        for (var attempt = 1; attempt < ProofAttempts && answer is { Status: 404, Headers.RetryAfter.Delta: { } wait }; attempt++)
        {
            await Task.Delay(wait, TimeProvider.System, ct);
            answer = await run.SendAsync(HttpMethod.Get, $"/v1/depots/{first.TextAt("depot")}/preuve", null, ct);
        }

        if (answer.Status != 200 || !TlogProof.TryParse(answer.Text, out var proof))
            return Verdict.Broken($"pas de preuve au format C2SP tlog-proof (statut {answer.Status})");
        var keys = await run.SendAsync(HttpMethod.Get, "/journal/cle", null, authorization: null, [], ct);
        return Verdict.When(
            keys.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(key => proof.Proves(Convert.FromBase64String(leaf), KeyOf(key))),
            "la preuve ne se vérifie pas");
    }

    private static async Task<Verdict> PieceAsync(ConformanceRun run, CancellationToken ct)
    {
        if (run.First is not var (first, _))
            return Verdict.Broken("aucun dépôt n'a été accepté");
        var answer = await run.SendAsync(HttpMethod.Put, $"/v1/depots/{first.TextAt("depot")}/pieces/acte", ConformanceRun.Content(Pdf, "application/pdf"), ct);
        return Verdict.When(answer.Status == 204, $"statut 204 attendu, {answer.Status} reçu");
    }

    private static async Task<Verdict> UnknownDepositAsync(ConformanceRun run, CancellationToken ct) =>
        (await run.SendAsync(HttpMethod.Put, $"/v1/depots/{Guid.NewGuid()}/pieces/acte", ConformanceRun.Content(Pdf, "application/pdf"), ct)).Refuses(404, "introuvable");

    private static JsonObject? PromiseOf(Answer answer) => answer.TextAt("promesse")?.Split('.') is [_, var payload, _] ? Decode(payload) : null;

    private static JsonObject? Decode(string part)
    {
        try
        {
            return JsonNode.Parse(Base64Url.DecodeFromChars(part)) as JsonObject;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>A key as the log publishes it: <c>name+id+base64(0x01 || key)</c>.</summary>
    private static VerifierKey KeyOf(string line) => line.Split('+', 3) is [var name, _, var key]
        ? new VerifierKey(name, Convert.FromBase64String(key.Trim())[1..])
        : throw new FormatException("La clé du journal n'a pas la forme nom+identifiant+clé.");
}
