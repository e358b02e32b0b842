using System.Globalization;
using Npgsql;

namespace ExchangeGateway.Benchmarks.Intake;

/// <summary>The PostgreSQL that a gateway runs for itself, as its state folder tells: the floor writes to the same server, in a database of its own.</summary>
internal static class EmbeddedServer
{
    private const string FloorDatabase = "bench_floor";

    /// <summary>Connection string of the gateway's own database, as its owner.</summary>
    /// <param name="state">State folder of a gateway that is running.</param>
    public static string Gateway(string state)
    {
        var postgresql = Path.Combine(state, "postgresql");
        // Lines of postmaster.pid (PostgreSQL documentation, "Database File Layout"): 4th the port, 5th the socket's folder.
        var lines = File.ReadAllLines(Path.Combine(postgresql, "data", "postmaster.pid"));
        return new NpgsqlConnectionStringBuilder
        {
            Host = lines[4],
            Port = int.Parse(lines[3], CultureInfo.InvariantCulture),
            Username = "exchange_owner",
            Password = File.ReadAllText(Path.Combine(postgresql, "owner-password")).Trim(),
            Database = "exchange_gateway",
            // The socket is the server's user's alone; root reaches it.
            Pooling = false,
        }.ConnectionString;
    }

    /// <summary>Processor time of the server's processes that are running.</summary>
    /// <param name="state">State folder of a gateway that is running.</param>
    public static TimeSpan ProcessorTime(string state)
    {
        var postmaster = File.ReadLines(Path.Combine(state, "postgresql", "data", "postmaster.pid")).First().Trim();
        var ticks = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (!char.IsAsciiDigit(Path.GetFileName(folder)[0]))
                    continue;
                // proc_pid_stat(5): after the name in parentheses the state, the parent, …, and as 12th and 13th user and system time.
                var fields = File.ReadAllText(Path.Combine(folder, "stat")).Split(") ")[^1].Split(' ');
                if (fields[1] == postmaster)
                    ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }

        // USER_HZ is 100 on Linux.
        return TimeSpan.FromMilliseconds(ticks * 10);
    }

    /// <summary>Connection string of the floor's database on the same server; made when it is not there.</summary>
    public static async Task<string> FloorAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = FloorDatabase } } };
        if (await exists.ExecuteScalarAsync(ct) is null)
        {
            await using var create = new NpgsqlCommand($"create database {FloorDatabase}", connection);
            await create.ExecuteNonQueryAsync(ct);
        }

        return new NpgsqlConnectionStringBuilder(connectionString) { Database = FloorDatabase, Pooling = true }.ConnectionString;
    }

    /// <summary>Waits until what was accepted is routed and in the log, so that the work left by one round is not paid by the next.</summary>
    /// <returns>Seconds waited; at most <paramref name="limit"/>.</returns>
    public static async Task<TimeSpan> SettleAsync(string connectionString, TimeSpan limit, CancellationToken ct)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        // Held deposits ('repli') wait for days: they are not work of this moment.
        await using var left = new NpgsqlCommand("select exists (select from routing.work where kind = 'router') or exists (select from audit.pending)", connection);
        while (clock.Elapsed < limit && await left.ExecuteScalarAsync(ct) is true)
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
        return clock.Elapsed;
    }
}
