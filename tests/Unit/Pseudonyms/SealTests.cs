using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Unit.Pseudonyms;

/// <summary>Nobody can swap two ciphertexts, and a vault key opens nothing without Data Protection.</summary>
public sealed class SealTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eg-seal-").FullName;
    private readonly EphemeralDataProtectionProvider _protection = new();

    [Fact]
    public void A_section_opens_in_its_own_place_only()
    {
        var keys = new SubjectKeys(new VaultKeys(_folder, _protection));
        var (subject, key) = keys.NewSubject();
        var deposit = Guid.NewGuid();
        var box = key.Seal("vault.part", deposit, Categories.Identite, "secret"u8);

        key.Open("vault.part", deposit, Categories.Identite, box).ShouldBe("secret"u8.ToArray());
        Should.Throw<CryptographicException>(() => key.Open("exchange.part", deposit, Categories.Identite, box));
        Should.Throw<CryptographicException>(() => key.Open("vault.part", Guid.NewGuid(), Categories.Identite, box));
        Should.Throw<CryptographicException>(() => key.Open("vault.part", deposit, Categories.Adresse, box));
        box[^1] ^= 1;
        Should.Throw<CryptographicException>(() => key.Open("vault.part", deposit, Categories.Identite, box));

        using var again = keys.Unwrap(subject.Id, subject.VaultKey, subject.WrappedKey);
        again.Seal("t", deposit, Categories.Acte, "x"u8).Length.ShouldBe(12 + 1 + 16);
        Should.Throw<CryptographicException>(() => keys.Unwrap(Guid.NewGuid(), subject.VaultKey, subject.WrappedKey));
        key.Dispose();
    }

    [Fact]
    public void The_vault_key_on_disk_is_protected_private_and_the_same_after_a_restart()
    {
        var wrapped = new VaultKeys(_folder, _protection).Wrap(1, new byte[32], "place"u8);
        new VaultKeys(_folder, _protection).Unwrap(1, wrapped, "place"u8).ShouldBe(new byte[32]);
        Should.Throw<CryptographicException>(() => new VaultKeys(_folder, new EphemeralDataProtectionProvider()));
        var file = Directory.EnumerateFiles(Path.Combine(_folder, "vault")).ShouldHaveSingleItem();
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
