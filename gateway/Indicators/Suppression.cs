namespace ExchangeGateway.Gateway.Indicators;

/// <summary>
/// Which cells of a table with totals are hidden. Primary: every count from 1 to below the minimum, totals included. Secondary:
/// as many more as it takes that the totals bound no hidden cell tighter than <c>minimum − 1</c>, that is, that whoever knows
/// all that is shown, and that counts are not negative, finds at least <c>minimum</c> possible values for it. Zero is
/// shown: it counts nobody. The grand total is hidden only when it is itself small, and then the whole table with it: so
/// tables that share a total agree about it.
/// </summary>
/// <remarks>
/// A table with its totals is a network (rows and columns are nodes, cells are arcs, margins run back), so the exact bounds
/// of a cell are two maximal flows through what is hidden, in whole numbers. What this cannot protect against is who knows a
/// count from elsewhere (its own), and a cell where everybody of a row stands (at least <c>minimum</c> persons).
/// </remarks>
internal static class Suppression
{
    /// <param name="cells">Counts with totals, see <see cref="CellTable.WithTotals"/>.</param>
    /// <returns>True where a cell is hidden.</returns>
    public static bool[,] Of(long[,] cells, int minimum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimum, 2);
        var hidden = Primary(cells, minimum);
        var network = new CellNetwork(cells, hidden);
        if (network.Total is > 0 && network.Total < minimum)
            return Everything(cells);
        while (network.Weakest(minimum - 1) is { } weak)
        {
            if (!network.Protect(weak, minimum - 1) && !network.HideAllButTotal())
                throw new System.Diagnostics.UnreachableException("A total that is not small protects its table once all of it is hidden.");
        }

        return hidden;
    }

    /// <summary>Small counts alone: what the totals give away again. Shown to be weak by the tests.</summary>
    internal static bool[,] Primary(long[,] cells, int minimum)
    {
        var hidden = new bool[cells.GetLength(0), cells.GetLength(1)];
        for (var i = 0; i < cells.GetLength(0); i++)
        {
            for (var j = 0; j < cells.GetLength(1); j++)
                hidden[i, j] = PublishedCount.Of(cells[i, j], minimum) is null;
        }

        return hidden;
    }

    private static bool[,] Everything(long[,] cells)
    {
        var hidden = new bool[cells.GetLength(0), cells.GetLength(1)];
        foreach (ref var one in System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref hidden[0, 0], hidden.Length))
            one = true;
        return hidden;
    }
}
