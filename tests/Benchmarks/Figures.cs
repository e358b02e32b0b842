using System.Globalization;

namespace ExchangeGateway.Benchmarks;

/// <summary>What a benchmark prints: one figure a line, <c>NAME METRIC VALUE UNIT</c>; lines that begin with <c>#</c> say what else the run did.</summary>
internal sealed class Figures(string name)
{
    public void Print(string metric, double value, string unit) =>
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {metric} {Shorten(value)} {unit}"));

    /// <summary>For shares close to 100 %, whose last digits are what is measured.</summary>
    public void PrintExact(string metric, double value, string unit) =>
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {metric} {value:F4} {unit}"));

    public void Say(FormattableString text) => Console.Out.WriteLine($"# {name} {FormattableString.Invariant(text)}");

    /// <summary>Of an even number of values, the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    // Three significant digits are more than the noise of a run allows.
    private static string Shorten(double value) => value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
