using System.Globalization;

namespace ExchangeGateway.Benchmarks.Intake;

/// <summary>What <c>bench intake</c> is told.</summary>
internal sealed record IntakeOptions
{
    /// <summary>Connections of each level.</summary>
    public IReadOnlyList<int> Connections { get; private init; } = [1, 16, 64];

    /// <summary>Rounds of each target and level; default 5.</summary>
    public int Rounds { get; private init; } = 5;

    /// <summary>Length of a round in seconds; default 3.</summary>
    public int Seconds { get; private init; } = 3;

    /// <summary>Only the bare endpoint, on <see cref="Database"/>: tries the load generator without a gateway.</summary>
    public bool FloorOnly { get; private init; }

    /// <summary>Connection string of the server that the floor uses; default: the one that the started gateway runs.</summary>
    public string? Database { get; private init; }

    public TimeSpan Duration => TimeSpan.FromSeconds(Seconds);

    /// <exception cref="ArgumentException">An option is unknown or lacks its value; the message is for the person who typed it.</exception>
    public static IntakeOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new IntakeOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] is "--floor-only")
            {
                options = options with { FloorOnly = true };
                continue;
            }

            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.", nameof(arguments));
            options = arguments[i++] switch
            {
                "--connections" => options with { Connections = [.. value.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))] },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--seconds" => options with { Seconds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--database" => options with { Database = value },
                var unknown => throw new ArgumentException($"Unknown option {unknown}.", nameof(arguments)),
            };
        }

        return options.FloorOnly && options.Database is null ? throw new ArgumentException("--floor-only needs --database.", nameof(arguments)) : options;
    }
}
