using System.Globalization;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>A birth date as far as it is known. 1 January is taken for a year alone: registers write it so when the day is unknown.</summary>
/// <param name="Month">1–12; <see langword="null"/> when only the year is declared.</param>
/// <param name="Day">1–31; <see langword="null"/> when only the year, or year and month, are declared.</param>
internal sealed record BirthForms(int Year, int? Month, int? Day)
{
    public static BirthForms Of(DateOnly date) => new(date.Year, date.Month, date.Day);

    public bool Conventional => Month is 1 && Day is 1;
    public bool Whole => Month is not null && Day is not null;

    public string YearText => Year.ToString("0000", CultureInfo.InvariantCulture);
    public string MonthText => Month is { } m ? m.ToString("00", CultureInfo.InvariantCulture) : "";
    public string DayText => Day is { } d ? d.ToString("00", CultureInfo.InvariantCulture) : "";

    /// <summary>The same for a date and for the one with day and month swapped: swapped dates meet in one block.</summary>
    public string Block => string.CompareOrdinal(MonthText, DayText) <= 0 ? YearText + MonthText + DayText : YearText + DayText + MonthText;
}
