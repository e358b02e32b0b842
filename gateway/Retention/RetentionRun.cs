using System.Globalization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Retention;

internal abstract record RetentionOutcome
{
    /// <param name="AsOf">The instant that decided: of the first start, when the run was taken up again.</param>
    internal sealed record Done(Guid Run, DateTimeOffset AsOf, RetentionCounts Counts) : RetentionOutcome;

    /// <summary>Another node runs it at this moment.</summary>
    internal sealed record Busy : RetentionOutcome;
}

/// <summary>
/// Erases what has been kept long enough, deposit after deposit. Each batch is one transaction with its log entries, its
/// counts and its position: a run that was killed is taken up where it was, by the same instant, and ends the same.
/// </summary>
internal sealed class RetentionRun(
    Databases databases, RegistersInForce registers, EffacerSujet erasure, LogForgetting entries, ReceiptSweep receipts, AuditLog log, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>Key of the advisory lock: one run at a time among all nodes ("egretent" in ASCII).</summary>
    private const long LockKey = 0x6567_7265_7465_6E74;

    /// <summary>Deposits of one transaction (<c>Retention:Batch</c>, 1 to 500): what a kill costs, and how many locks it may hold.</summary>
    private readonly int _batch = Math.Clamp(configuration.GetValue("Retention:Batch", 200), 1, 500);

    /// <exception cref="JournalStoppedException">The log is stopped: nothing more is erased.</exception>
    /// <exception cref="NpgsqlException">The database fails; what was committed counts, the next run goes on.</exception>
    public async Task<RetentionOutcome> RunAsync(CancellationToken ct)
    {
        log.ThrowIfStopped();
        await using var leader = await databases.Vault.OpenConnectionAsync(ct);
        if (!await TryLockAsync(leader, ct))
            return new RetentionOutcome.Busy();
        try
        {
            var (run, asOf, position, counts) = await OpenAsync(leader, ct);
            if (RetentionRule.NotBefore(registers.Current.Purposes, PurposeRegister.LegalDay(asOf)) is { } first)
                await EraseAsync(run, asOf, position, IdTime.First(new DateTimeOffset(first, default, TimeSpan.Zero)), counts, ct);
            await entries.RunAsync(registers.Current.Purposes, asOf, counts, ct);
            await receipts.RunAsync(asOf, counts, ct);
            await CloseAsync(run, counts, ct);
            return new RetentionOutcome.Done(run, asOf, counts);
        }
        finally
        {
            // Closing only gives it back to the pool. A broken connection has released it.
            if (leader.FullState is System.Data.ConnectionState.Open)
            {
                await using var unlock = new NpgsqlCommand("select pg_advisory_unlock($1)", leader) { Parameters = { Columns.Value(LockKey) } };
                await unlock.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
    }

    private async Task EraseAsync(Guid run, DateTimeOffset asOf, Guid position, Guid upto, RetentionCounts counts, CancellationToken ct)
    {
        var register = registers.Current.Purposes;
        var today = PurposeRegister.LegalDay(asOf);
        while (true)
        {
            await using var connection = await databases.Vault.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var page = await HeldDeposits.ReadAsync(connection, position, upto, _batch, ct);
            if (page.Count == 0)
                return;
            var expired = Expired(register, page, today);
            List<string> blobs = [];
            if (expired.Count > 0)
            {
                // What was read before the locks may have changed: it is read and decided again under them.
                await ExecuteAsync(connection, "select vault.retention_hold($1)", ct, Columns.Of([.. expired.Select(e => e.Deposit.Subject).Distinct()], s => s));
                expired = Expired(register, await HeldDeposits.ReadAsync(connection, position, upto, _batch, ct), today);
            }

            if (expired.Count > 0)
                blobs = await ForgetAsync(connection, register, expired, counts, ct);
            position = page[^1].Id;
            await SaveAsync(connection, run, position, counts, null, ct);
            await transaction.CommitAsync(ct);
            log.Wake();
            await erasure.DeleteAsync(blobs, ct);
        }
    }

    private static List<(HeldDeposit Deposit, Categories Gone)> Expired(PurposeRegister register, IReadOnlyList<HeldDeposit> page, DateOnly today) =>
        [.. page.Select(d => (d, RetentionRule.Expired(register, d, today))).Where(e => e.Item2 != Categories.None)];

    private async Task<List<string>> ForgetAsync(
        NpgsqlConnection connection, PurposeRegister register, List<(HeldDeposit Deposit, Categories Gone)> expired, RetentionCounts counts, CancellationToken ct)
    {
        List<string> blobs = [];
        await using (var forget = new NpgsqlCommand("select vault.forget_sections($1, $2)", connection) { CommandTimeout = HeldDeposits.Timeout })
        {
            forget.Parameters.Add(Columns.Of(expired, e => e.Deposit.Id));
            forget.Parameters.Add(Columns.Of(expired, e => (int)e.Gone));
            await using var names = await forget.ExecuteReaderAsync(ct);
            while (await names.ReadAsync(ct))
                blobs.Add(names.GetString(0));
        }

        counts.Pieces += blobs.Count;
        var (now, written) = (clock.GetUtcNow(), new List<PreparedEntry>(expired.Count));
        foreach (var (deposit, gone) in expired)
        {
            counts.Depots++;
            foreach (var category in gone.Each())
                counts.AddSection(((Keeping.Until)RetentionRule.Of(register, category, deposit)).Purpose, category);
            written.Add(await log.PrepareAsync(Entry(deposit, gone, register.Version), now, ct));
        }

        await using (var batch = new NpgsqlBatch(connection))
        {
            log.AddTo(batch, written);
            await batch.ExecuteNonQueryAsync(ct);
        }

        foreach (var subject in await EmptyAsync(connection, [.. expired.Select(e => e.Deposit.Subject).Distinct()], ct))
        {
            // Two of the list may be one person: the second is gone with the first.
            if (await erasure.WithinAsync(connection, subject, "conservation", null, ct) is not { } person)
                continue;
            counts.Personnes++;
            blobs.AddRange(person.Blobs);
        }

        return blobs;
    }

    private static async Task<List<Guid>> EmptyAsync(NpgsqlConnection connection, IReadOnlyList<Guid> subjects, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select vault.retention_empty($1)", connection) { Parameters = { Columns.Of(subjects, s => s) }, CommandTimeout = HeldDeposits.Timeout };
        await using var rows = await command.ExecuteReaderAsync(ct);
        List<Guid> empty = [];
        while (await rows.ReadAsync(ct))
            empty.Add(rows.GetGuid(0));
        return empty;
    }

    private static AuditEntry Entry(HeldDeposit deposit, Categories gone, string version) => new()
    {
        Action = LogAction.RetentionErased,
        Subjects = [deposit.Subject],
        Deposit = deposit.Id,
        Purpose = deposit.Purpose,
        RegisterVersion = version,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["categories"] = string.Join(' ', gone.ToNames()), ["motif"] = "conservation" },
    };

    private static async Task<bool> TryLockAsync(NpgsqlConnection leader, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1)", leader) { Parameters = { Columns.Value(LockKey) } };
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The run that was cut, or a new one.</summary>
    private async Task<(Guid Run, DateTimeOffset AsOf, Guid Position, RetentionCounts Counts)> OpenAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using (var select = new NpgsqlCommand("select id, as_of, position, counts from exchange.retention_run where finished_at is null order by id limit 1", connection))
        await using (var row = await select.ExecuteReaderAsync(ct))
        {
            if (await row.ReadAsync(ct))
                return (row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetGuid(2), RetentionCounts.Parse(row.GetString(3)));
        }

        var now = EntryContent.Instant(clock.GetUtcNow());
        var run = Guid.CreateVersion7(now);
        await ExecuteAsync(connection, "insert into exchange.retention_run (id, as_of, position, counts) values ($1, $2, $3, '{}')", ct, Columns.Value(run), Columns.Value(now), Columns.Value(Guid.Empty));
        return (run, now, Guid.Empty, new());
    }

    private async Task CloseAsync(Guid run, RetentionCounts counts, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["execution"] = run.ToString() };
        foreach (var (name, count) in (ReadOnlySpan<(string, long)>)
            [("depots", counts.Depots), ("sections", counts.Sections.Values.Sum()), ("pieces", counts.Pieces), ("personnes", counts.Personnes), ("inscriptions", counts.InscriptionsConsultation + counts.InscriptionsDossier)])
            details[name] = count.ToString(CultureInfo.InvariantCulture);
        var entry = await log.PrepareAsync(
            new AuditEntry { Action = LogAction.RetentionRan, RegisterVersion = registers.Current.Purposes.Version, Decision = "permis", Details = details }, now, ct);
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await SaveAsync(connection, run, null, counts, now, ct);
        await using (var batch = new NpgsqlBatch(connection))
        {
            log.AddTo(batch, [entry]);
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        log.Wake();
    }

    private static Task SaveAsync(NpgsqlConnection connection, Guid run, Guid? position, RetentionCounts counts, DateTimeOffset? finished, CancellationToken ct) =>
        ExecuteAsync(connection, "update exchange.retention_run set position = coalesce($2, position), counts = $3, finished_at = $4 where id = $1", ct,
            Columns.Value(run), new NpgsqlParameter { Value = (object?)position ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new NpgsqlParameter { Value = counts.ToJson(), NpgsqlDbType = NpgsqlDbType.Jsonb }, new NpgsqlParameter { Value = (object?)finished ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = HeldDeposits.Timeout };
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(ct);
    }
}
