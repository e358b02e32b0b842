using System.Buffers.Text;
using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>One side of a pair: the caller's own pseudonym, dossier references and deliveries, by which it may look further.</summary>
internal sealed record MatchSide(string Pseudonyme, IReadOnlyList<string> Dossiers, IReadOnlyList<Guid> Remises);

/// <param name="Score">Sum of the weights, in bits; the thresholds are in the documentation.</param>
/// <param name="Elements">What agreed and what did not, in French; never a value.</param>
internal sealed record MatchLine(Guid Id, DateTimeOffset CreeLe, string Etat, double Score, IReadOnlyList<string> Elements, MatchSide Nouveau, MatchSide Connu);

/// <param name="Suivant">Cursor of the next page; absent on the last.</param>
internal sealed record MatchPage(IReadOnlyList<MatchLine> Rapprochements, string? Suivant);

/// <summary>The pairs that await a person of the secretariat. One page shown is one log entry with its subjects.</summary>
internal sealed class ListerRapprochements(Databases databases, MatchPairs pairs, PseudonymDomains pseudonyms, DeliveryAudit audit, RegistersInForce registers)
{
    public async Task<MatchPage> RunAsync(Caller caller, string state, Guid? after, int limit, CancellationToken ct)
    {
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (page, last) = await pairs.ReadPageAsync(connection, caller, state, after, limit, ct);
        var lines = new List<MatchLine>(page.Count);
        foreach (var pair in page)
        {
            lines.Add(new MatchLine(
                pair.Id, pair.CreatedAt, pair.State, Math.Round(pair.Score, 1),
                [.. pair.Findings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Finding.InFrench)],
                await SideAsync(caller, pair.OfSubject, ct), await SideAsync(caller, pair.OfOther, ct)));
        }

        var entry = new AuditEntry
        {
            Action = LogAction.MatchesListed,
            Organisation = caller.Organisation,
            Agent = caller.Agent,
            Subjects = [.. page.SelectMany(p => new[] { p.Subject, p.Other }).Distinct()],
            RegisterVersion = registers.Current.Purposes.Version,
            Decision = "permis",
            TraceId = Activity.Current?.TraceId.ToString(),
        };
        await audit.CommitAsync(connection, transaction, entry, ct);
        return new MatchPage(lines, last is { } id ? Base64Url.EncodeToString(id.ToByteArray()) : null);
    }

    private async Task<MatchSide> SideAsync(Caller caller, IReadOnlyList<DeliveryRecord> deliveries, CancellationToken ct)
    {
        var dossiers = new List<string>();
        foreach (var dossier in deliveries.Select(d => d.Dossier).Distinct())
            dossiers.Add(await pseudonyms.OfDossierAsync(caller.Organisation, dossier, ct));
        return new MatchSide(
            await pseudonyms.OfSubjectAsync(caller.Organisation, deliveries[0].Purpose, deliveries[0].Subject, ct), dossiers, [.. deliveries.Select(d => d.Id)]);
    }
}

internal static class ListerRapprochementsEndpoint
{
    public static void MapListerRapprochements(this RouteGroupBuilder group) =>
        group.MapGet("", HandleAsync)
            .WithName("listerRapprochements")
            .WithSummary("Liste les paires de dossiers à rapprocher (pseudonymes seulement)")
            .Produces<MatchPage>()
            .Refuses(Catalogue.DemandeInvalide)
            .RequireAuthorization(Policies.Rapprocher)
            .Journalise(LogAction.MatchesListed);

    private static async Task<IResult> HandleAsync(string? etat, string? curseur, int? limite, HttpContext http, ListerRapprochements lister, CancellationToken ct)
    {
        if (etat is not (null or MatchPair.ToConfirm or MatchPair.Same or MatchPair.Different))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre etat vaut aConfirmer, meme ou different.");
        if (!ListerReception.TryReadCursor(curseur, out var after))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre curseur ne vient pas d'une page précédente.");
        var limit = limite ?? InboxQuery.DefaultLimit;
        if (limit is < 1 or > InboxQuery.DefaultLimit)
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre limite est compris entre 1 et 50.");
        return TypedResults.Ok(await lister.RunAsync(Caller.Of(http), etat ?? MatchPair.ToConfirm, after, limit, ct));
    }
}
