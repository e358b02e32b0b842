using Npgsql;

namespace ExchangeGateway.Integration.Storage;

/// <summary>What each database role must not be able to do, whatever the code asks.</summary>
public sealed class RoleTests(PostgresFixture postgres)
{
    /// <summary>Tables that only ever grow. Deletions by design: audit.entry_key (forgetting), audit.pending (sequencing).</summary>
    private static readonly string[] AppendOnly =
    [
        "audit.entry", "audit.entry_subject", "audit.leaf", "audit.checkpoint", "routing.result", "routing.explanation", "routing.rules_version",
        "consent.register_version", "consent.ledger", "consent.retention_signature", "consent.retention_confirmation", "exchange.indicator_release", "exchange.part", "exchange.piece", "rights.step", "vault.part", "vault.secret", "public.migration",
    ];

    private static readonly string[] Roles = ["intake", "reader", "vault", "worker"];

    [Theory]
    [InlineData("intake", "select * from vault.part")]
    [InlineData("intake", "select * from vault.subject")]
    [InlineData("intake", "select * from vault.match_profile")]
    [InlineData("intake", "select * from vault.secret")]
    [InlineData("intake", "select * from exchange.part")]
    [InlineData("intake", "select * from audit.entry")]
    [InlineData("intake", "select * from access.client")]
    [InlineData("intake", "select * from access.data_protection_key")]
    [InlineData("reader", "select * from vault.part")]
    [InlineData("reader", "select vault.lock_and_find(array[]::bytea[], array[]::bigint[])")]
    [InlineData("reader", "update audit.entry set action = 'x'")]
    [InlineData("reader", "update delivery.delivery set recipient = gen_random_uuid()")]
    [InlineData("reader", "update access.person set role = 'dpo'")]
    [InlineData("reader", "update access.token set expires_at = '2100-01-01'")]
    [InlineData("reader", "update access.organisation set territories = '{}'")]
    [InlineData("reader", "insert into access.deposit_right values (gen_random_uuid(), 'caf/impayes', '75')")]
    [InlineData("vault", "update vault.part set sealed = ''")]
    [InlineData("vault", "delete from vault.subject")]
    [InlineData("vault", "delete from access.data_protection_key")]
    [InlineData("vault", "update access.data_protection_key set xml = ''")]
    [InlineData("worker", "select * from vault.part")]
    [InlineData("worker", "update exchange.deposit set facts = '{}'")]
    [InlineData("worker", "delete from exchange.deposit")]
    [InlineData("worker", "delete from audit.leaf")]
    [InlineData("intake", "select * from consent.ledger")]
    [InlineData("reader", "insert into consent.ledger (id) values (gen_random_uuid())")]
    [InlineData("reader", "update consent.subject_state set standing = '{}'")]
    [InlineData("vault", "update consent.subject_state set standing = '{}'")]
    [InlineData("worker", "update consent.case set due_at = '2100-01-01'")]
    [InlineData("worker", "create table public.mine (id integer)")]
    [InlineData("worker", "set role exchange_vault")]
    public async Task A_role_cannot_do_what_is_not_its_part(string role, string sql)
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        (await RefusalAsync(database, role, sql)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Nobody_but_the_owner_changes_or_empties_what_is_append_only()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        List<string> allowed = [];
        foreach (var table in AppendOnly)
        {
            var column = await ColumnAsync(database, table);
            foreach (var role in Roles)
                foreach (var sql in (string[])[$"update {table} set {column} = {column}", $"delete from {table}", $"truncate {table} cascade"])
                    if (await RefusalAsync(database, role, sql) is not PostgresErrorCodes.InsufficientPrivilege)
                        allowed.Add($"{role}: {sql}");
        }

        allowed.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_role_empties_any_table()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var command = database.Databases.Owner.CreateCommand("""
            select n.nspname || '.' || c.relname || ' ' || r.rolname from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r
            where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
              and r.rolname like 'exchange\_%' and not r.rolsuper and has_table_privilege(r.rolname, c.oid, 'truncate')
            """);
        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task An_organisation_reads_its_own_deliveries_and_those_deposits_only()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync(ct);
        var (a, b, sender) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await SeedAsync(database, sender, [(a, 2), (b, 3)]);

        (await CountAsync(database, "delivery.delivery", a)).ShouldBe(2);
        (await CountAsync(database, "delivery.delivery", b)).ShouldBe(3);
        (await CountAsync(database, "exchange.deposit", a)).ShouldBe(2);
        (await CountAsync(database, "exchange.part", b)).ShouldBe(3);
        (await CountAsync(database, "exchange.piece", a)).ShouldBe(2);
        (await CountAsync(database, "exchange.deposit", sender)).ShouldBe(5);
        (await CountAsync(database, "delivery.delivery", sender)).ShouldBe(0);
        (await CountAsync(database, "delivery.delivery", Guid.NewGuid())).ShouldBe(0);
    }

    [Fact]
    public async Task Without_an_organisation_set_nothing_is_read_also_on_a_connection_that_had_one()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync(ct);
        var a = Guid.NewGuid();
        await SeedAsync(database, Guid.NewGuid(), [(a, 1)]);

        await using var connection = await database.Databases.Reader.OpenConnectionAsync(ct);
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { SetOrganisation(a), new("select count(*) from delivery.delivery") } })
        {
            await using var rows = await batch.ExecuteReaderAsync(ct);
            await rows.NextResultAsync(ct);
            await rows.ReadAsync(ct);
            rows.GetInt64(0).ShouldBe(1);
        }

        await using var after = new NpgsqlCommand("select count(*) from delivery.delivery", connection);
        (await after.ExecuteScalarAsync(ct)).ShouldBe(0L);
    }

    [Fact]
    public async Task An_organisation_cannot_acknowledge_the_delivery_of_another()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync(ct);
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        await SeedAsync(database, Guid.NewGuid(), [(a, 1), (b, 1)]);
        await using var batch = database.Databases.Reader.CreateBatch();
        batch.BatchCommands.Add(SetOrganisation(a));
        batch.BatchCommands.Add(new("update delivery.delivery set state = 'accusee'"));
        await batch.ExecuteNonQueryAsync(ct);
        await using var command = database.Databases.Owner.CreateCommand("select recipient from delivery.delivery where state = 'accusee'");
        (await command.ExecuteScalarAsync(ct)).ShouldBe(a);
    }

    private static NpgsqlBatchCommand SetOrganisation(Guid organisation) =>
        new("select set_config('app.org', $1, true)") { Parameters = { new() { Value = organisation.ToString() } } };

    private static async Task<string?> RefusalAsync(TestDatabase database, string role, string sql)
    {
        var source = role switch
        {
            "intake" => database.Databases.Intake,
            "reader" => database.Databases.Reader,
            "vault" => database.Databases.Vault,
            _ => database.Databases.Worker,
        };
        await using var command = source.CreateCommand(sql);
        try
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    private static async Task<string> ColumnAsync(TestDatabase database, string table)
    {
        await using var command = database.Databases.Owner.CreateCommand("select attname from pg_attribute where attrelid = $1::text::regclass and attnum = 1");
        command.Parameters.AddWithValue(table);
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private static async Task<long> CountAsync(TestDatabase database, string table, Guid organisation)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var batch = database.Databases.Reader.CreateBatch();
        batch.BatchCommands.Add(SetOrganisation(organisation));
        batch.BatchCommands.Add(new("select count(*) from " + table));
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        return rows.GetInt64(0);
    }

    private static async Task SeedAsync(TestDatabase database, Guid sender, (Guid Recipient, int Deposits)[] recipients)
    {
        var at = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        await using var batch = database.Databases.Owner.CreateBatch();
        void Add(string sql, params object[] values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            batch.BatchCommands.Add(command);
        }

        foreach (var organisation in recipients.Select(r => r.Recipient).Append(sender))
            Add("insert into access.organisation (id, code, nature, name, territories, created_at) values ($1, $2, 'adil', 'Essai', '{75}', $3)", organisation, organisation.ToString(), at);
        foreach (var recipient in recipients.SelectMany(r => Enumerable.Repeat(r.Recipient, r.Deposits)))
        {
            var (deposit, dossier) = (Guid.CreateVersion7(at), Guid.NewGuid());
            Add("insert into exchange.dossier (id, subject, dwelling, territory, created_at) values ($1, $2, '\\x01', '75', $3)", dossier, Guid.NewGuid(), at);
            Add("insert into exchange.deposit (id, sender, message_type, schema_version, territory, subject, dossier, facts, flags, state, sandbox, purpose, register_version, entry, received_at) values ($1, $2, 'caf/impayes', '1', '75', $3, $4, '{}', '{}', 'recu', false, 'P1', 'v', $5, $6)", deposit, sender, Guid.NewGuid(), dossier, Guid.NewGuid(), at);
            Add("insert into exchange.part (deposit, category, sealed) values ($1, 1, '\\x02')", deposit);
            Add("insert into exchange.piece (id, deposit, name, media_type, size, blob, wrapped_key, categories, received_at) values ($1, $2, 'acte', 'application/pdf', 1, $3, '\\x03', 1, $4)", Guid.NewGuid(), deposit, Guid.NewGuid().ToString("N"), at);
            Add("insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, state, created_at) values ($1, $2, $3, $4, '75', $5, 'adil', null, 'P2', 'v', 'r', 1, 'remise', $6)", Guid.NewGuid(), deposit, dossier, Guid.NewGuid(), recipient, at);
        }

        await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
