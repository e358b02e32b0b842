namespace ExchangeGateway.Gateway.Indicators;

/// <summary>A table of true counts: rows × columns, all of which sum to its totals. It never leaves the gateway; <see cref="Publish"/> does.</summary>
/// <param name="Rows">One row at least.</param>
/// <param name="Columns">Two columns at least.</param>
/// <param name="Cells">Not negative.</param>
internal sealed record CellTable(string Code, string Titre, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, long[,] Cells)
{
    /// <summary>Label of the margins.</summary>
    public const string Total = "total";

    /// <summary>The counts with their totals: a last column, and a last row where there are several rows.</summary>
    public long[,] WithTotals()
    {
        var (rows, columns) = (Rows.Count, Columns.Count);
        var all = new long[rows == 1 ? 1 : rows + 1, columns + 1];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var value = Cells[i, j];
                if (value < 0)
                    throw new InvalidOperationException("A count is not negative.");
                all[i, j] = value;
                all[i, columns] += value;
                if (rows > 1)
                {
                    all[rows, j] += value;
                    all[rows, columns] += value;
                }
            }
        }

        return all;
    }

    /// <summary>What may be shown of it.</summary>
    /// <param name="minimum">Smallest count other than zero that is shown, 2 or more.</param>
    public PublishedTable Publish(int minimum)
    {
        var all = WithTotals();
        var hidden = Suppression.Of(all, minimum);
        return new PublishedTable(Code, Titre, Rows.Count == 1 ? Rows : [.. Rows, Total], [.. Columns, Total],
            [.. Enumerable.Range(0, all.GetLength(0)).Select(i => (IReadOnlyList<long?>)[.. Enumerable.Range(0, all.GetLength(1)).Select(j => hidden[i, j] ? (long?)null : all[i, j])])]);
    }
}

/// <summary>A table as it is shown.</summary>
/// <param name="Valeurs">Row by row; <see langword="null"/> where the count is under statistical secrecy.</param>
internal sealed record PublishedTable(string Code, string Titre, IReadOnlyList<string> Lignes, IReadOnlyList<string> Colonnes, IReadOnlyList<IReadOnlyList<long?>> Valeurs);
