namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>
/// When draws are held and what they may give, in the territory's time zone. A draw is held at the beginning of a Monday, or
/// of the first day of a month, over what came before; its period is that of the day before.
/// </summary>
internal static class QuotaCalendar
{
    /// <summary>The first draw after an instant.</summary>
    public static DateTimeOffset NextDraw(RuleQuota quota, DateTimeOffset after, TimeZoneInfo zone)
    {
        var day = LocalDay(after, zone).AddDays(1);
        while (!IsDrawDay(quota, day))
            day = day.AddDays(1);
        return Beginning(day, zone);
    }

    /// <summary>First day of the period whose quota a draw uses.</summary>
    public static DateOnly PeriodOf(RuleQuota quota, DateTimeOffset draw, TimeZoneInfo zone)
    {
        var last = LocalDay(draw, zone).AddDays(-1);
        return quota.Period switch
        {
            QuotaPeriod.Semaine => last.AddDays(-(((int)last.DayOfWeek + 6) % 7)),
            QuotaPeriod.Annee => new DateOnly(last.Year, 1, 1),
            _ => new DateOnly(last.Year, last.Month, 1),
        };
    }

    /// <summary>
    /// Places that the draws of a period may have given together once this one is held: the quota in equal shares, rounded
    /// down, so that the last draw reaches it exactly and early weeks do not take what later, more urgent files need.
    /// </summary>
    public static int ShareAt(RuleQuota quota, DateTimeOffset draw, TimeZoneInfo zone)
    {
        var from = PeriodOf(quota, draw, zone);
        var end = quota.Period switch { QuotaPeriod.Semaine => from.AddDays(7), QuotaPeriod.Annee => from.AddYears(1), _ => from.AddMonths(1) };
        var at = LocalDay(draw, zone);
        var (held, all) = (0L, 0L);
        for (var day = from.AddDays(1); day <= end; day = day.AddDays(1))
        {
            if (!IsDrawDay(quota, day))
                continue;
            all++;
            if (day <= at)
                held++;
        }

        // A candidate of another rhythm, from before the file changed, is drawn on a day that this one does not have.
        return all == 0 ? quota.Number : (int)(quota.Number * held / all);
    }

    private static bool IsDrawDay(RuleQuota quota, DateOnly day) =>
        quota.Rhythm is DrawRhythm.Hebdomadaire ? day.DayOfWeek is DayOfWeek.Monday : day.Day == 1;

    private static DateOnly LocalDay(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).Date);

    private static DateTimeOffset Beginning(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        if (zone.IsInvalidTime(local))
            local = local.AddHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
