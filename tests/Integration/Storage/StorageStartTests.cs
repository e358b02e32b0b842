using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ExchangeGateway.Gateway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace ExchangeGateway.Integration.Storage;

/// <summary>What the start refuses, and what it says then.</summary>
public sealed class StorageStartTests(PostgresFixture postgres) : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Starts_on_an_empty_database_and_again_on_the_same()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 2; i++)
        {
            using var host = await StartAsync(database.Configuration);
            await using var command = host.Services.GetRequiredService<Databases>().Reader.CreateCommand("select count(*) from access.organisation");
            (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(0L);
        }
    }

    [Fact]
    public async Task Refuses_a_server_that_does_not_flush_to_disk()
    {
        Assert.SkipWhen(TestFolders.EmbeddedPackage() is null && TestFolders.MachinePostgres() is null, "No PostgreSQL server.");
        var refused = await RefusalAsync(new(StringComparer.Ordinal)
        {
            ["Database:Binaries"] = TestFolders.EmbeddedPackage() is null ? TestFolders.MachinePostgres() : null,
            ["Database:Settings:fsync"] = "off",
        });
        refused.ShouldContain("fsync = on");
    }

    [Fact]
    public async Task Refuses_a_role_that_commits_without_waiting_for_the_disk()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(database, $"alter role exchange_worker in database {database.Name} set synchronous_commit = off");
        var refused = await RefusalAsync(database.Configuration);
        refused.ShouldContain("synchronous_commit = on");
        refused.ShouldContain("Database:Worker");
        refused.ShouldNotContain("Database:Intake");
    }

    [Fact]
    public async Task Refuses_a_serving_role_that_nothing_binds()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        database.Configuration["Database:Reader"] = database.Configuration["Database:Owner"];
        (await RefusalAsync(database.Configuration)).ShouldContain("Database:Reader");
    }

    [Fact]
    public async Task Names_the_connection_strings_that_are_missing()
    {
        var refused = await RefusalAsync(new(StringComparer.Ordinal) { ["Database:Owner"] = "Host=127.0.0.1", ["Database:Reader"] = "Host=127.0.0.1" });
        refused.ShouldContain("Database:Intake, Database:Vault, Database:Worker");
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_named_and_not_repeated()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        database.Configuration["Database:Vault"] = "Host=127.0.0.1;Password=tres-secret;Porte=1";
        var refused = await RefusalAsync(database.Configuration);
        refused.ShouldContain("Database:Vault");
        refused.ShouldNotContain("tres-secret");
    }

    [Fact]
    public async Task A_database_that_is_down_stops_the_start_with_one_sentence()
    {
        var nobody = Unused();
        var refused = await RefusalAsync(Everywhere($"Host=127.0.0.1;Port={nobody};Username=x;Password=y;Database=z"));
        refused.ShouldStartWith("La base de données ne peut pas être utilisée");
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_an_NpgsqlException_within_seconds()
    {
        var ct = TestContext.Current.CancellationToken;
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var databases = DatabaseSettings.Build(_ => $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=x;Password=y;Database=z");
        var started = Stopwatch.GetTimestamp();
        await Should.ThrowAsync<NpgsqlException>(async () => await databases.Intake.OpenConnectionAsync(ct));
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(8));
        await databases.DisposeAsync();
    }

    [Fact]
    public async Task Neither_data_nor_statements_reach_the_log_of_the_server()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync(ct);
        const string marker = "Zyxwanowicz";
        var log = Path.Combine(postgres.StateFolder, "postgresql", "server.log");
        await ExecuteAsync(database, "create table public.person (name text primary key, born date check (born < date '2100-01-01'))");
        string[] faults =
        [
            $"insert into public.person values ('{marker}', null), ('{marker}', null)",        // detail of a unique violation
            $"insert into public.person values ('{marker}', date '2200-01-01')",               // detail of a check violation
            $"select '{marker}'::uuid",                                                        // the message itself quotes the value
            $"select * from public.{marker}",                                                  // a name that does not exist
            $"selec '{marker}'",                                                               // a syntax error
            $"do $$ begin raise exception '{marker}'; end $$",
            $"do $$ begin raise warning '{marker}'; end $$",
            $"set statement_timeout = 1; select pg_sleep(1), '{marker}'",
        ];
        foreach (var fault in faults)
        {
            try
            {
                await ExecuteAsync(database, fault);
            }
            catch (PostgresException e)
            {
                e.SqlState.ShouldNotBeNullOrEmpty();
            }
        }

        await using (var wrong = database.Databases.Intake.CreateCommand("select $1::uuid"))
        {
            wrong.Parameters.AddWithValue(marker);
            await Should.ThrowAsync<PostgresException>(async () => await wrong.ExecuteScalarAsync(ct));
        }

        // The log is written by then: one more line, of a level that is kept, comes after all of them.
        await ExecuteAsync(database, "do $$ begin raise log 'the-last-line'; end $$");
        await Processes.UntilAsync(() => File.ReadAllText(log).Contains("the-last-line", StringComparison.Ordinal), TimeSpan.FromSeconds(5), "the last line is in the log");
        (await File.ReadAllTextAsync(log, ct)).ShouldNotContain(marker, Case.Insensitive);
    }

    [Fact]
    public async Task A_database_of_ones_own_needs_a_certificate()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        database.Configuration.Remove("DataProtection:SelfSigned");
        (await RefusalAsync(database.Configuration)).ShouldContain("DataProtection:Certificate");
    }

    private static int Unused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Dictionary<string, string?> Everywhere(string connection) =>
        ((string[])["Owner", "Intake", "Reader", "Vault", "Worker"]).ToDictionary(n => "Database:" + n, _ => (string?)connection, StringComparer.Ordinal);

    private async Task<IHost> StartAsync(Dictionary<string, string?> settings)
    {
        var host = TestHost.Build(new(settings, StringComparer.Ordinal) { ["State:Folder"] = Path.Combine(_folder.Path, "state") });
        try
        {
            await host.Services.StartStorageAsync(TestContext.Current.CancellationToken);
            return host;
        }
        catch
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            throw;
        }
    }

    private async Task<string> RefusalAsync(Dictionary<string, string?> settings) =>
        (await Should.ThrowAsync<StartRefusedException>(async () => (await StartAsync(settings)).Dispose())).Message;

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var command = database.Databases.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
