using System.Globalization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>How many households a rule may give its recipient, and who comes first (<c>quota</c>).</summary>
internal sealed record RuleQuota
{
    /// <summary>Households in a period, 0 to 1,000,000.</summary>
    public required int Number { get; init; }
    public required QuotaPeriod Period { get; init; }
    public required DrawRhythm Rhythm { get; init; }
    /// <summary>Criteria in their order; what they leave equal is decided by the deposit's id.</summary>
    public required IReadOnlyList<string> Key { get; init; }
    /// <summary>What counts as a vulnerability here; each that is known to hold counts one.</summary>
    public required IReadOnlyList<RuleVulnerability> Vulnerabilities { get; init; }
    public required QuotaOtherwise Otherwise { get; init; }
    /// <summary>Whether somebody who answers for it has fixed the number (<c>statut</c>).</summary>
    public required bool Established { get; init; }

    /// <summary>No limit, for what still waited when its rule lost its quota: in the order of reception.</summary>
    public static RuleQuota None(int waiting) => new()
    {
        Number = waiting,
        Period = QuotaPeriod.Mois,
        Rhythm = DrawRhythm.Hebdomadaire,
        Key = [],
        Vulnerabilities = [],
        Otherwise = new QuotaOtherwise.Wait(),
        Established = true,
    };
}

/// <param name="Label">French: how it is said.</param>
internal sealed record RuleVulnerability(string Label, RuleCondition When);

internal enum QuotaPeriod
{
    Semaine,
    Mois,
    Annee,
}

internal enum DrawRhythm
{
    Hebdomadaire,
    Mensuel,
}

/// <summary>What becomes of who was not chosen (<c>sinon</c>).</summary>
internal abstract record QuotaOtherwise
{
    private QuotaOtherwise() { }

    /// <summary>Ranked again at the next draw.</summary>
    internal sealed record Wait : QuotaOtherwise;

    internal sealed record Replace(RuleEffect Effect) : QuotaOtherwise;
}

/// <summary>Criteria of a selection key, as rules write them.</summary>
internal static class KeyCriterion
{
    public const string Debt = "dette";
    public const string Vulnerability = "vulnerabilite";
    public const string Age = "anciennete";

    public static IReadOnlyList<string> All { get; } = [Debt, Vulnerability, Age];
}

/// <summary>Reads <c>quota</c> and <c>sinon</c> of a rule and notes every error.</summary>
internal static class QuotaFile
{
    private const int Most = 1_000_000;

    /// <param name="rule">The rule's node.</param>
    /// <param name="then">What the rule does for those who are chosen.</param>
    /// <param name="condition">Reads a condition, as <c>quand</c>.</param>
    /// <param name="effect">Reads an effect, as <c>alors</c>.</param>
    /// <returns><see langword="null"/> for a rule without a quota.</returns>
    public static RuleQuota? Read(DataNode rule, RuleEffect then, Func<DataNode, RuleCondition> condition, Func<DataNode, RuleEffect> effect)
    {
        var (node, otherwise) = (rule.Optional("quota"), rule.Optional("sinon"));
        if (node is null)
        {
            otherwise?.Refuse("« sinon » va avec un quota", "Ajoutez « quota », ou retirez « sinon ».");
            return null;
        }

        if (then is not RuleEffect.Deliver)
            node.Refuse("une règle qui ne remet rien n'a pas de quota", "Retirez « quota », ou donnez un destinataire.");
        if (otherwise is null)
            rule.Refuse("sinon", "un quota dit ce que deviennent les ménages non retenus", "Ajoutez « sinon » : { \"action\": \"attendre\" } ou { \"action\": \"remplacer\", \"alors\": … }.");
        var period = node.OneOf("periode", "semaine", "mois", "annee") switch { "semaine" => QuotaPeriod.Semaine, "annee" => QuotaPeriod.Annee, _ => QuotaPeriod.Mois };
        var rhythm = node.OneOf("tirage", "hebdomadaire", "mensuel") is "hebdomadaire" ? DrawRhythm.Hebdomadaire : DrawRhythm.Mensuel;
        if (period is QuotaPeriod.Semaine && rhythm is DrawRhythm.Mensuel)
            node.Refuse("tirage", "un tirage mensuel est plus rare que la période du quota", "Écrivez « hebdomadaire », ou une période d'un mois ou d'un an.");
        var key = node.Items("cle", objects: false).Select(k => k.AsOneOf([.. KeyCriterion.All])).ToList();
        if (key.Distinct(StringComparer.Ordinal).Count() != key.Count)
            node.Refuse("cle", "un critère figure deux fois", "Donnez chaque critère une fois, le plus important d'abord.");
        var vulnerabilities = node.Has("vulnerabilites") ? node.Items("vulnerabilites").Select(v => Vulnerability(v, condition)).ToList() : [];
        if (key.Contains(KeyCriterion.Vulnerability, StringComparer.Ordinal) != vulnerabilities.Count > 0)
            node.Refuse("vulnerabilites", "la clé « vulnerabilite » et la liste « vulnerabilites » vont ensemble", "Dites ce qui compte comme vulnérabilité, ou retirez le critère.");
        var quota = new RuleQuota
        {
            Number = node.Int("nombre", 0, Most),
            Period = period,
            Rhythm = rhythm,
            Key = key,
            Vulnerabilities = vulnerabilities,
            Otherwise = otherwise is null ? new QuotaOtherwise.Wait() : Otherwise(otherwise, effect),
            Established = node.OneOf("statut", "etabli", "aVerifier") is "etabli",
        };
        _ = node.OptionalText("source");
        node.Close();
        return quota;
    }

    /// <summary>"75 75-em-injoignable : 120 ménages par an, tirage mensuel, à équipe mobile (nombre à vérifier)".</summary>
    public static string Say(Territory territory, Rule rule)
    {
        var quota = rule.Quota!;
        return string.Create(CultureInfo.InvariantCulture,
            $"{territory.Code} {rule.Id} : {quota.Number} ménages par {quota.Period switch { QuotaPeriod.Semaine => "semaine", QuotaPeriod.Annee => "an", _ => "mois" }}, tirage {(quota.Rhythm is DrawRhythm.Hebdomadaire ? "hebdomadaire" : "mensuel")}, destinataire {territory.Designation(((RuleEffect.Deliver)rule.Then).Recipient)}{(quota.Established ? "" : " (nombre à vérifier)")}");
    }

    private static RuleVulnerability Vulnerability(DataNode node, Func<DataNode, RuleCondition> condition)
    {
        var read = new RuleVulnerability(node.Text("libelle"), node.Object("quand") is { } when ? condition(when) : new RuleCondition.Any([]));
        node.Close();
        return read;
    }

    private static QuotaOtherwise Otherwise(DataNode node, Func<DataNode, RuleEffect> effect)
    {
        QuotaOtherwise read = node.OneOf("action", "attendre", "remplacer") is "remplacer" && node.Object("alors") is { } then
            ? new QuotaOtherwise.Replace(effect(then))
            : new QuotaOtherwise.Wait();
        node.Close();
        return read;
    }
}
