using System.Globalization;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>How pages write amounts, dates and sizes: as a French office does, whatever the culture of the server.</summary>
internal static class French
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private static readonly string[] Months =
        ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

    // Narrow no-break spaces, so that an amount is never cut at the end of a line.
    private static readonly NumberFormatInfo Numbers = new()
    {
        NumberDecimalSeparator = ",",
        NumberGroupSeparator = "\u202F",
        NumberGroupSizes = [3],
        NegativeSign = "-",
    };

    /// <summary><c>1 234,56 €</c>.</summary>
    public static string Amount(decimal euros) => euros.ToString("N2", Numbers) + "\u00A0€";

    public static string Number(long number) => number.ToString("N0", Numbers);

    /// <summary><c>58,3 %</c>.</summary>
    public static string Percent(decimal percent) => percent.ToString("0.#", Numbers) + "\u00A0%";

    /// <summary><c>12/03/2026</c>.</summary>
    public static string Date(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <summary>Legal time of metropolitan France: <c>12/03/2026 à 14:05</c>.</summary>
    public static string Instant(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Paris).ToString("dd/MM/yyyy 'à' HH:mm", CultureInfo.InvariantCulture);

    /// <summary>As the clocks of its own offset show it, for what happens at an hour of its territory: <c>23/11/2026 à 00:00</c>.</summary>
    public static string Local(DateTimeOffset at) => at.ToString("dd/MM/yyyy 'à' HH:mm", CultureInfo.InvariantCulture);

    /// <summary>With seconds, for the log: <c>12/03/2026 à 14:05:07</c>.</summary>
    public static string PreciseInstant(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Paris).ToString("dd/MM/yyyy 'à' HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Civil day in metropolitan France.</summary>
    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Paris).DateTime);

    /// <summary><c>2026-08</c> as <c>août 2026</c>; another text as it is.</summary>
    public static string Month(string month) =>
        DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            ? $"{Months[first.Month - 1]} {first.Year.ToString(CultureInfo.InvariantCulture)}"
            : month;

    /// <summary><c>0639980101</c> as <c>06 39 98 01 01</c>; an international number as it is.</summary>
    public static string Phone(string number) =>
        number.Length == 10 && number[0] == '0' ? string.Join('\u00A0', number.Chunk(2).Select(pair => new string(pair))) : number;

    /// <summary><c>12 Ko</c>, <c>3,4 Mo</c>.</summary>
    public static string Size(long bytes) => bytes < 1024 * 1024
        ? Math.Max(1, bytes / 1024).ToString(Numbers) + "\u00A0Ko"
        : (bytes / (1024m * 1024m)).ToString("0.#", Numbers) + "\u00A0Mo";

    /// <summary><c>1 ligne</c>, <c>3 lignes</c>: French counts plural from two.</summary>
    public static string Count(long number, string singular, string plural) => Number(number) + "\u00A0" + (number < 2 ? singular : plural);

    /// <summary>How long to wait, in minutes rounded up.</summary>
    public static string Wait(TimeSpan wait) => Count(Math.Max(1, (long)Math.Ceiling(wait.TotalMinutes)), "minute", "minutes");

    /// <summary>The first and last characters of an identifier, for a table; the whole is in the element's title.</summary>
    public static string Short(string identifier) => identifier.Length <= 13 ? identifier : identifier[..8] + "…" + identifier[^4..];

    /// <summary>Reads an amount as typed: <c>1 234,56</c>, <c>1234.56</c>, <c>850 €</c>.</summary>
    public static bool TryAmount(string text, out decimal amount)
    {
        var plain = Unspaced(text).TrimEnd('€').Replace(',', '.');
        return decimal.TryParse(plain, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out amount);
    }

    /// <summary>Reads a date as a browser sends it (<c>2026-11-03</c>) or as typed (<c>03/11/2026</c>).</summary>
    public static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text.Trim(), ["yyyy-MM-dd", "dd/MM/yyyy", "d/M/yyyy", "dd-MM-yyyy", "dd.MM.yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>Reads a month as typed (<c>08/2026</c>) or as a browser sends it (<c>2026-08</c>); gives the latter form.</summary>
    public static bool TryMonth(string text, out string month)
    {
        var read = DateOnly.TryParseExact("01/" + text.Trim(), ["dd/MM/yyyy", "dd/M/yyyy", "dd/yyyy-MM"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var first);
        month = read ? first.ToString("yyyy-MM", CultureInfo.InvariantCulture) : "";
        return read;
    }

    /// <summary>Without any white space: what people put between groups of digits.</summary>
    public static string Unspaced(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
