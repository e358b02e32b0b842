using System.Globalization;
using System.Text.RegularExpressions;

namespace ExchangeGateway.Consent;

/// <summary>A duration of conservation as files and signatures write it: ISO 8601 of one unit, <c>P24M</c>, <c>P4Y</c>, <c>P90D</c>.</summary>
/// <param name="Number">1 to 9999.</param>
/// <param name="Unit"><c>D</c>, <c>M</c> or <c>Y</c>.</param>
public readonly partial record struct RetentionPeriod(int Number, char Unit)
{
    /// <summary>Reads a duration; false for anything else, <c>dureeAFixer</c> included.</summary>
    public static bool TryParse(string? text, out RetentionPeriod period)
    {
        period = default;
        if (text is null || !Form().IsMatch(text))
            return false;
        period = new(int.Parse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture), text[^1]);
        return true;
    }

    /// <exception cref="FormatException">Not a duration.</exception>
    public static RetentionPeriod Parse(string text) => TryParse(text, out var period) ? period : throw new FormatException($"« {text} » is not a duration of one unit.");

    /// <summary>
    /// The day on which the duration ends, the last day of conservation: the same day of the month, or the month's last day
    /// where it has no such day (art. 641 CPC, applied by analogy). The calendar's last day where the sum is beyond it.
    /// </summary>
    public DateOnly From(DateOnly start)
    {
        try
        {
            return Unit switch { 'D' => start.AddDays(Number), 'M' => start.AddMonths(Number), _ => start.AddYears(Number) };
        }
        catch (ArgumentOutOfRangeException)
        {
            return DateOnly.MaxValue;
        }
    }

    /// <summary>The first day of which what began on it is still kept on <paramref name="today"/>: whatever began before a day earlier than this may have ended.</summary>
    public DateOnly Before(DateOnly today) => Unit switch { 'D' => today.AddDays(-Math.Min(Number, today.DayNumber)), 'M' => Back(today, Number), _ => Back(today, 12 * Number) };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"P{Number}{Unit}");

    private static DateOnly Back(DateOnly day, int months) => months >= ((day.Year - 1) * 12) ? DateOnly.MinValue : day.AddMonths(-months);

    [GeneratedRegex("^P[1-9][0-9]{0,3}[DMY]$", RegexOptions.None, 100)]
    private static partial Regex Form();
}

/// <summary>A value that an operator signed for the categories of one purpose version to which no text gives a duration.</summary>
/// <param name="PurposeVersion">Version that it holds for, <c>P1-2026-01-01</c>: the next version asks for its own signature.</param>
/// <param name="Duration">ISO 8601, one unit.</param>
/// <param name="By">Who signed, a code of an agent or operator.</param>
/// <param name="ConfirmedBy">The second person; <see langword="null"/> in demonstration, where none is asked for.</param>
/// <param name="Reference">The decision that it rests on.</param>
public sealed record RetentionSignature(string PurposeVersion, string Duration, string By, string? ConfirmedBy, string Reference, DateOnly On);
