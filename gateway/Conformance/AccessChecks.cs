using System.Globalization;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>Tokens, rights, limits, the interface document.</summary>
internal static class AccessChecks
{
    private static readonly string[] LimitHeaders = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"];

    public static IReadOnlyList<Check> All { get; } =
    [
        new("EG-AUTH-001", "Un identifiant et son secret donnent un jeton (OAuth 2.0, client_credentials)", TokenAsync),
        new("EG-AUTH-002", "Un secret faux est refusé : 401 invalid_client", WrongSecretAsync),
        new("EG-AUTH-003", "Sans jeton, ou avec un jeton faux : 401, WWW-Authenticate et une seule et même réponse", WrongTokenAsync),
        new("EG-AUTH-004", "/v1/moi dit ce que l'identifiant permet", MeAsync),
        new("EG-AUTH-005", "Le serveur d'autorisation se décrit (RFC 8414)", MetadataAsync),
        new("EG-LIMITE-001", "Chaque réponse dit où en est la limite d'appels : RateLimit-Limit, -Remaining, -Reset", LimitsAsync),
        new("EG-API-001", "/openapi/v1.json décrit chaque type que l'identifiant permet de déposer", InterfaceAsync),
    ];

    private static async Task<Verdict> TokenAsync(ConformanceRun run, CancellationToken ct)
    {
        var answer = await run.AskTokenAsync(null, ct);
        return Verdict.When(answer.Status == 200, $"statut 200 attendu, {answer.Status} reçu")
            .Then(() => Verdict.When(answer.TextAt("access_token") is { Length: > 0 }, "access_token manque"))
            .Then(() => Verdict.When(answer.TextAt("token_type") is "Bearer", "token_type n'est pas Bearer"))
            .Then(() => Verdict.When(answer.At("expires_in") is not null, "expires_in manque"))
            .Then(() => Verdict.When(answer.Headers.CacheControl?.NoStore == true, "Cache-Control: no-store manque"));
    }

    private static async Task<Verdict> WrongSecretAsync(ConformanceRun run, CancellationToken ct)
    {
        var answer = await run.AskTokenAsync("faux-" + Guid.NewGuid().ToString("N"), ct);
        return answer.Status == 429
            ? Verdict.NotTried("trop d'essais refusés depuis cette adresse ; recommencez plus tard")
            : Verdict.When(answer.Status == 401, $"statut 401 attendu, {answer.Status} reçu")
                .Then(() => Verdict.When(answer.TextAt("error") is "invalid_client", "error n'est pas invalid_client"))
                .Then(() => Verdict.When(answer.Headers.WwwAuthenticate.Count > 0, "WWW-Authenticate manque"));
    }

    private static async Task<Verdict> WrongTokenAsync(ConformanceRun run, CancellationToken ct)
    {
        var bodies = new HashSet<string>(StringComparer.Ordinal);
        foreach (var authorization in new[] { null, "Bearer egt_faux", "Bearer " + run.Token + "x", "Basic eDp5" })
        {
            var answer = await run.SendAsync(HttpMethod.Post, run.Path, ConformanceRun.Content("{}", "application/json"), authorization, [], ct);
            var verdict = answer.Refuses(401, "non-authentifie").Then(() => Verdict.When(answer.Headers.WwwAuthenticate.Count > 0, "WWW-Authenticate manque"));
            if (verdict != Verdict.Met)
                return verdict;
            bodies.Add(answer.Text);
        }

        return Verdict.When(bodies.Count == 1, "les réponses diffèrent : elles disent pourquoi le jeton est refusé");
    }

    private static Task<Verdict> MeAsync(ConformanceRun run, CancellationToken ct) => Task.FromResult(
        Verdict.When(run.Me?.Status == 200, $"statut 200 attendu, {run.Me?.Status} reçu")
            .Then(() => Verdict.When(run.Me!.TextAt("organisation") is { Length: > 0 } && run.Me.TextAt("role") is { Length: > 0 }, "organisation ou role manque"))
            .Then(() => Verdict.When(run.MyTypes.Count > 0, "depots est vide")));

    private static async Task<Verdict> MetadataAsync(ConformanceRun run, CancellationToken ct)
    {
        var answer = await run.SendAsync(HttpMethod.Get, "/.well-known/oauth-authorization-server", null, authorization: null, [], ct);
        return Verdict.When(answer.Status == 200, $"statut 200 attendu, {answer.Status} reçu")
            .Then(() => Verdict.When(answer.TextAt("token_endpoint")?.EndsWith("/connect/token", StringComparison.Ordinal) == true, "token_endpoint manque"));
    }

    private static Task<Verdict> LimitsAsync(ConformanceRun run, CancellationToken ct) => Task.FromResult(
        Verdict.When(
            run.Me is { } me && LimitHeaders.All(name => int.TryParse(me.Header(name), CultureInfo.InvariantCulture, out _)),
            "un des trois en-têtes manque ou n'est pas un nombre"));

    private static async Task<Verdict> InterfaceAsync(ConformanceRun run, CancellationToken ct)
    {
        var answer = await run.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, authorization: null, [], ct);
        var missing = run.MyTypes.Where(type => answer.At("paths", "/v1/" + type, "post") is null).ToList();
        return Verdict.When(answer.Status == 200, $"statut 200 attendu, {answer.Status} reçu")
            .Then(() => Verdict.When(run.MyTypes.Count > 0 && missing.Count == 0, "n'y sont pas : " + string.Join(", ", missing)));
    }
}
