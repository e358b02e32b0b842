using ExchangeGateway.Gateway.Pages;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>
/// The month of art. 12-3 RGPD, counted from the day of reception: the same day of the next month, its last day when it has
/// none. A due day that is no working day is not put off (règlement 1182/71, art. 3-4, would allow it): the earlier day is the safe one.
/// </summary>
internal static class RightsClock
{
    /// <summary>Months added by an extension (art. 12-3): three in all, from reception.</summary>
    private const int Extension = 2;

    public static DateOnly Due(DateOnly received, bool extended = false) => received.AddMonths(extended ? 1 + Extension : 1);

    /// <summary>Days until the due day, included; negative when it is past.</summary>
    public static int DaysLeft(DateOnly due, DateOnly today) => due.DayNumber - today.DayNumber;

    /// <summary>Civil day in metropolitan France: days are counted there, whatever the server's clock.</summary>
    public static DateOnly Today(TimeProvider clock) => French.Day(clock.GetUtcNow());

    /// <summary>Whether the person was told of an extension before the first month ended, as art. 12-3 asks.</summary>
    public static bool ToldInTime(DateOnly received, DateOnly told, DateOnly today) => told >= received && told <= Due(received) && told <= today;
}
