using System.Diagnostics;
using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Unit.Pseudonyms;

/// <summary>Versions of the vault key, and the ledger of whom they must never open again.</summary>
public sealed class VaultKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eg-vault-").FullName;
    private readonly EphemeralDataProtectionProvider _protection = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_version_made_by_one_node_is_read_by_another_at_once_and_wraps_there_after_its_next_look()
    {
        using var here = new VaultKeys(_folder, _protection);
        using var there = new VaultKeys(_folder, _protection);
        here.Rotate().ShouldBe(2);
        var wrapped = here.Wrap(2, new byte[32], "place"u8);
        there.Unwrap(2, wrapped, "place"u8).ShouldBe(new byte[32]);
        there.Reload();
        there.Current.ShouldBe(2);
        there.CurrentSince.ShouldBe(here.CurrentSince, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void A_destroyed_version_opens_nothing_and_the_current_one_is_never_destroyed()
    {
        using var keys = new VaultKeys(_folder, _protection);
        var wrapped = keys.Wrap(1, new byte[32], "place"u8);
        Should.Throw<InvalidOperationException>(() => keys.Destroy(1));
        keys.Rotate();
        keys.Destroy(1);
        keys.Versions.ShouldBe([2]);
        Should.Throw<CryptographicException>(() => keys.Unwrap(1, wrapped, "place"u8));
        Should.Throw<CryptographicException>(() => keys.Unwrap(2, wrapped, "place"u8));
        Should.Throw<InvalidOperationException>(() => keys.Destroy(1));
        using var again = new VaultKeys(_folder, _protection);
        again.Current.ShouldBe(2);
    }

    [Fact]
    public void A_version_is_dated_by_the_clock_also_when_it_is_read_again()
    {
        var clock = new MovableClock { Now = new(2026, 11, 20, 9, 0, 0, 123, TimeSpan.Zero) };
        using var keys = new VaultKeys(_folder, _protection, clock);
        keys.CurrentSince.ShouldBe(clock.Now);
        clock.Now = clock.Now.AddDays(30);
        keys.Rotate().ShouldBe(2);
        keys.CurrentSince.ShouldBe(clock.Now);
        keys.Versions.ShouldBe([1, 2]);
        using var again = new VaultKeys(_folder, _protection);
        again.CurrentSince.ShouldBe(clock.Now);
        again.Current.ShouldBe(2);
    }

    [Fact]
    public void The_key_file_of_a_first_version_of_the_gateway_holds_the_key_alone_and_is_dated_by_the_file()
    {
        var bytes = RandomNumberGenerator.GetBytes(32);
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "vault")).FullName, "1.key");
        File.WriteAllBytes(file, _protection.CreateProtector("vault-key").Protect(bytes));
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));

        using var keys = new VaultKeys(_folder, _protection);
        keys.CurrentSince.ShouldBe(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        keys.Unwrap(1, AesGcmSeal.Seal(bytes, "clé"u8, "place"u8), "place"u8).ShouldBe("clé"u8.ToArray());
    }

    [Fact]
    public void Two_nodes_that_rotate_one_after_the_other_make_two_versions()
    {
        using var here = new VaultKeys(_folder, _protection);
        using var there = new VaultKeys(_folder, _protection);
        here.Rotate().ShouldBe(2);
        there.Rotate().ShouldBe(3);
        there.Versions.ShouldBe([1, 2, 3]);
        here.Reload();
        here.Current.ShouldBe(3);
    }

    [Fact]
    public void A_version_destroyed_by_one_node_is_gone_at_another_after_its_next_look_and_the_current_one_stays_whatever_the_folder_says()
    {
        using var here = new VaultKeys(_folder, _protection);
        using var there = new VaultKeys(_folder, _protection);
        here.Rotate();
        there.Reload();
        var wrapped = there.Wrap(1, new byte[32], "place"u8);
        here.Destroy(1);
        there.Reload();
        there.Versions.ShouldBe([2]);
        Should.Throw<CryptographicException>(() => there.Unwrap(1, wrapped, "place"u8)).Message.ShouldContain("Vault key 1 is not in");

        // A folder that is not mounted, for a moment.
        File.Delete(Path.Combine(_folder, "vault", "2.key"));
        there.Reload();
        (there.Current, there.Versions.Count).ShouldBe((2, 1));
        there.Unwrap(2, there.Wrap(2, new byte[32], "place"u8), "place"u8).ShouldBe(new byte[32]);
    }

    [Fact]
    public void Nothing_is_wrapped_by_a_version_that_is_not_here()
    {
        using var keys = new VaultKeys(_folder, _protection);
        Should.Throw<KeyNotFoundException>(() => keys.Wrap(2, new byte[32], "place"u8)).Message.ShouldContain("Vault key 2 is not in");
        Should.Throw<InvalidOperationException>(() => keys.Destroy(0)).Message.ShouldContain("older vault key");
        keys.Dispose();
        Should.Throw<ObjectDisposedException>(() => keys.Wrap(1, new byte[32], "place"u8));
    }

    [Fact]
    public void The_file_of_a_destroyed_version_is_overwritten_before_it_goes()
    {
        using var keys = new VaultKeys(_folder, _protection);
        keys.Rotate();
        var file = Path.Combine(_folder, "vault", "1.key");
        var before = File.ReadAllBytes(file);
        // Another name of the same bytes on the disk.
        var other = Path.Combine(_folder, "reste");
        Process.Start("ln", [file, other])!.WaitForExit();

        keys.Destroy(1);
        File.Exists(file).ShouldBeFalse();
        var after = File.ReadAllBytes(other);
        after.Length.ShouldBe(before.Length);
        after.ShouldNotBe(before);
        after.ShouldNotBe(new byte[before.Length]);
    }

    [Fact]
    public void The_folder_of_the_keys_is_its_users_alone()
    {
        using var keys = new VaultKeys(_folder, _protection);
        File.GetUnixFileMode(Path.Combine(_folder, "vault")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void A_version_is_destroyed_a_day_after_the_next_one_was_made_at_the_earliest()
    {
        var clock = new MovableClock { Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero) };
        using var keys = new VaultKeys(_folder, _protection, clock);
        var day = clock.Now.AddDays(1);
        VaultDestruction.Refusal(keys, 1, day).ShouldBe(new DestructionOutcome.NotOlder(), "it is the current one");
        keys.Rotate();
        VaultDestruction.Refusal(keys, 1, day.AddTicks(-1)).ShouldBe(new DestructionOutcome.TooSoon(day));
        VaultDestruction.Refusal(keys, 1, day).ShouldBeNull();
        VaultDestruction.Refusal(keys, 2, day).ShouldBe(new DestructionOutcome.NotOlder());
        VaultDestruction.Refusal(keys, 3, day).ShouldBe(new DestructionOutcome.NotOlder());
        VaultDestruction.Refusal(keys, 0, day).ShouldBe(new DestructionOutcome.NotOlder(), "there never was such a version");
    }

    [Fact]
    public void The_ledger_outlives_a_line_that_a_cut_left_unfinished()
    {
        var path = Path.Combine(_folder, "effacements.ndjson");
        var ledger = new ErasureLedger(path);
        ledger.Read().ShouldBeEmpty();
        ledger.Append([Guid.NewGuid(), Guid.NewGuid()], DateTimeOffset.UnixEpoch);
        File.AppendAllText(path, """{"sujet":"00ff""");
        ledger.Append([Guid.NewGuid()], DateTimeOffset.UnixEpoch);
        ledger.Read().Count.ShouldBe(3);
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private sealed class MovableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
