using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>Tells every recipient of a person's data what was decided (art. 19 RGPD), in the transaction of the decision; each notice has its log entry and waits for its acknowledgement.</summary>
internal sealed class RightsNotices(AuditLog log, RegistersInForce registers)
{
    /// <returns>How many recipients, once a purpose, are told.</returns>
    public async Task<int> TellAsync(NpgsqlConnection connection, RightsRequest request, string kind, string[] purposes, DateTimeOffset now, CancellationToken ct)
    {
        if (purposes.Length == 0)
            return 0;
        var told = new List<(Guid Notice, Guid Recipient, string Purpose)>();
        await using (var tell = new NpgsqlCommand("select notice, recipient, purpose from rights.tell($1, $2, $3, $4, $5)", connection))
        {
            foreach (var value in (object[])[request.Id, request.Subject, kind])
                tell.Parameters.AddWithValue(value);
            tell.Parameters.Add(new() { Value = purposes, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            tell.Parameters.AddWithValue(now);
            await using var reader = await tell.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                told.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2)));
        }

        var entries = new List<PreparedEntry>(told.Count);
        foreach (var (notice, recipient, purpose) in told)
        {
            entries.Add(await log.PrepareAsync(
                new AuditEntry
                {
                    Action = LogAction.RightsNoticeSent,
                    Organisation = recipient,
                    Subjects = [request.Subject],
                    Purpose = purpose,
                    RegisterVersion = registers.Current.Purposes.Version,
                    Decision = "permis",
                    Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["avis"] = kind, ["objetAvis"] = notice.ToString(), ["demandeDroit"] = request.Id.ToString() },
                },
                now,
                ct));
        }

        await using var batch = new NpgsqlBatch(connection);
        log.AddTo(batch, entries);
        if (entries.Count > 0)
            await batch.ExecuteNonQueryAsync(ct);
        return told.Count;
    }
}
