using System.Globalization;
using ExchangeGateway.Gateway.Pages;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Which months a quality report counts, and whether by month or by quarter.</summary>
/// <param name="First">First day of the first month.</param>
/// <param name="Last">First day of the last month, inclusive.</param>
internal sealed record QualitySpan(DateOnly First, DateOnly Last, bool ByQuarter)
{
    /// <summary>Longest span, in months.</summary>
    public const int MostMonths = 36;

    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <summary>Reads what was asked for; without it, the four last quarters.</summary>
    /// <param name="step">mois or trimestre.</param>
    /// <param name="from">First month, <c>2026-01</c>.</param>
    /// <param name="to">Last month, <c>2026-12</c>.</param>
    /// <param name="error">French: what to correct.</param>
    public static bool TryRead(string? step, string? from, string? to, DateTimeOffset now, out QualitySpan span, out string? error)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Paris).DateTime);
        var byQuarter = step is null or "trimestre";
        var last = Quarter(new DateOnly(today.Year, today.Month, 1), byQuarter, end: true);
        span = new(Quarter(last.AddMonths(-11), byQuarter, end: false), last, byQuarter);
        error = null;
        if (step is not (null or "mois" or "trimestre"))
            error = "Le pas est mois ou trimestre.";
        else if (!TryMonth(from, span.First, out var first) || !TryMonth(to, from is null ? span.Last : Min(span.Last, first.AddMonths(11)), out var end))
            error = "Écrivez du et au sous la forme AAAA-MM : 2026-11.";
        else if (end < first || end >= first.AddMonths(MostMonths))
            error = $"Demandez de 1 à {MostMonths} mois, dans l'ordre.";
        else
            span = new(Quarter(first, byQuarter, end: false), Quarter(end, byQuarter, end: true), byQuarter);
        return error is null;
    }

    /// <summary>Last day counted.</summary>
    public DateOnly LastDay => Last.AddMonths(1).AddDays(-1);

    /// <summary>The instants between which a deposit is counted: legal time of metropolitan France.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) Instants() => (Midnight(First), Midnight(Last.AddMonths(1)));

    /// <summary>Each period, with the first days of its first and last months.</summary>
    public IEnumerable<(string Code, string Label, DateOnly First, DateOnly Last)> Periods()
    {
        for (var month = First; month <= Last; month = month.AddMonths(ByQuarter ? 3 : 1))
        {
            var number = (month.Month + 2) / 3;
            yield return ByQuarter
                ? (string.Create(CultureInfo.InvariantCulture, $"{month.Year}-T{number}"), string.Create(CultureInfo.InvariantCulture, $"{number}{(number == 1 ? "er" : "e")} trimestre {month.Year}"), month, month.AddMonths(2))
                : (Code(month), French.Month(Code(month)), month, month);
        }
    }

    private static string Code(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static DateTimeOffset Midnight(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, Paris.GetUtcOffset(local)).ToUniversalTime();
    }

    private static DateOnly Quarter(DateOnly month, bool byQuarter, bool end) =>
        byQuarter ? month.AddMonths((end ? 2 : 0) - (month.Month - 1) % 3) : month;

    private static DateOnly Min(DateOnly a, DateOnly b) => a < b ? a : b;

    private static bool TryMonth(string? text, DateOnly otherwise, out DateOnly month)
    {
        month = otherwise;
        return text is null
            || (DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out month) && month.Year is > 2000 and < 2200);
    }
}
