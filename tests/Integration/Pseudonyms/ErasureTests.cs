using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Gateway;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Integration.Pseudonyms;

/// <summary>What is left of an erased person, looked for by who holds every file and every key.</summary>
public sealed class ErasureTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_erased_person_is_read_in_an_older_backup_until_the_vault_key_of_then_is_destroyed_and_never_after()
    {
        await using var site = new VaultSite();
        await site.StartAsync();
        var (household, living) = (Messages.NewHousehold(), Messages.NewHousehold());
        var (deposit, subject) = await site.DepositAsync(household);
        var (_, other) = await site.DepositAsync(living);
        await site.StopAsync();
        var backup = site.Backup();

        await site.StartAsync();
        (await site.Get<EffacerSujet>().RunAsync(subject, "droitEffacement", null, Ct)).ShouldBe(new ErasureOutcome.Erased(1));
        (await site.ScalarAsync<long>($"select count(*) from vault.part where subject = '{subject}'")).ShouldBe(0);
        await FlushAsync(site);
        var attacker = new Attacker(Path.Combine(site.State, "keys"), site.Get<IDataProtectionProvider>(), subject, deposit);

        // Accents are escaped in the sections: the end of the name is enough.
        var name = household.Name.Split('-')[^1] + "\"";
        attacker.Recover(backup).Sections.ShouldContain(s => s.Contains(name, StringComparison.Ordinal), "an older backup still opens");
        attacker.Recover(site.Data).Sections.ShouldContain(s => s.Contains(name, StringComparison.Ordinal), "old pages and the write-ahead log still open");

        var rotation = site.Get<VaultRotation>();
        (await rotation.RotateAsync(Ct)).ShouldBe(2);
        (await rotation.DestroyAsync(1, [], Ct)).ShouldBeOfType<DestructionOutcome.TooSoon>();
        site.Clock.Advance(VaultDestruction.Rest + TimeSpan.FromMinutes(1));
        (await rotation.DestroyAsync(1, [], Ct)).ShouldBeOfType<DestructionOutcome.StillUsed>().Rows.ShouldBeGreaterThan(1);
        (await rotation.DestroyAsync(2, [], Ct)).ShouldBeOfType<DestructionOutcome.NotOlder>();
        (await rotation.RewrapAsync(Ct)).ShouldBeGreaterThan(1);
        (await rotation.DestroyAsync(1, ["A1", "B2"], Ct)).ShouldBeOfType<DestructionOutcome.Destroyed>();
        await FlushAsync(site);

        Directory.EnumerateFiles(Path.Combine(site.State, "keys", "vault")).Select(Path.GetFileName).ShouldBe(["2.key"]);
        var (sections, tried, boxes) = attacker.Recover(backup, site.Data);
        sections.ShouldBeEmpty();
        (tried, boxes).ShouldSatisfyAllConditions(() => tried.ShouldBeGreaterThan(2), () => boxes.ShouldBeGreaterThan(1, "the sealed sections are all still there"));

        // The living are read as before, and so is the log.
        var known = await KnownAsync(site, other);
        known.VaultKey.ShouldBe(2);
        site.Get<SubjectKeys>().Unwrap(other, known.VaultKey, known.Wrapped).Dispose();
        var entry = await site.ScalarAsync<Guid>("select id from audit.entry where action = 'SubjectErased'");
        (await site.Get<AuditLog>().OpenAsync(entry, Ct)).ShouldBeOfType<OpenedEntry.Opened>().Conform.ShouldBeTrue();
        var destruction = await site.ScalarAsync<Guid>("select id from audit.entry where action = 'VaultKeyDestroyed'");
        (await site.Get<AuditLog>().OpenAsync(destruction, Ct)).ShouldBeOfType<OpenedEntry.Opened>().Content.Details["ordonnePar"].ShouldBe("A1 B2");
    }

    [Fact]
    public async Task A_restored_backup_forgets_again_whom_the_ledger_names_before_it_serves()
    {
        await using var site = new VaultSite();
        await site.StartAsync();
        var (deposit, subject) = await site.DepositAsync(Messages.NewHousehold());
        var (_, other) = await site.DepositAsync(Messages.NewHousehold());
        await site.StopAsync();
        var backup = site.Backup();
        await site.StartAsync();
        await site.Get<EffacerSujet>().RunAsync(subject, "droitEffacement", null, Ct);
        await site.StopAsync();

        site.Restore(backup);
        await site.OpenOriginAsync();
        await site.StartAsync();

        (await site.ScalarAsync<long>($"select count(*) from vault.subject where id = '{subject}'")).ShouldBe(0);
        (await site.ScalarAsync<long>($"select count(*) from vault.subject where id = '{other}'")).ShouldBe(1);
        (await site.ScalarAsync<long>($"select (select count(*) from vault.part where deposit = '{deposit}') + (select count(*) from exchange.part where deposit = '{deposit}')")).ShouldBe(0);
        (await site.ScalarAsync<string>($"select facts::text from exchange.deposit where id = '{deposit}'")).ShouldBe("{}");
        (await site.ScalarAsync<long>("select count(*) from audit.entry where action = 'SubjectErased'")).ShouldBe(1, "the replay is logged");
        (await site.ScalarAsync<long>("select count(*) from audit.leaf l join audit.entry e on e.id = l.entry where e.action = 'SubjectErased' and l.tree = 2")).ShouldBe(1, "in the tree that follows the restoration");
        (await site.Get<EffacerSujet>().ReplayAsync(Ct)).ShouldBe(0);
        // The ledger names nobody.
        (await File.ReadAllTextAsync(Path.Combine(site.State, "effacements.ndjson"), Ct)).ShouldNotContain(subject.ToString());
    }

    private static async Task FlushAsync(VaultSite site)
    {
        await using var command = site.Get<Databases>().Owner.CreateCommand("checkpoint");
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<(int VaultKey, byte[] Wrapped)> KnownAsync(VaultSite site, Guid subject) => (
        await site.ScalarAsync<int>($"select vault_key from vault.subject where id = '{subject}'"),
        await site.ScalarAsync<byte[]>($"select wrapped_key from vault.subject where id = '{subject}'"));
}
