using System.Globalization;
using System.Text;

namespace ExchangeGateway.Gateway.SyntheticYear;

/// <summary>A stage of the procedure that the reference counts.</summary>
internal enum YearStage
{
    ImpayeCaf,
    Cdp,
    Assignation,
    Cql,
    Requisition,
    OctroiCfp,
    Expulsion,
}

/// <summary>
/// Acts and decisions of Paris, by stage (<c>ops/demo/paris-stages-2019-2024.csv</c>, source in its first line). The source counts years:
/// months are shared out by their days; evictions are carried out from April to October only, outside the truce (art. L412-6 CPCE).
/// </summary>
internal static class YearFigures
{
    private const int FirstMonthOutsideTruce = 4;
    private const int LastMonthOutsideTruce = 10;
    private static readonly Lazy<Dictionary<int, long[]>> Years = new(Read);

    public static IReadOnlyList<YearStage> Stages { get; } = Enum.GetValues<YearStage>();

    /// <summary>Years that the reference has.</summary>
    public static IReadOnlyCollection<int> Known => Years.Value.Keys;

    /// <summary>Count of a stage in a year of the reference.</summary>
    public static long Of(int year, YearStage stage) => Years.Value[year][(int)stage];

    /// <summary>
    /// Counts by month that add up to the year's count times the scale, rounded to the nearest; each month is within one of
    /// its share (largest remainders).
    /// </summary>
    /// <param name="reference">Year whose counts are taken.</param>
    /// <param name="year">Year whose months are filled.</param>
    public static int[] Months(int reference, int year, YearStage stage, double scale)
    {
        var total = (int)Math.Round(Of(reference, stage) * scale, MidpointRounding.AwayFromZero);
        var days = Enumerable.Range(1, 12).Select(m => Open(stage, m) ? DateTime.DaysInMonth(year, m) : 0).ToArray();
        var all = days.Sum();
        var counts = days.Select(d => (int)((long)total * d / all)).ToArray();
        var left = total - counts.Sum();
        foreach (var month in Enumerable.Range(0, 12).OrderByDescending(m => (long)total * days[m] % all).ThenBy(m => m).Take(left))
            counts[month]++;
        return counts;
    }

    private static bool Open(YearStage stage, int month) => stage is not YearStage.Expulsion || month is >= FirstMonthOutsideTruce and <= LastMonthOutsideTruce;

    private static Dictionary<int, long[]> Read()
    {
        using var reader = new StreamReader(typeof(YearFigures).Assembly.GetManifestResourceStream("chiffres/paris-stages-2019-2024.csv")!, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(l => l[0] != '#').Skip(1)
            .Select(l => l.Split(',').Select(c => long.Parse(c, CultureInfo.InvariantCulture)).ToArray())
            .ToDictionary(c => (int)c[0], c => c[1..]);
    }
}
