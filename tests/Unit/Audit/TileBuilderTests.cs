using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;

namespace ExchangeGateway.Unit.Audit;

public sealed class TileBuilderTests
{
    [Fact]
    public void Makes_every_tile_of_a_large_tree_and_its_root()
    {
        var builder = new TileBuilder();
        var frontier = new Frontier();
        for (var i = 0; i < 70_000; i++)
        {
            builder.Append(SampleTree.Leaf(i));
            frontier.Append(Merkle.LeafHash(SampleTree.Leaf(i)));
            if (i is 0 or 255 or 256 or 511 or 65_535 or 65_536 or 65_800)
                builder.Root().ShouldBe(frontier.Root(), $"size {i + 1}");
        }

        builder.Root().ShouldBe(frontier.Root());
        var made = builder.Finished.Concat(builder.Partials()).ToDictionary(t => t.Tile, t => t.Bytes);
        var expected = Enumerable.Range(TileId.Entries, 4).SelectMany(level => TileId.AllAt(level, 70_000)).ToList();
        made.Keys.ShouldBe(expected, ignoreOrder: true);
        foreach (var (tile, bytes) in made)
            bytes.Length.ShouldBe(tile.Width * (tile.Level == TileId.Entries ? 35 : 32), tile.Path);
        made[new(1, 0, 256)].AsSpan(0, 32).ToArray().ShouldBe(Merkle.Root(SampleTree.Hashes(256)));
        made[new(TileId.Entries, 273, 112)].AsSpan(^33..).ToArray().ShouldBe(SampleTree.Leaf(69_999));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(255, 256)]
    [InlineData(256, 257)]
    [InlineData(300, 70_000)]
    [InlineData(65_535, 65_537)]
    [InlineData(65_536, 65_900)]
    public void Resumes_from_what_is_on_disk(int published, int size)
    {
        using var folder = new TemporaryFolder();
        var files = new JournalFiles(folder.Path);
        var first = Fill(new TileBuilder(), published);
        files.WriteTiles(1, [.. first.Finished, .. first.Partials()]);

        var resumed = TileBuilder.TryResume(files, 1, published).ShouldNotBeNull();
        resumed.Size.ShouldBe(published / 256 * 256);
        Fill(resumed, size);

        resumed.Root().ShouldBe(Fill(new TileBuilder(), size).Root());
        resumed.Partials().Select(p => p.Tile.Path).ShouldBe(Fill(new TileBuilder(), size).Partials().Select(p => p.Tile.Path));
    }

    [Fact]
    public void Resumes_from_nothing_when_an_edge_tile_is_missing()
    {
        using var folder = new TemporaryFolder();
        var files = new JournalFiles(folder.Path);
        var first = Fill(new TileBuilder(), 600);
        files.WriteTiles(1, [.. first.Finished, .. first.Partials()]);
        File.Delete(Path.Combine(folder.Path, "tile/1/000.p/2"));

        TileBuilder.TryResume(files, 1, 600).ShouldBeNull();
    }

    [Fact]
    public void Cuts_a_partial_tile_from_the_full_one_that_took_its_place()
    {
        using var folder = new TemporaryFolder();
        var files = new JournalFiles(folder.Path);
        files.WriteTiles(1, Fill(new TileBuilder(), 256).Finished);

        files.ReadTile(1, new(0, 0, 3)).ShouldBe(SampleTree.Hashes(3).SelectMany(h => h).ToArray());
        files.ReadTile(1, new(TileId.Entries, 0, 2)).ShouldBe(EntryBundle.Pack([SampleTree.Leaf(0), SampleTree.Leaf(1)]));
        files.ReadTile(1, new(0, 1, 3)).ShouldBeNull();
        EntryBundle.Cut(EntryBundle.Pack([SampleTree.Leaf(0)]), 2).ShouldBeNull();
        EntryBundle.Cut(EntryBundle.Pack([SampleTree.Leaf(0)]).AsSpan(0, 34).ToArray(), 1).ShouldBeNull();
    }

    [Fact]
    public void Proofs_made_from_tiles_are_those_of_the_tree()
    {
        using var folder = new TemporaryFolder();
        var files = new JournalFiles(folder.Path);
        const int Size = 66_000;
        var builder = Fill(new TileBuilder(), Size);
        files.WriteTiles(1, [.. builder.Finished, .. builder.Partials()]);

        foreach (var index in new long[] { 0, 1, 255, 256, 65_535, 65_536, 65_999 })
        {
            var reader = new TileReader(files, 1, Size);
            var path = Merkle.InclusionProof(index, Size, reader.Node);
            Merkle.VerifyInclusion(index, Size, Merkle.LeafHash(SampleTree.Leaf(index)), path, builder.Root()).ShouldBeTrue($"leaf {index}");
        }
    }

    private static TileBuilder Fill(TileBuilder builder, long size)
    {
        while (builder.Size < size)
            builder.Append(SampleTree.Leaf(builder.Size));
        return builder;
    }
}
