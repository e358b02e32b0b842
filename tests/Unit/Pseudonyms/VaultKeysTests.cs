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
}
