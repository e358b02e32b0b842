using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExchangeGateway.Integration.Pseudonyms;

/// <summary>Vault keys change and persons are forgotten while the gateway serves.</summary>
public sealed class VaultRotationTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Adil = "adil-75-instructeur";
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";
    private const int Subjects = 8_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wrapping_again_loses_no_key_while_messages_come_in()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var services = gateway.App.Services;
        var keys = services.GetRequiredService<SubjectKeys>();
        var (known, probe) = await FillAsync(gateway, keys);
        var rotation = services.GetRequiredService<VaultRotation>();
        (await rotation.RotateAsync(Ct)).ShouldBe(2);
        (await rotation.DestroyAsync(1, [], Ct)).ShouldBeOfType<DestructionOutcome.TooSoon>();
        var deposits = Task.WhenAll(Enumerable.Range(0, 40).Select(_ => gateway.DepositAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold()))));
        await rotation.RewrapAsync(Ct);
        await deposits;

        await rotation.RewrapAsync(Ct);
        (await rotation.CountAsync(1, Ct)).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from vault.subject")).ShouldBe(Subjects + 40);
        await OpensAsync(gateway, keys, known, probe);
    }

    [Fact]
    public async Task A_rotation_killed_at_each_of_its_steps_is_ended_by_the_next_and_no_key_is_lost()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (known, probe) = await FillAsync(gateway, gateway.App.Services.GetRequiredService<SubjectKeys>());
        for (var i = 0; i < 3; i++)
            await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold()));
        await gateway.App.DisposeAsync();
        var wrapped = await gateway.ScalarAsync<long>("select (select count(*) from vault.subject) + (select count(*) from audit.entry_key)");
        string[] rotate = ["vault", "rotate"];
        string[] steps =
        [
            "lock table audit.entry in share mode", // before the new key is made
            "select 1 from vault.subject order by ctid desc limit 1 for update", // among the data keys
            "select 1 from audit.entry_key order by ctid limit 1 for update", // among the keys of the log's entries
        ];
        foreach (var step in steps)
        {
            var held = await RotationCommand.HoldAsync(gateway, step);
            await RotationCommand.KillWhereItWaitsAsync(gateway, rotate);
            (await gateway.ScalarAsync<long>(step == steps[1] ? "select count(*) from vault.subject where vault_key = 1" : "select count(*) from audit.entry_key where vault_key = 1"))
                .ShouldBeGreaterThan(0, "it was killed on the way");
            if (step == steps[1])
                (await gateway.ScalarAsync<long>("select count(*) from vault.subject where vault_key > 1")).ShouldBeGreaterThan(0, "and not before it began");
            await RotationCommand.ReleaseAsync(held);
        }

        await RotationCommand.RunAsync(gateway, rotate);

        await using var app = await RotationCommand.OpenAsync(gateway);
        var vault = app.Services.GetRequiredService<VaultKeys>();
        vault.Versions.ShouldBe(Enumerable.Range(1, vault.Current));
        (await gateway.ScalarAsync<long>($"select (select count(*) from vault.subject where vault_key < {vault.Current}) + (select count(*) from audit.entry_key where vault_key < {vault.Current})")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select (select count(*) from vault.subject) + (select count(*) from audit.entry_key)")).ShouldBeGreaterThanOrEqualTo(wrapped);
        await OpensAsync(gateway, app.Services.GetRequiredService<SubjectKeys>(), known, probe);
        // No key without its entry, and every entry is read as before.
        var log = app.Services.GetRequiredService<AuditLog>();
        foreach (var entry in await gateway.ScalarAsync<Guid[]>("select array_agg(id) from audit.entry"))
            (await log.OpenAsync(entry, Ct)).ShouldBeOfType<OpenedEntry.Opened>().Conform.ShouldBeTrue();
        var made = await gateway.ScalarAsync<Guid[]>("select array_agg(id) from audit.entry where action = 'VaultKeyRotated'");
        var named = new List<string>();
        foreach (var entry in made)
            named.Add(((OpenedEntry.Opened)await log.OpenAsync(entry, Ct)).Content.Details["version"]);
        named.ShouldBeSubsetOf(Enumerable.Range(2, vault.Current - 1).Select(v => v.ToString(CultureInfo.InvariantCulture)));
        named.Distinct().Count().ShouldBe(vault.Current - 1);
    }

    [Fact]
    public async Task The_months_job_makes_one_key_when_it_is_due_and_wraps_again()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold()));
        var job = gateway.App.Services.GetServices<IHostedService>().OfType<VaultKeyRotation>().Single();
        var vault = gateway.App.Services.GetRequiredService<VaultKeys>();
        await job.RunAsync(Ct);
        vault.Current.ShouldBe(1);
        gateway.Clock.Advance(TimeSpan.FromDays(30));
        await job.RunAsync(Ct);
        await job.RunAsync(Ct);
        vault.Current.ShouldBe(2);
        (await gateway.ScalarAsync<long>("select (select count(*) from vault.subject where vault_key < 2) + (select count(*) from audit.entry_key where vault_key < 2)")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'VaultKeyRotated'")).ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_of_an_erased_person_is_left_in_any_table_nor_in_the_payloads_and_nobody_else_is_touched()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (household, other) = (Messages.NewHousehold(), Messages.NewHousehold());
        var deposit = (await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(household)))["depot"]!.GetValue<string>();
        var kept = (await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(other)))["depot"]!.GetValue<string>();
        await gateway.DepositAsync("caf-75-depositaire", "caf/impayes", Messages.CafNotice(household));
        using (var content = new ByteArrayContent(TestPdf.WithText("Acte")))
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
            using var piece = await gateway.SendAsync(Etude, HttpMethod.Put, $"/v1/depots/{deposit}/pieces/acte", content);
            piece.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await gateway.RouteAsync();
        (await gateway.InboxAsync(Adil)).Count.ShouldBeGreaterThan(1);
        var person = await gateway.ScalarAsync<Guid>($"select subject from exchange.deposit where id = '{deposit}'");
        var stays = await gateway.ScalarAsync<Guid>($"select subject from exchange.deposit where id = '{kept}'");
        // Known under a second subject, joined to the first: one person.
        var (joined, key) = gateway.App.Services.GetRequiredService<SubjectKeys>().NewSubject();
        key.Dispose();
        await InsertAsync(gateway, [joined]);
        await ExecuteAsync(gateway, $"insert into vault.subject_alias (id, subject, root, pair, created_at) values (gen_random_uuid(), '{joined.Id}', '{person}', gen_random_uuid(), '2026-11-01Z')");
        var before = await CountsAsync(gateway, stays, kept);
        before.Values.Min().ShouldBeGreaterThan(0, string.Join(' ', before));

        var erase = gateway.App.Services.GetRequiredService<EffacerSujet>();
        (await erase.RunAsync(joined.Id, "droitEffacement", null, Ct)).ShouldBe(new ErasureOutcome.Erased(2));

        (await CountsAsync(gateway, person, deposit)).Values.ShouldAllBe(n => n == 0);
        (await CountsAsync(gateway, stays, kept)).ShouldBe(before);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.piece")).ShouldBe(0);
        (await gateway.ScalarAsync<long>($"select count(*) from exchange.debt where subject = '{person}'")).ShouldBe(0);
        Directory.EnumerateFiles(Path.Combine(gateway.State, "payloads"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await gateway.InboxAsync(Adil)).Count.ShouldBe(1);
        (await erase.RunAsync(person, "droitEffacement", null, Ct)).ShouldBeOfType<ErasureOutcome.NotFound>();
        using (var answer = await gateway.SendAsync(Etude, HttpMethod.Get, "/v1/depots/" + deposit))
            ((int)answer.StatusCode).ShouldBeLessThan(500);

        // Who comes back is a new person, with no link to the one forgotten.
        var later = (await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(household)))["depot"]!.GetValue<string>();
        (await gateway.ScalarAsync<Guid>($"select subject from exchange.deposit where id = '{later}'")).ShouldNotBe(person);
    }

    /// <summary>Subjects under the first vault key, and something that only their keys open.</summary>
    private static async Task<(IReadOnlyList<KnownSubject> Known, IReadOnlyList<byte[]> Probe)> FillAsync(TestGateway gateway, SubjectKeys keys)
    {
        var made = Enumerable.Range(0, Subjects).Select(_ => keys.NewSubject()).ToList();
        var probe = made.Select(m => m.Key.Wrap(new byte[32], "essai"u8)).ToList();
        made.ForEach(m => m.Key.Dispose());
        await InsertAsync(gateway, [.. made.Select(m => m.Subject)]);
        return ([.. made.Select(m => m.Subject)], probe);
    }

    /// <summary>Every subject's data key is still the one it was.</summary>
    private static async Task OpensAsync(TestGateway gateway, SubjectKeys keys, IReadOnlyList<KnownSubject> known, IReadOnlyList<byte[]> probe)
    {
        var rows = new Dictionary<Guid, (int Version, byte[] Wrapped)>();
        await using (var select = gateway.Databases.Owner.CreateCommand("select id, vault_key, wrapped_key from vault.subject"))
        await using (var reader = await select.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct))
                rows[reader.GetGuid(0)] = (reader.GetInt32(1), reader.GetFieldValue<byte[]>(2));
        }

        for (var i = 0; i < known.Count; i++)
        {
            var (version, wrapped) = rows[known[i].Id];
            using var key = keys.Unwrap(known[i].Id, version, wrapped);
            key.Unwrap(probe[i], "essai"u8).ShouldBe(new byte[32]);
        }
    }

    private static async Task<Dictionary<string, long>> CountsAsync(TestGateway gateway, Guid subject, string deposit)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (table, condition) in new[]
        {
            ("vault.subject", $"id = '{subject}'"), ("vault.part", $"subject = '{subject}'"), ("exchange.part", $"deposit = '{deposit}'"),
            ("vault.match_profile", $"subject = '{subject}'"), ("vault.match_key", $"subject = '{subject}'"), ("consent.subject_state", $"subject = '{subject}'"),
            ("exchange.deposit", $"id = '{deposit}' and facts <> '{{}}'"), ("exchange.dossier", $"subject = '{subject}' and dwelling <> uuid_send(id)"),
            ("routing.result", $"deposit = '{deposit}' and explanation <> '{{}}'"),
        })
            counts[table] = await gateway.ScalarAsync<long>($"select count(*) from {table} where {condition}");
        return counts;
    }

    private static async Task InsertAsync(TestGateway gateway, IReadOnlyList<KnownSubject> subjects)
    {
        await using var insert = gateway.Databases.Owner.CreateCommand("insert into vault.subject (id, territory, vault_key, wrapped_key, created_at) select id, '75', version, wrapped, '2026-11-01Z' from unnest($1, $2, $3) as s(id, version, wrapped)");
        insert.Parameters.Add(Columns.Of(subjects, s => s.Id));
        insert.Parameters.Add(Columns.Of(subjects, s => s.VaultKey));
        insert.Parameters.Add(Columns.Of(subjects, s => s.WrappedKey));
        await insert.ExecuteNonQueryAsync(Ct);
    }

    private static async Task ExecuteAsync(TestGateway gateway, string sql)
    {
        await using var command = gateway.Databases.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
