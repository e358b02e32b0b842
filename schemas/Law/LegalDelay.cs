namespace ExchangeGateway.Schemas.Law;

/// <summary>Unit of a legal delay, as <c>france.json</c> writes it.</summary>
public enum DelayUnit
{
    /// <summary><c>jours</c>: calendar days.</summary>
    Days,

    /// <summary><c>joursOuvres</c>: days on which offices work.</summary>
    WorkingDays,

    /// <summary><c>semaines</c>.</summary>
    Weeks,

    /// <summary><c>mois</c>, from day of the month to the same day (art. 641 CPC).</summary>
    Months,

    /// <summary><c>ans</c>.</summary>
    Years,
}

/// <summary>A length of time in the unit in which a text gives it: two months is not sixty days.</summary>
/// <param name="Count">How many units, at least 1.</param>
public sealed record LegalDelay(int Count, DelayUnit Unit)
{
    /// <summary>
    /// The last day of the delay that an event opens. Months and years run to the same day of the month, or to the last
    /// day of a month that lacks it (art. 641 CPC); the day of the event does not count.
    /// </summary>
    public DateOnly After(DateOnly date, FrenchCalendar calendar, string region = FrenchCalendar.Metropole) => Move(date, 1, calendar, region);

    /// <summary>The last day on which something may be done that must be done at least this long before <paramref name="date"/>.</summary>
    public DateOnly Before(DateOnly date, FrenchCalendar calendar, string region = FrenchCalendar.Metropole) => Move(date, -1, calendar, region);

    /// <summary>French: <c>6 semaines</c>.</summary>
    public override string ToString() => Unit switch
    {
        DelayUnit.Days => Count == 1 ? "1 jour" : $"{Count} jours",
        DelayUnit.WorkingDays => Count == 1 ? "1 jour ouvré" : $"{Count} jours ouvrés",
        DelayUnit.Weeks => Count == 1 ? "1 semaine" : $"{Count} semaines",
        DelayUnit.Months => $"{Count} mois",
        _ => Count == 1 ? "1 an" : $"{Count} ans",
    };

    private DateOnly Move(DateOnly date, int direction, FrenchCalendar calendar, string region) => Unit switch
    {
        DelayUnit.Days => date.AddDays(direction * Count),
        DelayUnit.WorkingDays => calendar.AddWorkingDays(date, direction * Count, region),
        DelayUnit.Weeks => date.AddDays(direction * Count * 7),
        DelayUnit.Months => date.AddMonths(direction * Count),
        _ => date.AddYears(direction * Count),
    };
}
