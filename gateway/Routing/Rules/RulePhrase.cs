using System.Globalization;

namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>The French of the explanations.</summary>
internal static class RulePhrase
{
    private static readonly string[] Months =
        ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

    // Said in every sentence when known; the others only when a rule that applied or waits has looked at them.
    public static readonly RuleFact[] Always = [.. new[] { "stade", "motif", "parc", "trancheDette" }.Select(n => RuleFact.All[n])];

    private static readonly HashSet<string> Silent = new(["impayes", "aucune"], StringComparer.Ordinal);

    /// <summary>"Commandement de payer, parc privé, dette de 2 000 à 5 000 € : secrétariat de la CCAPEX et ADIL".</summary>
    public static string Sentence(Territory territory, RuleFacts faits, IEnumerable<RuleFact> decisive, IReadOnlyList<RoutingTarget> targets, IReadOnlyList<RoutingHold> holds)
    {
        var facts = Always.Where(f => IsWorthSaying(f, faits)).Concat(decisive.Where(f => f is not RuleFact.Code && f.IsKnown(faits) && IsWorthSaying(f, faits)));
        var recipients = targets.Select(t => territory.Designation(t.Destinataire) + (t.FellBack ? " (par repli)" : "")).Distinct(StringComparer.Ordinal).ToList();
        var sentence = $"{Capital(string.Join(", ", facts.Distinct().Select(f => f.Say(faits))))} : {(recipients.Count == 0 ? "aucun destinataire" : List(recipients))}";
        if (holds.Count == 0)
            return sentence;
        var missing = List(holds.Select(h => RuleFact.All[h.MissingFact].Unknown).Distinct(StringComparer.Ordinal));
        var asked = List(holds.SelectMany(h => h.AskedOf).Distinct(StringComparer.Ordinal).Select(territory.Designation));
        return $"{sentence} ; en attente jusqu'au {Day(DateOnly.FromDateTime(holds.Max(h => h.Until).Date))} : {missing}, question posée à : {asked}";
    }

    /// <summary>"a, b et c".</summary>
    public static string List(IEnumerable<string> items)
    {
        var all = items.ToList();
        return all.Count < 2 ? string.Concat(all) : string.Join(", ", all[..^1]) + " et " + all[^1];
    }

    /// <summary>"6 mars 2026".</summary>
    public static string Day(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{day.Day}{(day.Day == 1 ? "er" : "")} {Months[day.Month - 1]} {day.Year}");

    /// <summary>"6 mars 2026 à 10 h 05", in the time that the instant is written in.</summary>
    public static string Moment(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{Day(DateOnly.FromDateTime(at.Date))} à {at.Hour} h {at.Minute:00}");

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static bool IsWorthSaying(RuleFact fact, RuleFacts faits) =>
        fact is RuleFact.Choice choice ? choice.TryRead(faits, out var value) && !Silent.Contains(value) : fact.IsKnown(faits);
}
