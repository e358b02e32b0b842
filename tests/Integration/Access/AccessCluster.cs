using System.Diagnostics;
using System.Reflection;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Integration.Access;

/// <summary>A private PostgreSQL server of the machine for the tests of access, with the gateway's tables in a template.</summary>
public sealed class AccessCluster : IAsyncLifetime
{
    private const string User = "postgres";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "eg-access-" + Path.GetRandomFileName());
    private string _bin = "";
    private int _databases;

    public async ValueTask InitializeAsync()
    {
        _bin = (await RunAsync("pg_config", ["--bindir"], asUser: false)).Trim();
        Directory.CreateDirectory(_folder);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ["nobody", _folder], asUser: false);
        await RunAsync(Path.Combine(_bin, "initdb"), ["-D", _folder + "/data", "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], asUser: true);
        await RunAsync(Path.Combine(_bin, "pg_ctl"), ["-D", _folder + "/data", "-w", "-l", _folder + "/log", "-o", $"-c listen_addresses='' -c unix_socket_directories={_folder} -c fsync=off -c max_connections=200", "start"], asUser: true);
        await using var server = NpgsqlDataSource.Create(ConnectionString(User, "postgres"));
        await ExecuteAsync(server, "create database template_gateway");
        await using (var template = NpgsqlDataSource.Create(ConnectionString(User, "template_gateway") + ";Pooling=false"))
        {
            var assembly = typeof(Databases).Assembly;
            foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("sql/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                await ExecuteAsync(template, await reader.ReadToEndAsync());
            }
        }

        foreach (var role in Roles)
            await ExecuteAsync(server, $"alter role {role} login");
    }

    internal async Task<Databases> CreateAsync()
    {
        var name = "gateway_" + Interlocked.Increment(ref _databases);
        await using (var server = NpgsqlDataSource.Create(ConnectionString(User, "postgres")))
            await ExecuteAsync(server, $"create database {name} template template_gateway");
        return new(Source(User), Source(Roles[0]), Source(Roles[1]), Source(Roles[2]), Source(Roles[3]));

        NpgsqlDataSource Source(string role) => NpgsqlDataSource.Create(ConnectionString(role, name));
    }

    /// <summary>Ends every connection to a database and lets no new one in, as an outage would.</summary>
    internal async Task TakeAwayAsync(Databases databases)
    {
        var name = new NpgsqlConnectionStringBuilder(databases.Owner.ConnectionString).Database;
        await using var server = NpgsqlDataSource.Create(ConnectionString(User, "postgres"));
        await ExecuteAsync(server, $"alter database {name} allow_connections false");
        await ExecuteAsync(server, $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync(Path.Combine(_bin, "pg_ctl"), ["-D", _folder + "/data", "-m", "immediate", "-w", "stop"], asUser: true);
        Directory.Delete(_folder, recursive: true);
    }

    private static readonly string[] Roles = ["exchange_intake", "exchange_reader", "exchange_vault", "exchange_worker"];

    private string ConnectionString(string role, string database) => $"Host={_folder};Username={role};Database={database};Maximum Pool Size=8";

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> RunAsync(string program, string[] arguments, bool asUser)
    {
        if (asUser && Environment.IsPrivilegedProcess)
            (program, arguments) = ("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", program, .. arguments]);
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        // pg_ctl leaves its pipes to the server it starts: their end is not waited for.
        var output = arguments.Any(a => a.EndsWith("pg_ctl", StringComparison.Ordinal)) || program.EndsWith("pg_ctl", StringComparison.Ordinal) ? "" : await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}

[CollectionDefinition(nameof(AccessCluster))]
public sealed class AccessClusterDefinition : ICollectionFixture<AccessCluster>;
