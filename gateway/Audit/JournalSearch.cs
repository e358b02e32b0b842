using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>What a DPO asks of the log; every criterion is optional, as the URL or the form gave it.</summary>
internal sealed record JournalQuery
{
    /// <summary>Code (<c>adil-75</c>) or id of an organisation.</summary>
    public string? Organisation { get; init; }
    /// <summary>First instant (ISO 8601 with offset) or first day (<c>YYYY-MM-DD</c>, Paris).</summary>
    public string? Depuis { get; init; }
    /// <summary>Instant before which (ISO 8601 with offset), or last day, included (<c>YYYY-MM-DD</c>, Paris).</summary>
    public string? Jusqua { get; init; }
    /// <summary>Audit pseudonym (32 hexadecimal digits) or subject reference (UUID with hyphens).</summary>
    public string? Personne { get; init; }
    /// <summary>Name of a <see cref="LogAction"/>.</summary>
    public string? Action { get; init; }
    /// <summary>Opaque: <see cref="JournalPage.Suite"/> of the page before.</summary>
    public string? Curseur { get; init; }
}

/// <summary>One entry as a DPO sees it.</summary>
/// <param name="Rang">Rank in its tree; <see langword="null"/> before integration.</param>
/// <param name="Origine">Origin of its tree.</param>
/// <param name="Etat">lisible | oubliee (its key was deleted: the proof stays) | illisible (altered, or its vault key is gone).</param>
/// <param name="Conforme">The content matches its commitment in the log and the columns it was found by; <see langword="null"/> unless readable.</param>
internal sealed record JournalItem(Guid Id, DateTimeOffset Date, string Action, Guid? Organisation, string? CodeOrganisation, long? Rang, string? Origine,
    string Etat, bool? Conforme, string? Agent, IReadOnlyList<string> Sujets, Guid? Depot, Guid? Remise, string? Finalite, string? Registre,
    string? Decision, IReadOnlyDictionary<string, string> Details, string? Trace);

/// <summary>One page of a search.</summary>
/// <param name="Entrees">Newest first, 50 at most.</param>
/// <param name="Suite">Cursor of the next page; <see langword="null"/> at the end.</param>
internal sealed record JournalPage(IReadOnlyList<JournalItem> Entrees, string? Suite);

internal abstract record JournalSearchOutcome
{
    internal sealed record Found(JournalPage Page) : JournalSearchOutcome;

    internal sealed record Invalid(IReadOnlyList<FieldError> Errors) : JournalSearchOutcome;

    /// <summary>No such organisation, or not the caller's to see: the answer does not tell which.</summary>
    internal sealed record NotFound : JournalSearchOutcome;
}

/// <summary>
/// The DPO's question: who did what, when, about whom. A DPO sees the entries of its own organisation; the gateway's DPO
/// (nature <c>passerelle</c>) sees all. The question is itself an entry, durable before the answer is read.
/// </summary>
internal sealed class JournalSearch(Databases databases, AuditLog log, AuditPseudonyms pseudonyms, EntrySeal seal)
{
    private const int PageSize = 50;
    /// <summary>Nature of the gateway's own organisation: its DPO sees everybody.</summary>
    public const string GatewayNature = "passerelle";

    public async Task<JournalSearchOutcome> RunAsync(JournalQuery query, Caller caller, CancellationToken ct)
    {
        var errors = new List<FieldError>();
        var since = JournalPeriod.Read(query.Depuis, "/depuis", endOfDay: false, errors);
        var until = JournalPeriod.Read(query.Jusqua, "/jusqua", endOfDay: true, errors);
        var action = query.Action is null ? null : ReadAction(query.Action, errors);
        var cursor = Cursor.Read(query.Curseur, errors);
        var (pseudonym, subject) = await ReadPersonAsync(query.Personne, errors, ct);
        if (errors.Count > 0)
            return new JournalSearchOutcome.Invalid(errors);
        Guid? organisation = caller.Nature == GatewayNature ? null : caller.Organisation;
        if (query.Organisation is { } asked)
        {
            if (await FindOrganisationAsync(asked, ct) is not { } found || (organisation ?? found) != found)
                return new JournalSearchOutcome.NotFound();
            organisation = found;
        }

        await log.AppendAsync(new()
        {
            Action = LogAction.JournalSearched,
            Organisation = caller.Organisation,
            Agent = caller.Agent,
            Subjects = subject is { } person ? [person] : [],
            Details = Criteria(organisation, since, until, action, query.Curseur is not null),
        }, ct);
        return new JournalSearchOutcome.Found(await ReadAsync(organisation, since, until, action, pseudonym, cursor, ct));
    }

    /// <summary>Whether an entry exists and the caller may see it.</summary>
    public async Task<bool> MaySeeAsync(Guid entry, Caller caller, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand("select 1 from audit.entry where id = $1 and ($2 or organisation = $3)");
        command.Parameters.AddWithValue(entry);
        command.Parameters.AddWithValue(caller.Nature == GatewayNature);
        command.Parameters.AddWithValue(caller.Organisation);
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    /// <summary>One entry as the caller may see it; <see langword="null"/> when it does not exist or is not the caller's to see.</summary>
    public async Task<JournalItem?> ReadOneAsync(Guid entry, Caller caller, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand($"""
            select {EntryRow.Columns}, h.origin, o.code from {EntryRow.Tables}
            left join audit.head h on h.tree = l.tree left join access.organisation o on o.id = e.organisation
            where e.id = $1 and ($2 or e.organisation = $3)
            """);
        command.Parameters.AddWithValue(entry);
        command.Parameters.AddWithValue(caller.Nature == GatewayNature);
        command.Parameters.AddWithValue(caller.Organisation);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    private async Task<JournalPage> ReadAsync(Guid? organisation, DateTimeOffset? since, DateTimeOffset? until, LogAction? action, byte[]? pseudonym, Cursor? cursor, CancellationToken ct)
    {
        // Only the criteria that are there are in the statement, so that each combination has its own plan.
        await using var command = databases.Reader.CreateCommand();
        var where = new List<string> { "true" };
        void And(string condition, object value, NpgsqlDbType type)
        {
            command.Parameters.Add(new() { Value = value, NpgsqlDbType = type });
            where.Add(string.Format(CultureInfo.InvariantCulture, condition, command.Parameters.Count));
        }

        if (organisation is { } org)
            And("e.organisation = ${0}", org, NpgsqlDbType.Uuid);
        if (since is { } first)
            And("e.at >= ${0}", first, NpgsqlDbType.TimestampTz);
        if (until is { } end)
            And("e.at < ${0}", end, NpgsqlDbType.TimestampTz);
        if (action is { } name)
            And("e.action = ${0}", name.ToString(), NpgsqlDbType.Text);
        if (pseudonym is not null)
            And("e.id in (select s.entry from audit.entry_subject s where s.pseudonym = ${0})", pseudonym, NpgsqlDbType.Bytea);
        if (cursor is { } after)
        {
            And("e.at <= ${0}", after.At, NpgsqlDbType.TimestampTz);
            command.Parameters.Add(new() { Value = after.Id, NpgsqlDbType = NpgsqlDbType.Uuid });
            where.Add(string.Create(CultureInfo.InvariantCulture, $"(e.at, e.id) < (${command.Parameters.Count - 1}, ${command.Parameters.Count})"));
        }

        command.CommandText = $"""
            select {EntryRow.Columns}, h.origin, o.code from {EntryRow.Tables}
            left join audit.head h on h.tree = l.tree left join access.organisation o on o.id = e.organisation
            where {string.Join(" and ", where)} order by e.at desc, e.id desc limit {PageSize + 1}
            """;
        var items = new List<JournalItem>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            items.Add(Read(reader));
        if (items.Count <= PageSize)
            return new(items, null);
        items.RemoveAt(PageSize);
        return new(items, new Cursor(items[^1].Date, items[^1].Id).ToString());
    }

    private JournalItem Read(NpgsqlDataReader reader) =>
        Item(EntryRow.Read(reader), reader.IsDBNull(13) ? null : reader.GetString(13), reader.IsDBNull(14) ? null : reader.GetString(14));

    private JournalItem Item(EntryRow row, string? origin, string? code)
    {
        var opened = row.Open(seal) as OpenedEntry.Opened;
        var content = opened?.Content;
        return new(row.Id, row.At, row.Action, row.Organisation, code, row.Rank, origin,
            opened is not null ? "lisible" : row.Wrapped is null ? "oubliee" : "illisible", opened?.Conform,
            row.Agent, content?.Subjects ?? [], row.Deposit, row.Delivery, content?.Purpose, content?.RegisterVersion,
            content?.Decision, content?.Details ?? new Dictionary<string, string>(StringComparer.Ordinal), content?.TraceId);
    }

    private async Task<Guid?> FindOrganisationAsync(string text, CancellationToken ct)
    {
        // What cannot be a code is not put to the database, which refuses some characters altogether.
        if (text.Length > 100 || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            return null;
        await using var command = databases.Reader.CreateCommand("select id from access.organisation where code = $1 or id = $2");
        command.Parameters.AddWithValue(text);
        command.Parameters.AddWithValue(Guid.TryParseExact(text, "D", out var id) ? id : Guid.Empty);
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    private async ValueTask<(byte[]? Pseudonym, Guid? Subject)> ReadPersonAsync(string? text, List<FieldError> errors, CancellationToken ct)
    {
        if (text is null)
            return default;
        if (AuditPseudonyms.TryParse(text, out var pseudonym))
            return (pseudonym, await pseudonyms.SubjectOfAsync(pseudonym, ct));
        if (Guid.TryParseExact(text, "D", out var subject))
            return (await pseudonyms.OfAsync(subject, ct), subject);
        errors.Add(new("/personne", "format", "Donnez un pseudonyme du journal (32 chiffres hexadécimaux) ou une référence de personne (UUID avec tirets)."));
        return default;
    }

    private static LogAction? ReadAction(string text, List<FieldError> errors)
    {
        if (Enum.GetNames<LogAction>().Contains(text, StringComparer.Ordinal) && text != nameof(LogAction.None))
            return Enum.Parse<LogAction>(text);
        errors.Add(new("/action", "valeur", "Cette action n'existe pas. Exemples : DepositReceived, DeliveryConsulted, IdentityDisclosed."));
        return null;
    }

    private static Dictionary<string, string> Criteria(Guid? organisation, DateTimeOffset? since, DateTimeOffset? until, LogAction? action, bool nextPage)
    {
        var criteria = new Dictionary<string, string>(StringComparer.Ordinal);
        if (organisation is { } org)
            criteria["organisation"] = org.ToString();
        if (since is { } first)
            criteria["depuis"] = first.ToString("O", CultureInfo.InvariantCulture);
        if (until is { } end)
            criteria["jusqua"] = end.ToString("O", CultureInfo.InvariantCulture);
        if (action is { } name)
            criteria["action"] = name.ToString();
        if (nextPage)
            criteria["suite"] = "oui";
        return criteria;
    }

    /// <summary>Place of the last entry of a page: instant and id, base64url.</summary>
    private sealed record Cursor(DateTimeOffset At, Guid Id)
    {
        private const int Length = 24;

        public override string ToString()
        {
            Span<byte> bytes = stackalloc byte[Length];
            BinaryPrimitives.WriteInt64BigEndian(bytes, At.UtcTicks);
            Id.TryWriteBytes(bytes[8..], bigEndian: true, out _);
            return Base64Url.EncodeToString(bytes);
        }

        public static Cursor? Read(string? text, List<FieldError> errors)
        {
            if (text is null)
                return null;
            Span<byte> bytes = stackalloc byte[Length];
            if (text.Length == 32 && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length) && length == Length
                && BinaryPrimitives.ReadInt64BigEndian(bytes) is >= 0 and var ticks && ticks <= DateTime.MaxValue.Ticks)
                return new(new(ticks, TimeSpan.Zero), new Guid(bytes[8..], bigEndian: true));
            errors.Add(new("/curseur", "format", "Ce curseur ne vient pas de la page précédente."));
            return null;
        }
    }
}
