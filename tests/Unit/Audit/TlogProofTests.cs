using System.Text;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Tree;
using FsCheck;
using FsCheck.Fluent;

namespace ExchangeGateway.Unit.Audit;

public sealed class TlogProofTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly VerifierKey Key = new("passerelle.test/journal", Ed25519.PublicKey(Seed));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(41, 300)]
    [InlineData(299, 300)]
    public void Round_trips_and_proves_its_leaf_only(int index, int size)
    {
        TlogProof.TryParse(Proof(index, size).ToText(), out var proof).ShouldBeTrue();

        proof.Extra.ShouldBe(SampleTree.Leaf(index));
        proof.Proves(SampleTree.Leaf(index), Key).ShouldBeTrue();
        proof.Proves(SampleTree.Leaf(index + 1), Key).ShouldBeFalse();
        proof.Proves(SampleTree.Leaf(index), new VerifierKey("autre.test/journal", Ed25519.PublicKey(Seed))).ShouldBeFalse();
    }

    [Fact]
    public void Is_text_of_the_specification()
    {
        var lines = Proof(1, 3).ToText().Split('\n');

        lines[0].ShouldBe("c2sp.org/tlog-proof@v1");
        lines[1].ShouldBe("extra " + Convert.ToBase64String(SampleTree.Leaf(1)));
        lines[2].ShouldBe("index 1");
        lines[3].ShouldBe(Convert.ToBase64String(Merkle.LeafHash(SampleTree.Leaf(0))));
        lines[5].ShouldBeEmpty();
        lines[6].ShouldBe("passerelle.test/journal");
    }

    [Fact]
    public void A_proof_with_any_flipped_bit_proves_nothing()
    {
        var whole = Encoding.UTF8.GetBytes(Proof(41, 300).ToText());
        Prop.ForAll(Gen.Choose(0, (whole.Length * 8) - 1).ToArbitrary(), bit =>
        {
            byte[] copy = [.. whole];
            copy[bit / 8] ^= (byte)(1 << (bit % 8));
            return !TlogProof.TryParse(Encoding.UTF8.GetString(copy), out var proof)
                || !(proof.Extra is { } extra && extra.AsSpan().SequenceEqual(SampleTree.Leaf(41)) && proof.Proves(extra, Key) && proof.Index == 41);
        }).QuickCheckThrowOnFailure();
    }

    private static TlogProof Proof(int index, int size)
    {
        var hashes = SampleTree.Hashes(size);
        return new()
        {
            Extra = SampleTree.Leaf(index),
            Index = index,
            Path = Merkle.InclusionProof(index, size, SampleTree.Nodes(hashes)),
            Note = SignedNote.Sign(new Checkpoint(Key.Name, size, Merkle.Root(hashes)).ToText(), Key, Seed),
        };
    }
}
