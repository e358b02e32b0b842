using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Tree;
using FsCheck;
using FsCheck.Fluent;

namespace ExchangeGateway.Unit.Audit;

public sealed class MerkleTests
{
    /// <summary>The eight leaves that implementations of RFC 6962 have shared since the first one.</summary>
    private static readonly byte[][] Known =
        [.. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }.Select(Convert.FromHexString)];

    private static readonly byte[][] KnownHashes = [.. Known.Select(k => Merkle.LeafHash(k))];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Has_the_known_root(int size, string root)
    {
        var frontier = new Frontier();
        foreach (var hash in KnownHashes[..size])
            frontier.Append(hash);

        Convert.ToHexStringLower(Merkle.Root(KnownHashes.AsSpan(0, size))).ShouldBe(root);
        Convert.ToHexStringLower(frontier.Root()).ShouldBe(root);
    }

    [Theory]
    [InlineData(0, 1, "")]
    [InlineData(0, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(5, 8, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    public void Makes_the_known_inclusion_proof(long index, int size, string path) =>
        SampleTree.Hex(Merkle.InclusionProof(index, size, SampleTree.Nodes(KnownHashes))).ShouldBe(path);

    [Theory]
    [InlineData(1, 1, "")]
    [InlineData(1, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(6, 8, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    public void Makes_the_known_consistency_proof(long oldSize, int size, string path) =>
        SampleTree.Hex(Merkle.ConsistencyProof(oldSize, size, SampleTree.Nodes(KnownHashes))).ShouldBe(path);

    [Fact]
    public void Proves_the_inclusion_of_every_leaf_of_every_small_tree()
    {
        for (var size = 1; size <= 70; size++)
        {
            var hashes = SampleTree.Hashes(size);
            var root = Merkle.Root(hashes);
            for (var index = 0; index < size; index++)
                Merkle.VerifyInclusion(index, size, hashes[index], Merkle.InclusionProof(index, size, SampleTree.Nodes(hashes)), root).ShouldBeTrue($"leaf {index} of {size}");
        }
    }

    [Fact]
    public void Proves_the_consistency_of_every_pair_of_small_trees()
    {
        var hashes = SampleTree.Hashes(40);
        for (var size = 1; size <= hashes.Length; size++)
        {
            for (var oldSize = 1; oldSize <= size; oldSize++)
            {
                var path = Merkle.ConsistencyProof(oldSize, size, SampleTree.Nodes(hashes));
                Merkle.VerifyConsistency(oldSize, size, Merkle.Root(hashes.AsSpan(0, oldSize)), Merkle.Root(hashes.AsSpan(0, size)), path).ShouldBeTrue($"{oldSize} to {size}");
            }
        }
    }

    [Fact]
    public void Proofs_of_any_leaf_of_any_tree_verify_and_those_with_a_flipped_bit_do_not() => Prop.ForAll(Places(), place =>
    {
        var (size, index, bit) = place;
        var hashes = SampleTree.Hashes(size);
        var root = Merkle.Root(hashes);
        var path = Merkle.InclusionProof(index, size, SampleTree.Nodes(hashes));
        var flipped = Flip(path, bit);
        return Merkle.VerifyInclusion(index, size, hashes[index], path, root)
            && !Merkle.VerifyInclusion(index, size, FlipBit(hashes[index], bit), path, root)
            && !Merkle.VerifyInclusion(index, size, hashes[index], path, FlipBit(root, bit))
            && !Merkle.VerifyInclusion(index, size, hashes[index], [.. path, root], root)
            && !Merkle.VerifyInclusion(size, size, hashes[index], path, root)
            && (flipped is null || !Merkle.VerifyInclusion(index, size, hashes[index], flipped, root))
            && (path.Count == 0 || !Merkle.VerifyInclusion(index, size, hashes[index], [.. path.SkipLast(1)], root));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_proof_of_one_place_is_not_a_proof_of_another() => Prop.ForAll(Places(), place =>
    {
        var (size, index, bit) = place;
        var hashes = SampleTree.Hashes(size);
        var path = Merkle.InclusionProof(index, size, SampleTree.Nodes(hashes));
        var other = bit % size;
        return other == index || !Merkle.VerifyInclusion(other, size, hashes[index], path, Merkle.Root(hashes));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Consistency_of_any_two_sizes_verifies_and_with_a_flipped_bit_does_not() => Prop.ForAll(Places(), place =>
    {
        var (size, index, bit) = place;
        var oldSize = index + 1;
        var hashes = SampleTree.Hashes(size);
        byte[] oldRoot = Merkle.Root(hashes.AsSpan(0, oldSize)), root = Merkle.Root(hashes);
        var path = Merkle.ConsistencyProof(oldSize, size, SampleTree.Nodes(hashes));
        var flipped = Flip(path, bit);
        return Merkle.VerifyConsistency(oldSize, size, oldRoot, root, path)
            && !Merkle.VerifyConsistency(oldSize, size, FlipBit(oldRoot, bit), root, path)
            && !Merkle.VerifyConsistency(oldSize, size, oldRoot, FlipBit(root, bit), path)
            && !Merkle.VerifyConsistency(oldSize, size, oldRoot, root, [.. path, root])
            && (flipped is null || !Merkle.VerifyConsistency(oldSize, size, oldRoot, root, flipped));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_empty_tree_begins_every_tree_with_an_empty_proof_only()
    {
        var root = Merkle.Root(SampleTree.Hashes(3));

        Merkle.VerifyConsistency(0, 3, Merkle.EmptyRoot(), root, []).ShouldBeTrue();
        Merkle.VerifyConsistency(0, 3, root, root, []).ShouldBeFalse();
        Merkle.VerifyConsistency(0, 3, Merkle.EmptyRoot(), root, [root]).ShouldBeFalse();
        Merkle.VerifyConsistency(4, 3, root, root, []).ShouldBeFalse();
    }

    [Fact]
    public void A_frontier_gives_the_root_of_any_size_and_survives_its_bytes() => Prop.ForAll(Gen.Choose(0, 600).ToArbitrary(), size =>
    {
        var hashes = SampleTree.Hashes(size);
        var frontier = new Frontier();
        foreach (var hash in hashes)
            frontier.Append(hash);
        return frontier.Root().SequenceEqual(Merkle.Root(hashes)) && Frontier.Of(size, frontier.ToBytes()).Root().SequenceEqual(frontier.Root());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_frontier_of_another_size_is_refused() =>
        Should.Throw<FormatException>(() => Frontier.Of(3, new byte[Merkle.HashSize]));

    private static Arbitrary<(int Size, int Index, int Bit)> Places() => (
        from size in Gen.Choose(1, 600)
        from index in Gen.Choose(0, size - 1)
        from bit in Gen.Choose(0, 100_000)
        select (size, index, bit)).ToArbitrary();

    private static byte[] FlipBit(byte[] bytes, int bit)
    {
        byte[] copy = [.. bytes];
        copy[bit / 8 % copy.Length] ^= (byte)(1 << (bit % 8));
        return copy;
    }

    private static List<byte[]>? Flip(IReadOnlyList<byte[]> path, int bit)
    {
        if (path.Count == 0)
            return null;
        List<byte[]> copy = [.. path];
        copy[bit % path.Count] = FlipBit(copy[bit % path.Count], bit);
        return copy;
    }
}
