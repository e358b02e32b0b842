using System.Diagnostics;
using System.Globalization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Consents;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Matching;

/// <param name="Motif">Why, at most 200 characters; sealed in the log entry, kept nowhere else.</param>
internal sealed record SeparationRequest(string? Motif);

/// <param name="Rapprochement">The pair, decided as different, that keeps the two apart; undoing it proposes them again.</param>
/// <param name="Envois">Messages moved: the one named, what it rectifies or is rectified by, the other notices of its debt.</param>
/// <param name="AncienPseudonyme">Of the person whose file it was in; <see langword="null"/> once that one is erased.</param>
/// <param name="Pseudonyme">Of its person from now on.</param>
internal sealed record DepositSeparated(Guid Rapprochement, int Envois, string? AncienPseudonyme, string Pseudonyme, DateTimeOffset SepareLe);

/// <summary>
/// A person of the secretariat says that a message is not of the person in whose file the score put it. It becomes a new
/// person's, under a key of its own, with all that hangs on it; whoever received it is told by both its own pseudonyms.
/// Said twice, it changes and logs nothing more.
/// </summary>
internal sealed class SeparerDepot(
    Databases databases, SubjectKeys keys, Secrets secrets, PseudonymDomains pseudonyms, DeliveryAudit audit, AuditLog log, RegistersInForce registers, TimeProvider clock)
{
    private const int MostAttempts = 5;

    /// <param name="remise">A delivery that the caller received of the message.</param>
    public async Task<DeliveryOutcome<DepositSeparated>> RunAsync(Caller caller, Guid remise, SeparationRequest request, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Motif) || request.Motif.Length > DeciderRapprochement.LongestMotif)
            return new DeliveryOutcome<DepositSeparated>.Refused(Catalogue.DemandeInvalide, Detail: "Donnez un motif de 200 caractères au plus.");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await KnownAsync(caller, remise, ct) is { } delivery && await OnceAsync(caller, delivery, request.Motif, ct) is { } outcome)
                    return outcome;
                await audit.RefusedAsync(caller, null, "separation", Catalogue.Introuvable.Code, ct);
                return new DeliveryOutcome<DepositSeparated>.Refused(Catalogue.Introuvable);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure && attempt < MostAttempts)
            {
                // A router, or a sender who takes a piece away, was faster: what it did is read again.
            }
        }
    }

    /// <summary>A transaction of its own: the row that it shares with other readers is wanted alone afterwards.</summary>
    private async Task<DeliveryRecord?> KnownAsync(Caller caller, Guid remise, CancellationToken ct)
    {
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        return await DeliveryRecord.ReadAsync(connection, caller, remise, ct) is { } delivery
            && caller.Territories.Contains(delivery.Territory, StringComparer.Ordinal)
            && delivery.Decide(registers, caller, CategoryNames.All, clock.GetUtcNow()) is DisclosureDecision.Permit
            ? delivery
            : null;
    }

    /// <returns><see langword="null"/> when the person has just been erased.</returns>
    private async Task<DeliveryOutcome<DepositSeparated>?> OnceAsync(Caller caller, DeliveryRecord delivery, string motif, CancellationToken ct)
    {
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await SeparationRows.HoldAsync(connection, delivery.Deposit, ct) is not { } known)
            return null;
        if (await SeparationRows.EarlierAsync(connection, delivery.Deposit, ct) is { } earlier)
        {
            return earlier.State is null or MatchPair.Different
                ? new DeliveryOutcome<DepositSeparated>.Given(await AnswerAsync(caller, delivery.Purpose, earlier.Pair, earlier.Count, earlier.Other, known.Id, earlier.At, ct))
                : new DeliveryOutcome<DepositSeparated>.Refused(
                    Catalogue.EtatIncompatible, Detail: $"Ce message a été séparé, puis la séparation annulée : décidez le rapprochement {earlier.Pair}.");
        }

        var rows = await SeparationRows.ReadAsync(connection, delivery.Deposit, known.Id, ct);
        if (!rows.LeavesOthers)
        {
            return new DeliveryOutcome<DepositSeparated>.Refused(
                Catalogue.EtatIncompatible, Detail: "Il n'y a rien d'autre dans le dossier de cette personne : rien n'est à séparer. S'il a été rapproché d'un autre par une décision, annulez ce rapprochement.");
        }

        // What restricts goes over, on the safe side; an agreement does not: it was not this person's.
        var standing = await ConsentLedger.LockAsync(connection, known.Id, ct) ?? throw new InvalidOperationException("A person has no consent row.");
        var restricted = SubjectConsents.None.JoinedWith(standing.Standing.Values);
        var given = restricted is { Agreements.Count: 0, Restricted.Count: 0 } ? "{}" : restricted.ToJson();

        var now = EntryContent.Instant(clock.GetUtcNow());
        var (fresh, freshKey) = keys.NewSubject();
        using var to = freshKey;
        using var from = keys.Unwrap(known.Id, known.VaultKey, known.WrappedKey);
        var pair = Guid.CreateVersion7(now);
        var told = await rows.MoveAsync(
            connection, new NewPerson(known.Id, fresh, given, delivery.Deposit, pair, caller.Organisation, caller.Agent, now), from, to, await secrets.GetAsync("receipts", ct), ct);
        var entries = new List<PreparedEntry>(told.Count);
        foreach (var news in told)
            entries.Add(await log.PrepareAsync(Entry(fresh.Id, news), now, ct));
        var entry = audit.Entry(caller, LogAction.DepositSeparated, delivery,
            ("motif", motif), ("objet", pair.ToString()), ("envois", rows.Deposits.Length.ToString(CultureInfo.InvariantCulture)), ("avertis", told.Count.ToString(CultureInfo.InvariantCulture)));
        await audit.CommitAsync(connection, transaction, entry with { Subjects = [known.Id, fresh.Id] }, entries, ct);
        return new DeliveryOutcome<DepositSeparated>.Given(await AnswerAsync(caller, delivery.Purpose, pair, rows.Deposits.Length, known.Id, fresh.Id, now, ct));
    }

    private async Task<DepositSeparated> AnswerAsync(Caller caller, string purpose, Guid pair, int count, Guid? before, Guid now, DateTimeOffset at, CancellationToken ct) => new(
        pair, count,
        before is { } person ? await pseudonyms.OfSubjectAsync(caller.Organisation, purpose, person, ct) : null,
        await pseudonyms.OfSubjectAsync(caller.Organisation, purpose, now, ct), at);

    private static AuditEntry Entry(Guid person, SeparationNews news) => new()
    {
        Action = LogAction.CorrectionDelivered,
        Organisation = news.Recipient,
        Subjects = [person],
        Deposit = news.Deposit,
        Delivery = news.Notice,
        Purpose = news.Purpose,
        RegisterVersion = news.RegisterVersion,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["motif"] = Corrections.AnnulationMotifs.OtherPerson },
        TraceId = Activity.Current?.TraceId.ToString(),
    };
}

internal static class SeparerDepotEndpoint
{
    public static void MapSeparerDepot(this RouteGroupBuilder group) =>
        group.MapPost("/automatiques/{remise:guid}/separation", HandleAsync)
            .WithName("separerDepot")
            .WithSummary("Dit d'un message reçu qu'il ne concerne pas la personne du dossier où il a été rattaché automatiquement")
            .Produces<DepositSeparated>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Rapprocher)
            .Journalise(LogAction.DepositSeparated);

    private static async Task<IResult> HandleAsync(Guid remise, SeparationRequest request, HttpContext http, SeparerDepot separer, CancellationToken ct) =>
        (await separer.RunAsync(Caller.Of(http), remise, request, ct)).ToResult(TypedResults.Ok);
}
