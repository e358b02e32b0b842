using ExchangeGateway.Gateway.Sandbox;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>The sandbox's faults on demand, and that a sender survives them.</summary>
internal static class FaultChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("EG-PANNE-001", "Une indisponibilité simulée : 503, Retry-After, erreur de la passerelle", (run, ct) => SimulatedAsync(run, 503, "indisponible", ct)),
        new("EG-PANNE-002", "Une limite d'appels simulée : 429 et Retry-After", (run, ct) => SimulatedAsync(run, 429, "trop-d-appels", ct)),
        new("EG-PANNE-003", "Après une coupure, le renvoi du même message donne un récépissé, sans doublon", CutAsync),
    ];

    private static async Task<Verdict> SimulatedAsync(ConformanceRun run, int status, string code, CancellationToken ct)
    {
        var answer = await run.DepositAsync(run.FreshBody(), ct, (FaultHooks.Header, status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return answer.Refuses(status, code)
            .Then(() => Verdict.When(answer.Headers.RetryAfter is not null, "Retry-After manque"))
            .Then(() => Verdict.When(answer.Header(FaultHooks.Mark) is not null, $"l'en-tête {FaultHooks.Mark} manque"));
    }

    private static async Task<Verdict> CutAsync(ConformanceRun run, CancellationToken ct)
    {
        var (body, key) = (run.FreshBody(), ("Idempotency-Key", ConformanceRun.FreshKey()));
        try
        {
            await run.DepositAsync(body, ct, key, (FaultHooks.Header, "coupure-apres"));
            return Verdict.Broken("la connexion n'a pas été coupée");
        }
        catch (HttpRequestException)
        {
            var again = await run.DepositAsync(body, ct, key);
            var third = await run.DepositAsync(body, ct, key);
            return again.Accepts().Then(() => Verdict.When(again.Body.AsSpan().SequenceEqual(third.Body), "deux renvois donnent deux récépissés"));
        }
    }
}
