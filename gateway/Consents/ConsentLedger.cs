using System.Diagnostics;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Consents;

/// <summary>A person whose consent rows the transaction holds: what the ledger says under each subject joined to the one named.</summary>
internal sealed record LockedPerson(Guid Subject, Dictionary<Guid, SubjectConsents> Standing);

/// <param name="Told">Recipients told that they read no more, or a part only.</param>
/// <param name="Opened">The case that an objection opened.</param>
/// <param name="Releases">Work was queued: wake the router after the commit.</param>
internal sealed record LedgerAct(Guid Id, int Told, ObjectionCase? Opened, bool Releases);

/// <summary>Writes acts of the consent ledger in the transaction of whoever records them. An act about a person counts for all the subjects joined to it.</summary>
internal sealed class ConsentLedger(WithdrawalNotices notices, AuditLog log, RegistersInForce registers)
{
    /// <summary>Holds the rows of a person: every routing and every reading comes wholly before the acts or wholly after.</summary>
    /// <returns><see langword="null"/> when the person is erased or unknown.</returns>
    public static async Task<LockedPerson?> LockAsync(NpgsqlConnection connection, Guid subject, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select subject, standing from consent.lock_person($1)", connection) { Parameters = { new() { Value = subject } } };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var standing = new Dictionary<Guid, SubjectConsents>();
        while (await reader.ReadAsync(ct))
            standing[reader.GetGuid(0)] = SubjectConsents.Parse(reader.GetString(1));
        return standing.ContainsKey(subject) ? new LockedPerson(subject, standing) : null;
    }

    /// <summary>Adds one act to the batch, with its effect, its entry and what its recipients are told.</summary>
    /// <param name="person">Changed: what the ledger says after the act.</param>
    /// <param name="delivery">By which the caller knew the person.</param>
    /// <param name="deposit">By which the caller knew the person.</param>
    /// <param name="now">An instant after the lock, whole microseconds.</param>
    public async Task<LedgerAct> AddAsync(
        NpgsqlConnection connection, NpgsqlBatch batch, Caller caller, LockedPerson person, CheckedConsent consent, Guid? delivery, Guid? deposit, DateTimeOffset now, CancellationToken ct)
    {
        var id = Guid.CreateVersion7(now);
        var effective = consent.Act is ConsentAct.Accord ? consent.CollectedAt : now;
        if (consent.Effect is not ConsentEffect.Aucun)
        {
            foreach (var (subject, before) in person.Standing.ToList())
                person.Standing[subject] = before.With(consent.Purpose?.Id, new(consent.Act, effective, consent.ExpiresAt, consent.Named));
        }

        var opened = consent is { Act: ConsentAct.Opposition, Effect: ConsentEffect.Limitation } ? new ObjectionCase(Guid.CreateVersion7(now), now, now.AddMonths(1)) : null;
        var entry = await log.PrepareAsync(Entry(caller, consent, [.. person.Standing.Keys], delivery, deposit), now, ct);
        AddLedger(batch, caller, consent, person.Subject, delivery, deposit, id, entry.Id, now);
        AddState(batch, consent, person, opened, id, now);
        var told = consent.Effect is ConsentEffect.ArretImmediat ? await notices.AddAsync(connection, batch, person, consent.Purpose?.Id, now, ct) : [];
        log.AddTo(batch, [entry, .. told]);
        var releases = consent.Effect is ConsentEffect.AccordEnVigueur or ConsentEffect.Levee;
        if (releases)
            AddRelease(batch, person, consent.Purpose?.Id, now);
        return new LedgerAct(id, told.Count, opened, releases);
    }

    /// <summary>Subjects have just been joined: what restricts one of them restricts the person, and who holds messages of the others is told. Undoing the joining lifts nothing.</summary>
    /// <param name="subject">Any of them.</param>
    /// <returns>How many subjects are under something that they were not under before, and the entries of what was told, still to be written.</returns>
    public async Task<(int Carried, IReadOnlyList<PreparedEntry> Told)> CarryAsync(NpgsqlConnection connection, Guid subject, DateTimeOffset now, CancellationToken ct)
    {
        if (await LockAsync(connection, subject, ct) is not { } person)
            return (0, []);
        var changed = person.Standing
            .Select(s => (s.Key, Before: s.Value, After: s.Value.JoinedWith(person.Standing.Values)))
            .Where(s => s.After.ToJson() != s.Before.ToJson())
            .ToDictionary(s => s.Key, s => (s.Before, s.After));
        if (changed.Count == 0)
            return (0, []);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (joined, (_, after)) in changed)
            batch.Add("select consent.carry_over($1, $2, $3)", Columns.Value(joined), Optional(after.ToJson(), NpgsqlDbType.Jsonb), Columns.Value(now));
        var told = await notices.AddJoinedAsync(connection, batch, changed, now, ct);
        await batch.ExecuteNonQueryAsync(ct);
        return (changed.Count, told);
    }

    private static void AddLedger(NpgsqlBatch batch, Caller caller, CheckedConsent consent, Guid subject, Guid? delivery, Guid? deposit, Guid id, Guid entry, DateTimeOffset now) =>
        batch.Add(
            """
            insert into consent.ledger (id, subject, purpose, act, effect, categories, delivery, deposit, organisation, agent, collected_at, recorded_at, evidence, expires_at, entry)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            Columns.Value(id), Columns.Value(subject), Optional(consent.Purpose?.Id, NpgsqlDbType.Text), Columns.Value(consent.Act.Code), Columns.Value(consent.Effect.Code),
            Optional((int?)consent.Named, NpgsqlDbType.Integer), Optional(delivery, NpgsqlDbType.Uuid), Optional(deposit, NpgsqlDbType.Uuid),
            Columns.Value(caller.Organisation), Columns.Value(caller.Agent), Columns.Value(consent.CollectedAt), Columns.Value(now),
            Optional(consent.Evidence, NpgsqlDbType.Bytea), Optional(consent.ExpiresAt, NpgsqlDbType.TimestampTz), Columns.Value(entry));

    private static void AddState(NpgsqlBatch batch, CheckedConsent consent, LockedPerson person, ObjectionCase? opened, Guid id, DateTimeOffset now)
    {
        // Only an act about every purpose changes the general restriction: another part of the gateway may have set it.
        bool? restricted = consent is { Purpose: null, Effect: ConsentEffect.Limitation or ConsentEffect.Levee } ? consent.Effect is ConsentEffect.Limitation : null;
        foreach (var (subject, after) in person.Standing)
        {
            batch.Add("update consent.subject_state set standing = $2, restricted = coalesce($3, restricted), changed_at = $4 where subject = $1",
                Columns.Value(subject), Optional(after.ToJson(), NpgsqlDbType.Jsonb), Optional(restricted, NpgsqlDbType.Boolean), Columns.Value(now));
        }

        if (opened is not null)
        {
            batch.Add("insert into consent.case (id, ledger, subject, purpose, opened_at, due_at, state) values ($1, $2, $3, $4, $5, $6, 'ouvert')",
                Columns.Value(opened.Id), Columns.Value(id), Columns.Value(person.Subject), Columns.Value(consent.Purpose!.Id), Columns.Value(opened.OuvertLe), Columns.Value(opened.EcheanceLe));
        }

        if (consent.Effect is ConsentEffect.Levee)
            CloseCases(batch, person, consent.Purpose?.Id, now);
    }

    /// <summary>Ends the examination of objections; what they restrict is not changed.</summary>
    /// <param name="purpose"><see langword="null"/> for every purpose.</param>
    public static void CloseCases(NpgsqlBatch batch, LockedPerson person, string? purpose, DateTimeOffset now) =>
        batch.Add("update consent.case set state = 'clos', closed_at = $3 where subject = any($1) and state = 'ouvert' and ($2::text is null or purpose = $2)",
            Columns.Of([.. person.Standing.Keys], s => s), Optional(purpose, NpgsqlDbType.Text), Columns.Value(now));

    /// <summary>What was kept back for want of the agreement, or by the restriction, is looked at again; what was delivered is not delivered twice.</summary>
    private static void AddRelease(NpgsqlBatch batch, LockedPerson person, string? purpose, DateTimeOffset now) =>
        batch.Add(
            """
            insert into routing.work (id, deposit, kind, due_at, created_at)
            select gen_random_uuid(), d.id, $2, $3, $3 from exchange.deposit d
            where d.subject = any($1) and not d.sandbox and d.facts <> '{}' and exists (select 1 from routing.result r where r.deposit = d.id)
              and not exists (select 1 from exchange.correction c where c.deposit = d.id)
            """,
            Columns.Of([.. person.Standing.Keys], s => s), Columns.Value(WorkItem.ReleasedKind(purpose)), Columns.Value(now));

    private AuditEntry Entry(Caller caller, CheckedConsent consent, IReadOnlyList<Guid> subjects, Guid? delivery, Guid? deposit) => new()
    {
        Action = LogAction.ConsentRecorded,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = subjects,
        Deposit = deposit,
        Delivery = delivery,
        Purpose = consent.Purpose?.Id,
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["acte"] = consent.Act.Code, ["effet"] = consent.Effect.Code },
        TraceId = Activity.Current?.TraceId.ToString(),
    };

    private static NpgsqlParameter Optional(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
