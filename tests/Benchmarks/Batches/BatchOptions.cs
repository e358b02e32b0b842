using System.Globalization;

namespace ExchangeGateway.Benchmarks.Batches;

/// <summary>What <c>bench batches</c> is told.</summary>
internal sealed record BatchOptions
{
    /// <summary>Lines of the file; default 100,000, of which one in ten is wrong.</summary>
    public int Lines { get; private init; } = 100_000;

    /// <summary>Files sent one after the other; default 3. The figures are the median rate and the highest memory.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">An option is unknown or lacks its value; the message is for the person who typed it.</exception>
    public static BatchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BatchOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? int.Parse(arguments[i + 1], CultureInfo.InvariantCulture) : throw new ArgumentException($"{arguments[i]} needs a value.", nameof(arguments));
            options = arguments[i] switch
            {
                "--lines" => options with { Lines = value },
                "--rounds" => options with { Rounds = value },
                var unknown => throw new ArgumentException($"Unknown option {unknown}.", nameof(arguments)),
            };
        }

        return options;
    }
}
