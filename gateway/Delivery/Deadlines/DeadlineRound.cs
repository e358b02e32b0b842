using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery.Notices;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery.Deadlines;

/// <summary>Settings of the section <c>Relances</c>, in working days of the territory after the reminder.</summary>
internal sealed class DeadlineOptions
{
    /// <summary>Until the secretariat is told; default 2, from 1.</summary>
    public int EscalationWorkingDays { get; set; } = 2;

    /// <summary>Until non-delivery is reported; default 5, more than the escalation.</summary>
    public int NonDeliveryWorkingDays { get; set; } = 5;

    /// <exception cref="InvalidOperationException">A setting is out of its range.</exception>
    public static DeadlineOptions Of(IConfiguration configuration)
    {
        var options = configuration.GetSection("Relances").Get<DeadlineOptions>() ?? new DeadlineOptions();
        return options.EscalationWorkingDays >= 1 && options.NonDeliveryWorkingDays > options.EscalationWorkingDays
            ? options
            : throw new InvalidOperationException("Relances: EscalationWorkingDays is at least 1, and NonDeliveryWorkingDays more.");
    }
}

/// <summary>
/// Goes after what nobody acknowledges: the recipient is reminded, then the secretariat told, then non-delivery reported to
/// the organisation in whose name it was sent. The claimed rows, the news and their log entries commit together: killed at
/// any moment, each step is either done or still due.
/// </summary>
internal sealed partial class DeadlineRound(
    Databases databases, RegistersInForce registers, AuditLog log, DeadlineOptions options, TimeProvider clock, ILogger<DeadlineRound> logger)
{
    private const int LargestGroup = 100;

    /// <summary>Takes every step that is due.</summary>
    /// <returns>How many were taken.</returns>
    public async Task<int> RunDueAsync(CancellationToken ct)
    {
        for (var done = 0; ;)
        {
            var taken = await GroupAsync(ct);
            if (taken == 0)
                return done;
            done += taken;
        }
    }

    private async Task<int> GroupAsync(CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var now = EntryContent.Instant(clock.GetUtcNow());
        var claimed = await LateDelivery.ClaimAsync(connection, LargestGroup, now, ct);
        if (claimed.Count == 0)
            return 0;
        var late = claimed.Where(l => !l.Hidden).ToList();
        var holders = await Holder.ReadAsync(connection, [.. late.Select(l => l.Deposit).Distinct()], ct);
        var steps = new DeadlineSteps(registers.Current, options, holders, now);
        foreach (var hidden in claimed.Where(l => l.Hidden))
            steps.PutOff(hidden);
        foreach (var delivery in late)
        {
            if (!steps.Take(delivery))
                LogNobodyToTell(logger, delivery.Id);
        }

        var calls = await CallsAsync(connection, late, now, ct);
        await using var batch = new NpgsqlBatch(connection);
        steps.AddTo(batch);
        batch.Add(
            """
            insert into delivery.webhook_call (id, webhook, delivery, kind, state, created_at)
            select id, webhook, delivery, kind, 'attente', $5 from unnest($1, $2, $3, $4) as c(id, webhook, delivery, kind) on conflict (webhook, delivery, kind) do nothing
            """,
            Columns.Of(calls, c => c.Id), Columns.Of(calls, c => c.Webhook), Columns.Of(calls, c => c.Delivery), Columns.Of(calls, c => c.Kind), Columns.Value(now));
        MailOutbox.AddReminders(batch, [.. late.Where(l => l.Step == 0).Select(l => l.Recipient).Distinct()], now);
        var entries = new List<PreparedEntry>(late.Count);
        foreach (var entry in steps.Entries)
            entries.Add(await log.PrepareAsync(entry, now, ct));
        if (entries.Count > 0)
            log.AddTo(batch, entries);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        return claimed.Count;
    }

    private static async Task<List<(Guid Id, Guid Webhook, Guid Delivery, string Kind)>> CallsAsync(NpgsqlConnection connection, IReadOnlyList<LateDelivery> late, DateTimeOffset now, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select id, organisation from delivery.webhook where organisation = any($1)", connection);
        select.Parameters.AddWithValue(late.Select(l => l.Recipient).Distinct().ToArray());
        var webhooks = new List<(Guid Id, Guid Organisation)>();
        await using (var rows = await select.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct))
                webhooks.Add((rows.GetGuid(0), rows.GetGuid(1)));
        }

        var ids = new OrderedIds(now);
        return [.. late.SelectMany(l => webhooks.Where(w => w.Organisation == l.Recipient), (l, w) => (ids.Next(), w.Id, l.Id, DeadlineSteps.CallOf(l.Step)))];
    }

    [LoggerMessage(1420, LogLevel.Error, "Delivery {Delivery} is not acknowledged, and no organisation may be told: look for its recipient")]
    private static partial void LogNobodyToTell(ILogger logger, Guid delivery);
}

/// <summary>One delivery whose next step is due, held by the running transaction.</summary>
/// <param name="Hidden">A restriction keeps it from its recipient, who cannot acknowledge it.</param>
internal sealed record LateDelivery(
    Guid Id, Guid Deposit, Guid Subject, string Territory, Guid Recipient, string RecipientCode, string Purpose, string RegisterVersion, string Rule, int Step, bool Hidden)
{
    public static async Task<IReadOnlyList<LateDelivery>> ClaimAsync(NpgsqlConnection connection, int most, DateTimeOffset now, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select d.id, d.deposit, d.subject, d.territory, d.recipient, o.code, d.purpose, d.register_version, d.rule, d.step, s.restricted, s.standing
            from delivery.delivery d join access.organisation o on o.id = d.recipient join consent.subject_state s on s.subject = d.subject
            where d.due_at <= $1 and d.due_at is not null and d.state = 'remise'
              and not exists (select 1 from exchange.correction c where c.deposit = d.deposit)
            order by d.due_at limit $2 for update of d skip locked
            """, connection);
        select.Parameters.AddWithValue(now);
        select.Parameters.AddWithValue(most);
        await using var rows = await select.ExecuteReaderAsync(ct);
        var late = new List<LateDelivery>();
        while (await rows.ReadAsync(ct))
        {
            late.Add(new LateDelivery(
                rows.GetGuid(0), rows.GetGuid(1), rows.GetGuid(2), rows.GetString(3), rows.GetGuid(4), rows.GetString(5), rows.GetString(6), rows.GetString(7), rows.GetString(8), rows.GetInt16(9),
                rows.GetBoolean(10) || SubjectConsents.Parse(rows.GetString(11)).Restricts(rows.GetString(6))));
        }

        return late;
    }
}

/// <summary>An organisation that holds a deposit by a delivery of its own: under that delivery's purpose it may read news about it.</summary>
internal sealed record Holder(Guid Delivery, Guid Deposit, Guid Recipient, string Code, string Nature)
{
    public static async Task<ILookup<Guid, Holder>> ReadAsync(NpgsqlConnection connection, Guid[] deposits, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select d.id, d.deposit, d.recipient, o.code, d.recipient_role from delivery.delivery d join access.organisation o on o.id = d.recipient
            where d.deposit = any($1) and d.nature = 'remise' and d.state in ('remise', 'accusee') order by d.id
            """, connection);
        select.Parameters.AddWithValue(deposits);
        await using var rows = await select.ExecuteReaderAsync(ct);
        var holders = new List<Holder>();
        while (await rows.ReadAsync(ct))
            holders.Add(new Holder(rows.GetGuid(0), rows.GetGuid(1), rows.GetGuid(2), rows.GetString(3), rows.GetString(4)));
        return holders.ToLookup(h => h.Deposit);
    }
}
