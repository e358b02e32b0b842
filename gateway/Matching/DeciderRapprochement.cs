using System.Diagnostics;
using System.Globalization;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Consents;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Matching;

/// <param name="Decision">meme, different.</param>
/// <param name="Motif">Why, at most 200 characters; sealed in the log entry, kept nowhere else.</param>
internal sealed record MatchDecisionRequest(string? Decision, string? Motif);

/// <param name="Etat">aConfirmer, meme, different.</param>
internal sealed record MatchDecided(Guid Id, string Etat, DateTimeOffset DecideLe);

/// <summary>
/// A person of the secretariat says whether two subjects are one. Joined, messages go to the one already known and their
/// dossiers are linked; nothing sealed is rewritten, so that it can be undone.
/// </summary>
internal sealed class DeciderRapprochement(Databases databases, MatchPairs pairs, ConsentLedger ledger, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    public const int LongestMotif = 200;

    public async Task<DeliveryOutcome<MatchDecided>> RunAsync(Caller caller, Guid id, MatchDecisionRequest request, CancellationToken ct)
    {
        if (request.Decision is not (MatchPair.Same or MatchPair.Different))
            return new DeliveryOutcome<MatchDecided>.Refused(Catalogue.DemandeInvalide, Detail: "La décision vaut meme ou different.");
        if (string.IsNullOrWhiteSpace(request.Motif) || request.Motif.Length > LongestMotif)
            return new DeliveryOutcome<MatchDecided>.Refused(Catalogue.DemandeInvalide, Detail: "Donnez un motif de 200 caractères au plus.");

        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await pairs.ReadAsync(connection, caller, id, ct) is not { } pair)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "rapprochement", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<MatchDecided>.Refused(Catalogue.Introuvable);
        }

        var now = clock.GetUtcNow();
        if (pair.State != MatchPair.ToConfirm || (request.Decision == MatchPair.Same && !await JoinAsync(connection, pair, now, ct)))
            return new DeliveryOutcome<MatchDecided>.Refused(Catalogue.EtatIncompatible, Detail: "Ce rapprochement est déjà décidé : annulez-le d'abord.");
        var (carried, told) = request.Decision == MatchPair.Same ? await ledger.CarryAsync(connection, pair.Subject, EntryContent.Instant(now), ct) : (0, []);
        await RecordAsync(connection, caller, pair.Id, request.Decision, request.Decision, now, ct);
        await audit.CommitAsync(connection, transaction, Entry(caller, LogAction.MatchDecided, pair, request.Decision, request.Motif, carried), told, ct);
        return new DeliveryOutcome<MatchDecided>.Given(new MatchDecided(pair.Id, request.Decision, now));
    }

    /// <summary>Writes a decision and the state that it leaves the pair in.</summary>
    public static async Task RecordAsync(NpgsqlConnection connection, Caller caller, Guid pair, string decision, string state, DateTimeOffset at, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("update vault.match_pair set state = $2 where id = $1", Columns.Value(pair), Columns.Value(state));
        batch.Add("insert into vault.match_decision (id, pair, decision, organisation, agent, decided_at) values ($1, $2, $3, $4, $5, $6)",
            Columns.Value(Guid.CreateVersion7(at)), Columns.Value(pair), Columns.Value(decision), Columns.Value(caller.Organisation), Columns.Value(caller.Agent), Columns.Value(at));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The entry names both persons, so that each one's list of accesses shows it.</summary>
    /// <param name="carried">Subjects that what restricts another one restricts from now on.</param>
    public AuditEntry Entry(Caller caller, LogAction action, MatchPair pair, string decision, string motif, int carried = 0) => new()
    {
        Action = action,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = [pair.Subject, pair.Other],
        Deposit = pair.Deposit,
        Purpose = pair.OfSubject[0].Purpose,
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["decision"] = decision,
            ["elements"] = pair.Findings,
            ["motif"] = motif,
            ["objet"] = pair.Id.ToString(),
            ["limitationsEtendues"] = carried.ToString(CultureInfo.InvariantCulture),
        },
        TraceId = Activity.Current?.TraceId.ToString(),
    };

    /// <returns>False when the two are already one, by other pairs.</returns>
    private static async Task<bool> JoinAsync(NpgsqlConnection connection, MatchPair pair, DateTimeOffset at, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        // One joining at a time: two at once could make a ring.
        batch.Add("select pg_advisory_xact_lock(hashtextextended('vault.subject_alias', 0))");
        batch.Add(
            """
            insert into vault.subject_alias (id, subject, root, pair, created_at)
            select $1, r.subject, r.root, $2, $5 from (select vault.root_of($3) as subject, vault.root_of($4) as root) r where r.subject <> r.root
            """,
            Columns.Value(Guid.CreateVersion7(at)), Columns.Value(pair.Id), Columns.Value(pair.Subject), Columns.Value(pair.Other), Columns.Value(at));
        batch.Add(
            """
            insert into exchange.dossier_link (id, dossier, linked, kind, pair, created_at)
            select gen_random_uuid(), a.id, b.id, 'rapprochement', $1, $4 from exchange.dossier a, exchange.dossier b where a.subject = $2 and b.subject = $3
            """,
            Columns.Value(pair.Id), Columns.Value(pair.Subject), Columns.Value(pair.Other), Columns.Value(at));
        await batch.ExecuteNonQueryAsync(ct);
        return batch.BatchCommands[1].RecordsAffected > 0;
    }
}

internal static class DeciderRapprochementEndpoint
{
    public static void MapDeciderRapprochement(this RouteGroupBuilder group) =>
        group.MapPost("/{id:guid}", HandleAsync)
            .WithName("deciderRapprochement")
            .WithSummary("Dit si deux dossiers concernent le même ménage")
            .Produces<MatchDecided>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Rapprocher)
            .Journalise(LogAction.MatchDecided);

    private static async Task<IResult> HandleAsync(Guid id, MatchDecisionRequest request, HttpContext http, DeciderRapprochement decider, CancellationToken ct) =>
        (await decider.RunAsync(Caller.Of(http), id, request, ct)).ToResult(TypedResults.Ok);
}
