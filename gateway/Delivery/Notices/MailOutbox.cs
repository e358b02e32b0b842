using ExchangeGateway.Gateway.Delivery.Deadlines;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery.Notices;

/// <param name="Waiting">Lines to take charge of; counted up to <see cref="MailOutbox.MostCounted"/>.</param>
/// <param name="Late">Those of them that were reminded.</param>
internal sealed record MailNotice(Guid Id, string Kind, int Attempts, IReadOnlyList<string> To, long Waiting, long Late);

/// <summary>
/// Which organisations get a notice today: one a working day when something waits, and one when acknowledgements were
/// reminded. A row is claimed by putting its next try later, then sent, then marked: after a crash in between it goes
/// again, under the same Message-ID.
/// </summary>
internal sealed class MailOutbox(Databases databases, RegistersInForce registers, MailSender sender, TimeProvider clock)
{
    public const int MostCounted = 1000;
    private const int MostAttempts = 6;
    private const string Readers = "role in ('instructeur', 'secretariat', 'autorite') and disabled_at is null and coalesce(email, user_name) like '%@%'";
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(10);

    /// <summary>Adds the notice of today's reminders to the transaction that reminds.</summary>
    public static void AddReminders(NpgsqlBatch batch, IReadOnlyList<Guid> organisations, DateTimeOffset now) =>
        batch.Add(
            "insert into delivery.mail (id, organisation, kind, day, due_at, created_at) select id, organisation, 'rappel', $3, $4, $4 from unnest($1, $2) as m(id, organisation) on conflict (organisation, kind, day) do nothing",
            Columns.Of(organisations, _ => Guid.CreateVersion7(now)), Columns.Of(organisations, o => o), Columns.Value(DateOnly.FromDateTime(now.UtcDateTime)), Columns.Value(now));

    /// <summary>Adds the day's notices and sends what is due.</summary>
    /// <returns>How many messages were sent.</returns>
    public async Task<int> RunDueAsync(CancellationToken ct)
    {
        await FillAsync(ct);
        var sent = 0;
        while (await ClaimAsync(ct) is { } notice)
        {
            var done = (notice.Kind is "rappel" ? notice.Late : notice.Waiting) == 0 || notice.To.Count == 0 || notice.Attempts > MostAttempts;
            if (!done && await sender.SendAsync(notice, ct))
            {
                done = true;
                sent++;
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
            insert into delivery.mail (id, organisation, kind, day, due_at, created_at)
            select gen_random_uuid(), o.id, 'attente', $1, $2, $2 from access.organisation o
            where o.disabled_at is null and not o.sandbox and o.territories && $3
              and exists (select 1 from access.person p where p.organisation = o.id and p.{Readers})
              and exists (select 1 from delivery.delivery d where d.recipient = o.id and d.state = 'remise')
              and not exists (select 1 from delivery.mail m where m.organisation = o.id and m.kind = 'attente' and m.day = $1)
            on conflict (organisation, kind, day) do nothing
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
              returning id, organisation, kind, attempts)
            select c.id, c.kind, c.attempts,
              array(select coalesce(p.email, p.user_name) from access.person p where p.organisation = c.organisation and p.{Readers} order by 1),
              (select count(*) from (select 1 from delivery.delivery d where d.recipient = c.organisation and d.state = 'remise' limit {MostCounted}) w),
              (select count(*) from (select 1 from delivery.delivery d where d.recipient = c.organisation and d.state = 'remise' and d.step > 0 limit {MostCounted}) l)
            from c
            """);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(now + Retry);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new MailNotice(row.GetGuid(0), row.GetString(1), row.GetInt32(2), row.GetFieldValue<string[]>(3), row.GetInt64(4), row.GetInt64(5))
            : null;
    }

    private async Task EndAsync(Guid id, CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand("update delivery.mail set ended_at = $2 where id = $1");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }
}
