using System.Globalization;
using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>A message is accepted, once.</summary>
internal static class IntakeChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("EG-DEPOT-001", "Un message conforme est accepté : 202, Location et récépissé", AcceptedAsync),
        new("EG-DEPOT-002", "Le récépissé dit qu'il ne remplace pas EXPLOC/Alexi, et qu'il est un essai", WarnsAsync),
        new("EG-DEPOT-003", "L'expéditeur sait où en est son dépôt", StatusAsync),
        new("EG-DEPOT-004", "Un dépôt d'une autre organisation, ou qui n'existe pas : 404", ForeignAsync),
        new("EG-EMPREINTE-001", "Une empreinte Content-Digest juste est acceptée", RightDigestAsync),
        new("EG-EMPREINTE-002", "Une empreinte Content-Digest fausse : 400 empreinte-differente", WrongDigestAsync),
        new("EG-IDEMP-001", "Même clé et même contenu : le même récépissé, à l'octet près", SameKeyAsync),
        new("EG-IDEMP-002", "Même clé et autre contenu : 422 cle-reutilisee", OtherBodyAsync),
        new("EG-IDEMP-003", "Sans clé, le même contenu donne le même récépissé", WithoutKeyAsync),
    ];

    private static async Task<Verdict> AcceptedAsync(ConformanceRun run, CancellationToken ct)
    {
        var body = run.FreshBody();
        var answer = await run.DepositAsync(body, ct, ("Idempotency-Key", ConformanceRun.FreshKey()));
        var accepted = answer.Accepts();
        if (accepted == Verdict.Met)
            run.First = (answer, body);
        return accepted.Then(() => Verdict.When(answer.Headers.Location?.ToString() == "/v1/depots/" + answer.TextAt("depot"), "Location ne mène pas au dépôt"))
            .Then(() => Verdict.When(DateTimeOffset.TryParse(answer.TextAt("recuLe"), CultureInfo.InvariantCulture, out _), "recuLe manque"))
            .Then(() => Verdict.When(answer.TextAt("liens", "depot") is not null && answer.TextAt("liens", "preuve") is not null, "liens manque"))
            .Then(() => Verdict.When(answer.TextAt("promesse") is { Length: > 0 }, "promesse manque"));
    }

    private static Task<Verdict> WarnsAsync(ConformanceRun run, CancellationToken ct) => Task.FromResult(run.First is var (answer, _)
        ? Verdict.When(answer.TextAt("avertissement")?.Contains("EXPLOC", StringComparison.Ordinal) == true, "avertissement manque")
            .Then(() => Verdict.When(answer.At("bacASable")?.ToString() is "true", "bacASable manque"))
        : Verdict.Broken("aucun dépôt n'a été accepté"));

    private static async Task<Verdict> StatusAsync(ConformanceRun run, CancellationToken ct)
    {
        if (run.First is not var (first, _))
            return Verdict.Broken("aucun dépôt n'a été accepté");
        var answer = await run.SendAsync(HttpMethod.Get, "/v1/depots/" + first.TextAt("depot"), null, ct);
        return Verdict.When(answer.Status == 200, $"statut 200 attendu, {answer.Status} reçu")
            .Then(() => Verdict.When(answer.TextAt("depot") == first.TextAt("depot") && answer.TextAt("type") == run.Type.ToString(), "depot ou type diffère"))
            .Then(() => Verdict.When(answer.TextAt("etat") is "recu" or "transmis" or "a-corriger" or "annule", "etat inconnu"));
    }

    private static async Task<Verdict> ForeignAsync(ConformanceRun run, CancellationToken ct)
    {
        var unknown = "/v1/depots/" + Guid.NewGuid();
        foreach (var path in new[] { unknown, unknown + "/preuve" })
        {
            var verdict = (await run.SendAsync(HttpMethod.Get, path, null, ct)).Refuses(404, "introuvable");
            if (verdict != Verdict.Met)
                return verdict;
        }

        return Verdict.Met;
    }

    private static async Task<Verdict> RightDigestAsync(ConformanceRun run, CancellationToken ct)
    {
        var body = run.FreshBody();
        return (await run.DepositAsync(body, ct, ("Content-Digest", Digest(body)))).Accepts();
    }

    private static async Task<Verdict> WrongDigestAsync(ConformanceRun run, CancellationToken ct) =>
        (await run.DepositAsync(run.FreshBody(), ct, ("Content-Digest", Digest("autre contenu"u8)))).Refuses(400, "empreinte-differente");

    private static async Task<Verdict> SameKeyAsync(ConformanceRun run, CancellationToken ct)
    {
        var (body, key) = (run.FreshBody(), ConformanceRun.FreshKey());
        return await TwiceAsync(run, body, ct, ("Idempotency-Key", key));
    }

    private static async Task<Verdict> OtherBodyAsync(ConformanceRun run, CancellationToken ct)
    {
        var key = ConformanceRun.FreshKey();
        var first = await run.DepositAsync(run.FreshBody(), ct, ("Idempotency-Key", key));
        if (first.Accepts() is { Result: not Verdict.MetCode } refused)
            return refused;
        return (await run.DepositAsync(run.FreshBody(), ct, ("Idempotency-Key", key))).Refuses(422, "cle-reutilisee");
    }

    private static Task<Verdict> WithoutKeyAsync(ConformanceRun run, CancellationToken ct) => TwiceAsync(run, run.FreshBody(), ct);

    private static async Task<Verdict> TwiceAsync(ConformanceRun run, byte[] body, CancellationToken ct, params (string, string)[] headers)
    {
        var first = await run.DepositAsync(body, ct, headers);
        if (first.Accepts() is { Result: not Verdict.MetCode } refused)
            return refused;
        var second = await run.DepositAsync(body, ct, headers);
        return second.Accepts().Then(() => Verdict.When(first.Body.AsSpan().SequenceEqual(second.Body), "le second récépissé diffère du premier"));
    }

    private static string Digest(ReadOnlySpan<byte> body) => "sha-256=:" + Convert.ToBase64String(SHA256.HashData(body)) + ":";
}
