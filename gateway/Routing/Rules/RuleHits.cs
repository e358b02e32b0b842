namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>What one rule says of one deposit, before its table's hit policy has chosen.</summary>
internal sealed record RuleVerdict(Rule Rule, string Issue, string Why)
{
    /// <summary>What it would do; <see langword="null"/> when it does nothing.</summary>
    public RuleEffect? Effect { get; init; }
    /// <summary>End of its wait.</summary>
    public DateTimeOffset? Until { get; init; }

    public bool Fires => Effect is not null && Issue != RuleIssue.Repli;
    public bool FellBack => Effect is not null && Issue == RuleIssue.Repli;
    public bool Waits => Until is not null;
    /// <summary>Ends a FIRST table: it applies, falls back on something, or waits.</summary>
    public bool Stops => Effect is not null || Waits;

    public RuleVerdict Beaten(string why) => this with { Issue = RuleIssue.NonRetenue, Why = why, Effect = null, Until = null };
}

/// <summary>Which of the rules that match apply: the hit policies of DMN 1.5 §8.2.8, and what a wait or a fallback does to each.</summary>
internal static class RuleHits
{
    public static IReadOnlyList<RuleVerdict> Choose(RuleHitPolicy policy, IReadOnlyList<RuleVerdict> verdicts) => policy switch
    {
        RuleHitPolicy.Unique => One(verdicts, severalMayFire: false),
        RuleHitPolicy.Any => One(verdicts, severalMayFire: true),
        RuleHitPolicy.Priority => Best(verdicts),
        // COLLECT applies all; a FIRST table has stopped by itself.
        _ => verdicts,
    };

    /// <summary>UNIQUE and ANY: one effect at most. Two rules that disagree show a table to mend: none of them is followed.</summary>
    private static List<RuleVerdict> One(IReadOnlyList<RuleVerdict> verdicts, bool severalMayFire)
    {
        var fired = verdicts.Where(v => v.Fires).ToList();
        if (fired.Count > 0)
        {
            return fired.Count > 1 && (!severalMayFire || Differ(fired))
                ? Contradiction(verdicts, fired)
                : Keep(verdicts, fired[0], $"la règle {fired[0].Rule.Id} s'applique, et une seule peut s'appliquer");
        }

        if (verdicts.Any(v => v.Waits))
            return [.. verdicts.Select(v => v.FellBack ? v.Beaten("une autre règle de la table attend encore") : v)];
        var fallen = verdicts.Where(v => v.FellBack).ToList();
        return fallen.Count == 0 ? [.. verdicts]
            : Differ(fallen) ? Contradiction(verdicts, fallen)
            : Keep(verdicts, fallen[0], $"le repli de la règle {fallen[0].Rule.Id} est le même");
    }

    private static List<RuleVerdict> Best(IReadOnlyList<RuleVerdict> verdicts)
    {
        var best = verdicts.Where(v => v.Fires).MinBy(v => Priority(v.Effect!));
        var waiting = verdicts.Where(v => v.Waits && (best is null || Priority(v.Rule.Then) < Priority(best.Effect!))).ToList();
        if (waiting.Count > 0)
            return [.. verdicts.Select(v => v.Stops && !waiting.Contains(v) ? v.Beaten("une règle plus prioritaire attend encore") : v)];
        best ??= verdicts.Where(v => v.FellBack).MinBy(v => Priority(v.Effect!));
        return best is null ? [.. verdicts] : Keep(verdicts, best, $"la règle {best.Rule.Id} est plus prioritaire");
    }

    /// <summary>1 (first) to 9; an information comes after every delivery.</summary>
    public static int Priority(RuleEffect effect) => effect is RuleEffect.Deliver deliver ? deliver.Priority : int.MaxValue;

    private static bool Differ(List<RuleVerdict> verdicts) => verdicts.Exists(v => !v.Effect!.Equals(verdicts[0].Effect));

    private static List<RuleVerdict> Keep(IReadOnlyList<RuleVerdict> verdicts, RuleVerdict kept, string why) =>
        [.. verdicts.Select(v => v.Stops && !ReferenceEquals(v, kept) ? v.Beaten(why) : v)];

    private static List<RuleVerdict> Contradiction(IReadOnlyList<RuleVerdict> verdicts, List<RuleVerdict> against) =>
    [
        .. verdicts.Select(v => against.Contains(v)
            ? v with { Issue = RuleIssue.Conflit, Why = $"{v.Why} ; mais {RulePhrase.List(against.Where(o => !ReferenceEquals(o, v)).Select(o => o.Rule.Id))} aussi : la table n'en admet qu'une, aucune n'est suivie", Effect = null }
            : v.Stops ? v.Beaten("d'autres règles de la table se contredisent") : v),
    ];
}
