using System.Diagnostics;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>An entry ready to be written: commitment made, content sealed, nothing in clear but what the search needs.</summary>
/// <param name="Id">Entry id (UUIDv7).</param>
/// <param name="At">UTC, whole microseconds.</param>
/// <param name="Leaf">33 bytes: <c>0x01 || SHA-256(salt || content)</c>.</param>
internal sealed record PreparedEntry(Guid Id, DateTimeOffset At, LogAction Action, Guid? Organisation, string? Agent, Guid? Deposit, Guid? Delivery,
    byte[] Leaf, byte[] Sealed, int VaultKey, byte[] WrappedKey, IReadOnlyList<byte[]> Pseudonyms);

/// <summary>What reading an entry back gives.</summary>
internal abstract record OpenedEntry
{
    /// <summary>Readable.</summary>
    /// <param name="Content">What the entry says.</param>
    /// <param name="Opening"><c>salt || content</c>, the bytes whose SHA-256 the leaf holds.</param>
    /// <param name="Conform">Whether the bytes match the commitment and the table's own columns match the bytes.</param>
    internal sealed record Opened(EntryContent Content, byte[] Opening, bool Conform) : OpenedEntry;

    /// <summary>Its key is deleted or destroyed; the leaf stays.</summary>
    internal sealed record Forgotten : OpenedEntry;

    /// <summary>Altered, moved to another entry, or under a vault key that this gateway has no more.</summary>
    internal sealed record Unreadable : OpenedEntry;

    internal sealed record Unknown : OpenedEntry;
}

/// <summary>The log as the rest of the gateway sees it: an entry is durable with the transaction that carries it, or there is an error.</summary>
internal sealed class AuditLog(Databases databases, EntrySeal seal, AuditPseudonyms pseudonyms, JournalState state, TimeProvider clock)
{
    /// <summary>Origin of the open tree: it stands in promises.</summary>
    /// <exception cref="JournalStoppedException">The log is not opened yet.</exception>
    public string Origin => state.Origin;

    /// <summary>Throws unless the log is in order. Called by <see cref="PrepareAsync"/>: no entry, no disclosure.</summary>
    /// <exception cref="JournalStoppedException">Answer 503.</exception>
    public void ThrowIfStopped() => state.ThrowIfStopped();

    /// <summary>Tells the sequencer that something was committed; cheap, never blocks.</summary>
    public void Wake() => state.Ring();

    /// <summary>Commits to the content and seals it. No input or output but the secret <c>audit</c>, fetched once.</summary>
    /// <exception cref="JournalStoppedException">The log is stopped.</exception>
    public async ValueTask<PreparedEntry> PrepareAsync(AuditEntry entry, DateTimeOffset at, CancellationToken ct)
    {
        state.ThrowIfStopped();
        return await PrepareUncheckedAsync(entry, at, ct);
    }

    /// <summary>As <see cref="PrepareAsync"/>, for the entries that may be written while the log is not open: the first of a new origin, and erasures replayed at the start.</summary>
    internal async ValueTask<PreparedEntry> PrepareUncheckedAsync(AuditEntry entry, DateTimeOffset at, CancellationToken ct)
    {
        if (entry.Action == LogAction.None)
            throw new ArgumentException("LogAction.None is the mark of what leaves no entry.", nameof(entry));
        at = EntryContent.Instant(at);
        var subjects = new List<byte[]>(entry.Subjects.Count);
        foreach (var subject in entry.Subjects.Distinct())
            subjects.Add(await pseudonyms.OfAsync(subject, ct));

        var content = new EntryContent
        {
            Id = Guid.CreateVersion7(at),
            At = at,
            Action = entry.Action.ToString(),
            Organisation = entry.Organisation,
            Agent = entry.Agent,
            // Sorted: the order in which a list was read says nothing, and must not make two forms of one entry.
            Subjects = [.. subjects.Select(Convert.ToHexStringLower).Order(StringComparer.Ordinal)],
            Deposit = entry.Deposit,
            Delivery = entry.Delivery,
            Purpose = entry.Purpose,
            RegisterVersion = entry.RegisterVersion,
            Decision = entry.Decision,
            Details = entry.Details,
            TraceId = entry.TraceId ?? Activity.Current?.TraceId.ToHexString(),
        };
        var (leaf, box, vaultKey, wrapped) = seal.Seal(content.Id, content.ToBytes());
        return new(content.Id, at, entry.Action, entry.Organisation, entry.Agent, entry.Deposit, entry.Delivery, leaf, box, vaultKey, wrapped, subjects);
    }

    /// <summary>Adds the writing of entries to a batch of the business transaction: four statements whatever their number.</summary>
    /// <exception cref="JournalStoppedException">The log was stopped since the entries were prepared.</exception>
    public void AddTo(NpgsqlBatch batch, IReadOnlyList<PreparedEntry> entries)
    {
        state.ThrowIfStopped();
        if (entries.Count > 0)
            AddUncheckedTo(batch, entries);
    }

    /// <summary>As <see cref="AddTo"/>, for what must be done before the log is opened: the entries wait in <c>pending</c> for their rank.</summary>
    internal static void AddUncheckedTo(NpgsqlBatch batch, IReadOnlyList<PreparedEntry> entries)
    {
        AddEntriesTo(batch, entries);
        batch.BatchCommands.Add(Command("insert into audit.pending (entry) select * from unnest($1)", Column(entries, e => e.Id)));
    }

    /// <summary>The entries without their turn in <c>pending</c>: the first of a new origin takes its rank at once.</summary>
    internal static void AddEntriesTo(NpgsqlBatch batch, IReadOnlyList<PreparedEntry> entries)
    {
        batch.BatchCommands.Add(Command(
            "insert into audit.entry (id, at, action, organisation, agent, deposit, delivery, leaf, sealed) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            Column(entries, e => e.Id), Column(entries, e => e.At), Column(entries, e => e.Action.ToString()), Column(entries, e => e.Organisation),
            Column(entries, e => e.Agent), Column(entries, e => e.Deposit), Column(entries, e => e.Delivery), Column(entries, e => e.Leaf), Column(entries, e => e.Sealed)));
        batch.BatchCommands.Add(Command(
            "insert into audit.entry_key (entry, vault_key, wrapped) select * from unnest($1, $2, $3)",
            Column(entries, e => e.Id), Column(entries, e => e.VaultKey), Column(entries, e => e.WrappedKey)));
        var subjects = entries.SelectMany(e => e.Pseudonyms.Select(p => (e.Id, Pseudonym: p))).ToList();
        if (subjects.Count > 0)
        {
            batch.BatchCommands.Add(Command(
                "insert into audit.entry_subject (entry, pseudonym) select * from unnest($1, $2)",
                Column(subjects, s => s.Id), Column(subjects, s => s.Pseudonym)));
        }
    }

    /// <summary>Writes one entry that has no business transaction (a refusal, a sign-in); durable when it returns.</summary>
    /// <remarks>Under the intake role: it may insert here and read nothing.</remarks>
    /// <exception cref="JournalStoppedException">The log is stopped.</exception>
    public async ValueTask<Guid> AppendAsync(AuditEntry entry, CancellationToken ct)
    {
        var prepared = await PrepareAsync(entry, clock.GetUtcNow(), ct);
        await using (var batch = databases.Intake.CreateBatch())
        {
            // One batch is one transaction: it commits as a whole or not at all.
            AddTo(batch, [prepared]);
            await batch.ExecuteNonQueryAsync(ct);
        }

        Wake();
        return prepared.Id;
    }

    /// <summary>Reads an entry back, for who may read the log.</summary>
    public async Task<OpenedEntry> OpenAsync(Guid entry, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand($"select {EntryRow.Columns} from {EntryRow.Tables} where e.id = $1");
        command.Parameters.AddWithValue(entry);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? EntryRow.Read(reader).Open(seal) : new OpenedEntry.Unknown();
    }

    private static T[] Column<TItem, T>(IReadOnlyList<TItem> items, Func<TItem, T> value)
    {
        var values = new T[items.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(items[i]);
        return values;
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<Array> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }
}
