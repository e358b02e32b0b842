using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>A deadline with the message that opened it.</summary>
/// <param name="Delivery">The delivery by which the reader knows it.</param>
internal sealed record OpenedDeadline(Guid Delivery, StageEvent Opener, DateTimeOffset ReceivedAt, Deadline Deadline);

/// <summary>Which deadlines of a file still run. Pure.</summary>
internal static class DossierDeadlines
{
    /// <summary>How many days ahead a deadline becomes an alert.</summary>
    public const int AlertDays = 10;

    private const string Diagnosis = "instances/dsf";

    /// <summary>The stage that makes each deadline pointless once it is reached.</summary>
    private static readonly Dictionary<string, string> EndedAt = new(StringComparer.Ordinal)
    {
        [LawRules.ResolutoryClause] = "assignation",
        [LawRules.Guarantor] = "assignation",
        [LawRules.PrefectNotification] = "decision",
        [LawRules.DiagnosisTransmission] = "decision",
        [LawRules.DiagnosisInterview] = "decision",
        [LawRules.LeavingThePremises] = "rfp",
        [LawRules.PoliceForceSilence] = "cfp",
        [LawRules.JudgesDelays] = "expulsion",
        [LawRules.Truce] = "expulsion",
    };

    /// <summary>Rules about one hearing: its last notification counts, so that a renvoi takes the place of the first day.</summary>
    private static readonly HashSet<string> OfHearing = new(StringComparer.Ordinal) { LawRules.PrefectNotification, LawRules.DiagnosisTransmission };

    /// <summary>The deadlines that still matter, the next one first; those that have passed without an end come before.</summary>
    public static IReadOnlyList<OpenedDeadline> Running(IReadOnlyList<OpenedDeadline> opened, IReadOnlyList<StageEvent> events, DateOnly today)
    {
        var latestHearing = opened.Where(o => OfHearing.Contains(o.Deadline.Rule)).Select(o => o.ReceivedAt).DefaultIfEmpty().Max();
        return
        [
            .. opened
                .Where(o => !OfHearing.Contains(o.Deadline.Rule) || o.ReceivedAt == latestHearing)
                .Where(o => !events.Any(e => Ends(e, o, today)))
                .DistinctBy(o => (o.Deadline.Rule, o.Deadline.Effective))
                .OrderBy(o => o.Deadline.Effective),
        ];
    }

    /// <summary>Whether a deadline must be looked at now: ahead, and close.</summary>
    public static bool IsAlert(DateOnly due, DateOnly today, int days = AlertDays) => due >= today && due <= today.AddDays(days);

    /// <summary>A later message that has reached the stage where the deadline has no object; an earlier procedure ends nothing.</summary>
    private static bool Ends(StageEvent e, OpenedDeadline o, DateOnly today)
    {
        if (ReferenceEquals(e, o.Opener) || e.On < o.Opener.On)
            return false;
        if (e.Type.ToString() == Diagnosis)
            return o.Deadline.Rule is LawRules.DiagnosisTransmission or LawRules.DiagnosisInterview;
        return EndedAt.TryGetValue(o.Deadline.Rule, out var stage) && DossierStage.Settles(e) && DossierStage.RankOf(e, today) >= DossierStage.Rank(stage);
    }
}
