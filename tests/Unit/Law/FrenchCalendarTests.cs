using ExchangeGateway.Schemas.Law;
using FsCheck;
using FsCheck.Fluent;

namespace ExchangeGateway.Unit.Law;

public class FrenchCalendarTests
{
    private static readonly FrenchLaw Law = ShippedLaw.France;
    private static readonly FrenchCalendar Calendar = Law.Calendar;

    private static readonly Arbitrary<DateOnly> Days =
        Gen.Choose(new DateOnly(2000, 1, 1).DayNumber, new DateOnly(2099, 12, 31).DayNumber).Select(DateOnly.FromDayNumber).ToArbitrary();

    private static readonly string[] Regions = [FrenchCalendar.Metropole, .. Calendar.Regions.Select(r => r.Id)];

    [Theory]
    [InlineData(1818, 3, 22)] // the earliest that it can be
    [InlineData(1943, 4, 25)] // the latest
    [InlineData(2000, 4, 23)]
    [InlineData(2008, 3, 23)]
    [InlineData(2011, 4, 24)]
    [InlineData(2019, 4, 21)]
    [InlineData(2024, 3, 31)]
    [InlineData(2025, 4, 20)]
    [InlineData(2026, 4, 5)]
    [InlineData(2027, 3, 28)]
    [InlineData(2038, 4, 25)]
    [InlineData(2049, 4, 18)]
    public void Easter_falls_on_its_known_dates(int year, int month, int day) => Easter.Sunday(year).ShouldBe(new DateOnly(year, month, day));

    [Fact]
    public void Easter_is_a_sunday_between_22_march_and_25_april() => Prop.ForAll(
        Gen.Choose(1583, 4000).ToArbitrary(),
        year => Easter.Sunday(year) is { DayOfWeek: DayOfWeek.Sunday } day && day >= new DateOnly(year, 3, 22) && day <= new DateOnly(year, 4, 25)).QuickCheckThrowOnFailure();

    [Fact]
    public void The_eleven_holidays_of_2026_are_where_the_calendar_prints_them()
    {
        string[] printed = ["2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25"];
        Calendar.Holidays.Where(h => h.Regions.Count == 0).Select(h => h.In(2026)).Order().ShouldBe(printed.Select(DeadlinesTests.Day));
    }

    [Theory]
    [InlineData("57463", "2026-04-03", "Vendredi saint")]
    [InlineData("67482", "2026-12-26", "Saint-Étienne")]
    [InlineData("97105", "2026-05-27", "Abolition de l'esclavage en Guadeloupe")]
    [InlineData("97209", "2026-05-22", "Abolition de l'esclavage en Martinique")]
    [InlineData("97302", "2026-06-10", "Abolition de l'esclavage en Guyane")]
    [InlineData("97411", "2026-12-20", "Abolition de l'esclavage à La Réunion")]
    [InlineData("97608", "2026-04-27", "Abolition de l'esclavage à Mayotte")]
    public void A_region_has_its_own_holidays_and_nobody_else_has_them(string commune, string day, string name)
    {
        Calendar.HolidayOn(DeadlinesTests.Day(day), Calendar.RegionOf(commune))!.Name.ShouldBe(name);
        Calendar.HolidayOn(DeadlinesTests.Day(day), Calendar.RegionOf("75111")).ShouldBeNull();
    }

    [Fact]
    public void No_holiday_and_no_day_of_the_week_end_is_ever_a_working_day() => Prop.ForAll(Days, Gen.Elements(Regions).ToArbitrary(), (day, region) =>
    {
        var off = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || Calendar.Holidays.Any(h => (h.Regions.Count == 0 || h.Regions.Contains(region)) && h.In(day.Year) == day);
        return Calendar.IsWorkingDay(day, region) == !off;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Working_days_counted_there_and_back_give_the_same_working_day() => Prop.ForAll(Days, Gen.Choose(1, 60).ToArbitrary(), (day, count) =>
    {
        var start = Calendar.WorkingDayFrom(day);
        var end = Calendar.AddWorkingDays(start, count);
        return Calendar.IsWorkingDay(end) && Calendar.AddWorkingDays(end, -count) == start
            && Enumerable.Range(start.DayNumber + 1, end.DayNumber - start.DayNumber).Count(n => Calendar.IsWorkingDay(DateOnly.FromDayNumber(n))) == count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Months_run_to_the_same_day_or_to_the_last_of_the_month() => Prop.ForAll(Days, Gen.Choose(1, 24).ToArbitrary(), (day, months) =>
    {
        var end = new LegalDelay(months, DelayUnit.Months).After(day, Calendar);
        return end.Day == Math.Min(day.Day, DateTime.DaysInMonth(end.Year, end.Month)) && (end.Year * 12 + end.Month) - (day.Year * 12 + day.Month) == months;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_done_on_the_last_day_before_is_done_early_enough() => Prop.ForAll(
        Days, Gen.Choose(1, 24).ToArbitrary(), Gen.Elements(Enum.GetValues<DelayUnit>()).ToArbitrary(), (day, count, unit) =>
        {
            var delay = new LegalDelay(count, unit);
            return delay.After(delay.Before(day, Calendar), Calendar) <= Calendar.WorkingDayFrom(day);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_deadline_is_never_before_its_count_and_never_on_a_day_off_when_carried() => Prop.ForAll(Days, Gen.Elements(Regions).ToArbitrary(), (day, region) =>
    {
        var deadline = Law.LeavingThePremises(day, region)!;
        return deadline.Effective >= deadline.Date && Calendar.IsWorkingDay(deadline.Effective, region);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2026-10-31", false, "2026-10-31")]
    [InlineData("2026-11-01", true, "2027-04-01")]
    [InlineData("2027-02-28", true, "2027-04-01")]
    [InlineData("2027-03-31", true, "2027-04-01")]
    [InlineData("2027-04-01", false, "2027-04-01")]
    public void The_truce_runs_from_november_to_march(string day, bool inside, string free)
    {
        Law.Truce.Contains(DeadlinesTests.Day(day)).ShouldBe(inside);
        Law.Truce.FirstDayOutside(DeadlinesTests.Day(day)).ShouldBe(DeadlinesTests.Day(free));
    }
}
