using System.Globalization;

namespace ExchangeGateway.Benchmarks.Distribution;

/// <summary>What <c>bench distribution</c> is told.</summary>
internal sealed record DistributionOptions
{
    /// <summary>Messages due per second; default 500.</summary>
    public int Rate { get; private init; } = 500;

    /// <summary>Length of a round of arrivals in seconds; default 20.</summary>
    public int Seconds { get; private init; } = 20;

    /// <summary>Messages of one backlog; default 10,000.</summary>
    public int Backlog { get; private init; } = 10_000;

    /// <summary>Rounds of each kind; default 3. The figures are medians.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>Draws the households; default 1.</summary>
    public int Seed { get; private init; } = 1;

    /// <summary>Rates tried one after the other when the gateway does not keep up with <see cref="Rate"/>.</summary>
    public static IReadOnlyList<int> LowerRates { get; } = [400, 300, 200, 100];

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">An option is unknown or lacks its value; the message is for the person who typed it.</exception>
    public static DistributionOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new DistributionOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? int.Parse(arguments[i + 1], CultureInfo.InvariantCulture) : throw new ArgumentException($"{arguments[i]} needs a value.", nameof(arguments));
            options = arguments[i] switch
            {
                "--rate" => options with { Rate = value },
                "--seconds" => options with { Seconds = value },
                "--backlog" => options with { Backlog = value },
                "--rounds" => options with { Rounds = value },
                "--seed" => options with { Seed = value },
                var unknown => throw new ArgumentException($"Unknown option {unknown}.", nameof(arguments)),
            };
        }

        return options;
    }
}
