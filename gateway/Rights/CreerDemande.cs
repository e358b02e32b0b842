using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Consents;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Rights;

/// <param name="Droit">acces, rectification, limitation, opposition, effacement.</param>
/// <param name="RecueLe">Day on which the request came, <c>YYYY-MM-DD</c>; the month counts from it. Today when absent.</param>
/// <param name="Canal">A code of <see cref="RightsWords.Channels"/>.</param>
/// <param name="Nom">Surname of who asks, as the verified identity says.</param>
/// <param name="Verification">A code of <see cref="RightsWords.Verifications"/>; the agent who records answers for it.</param>
/// <param name="Logement">Where the person lives, to find them more surely.</param>
/// <param name="Depot">Reference of a message about the person, for whom no mark finds (a guarantor).</param>
/// <param name="Personne">Pseudonym of the log (32 hexadecimal digits).</param>
/// <param name="Finalites">Purposes concerned; all under which data of the person are held when absent.</param>
internal sealed record RightsDemand(
    string? Droit, DateOnly? RecueLe, string? Canal, string? Nom, string? Prenoms, DateOnly? DateNaissance, string? Verification,
    RequesterHome? Logement, Guid? Depot, string? Personne, IReadOnlyList<string>? Finalites);

/// <param name="EcheanceLe">Day by which the person must have an answer.</param>
/// <param name="Finalites">What can be granted, purpose by purpose.</param>
internal sealed record RightsRecorded(Guid Id, string Droit, string Etat, DateOnly RecueLe, DateOnly EcheanceLe, IReadOnlyList<PurposeAnswer> Finalites);

/// <summary>
/// Records a request of a person whose identity was verified. An objection to a public task restricts from the same commit
/// on (art. 18-1-d RGPD), and those who hold the data are told.
/// </summary>
internal sealed class CreerDemande(
    Databases databases, FindPerson people, SubjectKeys keys, ConsentLedger ledger, RightsNotices notices, DeliveryAudit audit, AuditLog log, RegistersInForce registers, TimeProvider clock)
{
    public async Task<DeliveryOutcome<RightsRecorded>> RunAsync(Caller caller, RightsDemand demand, CancellationToken ct)
    {
        var today = RightsClock.Today(clock);
        var (kind, who, fault) = Check(demand, today);
        if (who is null)
            return new DeliveryOutcome<RightsRecorded>.Refused(Catalogue.DemandeInvalide, Detail: fault);
        var found = await people.RunAsync(who, demand.Logement, demand.Depot, demand.Personne, ct);
        if (found is not PersonFound.One { Subject: var subject })
            return await RefuseAsync(caller, found is PersonFound.Several, ct);

        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await ConsentLedger.LockAsync(connection, subject, ct) is not { } person)
        {
            await transaction.RollbackAsync(ct);
            return await RefuseAsync(caller, several: false, ct);
        }

        var now = EntryContent.Instant(clock.GetUtcNow());
        var held = await HeldPurposes.ReadAsync(connection, subject, ct);
        var concerned = demand.Finalites is { Count: > 0 } named ? named.Distinct(StringComparer.Ordinal).ToList() : held;
        if (concerned.Find(p => !held.Contains(p, StringComparer.Ordinal)) is { } foreign)
        {
            await transaction.RollbackAsync(ct);
            return new DeliveryOutcome<RightsRecorded>.Refused(Catalogue.DemandeInvalide, Detail: $"Aucune donnée de cette personne n'est traitée pour la finalité {foreign}. Finalités concernées : {string.Join(", ", held)}.");
        }

        var received = demand.RecueLe ?? today;
        var id = Guid.CreateVersion7(now);
        var request = new RightsRequest(
            id, kind, received, demand.Canal!, subject, await SealAsync(who, subject, id, ct), demand.Verification!, caller.Agent, concerned,
            kind is RightKind.Opposition ? RightsState.Examined : RightsState.Received, RightsClock.Due(received), null, null, [], null, null, now);
        await using var batch = new NpgsqlBatch(connection);
        AddTo(batch, request);
        var answers = PurposeAnswer.Of(kind, concerned, registers.Current.Purposes, now);
        foreach (var purpose in answers.Where(a => a.LimiteeMaintenant).Select(a => registers.Current.Purposes.InForce(a.Finalite, now)!))
            await ledger.AddAsync(connection, batch, caller, person, new CheckedConsent(ConsentAct.Opposition, ConsentEffect.Limitation, purpose, null, now, null, null), null, null, now, ct);
        await RightsStep.AddAsync(batch, log, caller, request, LogAction.RightsRequestRecorded, "enregistree", [.. person.Standing.Keys],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["canal"] = request.Channel, ["verification"] = request.VerifiedHow, ["finalites"] = string.Join(' ', concerned) },
            registers.Current.Purposes.Version, now, ct);
        await batch.ExecuteNonQueryAsync(ct);
        await notices.TellAsync(connection, request, NoticeKind.Restriction, [.. answers.Where(a => a.LimiteeMaintenant).Select(a => a.Finalite)], now, ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        return new DeliveryOutcome<RightsRecorded>.Given(new RightsRecorded(id, kind.Code, request.State, received, request.DueOn, answers));
    }

    private static (RightKind Kind, Requester? Who, string? Fault) Check(RightsDemand demand, DateOnly today)
    {
        if (!RightsCodes.TryParse(demand.Droit, out RightKind kind))
            return (kind, null, $"« droit » vaut {string.Join(", ", Enum.GetValues<RightKind>().Select(k => k.Code))}.");
        if (demand.Canal is null || !RightsWords.Channels.ContainsKey(demand.Canal))
            return (kind, null, $"« canal » vaut {string.Join(", ", RightsWords.Channels.Keys)}.");
        if (demand.RecueLe > today)
            return (kind, null, "« recueLe » est dans l'avenir.");
        if (demand.Verification is null || !RightsWords.Verifications.ContainsKey(demand.Verification))
            return (kind, null, $"Vérifiez d'abord l'identité de la personne : « verification » vaut {string.Join(", ", RightsWords.Verifications.Keys)}.");
        if (string.IsNullOrWhiteSpace(demand.Nom) || string.IsNullOrWhiteSpace(demand.Prenoms) || demand.DateNaissance is not { } birth)
            return (kind, null, "Donnez « nom », « prenoms » et « dateNaissance » de la personne, tels que vérifiés.");
        if (demand is { Depot: not null, Personne: not null })
            return (kind, null, "Donnez « depot » ou « personne », pas les deux.");
        return (kind, new Requester(demand.Nom.Trim(), demand.Prenoms.Trim(), birth), null);
    }

    private async Task<DeliveryOutcome<RightsRecorded>> RefuseAsync(Caller caller, bool several, CancellationToken ct)
    {
        var refusal = several ? Catalogue.EtatIncompatible : Catalogue.Introuvable;
        await audit.RefusedAsync(caller, null, "demandeDroit", refusal.Code, ct);
        return new DeliveryOutcome<RightsRecorded>.Refused(refusal, Detail: several
            ? "Plusieurs personnes portent ce nom et cette date de naissance : précisez par « personne » (pseudonyme du journal) ou « depot » (référence d'un envoi)."
            : "Aucune donnée de cette personne n'a été trouvée. Vérifiez l'identité et le logement ; une caution se trouve par « depot ». Si la personne est inconnue, répondez-lui qu'aucune donnée n'est traitée (art. 15-1 du RGPD).");
    }

    private async Task<byte[]> SealAsync(Requester who, Guid subject, Guid request, CancellationToken ct)
    {
        await using var select = databases.Vault.CreateCommand("select vault_key, wrapped_key from vault.subject where id = $1");
        select.Parameters.AddWithValue(subject);
        await using var row = await select.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            throw new InvalidOperationException("A person whose consent row is held has no key.");
        using var key = keys.Unwrap(subject, row.GetInt32(0), row.GetFieldValue<byte[]>(1));
        return who.Seal(key, request);
    }

    private static void AddTo(NpgsqlBatch batch, RightsRequest request) => batch.Add(
        """
        insert into rights.request (id, kind, received_on, channel, subject, identity, verified_how, verified_by, purposes, state, due_on, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """,
        Columns.Value(request.Id), Columns.Value(request.Kind.Code), new NpgsqlParameter { Value = request.ReceivedOn, NpgsqlDbType = NpgsqlDbType.Date }, Columns.Value(request.Channel),
        Columns.Value(request.Subject), Columns.Value(request.Identity!), Columns.Value(request.VerifiedHow), Columns.Value(request.VerifiedBy),
        Columns.Value(request.Purposes.ToArray()), Columns.Value(request.State), new NpgsqlParameter { Value = request.DueOn, NpgsqlDbType = NpgsqlDbType.Date }, Columns.Value(request.CreatedAt));
}

/// <summary>The purposes under which something of a person is held: those of its deposits and of their deliveries.</summary>
internal static class HeldPurposes
{
    public static async Task<List<string>> ReadAsync(NpgsqlConnection connection, Guid subject, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select distinct x.purpose from (
              select p.purpose from rights.deposits_of($1) d join exchange.deposit p on p.id = d.deposit
              union all select v.purpose from rights.deliveries_of($1) v where v.nature = 'remise') x order by 1
            """,
            connection)
        {
            Parameters = { new() { Value = subject } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var purposes = new List<string>();
        while (await reader.ReadAsync(ct))
            purposes.Add(reader.GetString(0));
        return purposes;
    }
}

/// <summary>What can be granted for one purpose, before anything is decided.</summary>
/// <param name="Possible">Whether it can be granted.</param>
/// <param name="Motif">Ground of the refusal that the law imposes; <see langword="null"/> when it can be granted.</param>
/// <param name="Explication">The ground with its article, in French.</param>
/// <param name="LimiteeMaintenant">The objection restricts while it is examined.</param>
internal sealed record PurposeAnswer(string Finalite, string? Titre, bool Possible, string? Motif, string? Explication, bool LimiteeMaintenant)
{
    public static IReadOnlyList<PurposeAnswer> Of(RightKind kind, IReadOnlyList<string> purposes, PurposeRegister register, DateTimeOffset now) =>
        [.. purposes.Select(id => register.InForce(id, now) is { } purpose ? Of(purpose, RightsRules.Of(kind, purpose)) : Unregistered(kind, id))];

    private static PurposeAnswer Of(Purpose purpose, RightAnswer answer) => new(
        purpose.Id, purpose.Title, answer.Possible, answer.Ground?.Code, answer.Ground is { } ground ? RightsWords.Ground(ground) : null, answer.RestrictsMeanwhile);

    /// <summary>A purpose that is no longer registered keeps nothing from the person but the erasure, whose file would have to allow it.</summary>
    private static PurposeAnswer Unregistered(RightKind kind, string id) => kind is RightKind.Effacement
        ? new(id, null, false, RefusalGround.MissionInteretPublic.Code, RightsWords.Ground(RefusalGround.MissionInteretPublic), false)
        : new(id, null, true, null, null, false);
}

internal static class CreerDemandeEndpoint
{
    public static void MapCreerDemande(this RouteGroupBuilder group) =>
        group.MapPost("", HandleAsync)
            .WithName("creerDemandeDroit")
            .WithSummary("Enregistre la demande d'une personne : accès, rectification, limitation, opposition, effacement")
            .Produces<RightsRecorded>(StatusCodes.Status201Created)
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Droits)
            .Journalise(LogAction.RightsRequestRecorded);

    private static async Task<IResult> HandleAsync(RightsDemand demand, HttpContext http, CreerDemande creer, CancellationToken ct) =>
        (await creer.RunAsync(Caller.Of(http), demand, ct)).ToResult(created => TypedResults.Created($"/v1/droits/{created.Id}", created));
}
