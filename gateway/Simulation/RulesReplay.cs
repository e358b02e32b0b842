using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Gateway.Simulation;

/// <summary>Deposits replayed under one version of the rules, as if it had been in force all the time. Pure: no purpose is decided, nothing is sent.</summary>
internal static class RulesReplay
{
    /// <summary>Long enough for every wait to be over: the fallback counts.</summary>
    private const int DaysAfter = 100;

    /// <summary>The deposits that each rule gives to each recipient.</summary>
    /// <param name="day">Whose rules are taken.</param>
    public static Dictionary<(string Rule, string Recipient), HashSet<Guid>> Place(Territory rules, DateOnly day, IReadOnlyList<ReplayedDeposit> deposits)
    {
        var frozen = Frozen(rules, day);
        var places = new Dictionary<(string, string), HashSet<Guid>>();
        var queues = new Dictionary<string, List<ReplayedDeposit>>(StringComparer.Ordinal);
        foreach (var deposit in deposits)
        {
            foreach (var target in RuleEngine.Evaluate(frozen, deposit.Faits, deposit.ReceivedAt, deposit.ReceivedAt.AddDays(DaysAfter)).Targets)
            {
                if (!QuotaPass.IsDrawn(frozen, target, day))
                    Add(places, target.RuleId, target.Destinataire, [deposit]);
                else if (queues.TryGetValue(target.RuleId, out var queue))
                    queue.Add(deposit);
                else
                    queues[target.RuleId] = [deposit];
            }
        }

        foreach (var (id, queue) in queues)
            Draw(frozen, QuotaPass.InForce(frozen, id, day)!, queue, places);
        return places;
    }

    /// <summary>The rule's draws one after the other, as the gateway holds them; who waits for a draw after the last deposit's is counted as waiting.</summary>
    private static void Draw(Territory territory, Rule rule, List<ReplayedDeposit> queue, Dictionary<(string, string), HashSet<Guid>> places)
    {
        var (quota, then, zone) = (rule.Quota!, (RuleEffect.Deliver)rule.Then, territory.TimeZone);
        var first = queue.GroupBy(d => d.Household, StringComparer.Ordinal).ToDictionary(g => g.Key, g => territory.Today(g.Min(d => d.ReceivedAt)), StringComparer.Ordinal);
        var households = first.Keys.Order(StringComparer.Ordinal).Select((h, i) => (h, i)).ToDictionary(p => p.h, p => new Guid(p.i + 1, 0, 0, new byte[8]), StringComparer.Ordinal);
        var arriving = queue.GroupBy(d => QuotaCalendar.NextDraw(quota, d.ReceivedAt, zone)).OrderBy(g => g.Key).ToDictionary(g => g.Key, g => g.ToList());
        var waiting = new List<ReplayedDeposit>();
        var (taken, placed) = (new Dictionary<DateOnly, int>(), new HashSet<(DateOnly, string)>());
        for (var at = arriving.Keys.Min(); at <= arriving.Keys.Max(); at = QuotaCalendar.NextDraw(quota, at, zone))
        {
            waiting.AddRange(arriving.GetValueOrDefault(at) ?? []);
            var period = QuotaCalendar.PeriodOf(quota, at, zone);
            var free = QuotaCalendar.ShareAt(quota, at, zone) - taken.GetValueOrDefault(period);
            var cut = DrawCut.Of(waiting.Select(d => new DrawEntrant(d.Id, households[d.Household], SelectionKey.Of(quota, d.Faits, first[d.Household], d.Id), placed.Contains((period, d.Household)))), free);
            taken[period] = taken.GetValueOrDefault(period) + cut.Chosen;
            var chosen = cut.Verdicts.Where(v => v.Chosen).Select(v => v.Candidate).ToHashSet();
            placed.UnionWith(waiting.Where(d => chosen.Contains(d.Id)).Select(d => (period, d.Household)));
            Add(places, rule.Id, then.Recipient, waiting.Where(d => chosen.Contains(d.Id)));

            waiting = waiting.FindAll(d => !chosen.Contains(d.Id));
            if (quota.Otherwise is not QuotaOtherwise.Replace replace)
                continue;
            Add(places, rule.Id + " (sinon)", replace.Effect is RuleEffect.Deliver to ? to.Recipient : "", waiting);
            waiting.Clear();
        }

        Add(places, rule.Id + " (attend)", "", waiting);
    }

    private static Territory Frozen(Territory territory, DateOnly day) => territory with
    {
        Tables = [.. territory.Tables.Select(t => t with
        {
            Rules = [.. t.Rules.Where(r => r.Active && r.From <= day && (r.To is null || r.To >= day)).Select(r => r with { From = DateOnly.MinValue, To = null })],
        })],
    };

    private static void Add(Dictionary<(string, string), HashSet<Guid>> places, string rule, string recipient, IEnumerable<ReplayedDeposit> deposits)
    {
        foreach (var deposit in deposits)
        {
            if (!places.TryGetValue((rule, recipient), out var there))
                places[(rule, recipient)] = there = [];
            there.Add(deposit.Id);
        }
    }
}
