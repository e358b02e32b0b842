using System.Globalization;
using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>What bad input gets: each line of the contract that a sender can try.</summary>
internal static class RefusalChecks
{
    private const int MaxMessage = 1 << 20;

    public static IReadOnlyList<Check> All { get; } =
    [
        new("EG-REFUS-001", "Ce qui n'est pas du JSON : 400 json-invalide", (run, ct) => JsonAsync(run, "{ \"motif\": ", ct)),
        new("EG-REFUS-002", "Une clé en double : 400 json-invalide", (run, ct) => JsonAsync(run, "{\"motif\":\"impayes\",\"motif\":\"impayes\"}", ct)),
        new("EG-REFUS-003", "Un demi-caractère Unicode : 400 json-invalide", (run, ct) => JsonAsync(run, "{\"motif\":\"\\ud800\"}", ct)),
        new("EG-REFUS-004", "Plus de 32 niveaux d'imbrication : 400 json-invalide", (run, ct) => JsonAsync(run, string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40), ct)),
        new("EG-REFUS-005", "Un texte qui n'est pas en UTF-8 : 400 json-invalide", NotUtf8Async),
        new("EG-REFUS-006", "Un message hors schéma : 422 schema-invalide, toutes les erreurs à la fois, chacune avec sa place", SchemaAsync),
        new("EG-REFUS-007", "Un numéro de sécurité sociale : 422 nir-interdit, et la réponse ne le répète pas", NirAsync),
        new("EG-REFUS-008", "Un logement hors des territoires servis : 422 territoire-non-servi", TerritoryAsync),
        new("EG-REFUS-009", "Un autre type de contenu : 415 type-de-contenu", MediaTypeAsync),
        new("EG-REFUS-010", "Un message de plus de 1 Mio : 413 trop-volumineux", TooLargeAsync),
        new("EG-REFUS-011", "Un type que l'organisation n'a pas le droit de déposer : 403 hors-habilitation", OthersTypeAsync),
        new("EG-REFUS-012", "Un type qui n'existe pas : 404 introuvable", UnknownTypeAsync),
        new("EG-REFUS-013", "Une pièce qui n'est pas le PDF annoncé : 422 piece-refusee", PieceAsync),
    ];

    private static async Task<Verdict> JsonAsync(ConformanceRun run, string body, CancellationToken ct) =>
        (await run.SendAsync(HttpMethod.Post, run.Path, ConformanceRun.Content(body, "application/json"), ct)).Refuses(400, "json-invalide");

    private static async Task<Verdict> NotUtf8Async(ConformanceRun run, CancellationToken ct) =>
        (await run.DepositAsync([(byte)'{', (byte)'"', 0xE9, (byte)'"', (byte)':', (byte)'1', (byte)'}'], ct)).Refuses(400, "json-invalide");

    private static async Task<Verdict> SchemaAsync(ConformanceRun run, CancellationToken ct)
    {
        var answer = await run.DepositAsync("{}"u8.ToArray(), ct);
        return answer.Refuses(422, "schema-invalide").Then(() =>
        {
            var errors = answer.At("errors") as JsonArray ?? [];
            return Verdict.When(errors.Count > 1, "toutes les erreurs ne sont pas données")
                .Then(() => Verdict.When(
                    errors.All(e => e is JsonObject error && error["pointer"] is not null && error["code"] is not null && error["message"] is not null),
                    "une erreur n'a pas de pointer, de code ou de message"));
        });
    }

    private static async Task<Verdict> NirAsync(ConformanceRun run, CancellationToken ct)
    {
        // An invented number: commune 999 of 78 does not exist. Its key is 97 − n mod 97.
        const long body = 1_80_01_78_999_456;
        var nir = body.ToString(CultureInfo.InvariantCulture) + (97 - (body % 97)).ToString("00", CultureInfo.InvariantCulture);
        var message = run.Copy();
        if (!TryReplaceName(message, "Exemple " + nir))
            return Verdict.NotTried("le message n'a pas de nom où l'écrire");
        var answer = await run.DepositAsync(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()), ct);
        return answer.Refuses(422, "nir-interdit").Then(() => Verdict.When(!answer.Text.Contains(nir, StringComparison.Ordinal), "la réponse répète le numéro"));
    }

    private static async Task<Verdict> TerritoryAsync(ConformanceRun run, CancellationToken ct)
    {
        var message = run.Copy();
        if (message["logement"] is not JsonObject dwelling)
            return Verdict.NotTried("le message n'a pas de logement");
        (dwelling["codeCommune"], dwelling["codePostal"], dwelling["commune"]) = ("97502", "97500", "Saint-Pierre");
        return (await run.DepositAsync(System.Text.Encoding.UTF8.GetBytes(ConformanceRun.Fresh(message)), ct)).Refuses(422, "territoire-non-servi");
    }

    private static async Task<Verdict> MediaTypeAsync(ConformanceRun run, CancellationToken ct) =>
        (await run.SendAsync(HttpMethod.Post, run.Path, ConformanceRun.Content(run.FreshBody(), "text/plain"), ct)).Refuses(415, "type-de-contenu");

    private static async Task<Verdict> TooLargeAsync(ConformanceRun run, CancellationToken ct) =>
        (await run.SendAsync(HttpMethod.Post, run.Path, ConformanceRun.Content("{\"motif\":\"" + new string('a', MaxMessage) + "\"}", "application/json"), ct)).Refuses(413, "trop-volumineux");

    private static async Task<Verdict> OthersTypeAsync(ConformanceRun run, CancellationToken ct) =>
        PartnerMessages.All.Select(m => m.Type).FirstOrDefault(type => !run.MyTypes.Contains(type)) is { Partner: not null } other
            ? (await run.SendAsync(HttpMethod.Post, "/v1/" + other, ConformanceRun.Content("{}", "application/json"), ct)).Refuses(403, "hors-habilitation")
            : Verdict.NotTried("l'identifiant permet de déposer tous les types");

    private static async Task<Verdict> UnknownTypeAsync(ConformanceRun run, CancellationToken ct) =>
        (await run.SendAsync(HttpMethod.Post, $"/v1/{run.Type.Partner}/type-inconnu", ConformanceRun.Content("{}", "application/json"), ct)).Refuses(404, "introuvable");

    private static async Task<Verdict> PieceAsync(ConformanceRun run, CancellationToken ct) => run.First is var (first, _)
        ? (await run.SendAsync(HttpMethod.Put, $"/v1/depots/{first.TextAt("depot")}/pieces/notice", ConformanceRun.Content("Ceci n'est pas un PDF.", "application/pdf"), ct)).Refuses(422, "piece-refusee")
        : Verdict.Broken("aucun dépôt n'a été accepté");

    private static bool TryReplaceName(JsonNode node, string name)
    {
        switch (node)
        {
            case JsonObject fields when fields["nom"] is JsonValue:
                fields["nom"] = name;
                return true;
            case JsonObject fields:
                return fields.Any(field => field.Value is not null && TryReplaceName(field.Value, name));
            case JsonArray items:
                return items.Any(item => item is not null && TryReplaceName(item, name));
            default:
                return false;
        }
    }
}
