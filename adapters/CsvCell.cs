namespace ExchangeGateway.Adapters;

/// <summary>Cells of the CSV files that the gateway writes for office software: <c>;</c> between them, lines end with CR LF.</summary>
public static class CsvCell
{
    /// <summary>One line of cells, with its end.</summary>
    public static string Row(params IEnumerable<string?> cells) => string.Join(';', cells.Select(Quote)) + "\r\n";

    /// <summary>Quotes a cell where it must be, and keeps a spreadsheet from reading one as a formula.</summary>
    public static string Quote(string? cell)
    {
        if (string.IsNullOrEmpty(cell))
            return "";
        var safe = cell[0] is '=' or '+' or '-' or '@' ? "'" + cell : cell;
        return safe.AsSpan().ContainsAny(";\"\r\n") ? "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : safe;
    }
}
