using System.Globalization;
using ExchangeGateway.Gateway.Rights;

namespace ExchangeGateway.Unit.Rights;

/// <summary>The month that a controller has (art. 12-3 RGPD), by the calendar.</summary>
public sealed class RightsClockTests
{
    [Theory]
    [InlineData("2026-11-21", "2026-12-21", "2027-02-21")]
    [InlineData("2026-01-31", "2026-02-28", "2026-04-30")]
    [InlineData("2028-01-31", "2028-02-29", "2028-04-30")]
    [InlineData("2026-02-28", "2026-03-28", "2026-05-28")]
    [InlineData("2026-12-31", "2027-01-31", "2027-03-31")]
    [InlineData("2026-11-30", "2026-12-30", "2027-02-28")]
    public void It_ends_on_the_same_day_of_the_month_or_on_its_last(string received, string due, string extended)
    {
        RightsClock.Due(Day(received)).ShouldBe(Day(due));
        RightsClock.Due(Day(received), extended: true).ShouldBe(Day(extended), "three months from reception, never counted from the first end");
    }

    [Theory]
    [InlineData("2026-12-20", 1)]
    [InlineData("2026-12-21", 0)]
    [InlineData("2026-12-22", -1)]
    public void It_tells_how_many_days_are_left(string today, int left) =>
        RightsClock.DaysLeft(Day("2026-12-21"), Day(today)).ShouldBe(left);

    [Theory]
    [InlineData("2026-11-20", "2026-12-21", false)] // before the request
    [InlineData("2026-11-21", "2026-12-21", true)]
    [InlineData("2026-12-21", "2026-12-21", true)]
    [InlineData("2026-12-22", "2026-12-23", false)] // after the first month
    [InlineData("2026-12-10", "2026-12-09", false)] // not yet
    public void Two_months_more_are_told_before_the_first_one_ends(string told, string today, bool inTime) =>
        RightsClock.ToldInTime(Day("2026-11-21"), Day(told), Day(today)).ShouldBe(inTime);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
