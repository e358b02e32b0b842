using System.Buffers.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <param name="Issue">enCours, livre, statut, redirection, disparu, delai, coupe, connexion, adresseRefusee.</param>
internal sealed record AttemptLine(DateTimeOffset Le, string Issue, int? Statut, int? DureeMs);

/// <param name="WebhookId">The <c>webhook-id</c> of each of its attempts.</param>
/// <param name="Etat">attente, livre, abandonne (ten attempts failed while others got through), arrete (withdrawn before it went out).</param>
internal sealed record CallLine(string WebhookId, Guid Remise, string Type, string Etat, DateTimeOffset CreeLe, IReadOnlyList<AttemptLine> Essais);

/// <param name="Suivant">Cursor of the page before in time; absent on the last.</param>
internal sealed record CallPage(IReadOnlyList<CallLine> Appels, string? Suivant);

/// <param name="Appel">One <c>webhook-id</c>; or <paramref name="Depuis"/>: every call made since.</param>
internal sealed record ReplayRequest(string? Appel, DateTimeOffset? Depuis);

internal sealed record Replayed(int Rejoues);

/// <summary>What was called in the last thirty days, newest first, and calling it again under the same <c>webhook-id</c>.</summary>
internal sealed class HistoriqueWebhook(Databases databases)
{
    /// <returns><see langword="null"/> when the webhook is not the caller's.</returns>
    public async Task<CallPage?> ReadAsync(Caller caller, Guid webhook, Guid? before, int limit, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add("select 1 from delivery.webhook where id = $1", Columns.Value(webhook));
        batch.Add(
            """
            select c.id, c.delivery, c.kind, c.state, c.created_at, a.at, a.outcome, a.status, a.duration
            from (select * from delivery.webhook_call q where q.webhook = $1 and q.id < $2 order by q.id desc limit $3) c left join delivery.webhook_attempt a on a.call = c.id
            order by c.id desc, a.id
            """,
            Columns.Value(webhook), Columns.Value(before ?? Guid.AllBitsSet), Columns.Value(limit + 1));
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        if (!await rows.ReadAsync(ct))
            return null;
        await rows.NextResultAsync(ct);
        var calls = new List<(Guid Id, CallLine Line, List<AttemptLine> Attempts)>();
        while (await rows.ReadAsync(ct))
        {
            var id = rows.GetGuid(0);
            if (calls.Count == 0 || calls[^1].Id != id)
            {
                var attempts = new List<AttemptLine>();
                calls.Add((id, new CallLine(WebhookOutbox.MessageId(id), rows.GetGuid(1), rows.GetString(2), rows.GetString(3), rows.GetFieldValue<DateTimeOffset>(4), attempts), attempts));
            }

            if (!rows.IsDBNull(5))
                calls[^1].Attempts.Add(new AttemptLine(rows.GetFieldValue<DateTimeOffset>(5), rows.GetString(6), rows.IsDBNull(7) ? null : rows.GetInt32(7), rows.IsDBNull(8) ? null : rows.GetInt32(8)));
        }

        return new CallPage([.. calls.Take(limit).Select(c => c.Line)], calls.Count > limit ? Base64Url.EncodeToString(calls[limit - 1].Id.ToByteArray()) : null);
    }

    /// <returns>How many calls wait again; <see langword="null"/> when the webhook is not the caller's.</returns>
    public async Task<int?> ReplayAsync(Caller caller, Guid webhook, Guid? call, DateTimeOffset? since, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add("select 1 from delivery.webhook where id = $1", Columns.Value(webhook));
        batch.Add("update delivery.webhook_call set state = 'attente', attempts = 0, ended_at = null where webhook = $1 and state <> 'attente' and (id = $2 or created_at >= $3)",
            Columns.Value(webhook), new NpgsqlParameter { Value = (object?)call ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new NpgsqlParameter { Value = (object?)since?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        bool found;
        await using (var rows = await batch.ExecuteReaderAsync(ct))
        {
            await rows.NextResultAsync(ct);
            found = await rows.ReadAsync(ct);
            while (await rows.NextResultAsync(ct))
            {
            }
        }

        await transaction.CommitAsync(ct);
        return found ? batch.BatchCommands[2].RecordsAffected : null;
    }

    public static bool TryReadMessageId(string text, out Guid call)
    {
        call = default;
        return text.StartsWith("msg_", StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(4), "N", out call);
    }
}
