using System.Diagnostics;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Messaging;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Consents;

/// <param name="EcheanceLe">One month after it was opened (art. 12-3 RGPD).</param>
internal sealed record ObjectionCase(Guid Id, DateTimeOffset OuvertLe, DateTimeOffset EcheanceLe);

/// <param name="Effet">aucun, accordEnVigueur, arretImmediat, limitation, levee.</param>
/// <param name="Explication">The effect and its reason, in French.</param>
/// <param name="RemisesRetirees">Deliveries whose recipients were told that they read them no more, or in part only.</param>
/// <param name="Dossier">The case that an objection opened; <see langword="null"/> otherwise.</param>
internal sealed record ConsentRecorded(
    Guid Id, string Acte, string? Finalite, string Effet, string Explication, DateTimeOffset InscritLe, int RemisesRetirees, ObjectionCase? Dossier);

/// <summary>
/// Records what a person agrees to, refuses, takes back or objects to. The row of the person is locked first: every routing
/// and every reading comes wholly before the act or wholly after, and the act's entry stands in the log between them.
/// </summary>
internal sealed class InscrireConsentement(
    Databases databases, ConcernedPerson persons, WithdrawalNotices notices, AuditLog log, DeliveryAudit audit, RegistersInForce registers, WakeUp wakeUp, TimeProvider clock)
{
    public async Task<DeliveryOutcome<ConsentRecorded>> RunAsync(Caller caller, ConsentRequest request, CancellationToken ct)
    {
        var (consent, fault) = CheckedConsent.Of(request, caller, registers.Current.Purposes, clock.GetUtcNow());
        if (consent is null)
            return new DeliveryOutcome<ConsentRecorded>.Refused(Catalogue.DemandeInvalide, Detail: fault);
        var (found, refusal, detail) = await persons.FindAsync(caller, request, consent.Act, ct);
        if (found is not { } subject)
            return await RefuseAsync(caller, refusal!, detail, ct);

        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await LockAsync(connection, subject, ct) is not { } before)
        {
            await transaction.RollbackAsync(ct);
            return await RefuseAsync(caller, Catalogue.Introuvable, null, ct);
        }

        // After the lock: who routed or read before it did so at an earlier time.
        var now = EntryContent.Instant(clock.GetUtcNow());
        var id = Guid.CreateVersion7(now);
        var effective = consent.Act is ConsentAct.Accord ? consent.CollectedAt : now;
        var after = consent.Effect is ConsentEffect.Aucun ? before : before.With(consent.Purpose?.Id, new(consent.Act, effective, consent.ExpiresAt, consent.Named));
        var opened = consent is { Act: ConsentAct.Opposition, Effect: ConsentEffect.Limitation } ? new ObjectionCase(Guid.CreateVersion7(now), now, now.AddMonths(1)) : null;
        var entry = await log.PrepareAsync(Entry(caller, request, consent, subject), now, ct);

        await using var batch = new NpgsqlBatch(connection);
        AddLedger(batch, caller, request, consent, subject, id, entry.Id, now);
        AddState(batch, consent, subject, after, opened, id, now);
        var told = consent.Effect is ConsentEffect.ArretImmediat ? await notices.AddAsync(connection, batch, subject, consent.Purpose?.Id, after, now, ct) : [];
        log.AddTo(batch, [entry, .. told]);
        var releases = consent.Effect is ConsentEffect.AccordEnVigueur or ConsentEffect.Levee;
        if (releases)
            AddRelease(batch, subject, consent.Purpose?.Id, now);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        if (releases)
            wakeUp.WorkIsWaiting();
        return new DeliveryOutcome<ConsentRecorded>.Given(new ConsentRecorded(
            id, consent.Act.Code, consent.Purpose?.Id, consent.Effect.Code, ConsentWords.Explanation(consent.Act, consent.Effect, consent.Purpose), now, told.Count, opened));
    }

    private async Task<DeliveryOutcome<ConsentRecorded>> RefuseAsync(Caller caller, Refusal refusal, string? detail, CancellationToken ct)
    {
        await audit.RefusedAsync(caller, null, "consentement", refusal.Code, ct);
        return new DeliveryOutcome<ConsentRecorded>.Refused(refusal, refusal.Code, detail);
    }

    private static async Task<SubjectConsents?> LockAsync(NpgsqlConnection connection, Guid subject, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select standing from consent.subject_state where subject = $1 for update", connection) { Parameters = { new() { Value = subject } } };
        return await select.ExecuteScalarAsync(ct) is string standing ? SubjectConsents.Parse(standing) : null;
    }

    private static void AddLedger(NpgsqlBatch batch, Caller caller, ConsentRequest request, CheckedConsent consent, Guid subject, Guid id, Guid entry, DateTimeOffset now) =>
        batch.Add(
            """
            insert into consent.ledger (id, subject, purpose, act, effect, categories, delivery, deposit, organisation, agent, collected_at, recorded_at, evidence, expires_at, entry)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            Columns.Value(id), Columns.Value(subject), Optional(consent.Purpose?.Id, NpgsqlDbType.Text), Columns.Value(consent.Act.Code), Columns.Value(consent.Effect.Code),
            Optional((int?)consent.Named, NpgsqlDbType.Integer), Optional(request.Remise, NpgsqlDbType.Uuid), Optional(request.Depot, NpgsqlDbType.Uuid),
            Columns.Value(caller.Organisation), Columns.Value(caller.Agent), Columns.Value(consent.CollectedAt), Columns.Value(now),
            Optional(consent.Evidence, NpgsqlDbType.Bytea), Optional(consent.ExpiresAt, NpgsqlDbType.TimestampTz), Columns.Value(entry));

    private static void AddState(NpgsqlBatch batch, CheckedConsent consent, Guid subject, SubjectConsents after, ObjectionCase? opened, Guid id, DateTimeOffset now)
    {
        // Only an act about every purpose changes the general restriction: another part of the gateway may have set it.
        bool? restricted = consent is { Purpose: null, Effect: ConsentEffect.Limitation or ConsentEffect.Levee } ? consent.Effect is ConsentEffect.Limitation : null;
        batch.Add("update consent.subject_state set standing = $2, restricted = coalesce($3, restricted), changed_at = $4 where subject = $1",
            Columns.Value(subject), Optional(after.ToJson(), NpgsqlDbType.Jsonb), Optional(restricted, NpgsqlDbType.Boolean), Columns.Value(now));
        if (opened is not null)
        {
            batch.Add("insert into consent.case (id, ledger, subject, purpose, opened_at, due_at, state) values ($1, $2, $3, $4, $5, $6, 'ouvert')",
                Columns.Value(opened.Id), Columns.Value(id), Columns.Value(subject), Columns.Value(consent.Purpose!.Id), Columns.Value(opened.OuvertLe), Columns.Value(opened.EcheanceLe));
        }

        if (consent.Effect is ConsentEffect.Levee)
        {
            batch.Add("update consent.case set state = 'clos', closed_at = $3 where subject = $1 and state = 'ouvert' and ($2::text is null or purpose = $2)",
                Columns.Value(subject), Optional(consent.Purpose?.Id, NpgsqlDbType.Text), Columns.Value(now));
        }
    }

    /// <summary>What was kept back for want of the agreement, or by the restriction, is looked at again; what was delivered is not delivered twice.</summary>
    private static void AddRelease(NpgsqlBatch batch, Guid subject, string? purpose, DateTimeOffset now) =>
        batch.Add(
            """
            insert into routing.work (id, deposit, kind, due_at, created_at)
            select gen_random_uuid(), d.id, $2, $3, $3 from exchange.deposit d
            where d.subject = $1 and not d.sandbox and d.facts <> '{}' and exists (select 1 from routing.result r where r.deposit = d.id)
              and not exists (select 1 from exchange.correction c where c.deposit = d.id)
            """,
            Columns.Value(subject), Columns.Value(WorkItem.ReleasedKind(purpose)), Columns.Value(now));

    private AuditEntry Entry(Caller caller, ConsentRequest request, CheckedConsent consent, Guid subject) => new()
    {
        Action = LogAction.ConsentRecorded,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = [subject],
        Deposit = request.Depot,
        Delivery = request.Remise,
        Purpose = consent.Purpose?.Id,
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["acte"] = consent.Act.Code, ["effet"] = consent.Effect.Code },
        TraceId = Activity.Current?.TraceId.ToString(),
    };

    private static NpgsqlParameter Optional(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}

internal static class InscrireConsentementEndpoint
{
    public static void MapInscrireConsentement(this RouteGroupBuilder group) =>
        group.MapPost("", HandleAsync)
            .WithName("inscrireConsentement")
            .WithSummary("Inscrit un accord, un refus, un retrait, une opposition ou une limitation")
            .Produces<ConsentRecorded>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Consentir)
            .Journalise(LogAction.ConsentRecorded);

    private static async Task<IResult> HandleAsync(ConsentRequest request, HttpContext http, InscrireConsentement inscrire, CancellationToken ct) =>
        (await inscrire.RunAsync(Caller.Of(http), request, ct)).ToResult(TypedResults.Ok);
}
