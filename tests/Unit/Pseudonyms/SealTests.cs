using System.Collections.Concurrent;
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

    [Fact]
    public void A_section_is_sealed_for_the_place_that_older_versions_of_the_gateway_wrote_down()
    {
        byte[] bytes = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
        var (subject, deposit) = (Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), Guid.Parse("0197a000-0000-7000-8000-000000000004"));
        using var key = new DataKey(subject, [.. bytes]);

        byte[] place = [.. "vault.part"u8, .. subject.ToByteArray(), .. deposit.ToByteArray(), 0, 0, 0, 2, 1];
        key.Open("vault.part", deposit, Categories.Adresse, AesGcmSeal.Seal(bytes, "12 rue"u8, place)).ShouldBe("12 rue"u8.ToArray());
        AesGcmSeal.Open(bytes, key.Seal("vault.part", deposit, Categories.Adresse, "12 rue"u8), place).ShouldBe("12 rue"u8.ToArray());
    }

    [Fact]
    public void A_data_key_is_wrapped_for_its_subject_and_the_same_key_after_each_wrapping()
    {
        using var vault = new VaultKeys(_folder, _protection);
        var keys = new SubjectKeys(vault);
        keys.CurrentVaultKey.ShouldBe(1);
        var (subject, key) = keys.NewSubject();
        subject.VaultKey.ShouldBe(1);
        subject.Profiles.ShouldBeEmpty();
        var piece = key.Wrap(new byte[32], "pièce"u8);
        key.Dispose();
        vault.Rotate();

        var again = keys.Rewrap(subject.Id, 1, subject.WrappedKey, 2);
        vault.Destroy(1);
        keys.CurrentVaultKey.ShouldBe(2);
        using var opened = keys.Unwrap(subject.Id, 2, again);
        opened.Unwrap(piece, "pièce"u8).ShouldBe(new byte[32]);
        Should.Throw<CryptographicException>(() => opened.Unwrap(piece, "autre"u8));
        // The place that older versions of the gateway wrote down.
        vault.Unwrap(2, again, [.. "vault.subject|"u8, .. subject.Id.ToByteArray()]).Length.ShouldBe(32);
        Should.Throw<CryptographicException>(() => keys.Rewrap(Guid.NewGuid(), 2, again, 2));
    }

    [Fact]
    public void Two_subjects_share_nothing()
    {
        var keys = new SubjectKeys(new VaultKeys(_folder, _protection));
        var (one, first) = keys.NewSubject();
        var (other, second) = keys.NewSubject();
        one.Id.ShouldNotBe(other.Id);
        var deposit = Guid.NewGuid();
        var wrapped = first.Wrap("x"u8, "place"u8);
        Should.Throw<CryptographicException>(() => second.Unwrap(wrapped, "place"u8));
        // A random id tells no time: the version bits of a time-ordered id are not there twenty times in a row.
        Enumerable.Range(0, 20).Select(_ => keys.NewSubject().Subject.Id.Version).Distinct().Count().ShouldBeGreaterThan(1);
        second.Dispose();
        Should.Throw<ObjectDisposedException>(() => second.Seal("vault.part", deposit, Categories.Identite, "x"u8));
    }

    [Fact]
    public void A_data_key_in_use_is_no_more_in_the_bytes_that_brought_it()
    {
        byte[] bytes = [.. Enumerable.Range(1, 32).Select(n => (byte)n)];
        using var key = new DataKey(Guid.NewGuid(), bytes);
        bytes.ShouldBe(new byte[32]);
    }

    [Fact]
    public void No_two_boxes_have_one_nonce_whichever_threads_made_them()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var nonces = new ConcurrentBag<string>();
        Parallel.For(0, 20_000, _ => nonces.Add(Convert.ToHexString(AesGcmSeal.Seal(key, "x"u8, [])[..12])));
        nonces.Distinct(StringComparer.Ordinal).Count().ShouldBe(20_000);
        nonces.ShouldNotContain(new string('0', 24));
    }

    [Fact]
    public void One_plaintext_sealed_twice_is_two_boxes_and_what_is_too_short_is_no_box()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var box = AesGcmSeal.Seal(key, "secret"u8, "place"u8);
        AesGcmSeal.Seal(key, "secret"u8, "place"u8).ShouldNotBe(box);
        AesGcmSeal.Open(key, AesGcmSeal.Seal(key, [], "place"u8), "place"u8).ShouldBeEmpty();
        Should.Throw<CryptographicException>(() => AesGcmSeal.Open(key, box.AsSpan(0, 27), "place"u8)).Message.ShouldContain("shorter");
        Should.Throw<AuthenticationTagMismatchException>(() => AesGcmSeal.Open(key, box.AsSpan(0, 28), "place"u8));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
