using System.Diagnostics;
using System.Globalization;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>After a rotation a recipient fetches which of its pseudonyms became which: its own, nobody else's.</summary>
internal static class LireCorrespondance
{
    public static void MapPseudonyms(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/moi/pseudonymes/correspondance", HandleAsync)
            .WithName("lireCorrespondance")
            .WithTags("Réception")
            .WithSummary("Vos anciens et nouveaux pseudonymes, après le renouvellement de votre clé (CSV : objet, ancien, nouveau)")
            .Produces<byte[]>(StatusCodes.Status200OK, "text/csv")
            .Refuses(Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.CorrespondenceGiven);

    private static async Task<IResult> HandleAsync(HttpContext http, Correspondences correspondences, AuditLog log, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        var lists = correspondences.Of(caller.Organisation);
        await log.AppendAsync(
            new AuditEntry
            {
                Action = lists.Count > 0 ? LogAction.CorrespondenceGiven : LogAction.AccessRefused,
                Organisation = caller.Organisation,
                Agent = caller.Agent,
                Decision = lists.Count > 0 ? "permis" : "refuse",
                Details = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["demande"] = "correspondance",
                    ["listes"] = lists.Count.ToString(CultureInfo.InvariantCulture),
                },
                TraceId = Activity.Current?.TraceId.ToString(),
            }, ct);
        if (lists.Count == 0)
            return new RefusalResult(Catalogue.Introuvable, detail: "Votre clé de pseudonymes n'a pas été renouvelée.");
        return TypedResults.Stream(async body =>
        {
            await body.WriteAsync("objet;ancien;nouveau\n"u8.ToArray(), ct);
            foreach (var list in lists)
            {
                await using var file = File.OpenRead(list);
                await file.CopyToAsync(body, ct);
            }
        }, "text/csv; charset=utf-8", "correspondance-pseudonymes.csv");
    }
}
