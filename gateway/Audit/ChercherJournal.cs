using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>The DPO's calls: search, the proof of an entry, and the opening that proves its content offline.</summary>
internal static class ChercherJournal
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var journal = app.MapGroup("/v1/journal").RequireAuthorization(Policies.Journal).Journalise(LogAction.JournalSearched).WithTags("Journal");
        journal.MapGet("", SearchAsync).WithName("journal-recherche").WithSummary("Recherche dans le journal : organisation, période, personne, action").Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable);
        journal.MapGet("/{id:guid}/preuve", ProofAsync).WithName("journal-preuve").WithSummary("Preuve d'inscription d'une entrée (C2SP tlog-proof)").Produces<string>(StatusCodes.Status200OK, "text/plain").Refuses(Catalogue.Introuvable);
        journal.MapGet("/{id:guid}/ouverture", OpeningAsync).WithName("journal-ouverture").WithSummary("Sel et contenu d'une entrée : ce dont l'empreinte est au journal").Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream").Refuses(Catalogue.Introuvable);
    }

    private static async Task<Results<Ok<JournalPage>, RefusalResult>> SearchAsync(
        HttpContext http, JournalSearch search, [FromQuery] string? organisation, [FromQuery] string? depuis, [FromQuery] string? jusqua,
        [FromQuery] string? personne, [FromQuery] string? action, [FromQuery] string? curseur, CancellationToken ct)
    {
        var query = new JournalQuery { Organisation = organisation, Depuis = depuis, Jusqua = jusqua, Personne = personne, Action = action, Curseur = curseur };
        http.Response.Headers.CacheControl = "no-store";
        return await search.RunAsync(query, Caller.Of(http), ct) switch
        {
            JournalSearchOutcome.Found found => TypedResults.Ok(found.Page),
            JournalSearchOutcome.Invalid invalid => new RefusalResult(Catalogue.DemandeInvalide, invalid.Errors),
            JournalSearchOutcome.NotFound => new RefusalResult(Catalogue.Introuvable),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<Results<FileContentHttpResult, RefusalResult>> ProofAsync(
        Guid id, HttpContext http, JournalSearch search, JournalProofs proofs, AuditLog log, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        if (!await search.MaySeeAsync(id, caller, ct))
            return new RefusalResult(Catalogue.Introuvable);
        return await PreuveDepot.AnswerAsync(await proofs.OfEntryAsync(id, ct), $"journal-{id}", http, log, Consulted(caller, id, "preuve"), ct);
    }

    private static async Task<Results<FileContentHttpResult, RefusalResult>> OpeningAsync(
        Guid id, HttpContext http, JournalSearch search, AuditLog log, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        if (!await search.MaySeeAsync(id, caller, ct) || await log.OpenAsync(id, ct) is not OpenedEntry.Opened opened)
            return new RefusalResult(Catalogue.Introuvable);
        await log.AppendAsync(Consulted(caller, id, "ouverture"), ct);
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Bytes(opened.Opening, "application/octet-stream", $"journal-{id}.ouverture");
    }

    private static AuditEntry Consulted(Caller caller, Guid entry, string what) => new()
    {
        Action = LogAction.JournalSearched,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["entree"] = entry.ToString(), ["objet"] = what },
    };
}
