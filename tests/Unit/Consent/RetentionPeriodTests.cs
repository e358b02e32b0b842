using System.Globalization;
using ExchangeGateway.Consent;

namespace ExchangeGateway.Unit.Consent;

/// <summary>Durations of one unit, counted as the law counts months.</summary>
public sealed class RetentionPeriodTests
{
    [Theory]
    [InlineData("P30D", "2026-01-15", "2026-02-14")]
    [InlineData("P1M", "2026-01-31", "2026-02-28")]
    [InlineData("P24M", "2024-02-29", "2026-02-28")]
    [InlineData("P3Y", "2024-02-29", "2027-02-28")]
    [InlineData("P9999Y", "2026-01-15", "9999-12-31")]
    public void It_ends_on_the_same_day_of_the_month_or_its_last_and_never_beyond_the_calendar(string text, string start, string end)
    {
        RetentionPeriod.TryParse(text, out var period).ShouldBeTrue();
        period.From(Day(start)).ShouldBe(Day(end));
        period.ToString().ShouldBe(text);
        RetentionPeriod.Parse(text).ShouldBe(period);
    }

    [Theory]
    [InlineData("P30D", "2026-02-14", "2026-01-15")]
    [InlineData("P24M", "2026-02-28", "2024-02-28")]
    [InlineData("P3Y", "2027-02-28", "2024-02-28")]
    [InlineData("P9999D", "0002-01-01", "0001-01-01")]
    [InlineData("P12M", "0002-01-15", "0001-01-01")]
    [InlineData("P11M", "0002-01-15", "0001-02-15")]
    [InlineData("P9999Y", "2026-01-15", "0001-01-01")]
    public void What_began_before_its_first_day_may_have_ended(string text, string today, string first) =>
        RetentionPeriod.Parse(text).Before(Day(today)).ShouldBe(Day(first));

    [Theory]
    [InlineData(null)]
    [InlineData("dureeAFixer")]
    [InlineData("P0D")]
    [InlineData("P1W")]
    [InlineData("P10000D")]
    public void Anything_else_is_no_duration(string? text)
    {
        RetentionPeriod.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => RetentionPeriod.Parse(text!));
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
