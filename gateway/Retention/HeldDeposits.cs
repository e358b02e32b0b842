using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>Reads deposits in the order of their ids, a page at a time, with all that the rule looks at.</summary>
internal static class HeldDeposits
{
    /// <summary>Seconds: a page joins several tables, and a large database may be cold.</summary>
    public const int Timeout = 120;

    /// <summary>A page after an id; also deposits of which nothing is held any more, so that the last id is where to go on.</summary>
    /// <param name="upto">Ids below this one only.</param>
    public static async Task<IReadOnlyList<HeldDeposit>> ReadAsync(NpgsqlConnection connection, Guid after, Guid upto, int most, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select * from vault.retention_page($1, $2, $3)", connection) { CommandTimeout = Timeout };
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upto);
        command.Parameters.AddWithValue(most);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var page = new List<HeldDeposit>(most);
        while (await reader.ReadAsync(ct))
        {
            var grants = reader.GetFieldValue<int[]>(10);
            var deposit = new HeldDeposit(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4),
                (Categories)(reader.GetInt32(5) | reader.GetInt32(6)),
                [.. reader.GetFieldValue<string[]>(9).Select((purpose, i) => (purpose, (Categories)grants[i]))]);
            var standing = SubjectConsents.Parse(reader.GetString(8));
            page.Add(deposit with
            {
                Suspended = reader.GetBoolean(7) || deposit.Deliveries.Select(d => d.Purpose).Prepend(deposit.Purpose).Any(standing.Restricts),
            });
        }

        return page;
    }
}
