using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Pseudonyms;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Unit.Audit;

public sealed class EntrySealTests
{
    private static readonly EntryContent Content = new()
    {
        Id = new("019a0000-0000-7000-8000-000000000001"),
        At = new(2026, 11, 21, 8, 30, 15, 123, 456, TimeSpan.Zero),
        Action = nameof(LogAction.IdentityDisclosed),
        Organisation = new("019a0000-0000-7000-8000-000000000002"),
        Agent = "agent-1",
        Subjects = ["00112233445566778899aabbccddeeff"],
        Purpose = "P2",
        RegisterVersion = "0123456789abcdef",
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["motif"] = "séance", ["categories"] = "identite" },
    };

    [Fact]
    public void Content_is_one_sequence_of_bytes_and_reads_back()
    {
        Encoding.UTF8.GetString(Content.ToBytes()).ShouldBe(
            """{"action":"IdentityDisclosed","agent":"agent-1","date":"2026-11-21T08:30:15.123456Z","decision":"permis","details":{"categories":"identite","motif":"séance"},"finalite":"P2","id":"019a0000-0000-7000-8000-000000000001","organisation":"019a0000-0000-7000-8000-000000000002","registre":"0123456789abcdef","sujets":["00112233445566778899aabbccddeeff"],"v":1}""");
        EntryContent.Parse(Content.ToBytes()).ToBytes().ShouldBe(Content.ToBytes());
    }

    [Fact]
    public void Refuses_content_of_an_unknown_version() =>
        Should.Throw<FormatException>(() => EntryContent.Parse(Encoding.UTF8.GetBytes("""{"v":2}""")));

    [Fact]
    public void Leaf_data_is_the_version_and_the_hash_of_salt_and_content()
    {
        using var folder = new TemporaryFolder();
        var seal = Seal(folder);

        var (leaf, box, vaultKey, wrapped) = seal.Seal(Content.Id, Content.ToBytes());
        var opening = seal.Open(Content.Id, box, vaultKey, wrapped);

        leaf.ShouldBe([0x01, .. SHA256.HashData(opening)]);
        opening[32..].ShouldBe(Content.ToBytes());
        box.AsSpan().IndexOf("agent-1"u8).ShouldBe(-1);
    }

    [Fact]
    public void The_same_content_twice_makes_two_commitments_that_nothing_links()
    {
        using var folder = new TemporaryFolder();
        var seal = Seal(folder);

        seal.Seal(Content.Id, Content.ToBytes()).Leaf.ShouldNotBe(seal.Seal(Content.Id, Content.ToBytes()).Leaf);
    }

    [Fact]
    public void A_sealed_entry_opens_at_its_own_place_only()
    {
        using var folder = new TemporaryFolder();
        var seal = Seal(folder);
        var (_, box, vaultKey, wrapped) = seal.Seal(Content.Id, Content.ToBytes());
        var (_, otherBox, _, otherWrapped) = seal.Seal(Guid.NewGuid(), Content.ToBytes());
        byte[] altered = [.. box];
        altered[^1] ^= 1;

        Should.Throw<CryptographicException>(() => seal.Open(Guid.NewGuid(), box, vaultKey, wrapped));
        Should.Throw<CryptographicException>(() => seal.Open(Content.Id, otherBox, vaultKey, wrapped));
        Should.Throw<CryptographicException>(() => seal.Open(Content.Id, box, vaultKey, otherWrapped));
        Should.Throw<CryptographicException>(() => seal.Open(Content.Id, altered, vaultKey, wrapped));
        Should.Throw<CryptographicException>(() => seal.Open(Content.Id, box, vaultKey + 1, wrapped));
    }

    [Fact]
    public void The_signing_seed_survives_a_restart_and_is_not_in_clear_on_disk()
    {
        using var folder = new TemporaryFolder();
        var protection = new EphemeralDataProtectionProvider();

        var first = new JournalKey(folder.Path, protection);
        var again = new JournalKey(folder.Path, protection);
        var head = new Checkpoint("passerelle.test/journal", 0, Merkle.EmptyRoot());

        again.Sign(head).ToString().ShouldBe(first.Sign(head).ToString());
        again.Sign(head).IsSignedBy(first.For("passerelle.test/journal")).ShouldBeTrue();
        new FileInfo(Path.Combine(folder.Path, "journal", "graine")).Length.ShouldBeGreaterThan(Ed25519.SeedSize);
        Should.Throw<CryptographicException>(() => new JournalKey(folder.Path, new EphemeralDataProtectionProvider()));
    }

    private static EntrySeal Seal(TemporaryFolder folder) => new(new VaultKeys(folder.Path, new EphemeralDataProtectionProvider()));
}
