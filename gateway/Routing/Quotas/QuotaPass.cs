using System.Globalization;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>The routing of a deposit that a rule with a quota would deliver: it waits for the rule's draw.</summary>
internal static class QuotaPass
{
    /// <summary>
    /// The quota that keeps a target back; <see langword="null"/> when it is delivered at once: no quota, the outcome of a
    /// draw, or a message that takes the place of one that the recipient has by this rule (its household has its place).
    /// </summary>
    public static RuleQuota? QuotaOf(WorkItem item, RoutingTarget target, Territory territory, RouteContext known, Guid recipient)
    {
        if (item.Candidate is not null || RuleOf(territory, target, territory.Today(item.ReceivedAt)) is not { Quota: { } quota })
            return null;
        return new[] { item.Replaces, item.Corrects }.OfType<Guid>()
            .Any(earlier => known.Delivered.TryGetValue((earlier, recipient, target.Finalite), out var had) && had.Rule == target.RuleId)
            ? null
            : quota;
    }

    /// <summary>Makes the deposit a candidate and completes the log entry that says so.</summary>
    public static AuditEntry Queue(WorkItem item, RoutingTarget target, RuleQuota quota, Territory territory, RouteRows rows, AuditEntry entry)
    {
        var draw = QuotaCalendar.NextDraw(quota, item.ReceivedAt, territory.TimeZone);
        rows.Quotas.Add(item, target, quota, draw);
        return entry with
        {
            Details = new Dictionary<string, string>(entry.Details, StringComparer.Ordinal) { ["tirage"] = draw.ToString("O", CultureInfo.InvariantCulture) },
        };
    }

    /// <summary>The explanation of a routing, with the draws that it waits for.</summary>
    public static RuleExplanation Explain(RuleExplanation explanation, IEnumerable<(string Rule, DateTimeOffset DrawAt)> draws, Territory territory)
    {
        var waits = draws.Select(d => $" ; règle {d.Rule} : attend le tirage du {RulePhrase.Day(territory.Today(d.DrawAt))}").ToList();
        return waits.Count == 0 ? explanation : explanation with { Phrase = explanation.Phrase + string.Concat(waits) };
    }

    /// <summary>Whether a target waits for a draw.</summary>
    public static bool IsDrawn(Territory territory, RoutingTarget target, DateOnly day) => RuleOf(territory, target, day) is { Quota: not null };

    /// <summary>The rule in force on a day that gives a target as its own effect, not as a fallback.</summary>
    private static Rule? RuleOf(Territory territory, RoutingTarget target, DateOnly day) => InForce(territory, target.RuleId, day) is { } rule
        && rule.Then is RuleEffect.Deliver then && then.Recipient == target.Destinataire && then.Purpose == target.Finalite ? rule : null;

    /// <summary>The rule of an id that is in force on a day.</summary>
    public static Rule? InForce(Territory territory, string id, DateOnly day) =>
        territory.Tables.SelectMany(t => t.Rules).FirstOrDefault(r => r.Id == id && r.Active && r.From <= day && (r.To is null || r.To >= day));
}
