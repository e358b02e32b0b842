using ExchangeGateway.Gateway.Delivery.Deadlines;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery.Notices;

/// <param name="To">Address of one person; <see langword="null"/> when the account is no longer there to be told.</param>
/// <param name="Waiting">Lines to take charge of; counted up to <see cref="MailOutbox.MostCounted"/>.</param>
/// <param name="Late">Those of them that were reminded.</param>
internal sealed record MailNotice(Guid Id, string Kind, int Attempts, string? To, long Waiting, long Late);

/// <summary>
/// Who gets a notice today: each reader of an organisation, one a working day when something waits, and one when
/// acknowledgements were reminded. A row is claimed by putting its next try later, then sent, then marked: after a crash in
/// between, or a server that dies before it has confirmed, it goes again, under the same Message-ID. What a server refuses
/// is tried again every ten minutes, seven times in all; the next working day makes a new notice as long as something waits.
/// </summary>
internal sealed partial class MailOutbox(Databases databases, RegistersInForce registers, MailSender sender, TimeProvider clock, ILogger<MailOutbox> logger)
{
    public const int MostCounted = 1000;
    private const int MostAttempts = 7;
    private const string Readers = "p.role in ('instructeur', 'secretariat', 'autorite') and p.disabled_at is null and coalesce(p.email, p.user_name) like '%@%'";
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(10);

    /// <summary>Adds the notice of today's reminders to the transaction that reminds.</summary>
    public static void AddReminders(NpgsqlBatch batch, IReadOnlyList<Guid> organisations, DateTimeOffset now) =>
        batch.Add(
            $"""
            insert into delivery.mail (id, organisation, person, kind, day, due_at, created_at)
            select gen_random_uuid(), p.organisation, p.id, 'rappel', $2, $3, $3 from access.person p where p.organisation = any($1) and {Readers}
            on conflict (organisation, kind, day, person) do nothing
            """,
            Columns.Value(organisations.ToArray()), Columns.Value(DateOnly.FromDateTime(now.UtcDateTime)), Columns.Value(now));

    /// <summary>Adds the day's notices and sends what is due.</summary>
    /// <returns>How many messages were sent.</returns>
    public async Task<int> RunDueAsync(CancellationToken ct)
    {
        await FillAsync(ct);
        var sent = 0;
        while (await ClaimAsync(ct) is { } notice)
        {
            var done = (notice.Kind is "rappel" ? notice.Late : notice.Waiting) == 0 || notice.To is null;
            if (!done && await sender.SendAsync(notice, ct))
            {
                done = true;
                sent++;
            }
            else if (!done && notice.Attempts >= MostAttempts)
            {
                done = true;
                LogGivenUp(logger, notice.Id);
            }

            if (done)
                await EndAsync(notice.Id, ct);
        }

        return sent;
    }

    private async Task FillAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var dates = new AcknowledgementDates(registers.Current.Law.Calendar, now);
        var open = registers.Current.Territories.All.Where(dates.IsWorkingHour).Select(t => t.Code).ToArray();
        if (open.Length == 0)
            return;
        await using var command = databases.Worker.CreateCommand(
            $"""
            insert into delivery.mail (id, organisation, person, kind, day, due_at, created_at)
            select gen_random_uuid(), o.id, p.id, 'attente', $1, $2, $2 from access.organisation o join access.person p on p.organisation = o.id and {Readers}
            where o.disabled_at is null and not o.sandbox and o.territories && $3
              and exists (select 1 from delivery.delivery d where d.recipient = o.id and d.state = 'remise')
              and not exists (select 1 from delivery.mail m where m.organisation = o.id and m.kind = 'attente' and m.day = $1 and (m.person = p.id or m.person is null))
            on conflict (organisation, kind, day, person) do nothing
            """);
        command.Parameters.AddWithValue(DateOnly.FromDateTime(now.UtcDateTime));
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(open);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<MailNotice?> ClaimAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var command = databases.Worker.CreateCommand(
            $"""
            with c as (
              update delivery.mail set attempts = attempts + 1, due_at = $2 where id = (
                select id from delivery.mail where ended_at is null and due_at <= $1 order by due_at limit 1 for update skip locked)
              returning id, organisation, person, kind, attempts)
            select c.id, c.kind, c.attempts,
              (select coalesce(p.email, p.user_name) from access.person p where p.id = c.person and {Readers}),
              (select count(*) from (select 1 from delivery.delivery d where d.recipient = c.organisation and d.state = 'remise' limit {MostCounted}) w),
              (select count(*) from (select 1 from delivery.delivery d where d.recipient = c.organisation and d.state = 'remise' and d.step > 0 limit {MostCounted}) l)
            from c
            """);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(now + Retry);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new MailNotice(row.GetGuid(0), row.GetString(1), row.GetInt32(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetInt64(4), row.GetInt64(5))
            : null;
    }

    private async Task EndAsync(Guid id, CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand("update delivery.mail set ended_at = $2 where id = $1");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(1431, LogLevel.Error, "Notice by e-mail {Notice} is given up after seven tries; the next working day makes a new one")]
    private static partial void LogGivenUp(ILogger logger, Guid notice);
}
