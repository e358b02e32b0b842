namespace ExchangeGateway.Benchmarks.Subjects;

/// <summary>Numbers that are the same for the same seed, on every machine and version (SplitMix64).</summary>
internal sealed class Draw(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to <paramref name="below"/> − 1.</summary>
    public int Int(int below) => (int)(Next() % (ulong)below);

    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Int(items.Count)];

    /// <summary>The first items are drawn more often (Zipf, offset by <paramref name="flat"/>): a few names are borne by many.</summary>
    public int Rank(int count, double flat)
    {
        var u = (Next() >> 11) * (1.0 / (1UL << 53));
        return Math.Min(count - 1, (int)((flat * Math.Pow((count + flat) / flat, u)) - flat));
    }
}
