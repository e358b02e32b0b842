using System.Data;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>
/// Numbered SQL files, embedded as <c>sql/NNNN_name.sql</c>, run once each in the order of their numbers by the owner, each in
/// its own transaction, under an advisory lock: nodes that start together wait for the first.
/// </summary>
internal sealed partial class Migrations(NpgsqlDataSource owner, IReadOnlyList<Migrations.Migration> known, TimeProvider clock, ILogger logger)
{
    /// <summary>Any constant that no other lock of the database uses: 'EGMIGRAT' in ASCII.</summary>
    private const long LockKey = 0x45474D4947524154;

    internal sealed record Migration(int Number, string Name, string Sql)
    {
        public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
    }

    /// <summary>The migrations of an assembly.</summary>
    /// <exception cref="InvalidOperationException">Two files have one number: they were written side by side and one must be renumbered.</exception>
    public static IReadOnlyList<Migration> Of(Assembly assembly)
    {
        List<Migration> all = [];
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith("sql/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var name = resource["sql/".Length..^".sql".Length];
            var number = int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
            if (all.Find(m => m.Number == number) is { } other)
                throw new InvalidOperationException($"Migrations {other.Name} and {name} have the same number.");
            all.Add(new(number, name, reader.ReadToEnd()));
        }

        return all;
    }

    /// <summary>Brings the database to the last migration; does nothing when it is there.</summary>
    /// <exception cref="StartRefusedException">Server too old, an applied file has changed, or the database is ahead of this program.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var connection = await owner.OpenConnectionAsync(ct);
        await CheckServerAsync(connection, ct);
        await ExecuteAsync(connection, "select pg_advisory_lock($1)", ct, LockKey);
        try
        {
            await ExecuteAsync(connection, "create table if not exists public.migration (number integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null)", ct);
            var applied = await AppliedAsync(connection, ct);
            Check(applied);
            foreach (var migration in known.Where(m => !applied.ContainsKey(m.Number)))
                await ApplyAsync(connection, migration, ct);
        }
        finally
        {
            // Closing would release it too, but the pool keeps the connection open. A broken one has released it.
            if (connection.FullState is ConnectionState.Open)
                await ExecuteAsync(connection, "select pg_advisory_unlock($1)", CancellationToken.None, LockKey);
        }
    }

    private static async Task CheckServerAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (connection.PostgreSqlVersion.Major < 15)
            throw new StartRefusedException($"La base de données est un PostgreSQL {connection.PostgreSqlVersion} : il faut la version 15 ou une plus récente.");
        await using var encoding = new NpgsqlCommand("select current_setting('server_encoding')", connection);
        if (await encoding.ExecuteScalarAsync(ct) is not "UTF8")
            throw new StartRefusedException("La base de données n'est pas en UTF-8 : créez-la avec « encoding 'UTF8' ».");
    }

    private void Check(Dictionary<int, (string Name, string Sha256)> applied)
    {
        List<string> faults = [];
        foreach (var (number, (name, sha256)) in applied.OrderBy(a => a.Key))
        {
            var here = known.FirstOrDefault(m => m.Number == number);
            if (here is null)
                faults.Add($"la migration {name} est appliquée mais ce programme ne la connaît pas : la base appartient à une version plus récente de la passerelle");
            else if (!string.Equals(here.Sha256, sha256, StringComparison.Ordinal))
                faults.Add($"la migration {name} a été modifiée après avoir été appliquée (empreinte {sha256[..12]} dans la base, {here.Sha256[..12]} dans ce programme) : un changement demande une nouvelle migration");
        }

        var last = applied.Keys.DefaultIfEmpty(0).Max();
        faults.AddRange(known.Where(m => m.Number < last && !applied.ContainsKey(m.Number)).Select(m => $"la migration {m.Name} aurait dû être appliquée avant la {last.ToString("D4", CultureInfo.InvariantCulture)}"));
        if (faults.Count > 0)
            throw new StartRefusedException("La base de données ne correspond pas à ce programme : " + string.Join(" ; ", faults) + ".");
    }

    private static async Task<Dictionary<int, (string Name, string Sha256)>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        Dictionary<int, (string, string)> applied = [];
        await using var select = new NpgsqlCommand("select number, name, sha256 from public.migration", connection);
        await using var rows = await select.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            applied[rows.GetInt32(0)] = (rows.GetString(1), rows.GetString(2));
        return applied;
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, migration.Sql, ct);
        await ExecuteAsync(connection, "insert into public.migration (number, name, sha256, applied_at) values ($1, $2, $3, $4)", ct, migration.Number, migration.Name, migration.Sha256, clock.GetUtcNow());
        await transaction.CommitAsync(ct);
        LogApplied(migration.Name);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        // No limit: a migration of a large table, or the wait for another node's, takes what it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(1010, LogLevel.Information, "Migration {Name} appliquée.")]
    private partial void LogApplied(string name);
}
