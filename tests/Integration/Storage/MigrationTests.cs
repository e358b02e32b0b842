using ExchangeGateway.Gateway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ExchangeGateway.Integration.Storage;

public sealed class MigrationTests(PostgresFixture postgres)
{
    private static readonly IReadOnlyList<Migrations.Migration> Known = Migrations.Of(typeof(Migrations).Assembly);

    [Fact]
    public async Task Applies_each_migration_once_in_order_and_then_nothing()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateEmptyDatabaseAsync(ct);
        await RunAsync(database.Databases.Owner, Known);
        var first = await AppliedAsync(database.Databases.Owner);
        await RunAsync(database.Databases.Owner, Known);
        (await AppliedAsync(database.Databases.Owner)).ShouldBe(first);
        first.Select(a => a.Number).ShouldBe(Known.Select(m => m.Number));
    }

    [Fact]
    public async Task Four_nodes_that_start_together_migrate_once()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync(database.Databases.Owner, Known)));
        (await AppliedAsync(database.Databases.Owner)).Count.ShouldBe(Known.Count);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind_and_can_be_run_again()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync(TestContext.Current.CancellationToken);
        var broken = new Migrations.Migration(1, "0001_broken", "create table public.half (id integer); select 1 / 0;");
        await Should.ThrowAsync<PostgresException>(() => RunAsync(database.Databases.Owner, [broken]));
        await RunAsync(database.Databases.Owner, [new(1, "0001_mended", "create table public.half (id integer)")]);
        (await AppliedAsync(database.Databases.Owner)).Single().Name.ShouldBe("0001_mended");
    }

    [Fact]
    public async Task Refuses_a_migration_changed_after_it_was_applied()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var changed = Known.Select(m => m.Number == 1 ? m with { Sql = m.Sql + " " } : m).Select(m => new Migrations.Migration(m.Number, m.Name, m.Sql)).ToList();
        var refused = await Should.ThrowAsync<StartRefusedException>(() => RunAsync(database.Databases.Owner, changed));
        refused.Message.ShouldContain(Known[0].Name);
        refused.Message.ShouldContain("modifiée");
    }

    [Fact]
    public async Task Refuses_a_database_that_a_newer_program_has_migrated()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var refused = await Should.ThrowAsync<StartRefusedException>(() => RunAsync(database.Databases.Owner, [.. Known.SkipLast(1)]));
        refused.Message.ShouldContain("plus récente");
    }

    [Fact]
    public async Task Refuses_a_migration_that_comes_late()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync(TestContext.Current.CancellationToken);
        await RunAsync(database.Databases.Owner, [new(1, "0001_a", "select 1"), new(3, "0003_c", "select 1")]);
        var refused = await Should.ThrowAsync<StartRefusedException>(() => RunAsync(database.Databases.Owner, [new(1, "0001_a", "select 1"), new(2, "0002_b", "select 1"), new(3, "0003_c", "select 1")]));
        refused.Message.ShouldContain("0002_b");
    }

    [Fact]
    public async Task Refuses_a_database_that_is_not_in_UTF_8()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateEmptyDatabaseAsync(ct);
        await ExecuteAsync(database.Databases.Owner, "create database latin template template0 encoding 'LATIN1' locale_provider libc locale 'C'");
        await using var latin = NpgsqlDataSource.Create(database.Configuration["Database:Owner"]!.Replace(database.Name, "latin", StringComparison.Ordinal));
        var refused = await Should.ThrowAsync<StartRefusedException>(() => RunAsync(latin, Known));
        refused.Message.ShouldContain("UTF-8");
    }

    [Fact]
    public async Task An_owner_without_superuser_rights_is_enough()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateEmptyDatabaseAsync(ct);
        await ExecuteAsync(database.Databases.Owner, "create role plain_owner login createrole password 'essai'");
        await ExecuteAsync(database.Databases.Owner, $"alter database {database.Name} owner to plain_owner");
        var settings = new Dictionary<string, string?>(database.Configuration, StringComparer.Ordinal)
        {
            ["Database:Owner"] = new NpgsqlConnectionStringBuilder(database.Configuration["Database:Owner"]) { Username = "plain_owner", Password = "essai" }.ConnectionString,
        };
        using var folder = new Folder();
        settings["State:Folder"] = folder.Path;
        using var host = TestHost.Build(settings);
        await host.Services.StartStorageAsync(ct);
        (await AppliedAsync(host.Services.GetRequiredService<Databases>().Owner)).Count.ShouldBe(Known.Count);
    }

    private static Task RunAsync(NpgsqlDataSource owner, IReadOnlyList<Migrations.Migration> migrations) =>
        new Migrations(owner, migrations, TimeProvider.System, NullLogger.Instance).RunAsync(TestContext.Current.CancellationToken);

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<List<(int Number, string Name, DateTimeOffset At)>> AppliedAsync(NpgsqlDataSource owner)
    {
        await using var command = owner.CreateCommand("select number, name, applied_at from public.migration order by applied_at, number");
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<(int, string, DateTimeOffset)> all = [];
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            all.Add((rows.GetInt32(0), rows.GetString(1), rows.GetFieldValue<DateTimeOffset>(2)));
        return all;
    }
}
