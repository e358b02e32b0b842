using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Gateway.Delivery.Deadlines;

/// <summary>
/// When a recipient that has not acknowledged is reminded, when the secretariat is told, when non-delivery is reported:
/// at 8 in the morning of a working day of the territory. One instance a group of deliveries, which share their dates.
/// </summary>
internal sealed class AcknowledgementDates(FrenchCalendar calendar, DateTimeOffset now)
{
    private const int Hour = 8;

    private readonly Dictionary<(string Territory, int Days), DateTimeOffset> _known = [];

    /// <summary>The working day after the rule's delay is over; a delay that ends on a day off ends on the next working day (art. 642 CPC).</summary>
    /// <param name="days">Calendar days of the rule (<c>delaiJours</c>); 0 for a delivery that updates another: none is set.</param>
    public DateTimeOffset? Reminder(Territory territory, int days)
    {
        if (days == 0)
            return null;
        if (!_known.TryGetValue((territory.Code, days), out var due))
        {
            var region = Region(territory);
            var last = calendar.WorkingDayFrom(territory.Today(now).AddDays(days), region);
            _known[(territory.Code, days)] = due = Morning(territory, calendar.AddWorkingDays(last, 1, region));
        }

        return due;
    }

    /// <summary>The morning of the working day that is some working days from now.</summary>
    public DateTimeOffset After(Territory territory, int workingDays) =>
        Morning(territory, calendar.AddWorkingDays(territory.Today(now), workingDays, Region(territory)));

    /// <summary>Whether somebody works there today, and the day has begun.</summary>
    public bool IsWorkingHour(Territory territory) =>
        calendar.IsWorkingDay(territory.Today(now), Region(territory)) && TimeZoneInfo.ConvertTime(now, territory.TimeZone).Hour >= Hour;

    private string Region(Territory territory) => calendar.RegionOf(territory.Communes[0].Insee);

    private static DateTimeOffset Morning(Territory territory, DateOnly day)
    {
        var local = day.ToDateTime(new TimeOnly(Hour, 0));
        return new DateTimeOffset(local, territory.TimeZone.GetUtcOffset(local)).ToUniversalTime();
    }
}

/// <summary>How far a delivery that nobody acknowledges has come.</summary>
internal static class DeadlineStep
{
    public const int Reminded = 1;
    public const int Escalated = 2;
    public const int Reported = 3;

    /// <summary>The step as recipients read it; <see langword="null"/> before the first and once acknowledged.</summary>
    public static string? Name(DeliveryRecord delivery) => (delivery.State, delivery.Step) switch
    {
        (not DeliveryState.Delivered, _) or (_, 0) => null,
        (_, Reminded) => "rappel",
        (_, Escalated) => DeliveryNature.Escalation,
        _ => DeliveryNature.NonDelivery,
    };
}
