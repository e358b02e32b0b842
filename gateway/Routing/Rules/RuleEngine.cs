using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>What the rules of a territory say of one deposit at one instant.</summary>
internal sealed record RoutingOutcome(
    string RulesVersion, IReadOnlyList<RoutingTarget> Targets, IReadOnlyList<RoutingHold> Holds, RuleExplanation Explanation)
{
    /// <summary>Whether a rule waits or has waited: another instant may give another outcome.</summary>
    public bool DependsOnTime { get; init; }

    /// <summary>What the explanation has in common with others; <see langword="null"/> when it is this deposit's alone.</summary>
    public SharedExplanation? Shared { get; init; }

    /// <summary>When to evaluate again if nobody answers; <see langword="null"/> when nothing is awaited.</summary>
    public DateTimeOffset? NextDue => Holds.Count == 0 ? null : Holds.Min(h => h.Until);
}

/// <param name="Destinataire">Code of the organisation to address. Whether it may get anything is for the purpose to decide.</param>
/// <param name="FellBack">Addressed because the wait for a fact ended without an answer.</param>
/// <param name="AuTitreDe">Code of the organisation in whose name it is passed on; <see langword="null"/> when the depositor addresses the recipient itself.</param>
/// <param name="DelaiJours">Calendar days that the recipient has to acknowledge.</param>
internal sealed record RoutingTarget(
    string Destinataire, string Finalite, string RuleId, int Priorite, bool FellBack, string? AuTitreDe, int DelaiJours)
{
    /// <summary>Whether another device of the territory already has the file.</summary>
    public bool Duplicate { get; init; }
}

/// <param name="MissingFact">Name of the fact: <c>connuDesServices</c>.</param>
/// <param name="AskedOf">Codes of the organisations that may know.</param>
/// <param name="Asks">Whether the gateway asks them.</param>
internal sealed record RoutingHold(string RuleId, string MissingFact, IReadOnlyList<string> AskedOf, DateTimeOffset Until, bool Asks = false);

/// <summary>Applies a territory's decision tables to facts. Pure: the same facts, dates and files give the same outcome.</summary>
internal static class RuleEngine
{
    /// <summary>Evaluates every table.</summary>
    /// <param name="faits">What is known of the deposit; place and day are added from the territory.</param>
    /// <param name="receivedAt">When the deposit was accepted: picks the rules in force, and delays count from it.</param>
    /// <param name="at">Now: whether a wait is over.</param>
    /// <param name="calendar">Public holidays; without it nobody knows which days are worked.</param>
    /// <param name="sentBackBy">Codes of the organisations that sent it back: rules that address them are left aside, so that the next rule of a FIRST table decides.</param>
    public static RoutingOutcome Evaluate(
        Territory territory, RuleFacts faits, DateTimeOffset receivedAt, DateTimeOffset at, FrenchCalendar? calendar = null, IReadOnlyCollection<string>? sentBackBy = null)
    {
        var run = new RuleRun(territory, Placed(territory, faits, receivedAt, calendar), receivedAt, at, sentBackBy ?? []);
        foreach (var table in territory.Tables)
            run.Apply(table);
        return run.Outcome();
    }

    /// <summary>The same wall-clock time some calendar days later; a time that the change to summer time skips moves after it.</summary>
    public static DateTimeOffset AddDays(DateTimeOffset from, int days, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(from, zone).DateTime.AddDays(days);
        if (zone.IsInvalidTime(local))
            local = local.AddHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    /// <summary>The facts with the place and day as the territory counts them.</summary>
    internal static RuleFacts Placed(Territory territory, RuleFacts faits, DateTimeOffset receivedAt, FrenchCalendar? calendar)
    {
        var (day, commune) = (territory.Today(receivedAt), faits.Message.Commune);
        return faits with
        {
            Sector = territory.Places.SectorOf(commune),
            LocalCommission = territory.Places.HasCommission(commune),
            Day = day,
            WorkingDay = calendar?.IsWorkingDay(day, calendar.RegionOf(commune)),
            Truce = territory.Truce.Holds(day),
        };
    }
}
