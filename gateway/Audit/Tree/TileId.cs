using System.Globalization;
using System.Runtime.InteropServices;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>Name of a C2SP tile: 256 hashes of one level, or 256 entries; partial when the tree ends in it.</summary>
/// <param name="Level">0 for leaf hashes, l+1 for tree hashes of full tiles of level l; <see cref="Entries"/> for entry bundles.</param>
/// <param name="Index">Position of the tile in its level, from 0.</param>
/// <param name="Width">Hashes or entries in it, 1 to 256.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TileId(int Level, long Index, int Width)
{
    /// <summary>Hashes in a full tile.</summary>
    public const int Full = 256;
    /// <summary>The level that stands for entry bundles.</summary>
    public const int Entries = -1;
    /// <summary>Levels that a tree of 2^63 leaves can have.</summary>
    private const int Levels = 8;

    public bool IsPartial => Width < Full;

    /// <summary>Path under the log's prefix: <c>tile/0/x001/x234/067.p/112</c>.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"{Stem}{(IsPartial ? $".p/{Width}" : "")}");

    /// <summary>Folder of the partial versions of this tile.</summary>
    public string PartialFolder => Stem + ".p";

    private string Stem
    {
        get
        {
            var text = (Index % 1000).ToString("000", CultureInfo.InvariantCulture);
            for (var rest = Index / 1000; rest > 0; rest /= 1000)
                text = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/{text}");
            return string.Create(CultureInfo.InvariantCulture, $"tile/{(Level == Entries ? "entries" : Level.ToString(CultureInfo.InvariantCulture))}/{text}");
        }
    }

    /// <summary>Complete hashes that a level has in a tree of this size.</summary>
    public static long HashesAt(int level, long size) => level == Entries ? size : level >= Levels ? 0 : size >> (8 * level);

    /// <summary>The tile of a level and index as a tree of this size has it; <see langword="false"/> when it is empty there.</summary>
    public static bool TryAt(int level, long index, long size, out TileId tile)
    {
        var width = Math.Min(Full, HashesAt(level, size) - (index * Full));
        tile = new(level, index, (int)Math.Max(0, width));
        return width > 0;
    }

    /// <summary>Every tile of a level, in order, full ones first and then the partial one if any.</summary>
    public static IEnumerable<TileId> AllAt(int level, long size)
    {
        for (long index = 0; TryAt(level, index, size, out var tile); index++)
            yield return tile;
    }

    /// <summary>Reads the part of a URL after <c>tile/</c>, in its only accepted spelling: nothing else ever reaches the file system.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TileId tile)
    {
        tile = default;
        var slash = text.IndexOf('/');
        if (slash <= 0)
            return false;
        int level;
        if (text[..slash] is "entries")
            level = Entries;
        else if (slash == 1 && text[0] is >= '0' and < (char)('0' + Levels))
            level = text[0] - '0';
        else
            return false;

        var rest = text[(slash + 1)..];
        var width = Full;
        var partial = rest.IndexOf(".p/", StringComparison.Ordinal);
        if (partial >= 0)
        {
            var digits = rest[(partial + 3)..];
            if (digits.Length is 0 or > 3 || digits[0] == '0' || digits.ContainsAnyExceptInRange('0', '9'))
                return false;
            width = int.Parse(digits, CultureInfo.InvariantCulture);
            if (width >= Full)
                return false;
            rest = rest[..partial];
        }

        if (!TryParseIndex(rest, out var index))
            return false;
        tile = new(level, index, width);
        return true;
    }

    private static bool TryParseIndex(ReadOnlySpan<char> text, out long index)
    {
        index = 0;
        if (text.Length > 6 * 5)
            return false;
        var first = true;
        while (true)
        {
            var last = text.Length == 3;
            if (!last && (text.Length < 8 || text[0] != 'x' || text[4] != '/'))
                return false;
            var group = last ? text : text[1..4];
            if (group.ContainsAnyExceptInRange('0', '9') || (first && !last && group is "000"))
                return false;
            index = (index * 1000) + int.Parse(group, CultureInfo.InvariantCulture);
            if (last)
                return true;
            text = text[5..];
            first = false;
        }
    }
}
