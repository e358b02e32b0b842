namespace ExchangeGateway.Gateway.SyntheticYear;

/// <summary>SplitMix64: numbers of our own, the same for the same seed whatever the runtime's version.</summary>
internal sealed class YearRandom(long seed)
{
    private ulong _state = unchecked((ulong)seed);

    public ulong Next()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15UL);
        var z = _state;
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>, both inclusive.</summary>
    public int Between(int min, int max) => min + (int)(Next() % (ulong)(max - min + 1));

    /// <summary>True in <paramref name="percent"/> cases of a hundred.</summary>
    public bool Chance(int percent) => Between(1, 100) <= percent;

    public T Pick<T>(IReadOnlyList<T> of) => of[Between(0, of.Count - 1)];

    /// <summary>One of the values, each as often as its weight.</summary>
    public T Weighted<T>(params ReadOnlySpan<(T Value, int Weight)> of)
    {
        var sum = 0;
        foreach (var (_, weight) in of)
            sum += weight;
        var at = Between(1, sum);
        foreach (var (value, weight) in of)
        {
            at -= weight;
            if (at <= 0)
                return value;
        }

        return of[^1].Value;
    }
}
