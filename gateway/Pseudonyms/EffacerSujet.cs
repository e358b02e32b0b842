using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Pseudonyms;

internal abstract record ErasureOutcome
{
    /// <param name="Subjects">How many subjects the person was known as.</param>
    internal sealed record Erased(int Subjects) : ErasureOutcome;

    /// <summary>No such subject, or already erased.</summary>
    internal sealed record NotFound : ErasureOutcome;

    /// <summary>What goes with the erasure could not be done: nothing was erased.</summary>
    internal sealed record Stopped : ErasureOutcome;
}

/// <summary>What goes with an erasure, in its transaction and before it: the person is still there, and held.</summary>
/// <returns>False to erase nothing.</returns>
internal delegate Task<bool> WithErasure(NpgsqlConnection connection, NpgsqlBatch batch, IReadOnlyList<Guid> persons, DateTimeOffset now);

/// <summary>
/// Erases a person (GDPR art. 17): data key, marks, facts in clear, sealed sections and attachments at once. What old pages
/// and backups still hold is sealed by a key that only an older vault key opens, until that one is destroyed.
/// </summary>
internal sealed partial class EffacerSujet(Databases databases, ErasureLedger ledger, AuditLog log, PayloadStore payloads, TimeProvider clock, ILogger<EffacerSujet> logger)
{
    private const int MostAttempts = 5;

    /// <summary>Erases a person under all the subjects joined to the one given. The log, the ledger and the database agree: the ledger's line comes first.</summary>
    /// <param name="motif">Stable code of the reason, for the log.</param>
    /// <param name="caller">Who asks; <see langword="null"/> for the operator's command.</param>
    /// <param name="with">What else the transaction does; <see langword="null"/> when nothing.</param>
    /// <exception cref="JournalStoppedException">The log is stopped: nothing was erased.</exception>
    public async Task<ErasureOutcome> RunAsync(Guid subject, string motif, Caller? caller, CancellationToken ct, WithErasure? with = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(subject, motif, caller, with, ct);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected && attempt < MostAttempts)
            {
                // A router held a message of the person and waited for the person: it goes first, then nothing of it is left.
            }
        }
    }

    /// <summary>As <see cref="RunAsync"/>, in a transaction of the vault's role that the caller commits; it then deletes the payloads by <see cref="DeleteAsync"/>.</summary>
    /// <returns>How many subjects the person was known as, and its payloads; <see langword="null"/> when there is no such subject.</returns>
    public async Task<(int Subjects, List<string> Blobs)?> WithinAsync(NpgsqlConnection connection, Guid subject, string motif, Caller? caller, CancellationToken ct)
    {
        var persons = await PersonAsync(connection, subject, ct);
        if (persons.Count == 0)
            return null;
        await using var batch = new NpgsqlBatch(connection);
        return (persons.Count, await EraseAsync(batch, persons, motif, caller, EntryContent.Instant(clock.GetUtcNow()), ct));
    }

    private async Task<ErasureOutcome> OnceAsync(Guid subject, string motif, Caller? caller, WithErasure? with, CancellationToken ct)
    {
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var persons = await PersonAsync(connection, subject, ct);
        if (persons.Count == 0)
            return new ErasureOutcome.NotFound();
        var now = EntryContent.Instant(clock.GetUtcNow());
        await using var batch = new NpgsqlBatch(connection);
        if (with is not null && !await with(connection, batch, persons, now))
            return new ErasureOutcome.Stopped();
        var blobs = await EraseAsync(batch, persons, motif, caller, now, ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        await DeleteAsync(blobs, ct);
        return new ErasureOutcome.Erased(persons.Count);
    }

    /// <summary>The ledger's line, the erasure, then the batch with the log entry.</summary>
    private async Task<List<string>> EraseAsync(NpgsqlBatch batch, List<Guid> persons, string motif, Caller? caller, DateTimeOffset now, CancellationToken ct)
    {
        var entry = await log.PrepareAsync(Entry(persons, motif, caller), now, ct);
        ledger.Append(persons, now);
        var blobs = await EraseAsync(batch.Connection!, persons, ct);
        log.AddTo(batch, [entry]);
        await batch.ExecuteNonQueryAsync(ct);
        return blobs;
    }

    /// <summary>Before the first request: erases again whoever a restored backup has brought back. Nothing happens on a database that was not restored.</summary>
    public async Task<int> ReplayAsync(CancellationToken ct)
    {
        var marks = ledger.Read();
        if (marks.Count == 0)
            return 0;
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        var back = await SubjectsAsync(connection, "select s.id from vault.subject s join unnest($1) as m(mark) on vault.erasure_mark(s.id) = m.mark", new NpgsqlParameter<byte[][]> { TypedValue = [.. marks] }, ct);
        foreach (var subject in back)
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            // The log is not open yet, and stays stopped on a database behind it: the entry waits there for its rank.
            var entry = await log.PrepareUncheckedAsync(Entry([subject], "restauration", null), clock.GetUtcNow(), ct);
            var blobs = await EraseAsync(connection, [subject], ct);
            await using (var batch = new NpgsqlBatch(connection))
            {
                AuditLog.AddUncheckedTo(batch, [entry]);
                await batch.ExecuteNonQueryAsync(ct);
            }

            await transaction.CommitAsync(ct);
            await DeleteAsync(blobs, ct);
        }

        if (back.Count > 0)
            LogReplayed(back.Count);
        return back.Count;
    }

    private static async Task<List<Guid>> PersonAsync(NpgsqlConnection connection, Guid subject, CancellationToken ct)
    {
        // Nobody joins the person to another while it is erased.
        await using (var held = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('vault.subject_alias', 0))", connection))
            await held.ExecuteNonQueryAsync(ct);
        return await SubjectsAsync(connection, "select vault.joined_with($1)", Columns.Value(subject), ct);
    }

    private static async Task<List<Guid>> SubjectsAsync(NpgsqlConnection connection, string sql, NpgsqlParameter parameter, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { parameter } };
        await using var rows = await command.ExecuteReaderAsync(ct);
        var subjects = new List<Guid>();
        while (await rows.ReadAsync(ct))
            subjects.Add(rows.GetGuid(0));
        return subjects;
    }

    private static async Task<List<string>> EraseAsync(NpgsqlConnection connection, List<Guid> persons, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select vault.erase($1)", connection) { Parameters = { Columns.Of(persons, p => p) } };
        await using var rows = await command.ExecuteReaderAsync(ct);
        var blobs = new List<string>();
        while (await rows.ReadAsync(ct))
            blobs.Add(rows.GetString(0));
        return blobs;
    }

    /// <summary>Deletes payloads whose rows went with a commit, but for those that another deposit carries; a content that stays a while is swept, since no row names it.</summary>
    public async Task DeleteAsync(IReadOnlyList<string> blobs, CancellationToken ct)
    {
        if (blobs.Count == 0)
            return;
        await using var unnamed = databases.Worker.CreateCommand("select distinct b from unnest($1) b where not exists (select 1 from exchange.piece p where p.blob = b)");
        unnamed.Parameters.Add(Columns.Of(blobs, b => b));
        await using var rows = await unnamed.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            try
            {
                await payloads.DeleteAsync(rows.GetString(0), ct);
            }
            catch (PayloadStoreException e)
            {
                LogLeftToTheSweep(e);
            }
        }
    }

    private static AuditEntry Entry(IReadOnlyList<Guid> persons, string motif, Caller? caller) => new()
    {
        Action = LogAction.SubjectErased,
        Organisation = caller?.Organisation,
        Agent = caller?.Agent,
        Subjects = persons,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["motif"] = motif },
    };

    [LoggerMessage(1043, LogLevel.Warning, "{Count} personnes effacées revenues avec une sauvegarde : effacées à nouveau.")]
    private partial void LogReplayed(int count);

    [LoggerMessage(1044, LogLevel.Warning, "Une pièce d'une personne effacée n'a pas pu être supprimée ; le nettoyage des pièces la supprimera.")]
    private partial void LogLeftToTheSweep(Exception error);
}
