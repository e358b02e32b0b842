using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <summary>An address that this worker may call until its lease ends.</summary>
internal sealed record ClaimedWebhook(Guid Id, Guid Lease, Caller Recipient, Uri Url, IReadOnlyList<byte[]> Keys, int Failures);

/// <summary>One attempt of one call, written down and logged before it is made.</summary>
/// <param name="MessageId">The <c>webhook-id</c>: the same at every attempt and replay.</param>
internal sealed record WebhookAttempt(Guid Call, Guid Attempt, string MessageId, byte[] Body);

/// <summary>
/// The calls to make, as rows. What comes to an inbox gets its call by the place of the line, which never passes one over;
/// a call is claimed by a lease on its address, so that a worker that dies is followed by another with the same
/// <c>webhook-id</c>. Order is that of the inbox, but a call that failed lets the others go first.
/// </summary>
internal sealed class WebhookOutbox(
    Databases databases, WebhookSecrets secrets, PseudonymDomains pseudonyms, RegistersInForce registers, DeliveryAudit audit, WebhookOptions options, TimeProvider clock)
{
    private const int LargestFill = 500;

    public static string MessageId(Guid call) => "msg_" + call.ToString("N");

    /// <summary>Lets the calls wait again that were stopped while their lines were hidden, and that something else hides now, or nothing.</summary>
    public async Task ResumeAsync(CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand(
            """
            update delivery.webhook_call c set state = 'attente', attempts = 0, ended_at = null, seen = null, register = null
            from delivery.delivery d join consent.subject_state s on s.subject = d.subject
            where c.state = 'arrete' and c.seen is not null and d.id = c.delivery and (s.changed_at <> c.seen or c.register <> $1)
            """);
        command.Parameters.AddWithValue(registers.Current.Purposes.Version);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Gives every new line of an inbox its call.</summary>
    /// <returns>How many calls were added.</returns>
    public async Task<int> FillAsync(CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        var lines = new List<(Guid Call, Guid Webhook, Guid Delivery, long Position)>();
        await using (var select = new NpgsqlCommand(
            """
            with w as materialized (select id, organisation, position from delivery.webhook where state = 'actif' for update skip locked)
            select w.id, n.id, n.position from w
              cross join lateral (select d.id, d.position from delivery.delivery d where d.recipient = w.organisation and d.position > w.position order by d.position limit $1) n
            order by w.id, n.position
            """, connection))
        {
            select.Parameters.AddWithValue(LargestFill);
            await using var rows = await select.ExecuteReaderAsync(ct);
            var ids = new OrderedIds(now);
            while (await rows.ReadAsync(ct))
                lines.Add((ids.Next(), rows.GetGuid(0), rows.GetGuid(1), rows.GetInt64(2)));
        }

        if (lines.Count == 0)
            return 0;
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            """
            insert into delivery.webhook_call (id, webhook, delivery, kind, state, created_at)
            select id, webhook, delivery, $4, 'attente', $5 from unnest($1, $2, $3) as c(id, webhook, delivery) on conflict (webhook, delivery, kind) do nothing
            """,
            Columns.Of(lines, l => l.Call), Columns.Of(lines, l => l.Webhook), Columns.Of(lines, l => l.Delivery), Columns.Value(WebhookKind.Received), Columns.Value(now));
        batch.Add("update delivery.webhook w set position = p.position from (select webhook, max(position) as position from unnest($1, $2) as l(webhook, position) group by webhook) p where w.id = p.webhook",
            Columns.Of(lines, l => l.Webhook), Columns.Of(lines, l => l.Position));
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return lines.Count;
    }

    /// <summary>Takes an address that has calls waiting and may be called now; <see langword="null"/> when there is none.</summary>
    public async Task<ClaimedWebhook?> ClaimAsync(CancellationToken ct)
    {
        var (now, lease) = (clock.GetUtcNow(), Guid.NewGuid());
        await using var command = databases.Worker.CreateCommand(
            """
            update delivery.webhook w set lease = $2, lease_until = $3 from access.organisation o
            where o.id = w.organisation and w.id = (
              select c.id from delivery.webhook c join access.organisation a on a.id = c.organisation
              where c.state = 'actif' and c.next_at <= $1 and (c.lease_until is null or c.lease_until <= $1) and a.disabled_at is null
                and exists (select 1 from delivery.webhook_call q where q.webhook = c.id and q.state = 'attente')
              order by c.next_at limit 1 for update of c skip locked)
            returning w.id, w.url, w.secret, case when w.previous_until > $1 then w.previous_secret end, w.failures, o.id, o.code, o.nature, o.territories, o.sandbox, w.role
            """);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(lease);
        command.Parameters.AddWithValue(now.AddSeconds(options.LeaseSeconds));
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            return null;
        return new ClaimedWebhook(
            row.GetGuid(0), lease,
            new Caller
            {
                Organisation = row.GetGuid(5),
                OrganisationCode = row.GetString(6),
                Nature = row.GetString(7),
                Territories = row.GetFieldValue<string[]>(8),
                Sandbox = row.GetBoolean(9),
                Role = row.GetString(10),
                Agent = row.GetGuid(0).ToString(),
            },
            new Uri(row.GetString(1)), secrets.Keys(row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3)), row.GetInt32(4));
    }

    /// <summary>The next call of a claimed address; <see langword="null"/> when none waits, or it is no longer ours to call: suspended, deleted, or another worker's.</summary>
    public async Task<WebhookAttempt?> BeginAsync(ClaimedWebhook webhook, CancellationToken ct)
    {
        while (true)
        {
            await using var connection = await databases.Vault.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var now = EntryContent.Instant(clock.GetUtcNow());
            if (await NextAsync(connection, webhook, now, ct) is not { } call)
                return null;
            await using var batch = new NpgsqlBatch(connection);
            var (delivery, body) = await BodyAsync(connection, webhook, call, now, ct);
            if (body is null)
            {
                // Withdrawn, sent back or erased since: nothing of it goes out. Hidden: what hides it now is kept, and it goes out once that has ended.
                batch.Add(
                    """
                    update delivery.webhook_call set state = 'arrete', ended_at = $2, register = $4,
                      seen = (select s.changed_at from consent.subject_state s where s.subject = $3) where id = $1
                    """,
                    Columns.Value(call.Id), Columns.Value(now), new NpgsqlParameter { Value = (object?)delivery?.Subject ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                    Columns.Value(registers.Current.Purposes.Version));
                await batch.ExecuteNonQueryAsync(ct);
                await transaction.CommitAsync(ct);
                continue;
            }

            var attempt = Guid.CreateVersion7(now);
            batch.Add("update delivery.webhook_call set attempts = attempts + 1 where id = $1", Columns.Value(call.Id));
            batch.Add("update delivery.webhook set lease_until = $2 where id = $1", Columns.Value(webhook.Id), Columns.Value(now.AddSeconds(options.LeaseSeconds)));
            batch.Add("insert into delivery.webhook_attempt (id, call, at, outcome) values ($1, $2, $3, $4)",
                Columns.Value(attempt), Columns.Value(call.Id), Columns.Value(now), Columns.Value(CallOutcome.Running));
            await batch.ExecuteNonQueryAsync(ct);
            await audit.CommitAsync(connection, transaction, audit.Entry(webhook.Recipient, LogAction.DeliveryNotified, delivery!, ("type", call.Kind), ("webhook", webhook.Id.ToString())), ct);
            return new WebhookAttempt(call.Id, attempt, MessageId(call.Id), body);
        }
    }

    /// <summary>Writes how an attempt ended, and what follows from it for its call and its address.</summary>
    public async Task EndAsync(ClaimedWebhook webhook, WebhookAttempt attempt, CallResult result, double chance, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var failures = result.Delivered ? 0 : webhook.Failures + 1;
        var suspended = result.Outcome is CallOutcome.Gone ? "disparu" : failures >= BackOff.MostFailures ? "echecs" : null;
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("update delivery.webhook_attempt set status = $2, outcome = $3, duration = $4 where id = $1",
            Columns.Value(attempt.Attempt), new NpgsqlParameter { Value = (object?)result.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer }, Columns.Value(result.Outcome), Columns.Value(result.Milliseconds));
        // Given up only when others of the same address get through: an address that is down loses nothing.
        batch.Add(
            """
            update delivery.webhook_call set ended_at = $3, state = case when $2 then 'livre' else 'abandonne' end
            where id = $1 and state = 'attente' and ($2 or (attempts >= $4 and $5 = 1))
            """,
            Columns.Value(attempt.Call), Columns.Value(result.Delivered), Columns.Value(now), Columns.Value(BackOff.MostFailures), Columns.Value(failures));
        batch.Add(
            """
            update delivery.webhook set failures = $3, next_at = case when $3 = 0 then next_at else $4 end, state = case when $5::text is null then state else 'suspendu' end,
              reason = coalesce($5, reason), suspended_at = case when $5::text is null then suspended_at else $6 end
            where id = $1 and lease = $2 and state = 'actif'
            """,
            Columns.Value(webhook.Id), Columns.Value(webhook.Lease), Columns.Value(failures), Columns.Value(now + BackOff.After(Math.Max(failures, 1), chance)),
            new NpgsqlParameter { Value = (object?)suspended ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, Columns.Value(now));
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Lets other workers have the address at once.</summary>
    public async Task ReleaseAsync(ClaimedWebhook webhook, CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand("update delivery.webhook set lease = null, lease_until = null where id = $1 and lease = $2");
        command.Parameters.AddWithValue(webhook.Id);
        command.Parameters.AddWithValue(webhook.Lease);
        await command.ExecuteNonQueryAsync(ct);
    }

    private sealed record WaitingCall(Guid Id, Guid Delivery, string Kind, DateTimeOffset CreatedAt);

    private static async Task<WaitingCall?> NextAsync(NpgsqlConnection connection, ClaimedWebhook webhook, DateTimeOffset now, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(webhook.Recipient.Organisation));
        batch.Add(
            """
            select c.id, c.delivery, c.kind, c.created_at from delivery.webhook w join delivery.webhook_call c on c.webhook = w.id
            where w.id = $1 and w.state = 'actif' and w.lease = $2 and w.next_at <= $3 and c.state = 'attente' order by c.attempts, c.id limit 1 for update of c skip locked
            """,
            Columns.Value(webhook.Id), Columns.Value(webhook.Lease), Columns.Value(now));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct) ? new WaitingCall(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)) : null;
    }

    /// <summary>
    /// The payload, when the recipient may know of the delivery now; no payload when that is hidden from it, and no delivery
    /// either when it is over. A withdrawal comes wholly before this transaction or wholly after.
    /// </summary>
    private async Task<(DeliveryRecord? Delivery, byte[]? Body)> BodyAsync(NpgsqlConnection connection, ClaimedWebhook webhook, WaitingCall call, DateTimeOffset now, CancellationToken ct)
    {
        if (await DeliveryRecord.ReadAsync(connection, webhook.Recipient, call.Delivery, ct) is not { } delivery
            || (delivery.Nature is DeliveryNature.Message && !delivery.IsReadable)
            || (call.Kind is not WebhookKind.Received && delivery.State is not DeliveryState.Delivered))
            return (null, null);
        if (delivery.Decide(registers, webhook.Recipient, CategoryNames.All, now) is not DisclosureDecision.Permit)
            return (delivery, null);
        var data = new WebhookData(
            delivery.Id, delivery.Nature, delivery.Type.ToString(), delivery.State,
            await pseudonyms.OfSubjectAsync(webhook.Recipient.Organisation, delivery.Purpose, delivery.Subject, ct));
        return (delivery, new WebhookPayload(call.Kind, call.CreatedAt, data).ToBytes());
    }
}
