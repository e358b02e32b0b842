using System.Globalization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>Bounds of a search: an instant, or a day as people in France live it.</summary>
internal static class JournalPeriod
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads a bound in UTC; adds an error when it is neither a day nor an instant with its offset.</summary>
    /// <param name="endOfDay">A day stands for its end (the start of the next), so that it is included.</param>
    public static DateTimeOffset? Read(string? text, string pointer, bool endOfDay, List<FieldError> errors)
    {
        if (text is null)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1 and < 9999)
        {
            var midnight = (endOfDay ? day.AddDays(1) : day).ToDateTime(TimeOnly.MinValue);
            return new(TimeZoneInfo.ConvertTimeToUtc(midnight, Paris), TimeSpan.Zero);
        }

        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
        if (hasOffset && DateTimeOffset.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) && instant.UtcDateTime.Year is > 1 and < 9999)
            return instant.ToUniversalTime();
        errors.Add(new(pointer, "format", "Donnez un jour (AAAA-MM-JJ) ou un instant ISO 8601 avec son décalage ; dans une URL, « + » s'écrit « %2B »."));
        return null;
    }
}
