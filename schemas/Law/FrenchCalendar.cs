namespace ExchangeGateway.Schemas.Law;

/// <summary>A public holiday: a day of the year or a number of days from Easter Sunday, everywhere or in some regions.</summary>
/// <param name="Name">French.</param>
/// <param name="MonthDay">Month and day; <see langword="null"/> for a feast that follows Easter.</param>
/// <param name="DaysFromEaster">Days after Easter Sunday, negative before it; <see langword="null"/> for a fixed day.</param>
/// <param name="Regions">Regions where it is one; empty for everywhere.</param>
/// <param name="Source">Text that makes it one.</param>
/// <param name="ToVerify">Whether somebody must still check it.</param>
public sealed record Holiday(
    string Name, (int Month, int Day)? MonthDay, int? DaysFromEaster, IReadOnlyList<string> Regions, string Source, bool ToVerify)
{
    /// <summary>The day of this feast in a year.</summary>
    public DateOnly In(int year) => MonthDay is var (month, day)
        ? new DateOnly(year, month, day)
        : Easter.Sunday(year).AddDays(DaysFromEaster ?? 0);
}

/// <summary>A region with holidays of its own, and the départements (first characters of INSEE codes) that it is made of.</summary>
public sealed record HolidayRegion(string Id, string Name, IReadOnlyList<string> Departements);

/// <summary>Working days and public holidays, as <c>france.json</c> gives them. Immutable.</summary>
public sealed class FrenchCalendar(IReadOnlyList<Holiday> holidays, IReadOnlyList<HolidayRegion> regions, IReadOnlySet<DayOfWeek> daysOff)
{
    /// <summary>Where no other region applies.</summary>
    public const string Metropole = "metropole";

    public IReadOnlyList<Holiday> Holidays => holidays;

    public IReadOnlyList<HolidayRegion> Regions => regions;

    /// <summary>Days of the week on which offices do not work.</summary>
    public IReadOnlySet<DayOfWeek> DaysOff => daysOff;

    /// <summary>The region of a commune, by its INSEE code.</summary>
    public string RegionOf(string insee) => regions
        .FirstOrDefault(r => r.Departements.Any(d => insee.StartsWith(d, StringComparison.Ordinal)))?.Id ?? Metropole;

    /// <summary>The holiday of a day in a region; <see langword="null"/> on any other day.</summary>
    public Holiday? HolidayOn(DateOnly date, string region = Metropole) => holidays
        .FirstOrDefault(h => (h.Regions.Count == 0 || h.Regions.Contains(region, StringComparer.Ordinal)) && h.In(date.Year) == date);

    /// <summary>Whether offices work that day.</summary>
    public bool IsWorkingDay(DateOnly date, string region = Metropole) => !daysOff.Contains(date.DayOfWeek) && HolidayOn(date, region) is null;

    /// <summary>The day itself when it is a working day, else the next one (art. 642 CPC).</summary>
    public DateOnly WorkingDayFrom(DateOnly date, string region = Metropole)
    {
        while (!IsWorkingDay(date, region))
            date = date.AddDays(1);
        return date;
    }

    /// <summary>The working day that is <paramref name="count"/> working days after a day, or before it when negative; the day itself does not count.</summary>
    public DateOnly AddWorkingDays(DateOnly date, int count, string region = Metropole)
    {
        var step = Math.Sign(count);
        for (var left = Math.Abs(count); left > 0;)
        {
            date = date.AddDays(step);
            if (IsWorkingDay(date, region))
                left--;
        }

        return date;
    }
}

/// <summary>The date of Easter in the Gregorian calendar.</summary>
public static class Easter
{
    /// <summary>Easter Sunday of a year, from 1583 on (algorithm of Meeus, Jones and Butcher).</summary>
    public static DateOnly Sunday(int year)
    {
        var golden = year % 19;
        var (century, ofCentury) = Math.DivRem(year, 100);
        var (leapCenturies, centuryRest) = Math.DivRem(century, 4);
        var moonShift = (century - (century + 8) / 25 + 1) / 3;
        var epact = (19 * golden + century - leapCenturies - moonShift + 15) % 30;
        var (leaps, yearRest) = Math.DivRem(ofCentury, 4);
        var weekday = (32 + 2 * centuryRest + 2 * leaps - epact - yearRest) % 7;
        var correction = (golden + 11 * epact + 22 * weekday) / 451;
        var (month, day) = Math.DivRem(epact + weekday - 7 * correction + 114, 31);
        return new DateOnly(year, month, day + 1);
    }
}
