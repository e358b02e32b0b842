using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Tree;
using FsCheck;
using FsCheck.Fluent;

namespace ExchangeGateway.Unit.Audit;

public sealed class TileIdTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(0, 1234067, 12, "tile/0/x001/x234/067.p/12")]
    [InlineData(2, 999, 1, "tile/2/999.p/1")]
    [InlineData(1, 1000, 256, "tile/1/x001/000")]
    [InlineData(TileId.Entries, 5, 256, "tile/entries/005")]
    [InlineData(TileId.Entries, 273, 112, "tile/entries/273.p/112")]
    public void Writes_the_path_and_reads_it_back(int level, long index, int width, string path)
    {
        var tile = new TileId(level, index, width);

        tile.Path.ShouldBe(path);
        TileId.TryParse(path.AsSpan("tile/".Length), out var read).ShouldBeTrue();
        read.ShouldBe(tile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0/")]
    [InlineData("0/00")]
    [InlineData("0/0000")]
    [InlineData("0/x000/001")] // an index has no empty group before it
    [InlineData("0/001/002")]
    [InlineData("0/x01/002")]
    [InlineData("0/X001/002")]
    [InlineData("00/001")]
    [InlineData("8/001")]
    [InlineData("-1/001")]
    [InlineData("entrees/001")]
    [InlineData("0/001.p/0")]
    [InlineData("0/001.p/00")]
    [InlineData("0/001.p/012")]
    [InlineData("0/001.p/256")]
    [InlineData("0/001.p/")]
    [InlineData("0/001.p")]
    [InlineData("0/001.p/12.p/3")]
    [InlineData("0/../001")]
    [InlineData("../checkpoint")]
    [InlineData("0/..%2f001")]
    [InlineData("0/٠٠١")] // Arabic digits
    [InlineData("0/001/")]
    [InlineData("0//001")]
    [InlineData("0/x999/x999/x999/x999/x999/x999/999")]
    public void Refuses_any_other_spelling(string path) => TileId.TryParse(path, out _).ShouldBeFalse();

    [Fact]
    public void A_tree_of_70_000_has_the_tiles_of_the_specification()
    {
        var level0 = TileId.AllAt(0, 70_000).ToList();
        level0.Count(t => !t.IsPartial).ShouldBe(273);
        level0[^1].ShouldBe(new TileId(0, 273, 112));
        level0.Count.ShouldBe(274);
        TileId.AllAt(1, 70_000).ShouldBe([new(1, 0, 256), new(1, 1, 17)]);
        TileId.AllAt(2, 70_000).ShouldBe([new(2, 0, 1)]);
        TileId.AllAt(3, 70_000).ShouldBeEmpty();
        TileId.AllAt(TileId.Entries, 70_000).Last().ShouldBe(new TileId(TileId.Entries, 273, 112));
    }

    [Fact]
    public void Empty_partial_tiles_do_not_exist()
    {
        TileId.AllAt(0, 0).ShouldBeEmpty();
        TileId.AllAt(0, 512).ShouldBe([new(0, 0, 256), new(0, 1, 256)]);
        TileId.TryAt(0, 2, 512, out _).ShouldBeFalse();
    }

    [Fact]
    public void Every_path_reads_back_as_its_tile() => Prop.ForAll(
        (from level in Gen.Choose(TileId.Entries, 7) from index in Gen.Choose(0, int.MaxValue) from width in Gen.Choose(1, 256) select new TileId(level, index, width)).ToArbitrary(),
        tile => TileId.TryParse(tile.Path.AsSpan("tile/".Length), out var read) && read == tile).QuickCheckThrowOnFailure();
}
