using Npgsql;

namespace ExchangeGateway.Benchmarks.Distribution;

/// <summary>What the gateway's own tables say after a round; read when nothing is measured.</summary>
internal sealed class Ledger(string database)
{
    /// <summary>Every delivery of some deposits: its id, and recipient with purpose as <see cref="Letter.Owed"/> writes them.</summary>
    public async Task<ILookup<Guid, (Guid Id, string To)>> DeliveriesAsync(IEnumerable<Guid> deposits, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var select = new NpgsqlCommand("select d.deposit, d.id, o.code || ' ' || d.purpose from delivery.delivery d join access.organisation o on o.id = d.recipient where d.deposit = any($1)", connection)
        {
            Parameters = { new() { Value = deposits.ToArray() } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var found = new List<(Guid Deposit, Guid Id, string To)>();
        while (await reader.ReadAsync(ct))
            found.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2)));
        return found.ToLookup(f => f.Deposit, f => (f.Id, f.To));
    }

    /// <summary>Waits until nothing is left to route; looks twenty times a second.</summary>
    /// <returns>The database's clock then, UTC.</returns>
    public async Task<DateTime> RoutedAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var look = new NpgsqlCommand("select exists (select from routing.work where kind = 'router'), clock_timestamp()", connection);
        while (true)
        {
            await using (var reader = await look.ExecuteReaderAsync(ct))
            {
                await reader.ReadAsync(ct);
                if (!reader.GetBoolean(0))
                    return reader.GetDateTime(1);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    /// <summary>Waits until everything written so far has its place in the log.</summary>
    public async Task LoggedAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var look = new NpgsqlCommand("select exists (select from audit.pending)", connection);
        while (await look.ExecuteScalarAsync(ct) is true)
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
    }

    /// <summary>When the first of some deposits was decided, UTC.</summary>
    public async Task<DateTime> FirstDecisionAsync(IEnumerable<Guid> deposits, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var first = new NpgsqlCommand("select min(decided_at) from routing.result where deposit = any($1)", connection) { Parameters = { new() { Value = deposits.ToArray() } } };
        return (DateTime)(await first.ExecuteScalarAsync(ct))!;
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(ct);
        return connection;
    }
}
