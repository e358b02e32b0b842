namespace ExchangeGateway.Gateway.Indicators;

/// <summary>
/// A table with totals as a network. Each row and each column is a node where what flows in flows out; each cell is an arc
/// that carries its count. Only hidden arcs may carry another count than the true one, and none less than nothing.
/// </summary>
internal sealed class CellNetwork
{
    // Which cell joins the hidden ones: the smallest loss first; totals tell more than cells, and a zero protects least.
    private const long OfTotal = 10;
    private const long OfZero = 1_000_000_000;

    private readonly record struct Arc(int From, int To, long Value, int Row, int Column, bool Margin);

    private readonly List<Arc> _arcs = [];
    private readonly bool[,] _hidden;
    private readonly int _nodes;
    private readonly int _total;

    /// <param name="cells">See <see cref="CellTable.WithTotals"/>.</param>
    /// <param name="hidden">Changed by <see cref="Protect"/>.</param>
    public CellNetwork(long[,] cells, bool[,] hidden)
    {
        _hidden = hidden;
        var (rows, columns) = (cells.GetLength(0), cells.GetLength(1));
        var single = rows == 1;
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                // A total runs against the cells that it sums. One row alone has one equation: its columns are one node.
                var (lastRow, lastColumn) = (!single && i == rows - 1, j == columns - 1);
                var (from, to) = (i, rows + (single ? 0 : j));
                _arcs.Add(lastRow != lastColumn ? new(to, from, cells[i, j], i, j, true) : new(from, to, cells[i, j], i, j, lastRow));
            }
        }

        _nodes = rows + (single ? 1 : columns);
        _total = _arcs.Count - 1;
    }

    /// <summary>The grand total.</summary>
    public long Total => _arcs[_total].Value;

    /// <summary>A hidden cell with fewer possible values than <paramref name="width"/> + 1; <see langword="null"/> when there is none.</summary>
    public int? Weakest(long width)
    {
        for (var arc = 0; arc < _arcs.Count; arc++)
        {
            if (Hidden(arc) && Width(arc, width) < width)
                return arc;
        }

        return null;
    }

    /// <summary>How far apart the largest and the smallest possible count of a hidden cell are, counted up to <paramref name="enough"/>.</summary>
    public long Width(int arc, long enough)
    {
        var (from, to, value, _, _, _) = _arcs[arc];
        var up = Push(arc, to, from, enough, hideMore: false);
        return up >= enough ? up : up + Math.Min(value, Push(arc, from, to, enough - up, hideMore: false));
    }

    /// <summary>Hides more cells around one until its possible values are <paramref name="width"/> apart, or nothing more helps.</summary>
    /// <returns>Whether something was hidden.</returns>
    public bool Protect(int arc, long width)
    {
        var before = Count();
        var (from, to, value, _, _, _) = _arcs[arc];
        var up = Push(arc, to, from, width, hideMore: true);
        if (up < width)
            Push(arc, from, to, Math.Min(value, width - up), hideMore: true);
        return Count() > before;
    }

    /// <summary>The last resort: every cell and total but the grand total, which is not small.</summary>
    /// <returns>Whether something was hidden.</returns>
    public bool HideAllButTotal()
    {
        var before = Count();
        for (var arc = 0; arc < _total; arc++)
            Hide(arc);
        return Count() > before;
    }

    /// <summary>Pushes a flow from a node to another through hidden arcs, and through others at their cost, which it then hides.</summary>
    /// <returns>How much passed, at most <paramref name="most"/>.</returns>
    private long Push(int except, int source, int sink, long most, bool hideMore)
    {
        var flow = new long[_arcs.Count];
        var pushed = 0L;
        while (pushed < most && Cheapest(except, source, sink, flow, hideMore) is { } path)
        {
            var amount = Math.Min(most - pushed, path.Min(s => s.Forward ? long.MaxValue : _arcs[s.Arc].Value + flow[s.Arc]));
            foreach (var (arc, forward) in path)
            {
                flow[arc] += forward ? amount : -amount;
                Hide(arc);
            }

            pushed += amount;
        }

        return pushed;
    }

    /// <summary>The cheapest way with room left (Bellman-Ford: tables have a dozen nodes).</summary>
    private List<(int Arc, bool Forward)>? Cheapest(int except, int source, int sink, long[] flow, bool hideMore)
    {
        var cost = new long[_nodes];
        var by = new (int Arc, bool Forward)?[_nodes];
        Array.Fill(cost, long.MaxValue);
        cost[source] = 0;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var arc = 0; arc < _arcs.Count; arc++)
            {
                if (arc == except || !(Hidden(arc) || (hideMore && arc != _total)))
                    continue;
                var (from, to, value, _, _, _) = _arcs[arc];
                var price = Hidden(arc) ? 0 : Cost(_arcs[arc]);
                changed |= Relax(from, to, (arc, true), price);
                changed |= value + flow[arc] > 0 && Relax(to, from, (arc, false), price);
            }
        }

        if (cost[sink] == long.MaxValue)
            return null;
        var path = new List<(int, bool)>();
        for (var node = sink; node != source;)
        {
            var (arc, forward) = by[node]!.Value;
            path.Add((arc, forward));
            node = forward ? _arcs[arc].From : _arcs[arc].To;
        }

        return path;

        bool Relax(int start, int end, (int, bool) step, long price)
        {
            if (cost[start] == long.MaxValue || cost[start] + price >= cost[end])
                return false;
            (cost[end], by[end]) = (cost[start] + price, step);
            return true;
        }
    }

    private static long Cost(Arc arc) => arc.Value == 0 ? OfZero : (arc.Value + 1) * (arc.Margin ? OfTotal : 1);

    private bool Hidden(int arc) => _hidden[_arcs[arc].Row, _arcs[arc].Column];

    private void Hide(int arc) => _hidden[_arcs[arc].Row, _arcs[arc].Column] = true;

    private int Count() => _arcs.FindAll(a => _hidden[a.Row, a.Column]).Count;
}
