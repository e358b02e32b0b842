namespace ExchangeGateway.Gateway.Indicators;

/// <summary>One count that leaves the file's own handlers. Counts leave through this type or <see cref="CellTable"/>, nowhere else.</summary>
internal static class PublishedCount
{
    /// <summary>A count that is in no sum with others: itself when zero or at least the minimum, hidden otherwise.</summary>
    public static long? Of(long count, int minimum) => count == 0 || count >= minimum ? count : null;

    /// <summary>
    /// A count that public rules tie to others (each act goes to the secretariat: its transmissions are the acts), rounded
    /// down to a multiple of the minimum: as many true counts as the minimum share each value.
    /// </summary>
    public static long Rounded(long count, int minimum) => count / minimum * minimum;
}
