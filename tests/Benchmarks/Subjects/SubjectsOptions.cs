using System.Globalization;

namespace ExchangeGateway.Benchmarks.Subjects;

/// <param name="Households">Synthetic households, both halves together.</param>
/// <param name="Seed">The weights were set with seed 1, half 0; figures are of another seed and the other half.</param>
/// <param name="Half">0 tuning, 1 held back.</param>
/// <param name="Subjects">Subjects in the database of the timing; 0 leaves the timing out.</param>
/// <param name="Examples">Decisions that missed, printed one a line.</param>
internal sealed record SubjectsOptions(int Households, int Seed, int Half, int Subjects, int Examples)
{
    /// <exception cref="ArgumentException">Unknown option, or a value that is no number.</exception>
    public static SubjectsOptions Parse(string[] args)
    {
        var options = new SubjectsOptions(60_000, 3, 1, 1_000_000, 0);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 >= args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                throw new ArgumentException($"{args[i]} needs a number.", nameof(args));
            options = args[i] switch
            {
                "--households" => options with { Households = value },
                "--seed" => options with { Seed = value },
                "--half" => options with { Half = value },
                "--subjects" => options with { Subjects = value },
                "--examples" => options with { Examples = value },
                _ => throw new ArgumentException($"{args[i]} is not an option of ops/bench subjects.", nameof(args)),
            };
        }

        return options;
    }
}
