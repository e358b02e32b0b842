using ExchangeGateway.Gateway.Routing.Quotas;

namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>How many rules of a table may apply, in the terms of DMN 1.5 §8.2.8.</summary>
internal enum RuleHitPolicy
{
    /// <summary>Every rule that matches applies.</summary>
    Collect,
    /// <summary>Rules are tried in order; the first that matches, or that must wait, ends the table.</summary>
    First,
    /// <summary>One rule at most may match; two that do contradict each other, and none applies.</summary>
    Unique,
    /// <summary>Several may match when they do the same, which is done once; otherwise none applies.</summary>
    Any,
    /// <summary>Of those that match, the one whose effect has the highest priority (1 before 9) applies; the order of the table breaks ties.</summary>
    Priority,
}

/// <summary>One decision table of a territory.</summary>
internal sealed record RuleTable(string Id, string Title, RuleHitPolicy HitPolicy, IReadOnlyList<Rule> Rules)
{
    /// <summary>What the table is about (<c>portee</c>); each rule's condition holds it already. Always, when the file says nothing.</summary>
    public RuleCondition Scope { get; init; } = new RuleCondition.All([]);
    /// <summary>What is done within the scope when no rule matches and none waits (<c>sinon</c>, DMN's default output).</summary>
    public RuleEffect? Otherwise { get; init; }
    /// <summary>Why the table leaves some cases to the others on purpose; <see langword="null"/> for one that must cover its scope.</summary>
    public string? PartialReason { get; init; }
    public string Pointer { get; init; } = "";
}

/// <summary>What questions to partners need (<c>questions</c>).</summary>
/// <param name="Purpose">Purpose under which they are asked: P14.</param>
/// <param name="OnBehalfOf">Code of the organisation that asks.</param>
/// <param name="ValidDays">Calendar days during which an answer counts.</param>
internal sealed record QuestionRules(string Purpose, string OnBehalfOf, int ValidDays);

/// <summary>One rule, in one validity.</summary>
internal sealed record Rule
{
    public required string Id { get; init; }
    public required string Label { get; init; }
    /// <summary>The sentence of the source that the rule comes from, with its tag.</summary>
    public required string Source { get; init; }
    /// <summary>First and last day, both inclusive: a deposit follows the rules in force on the day of its reception.</summary>
    public required DateOnly From { get; init; }
    public DateOnly? To { get; init; }
    /// <summary>A rule that is written but not applied says why in <see cref="InactiveReason"/>.</summary>
    public required bool Active { get; init; }
    public string? InactiveReason { get; init; }
    public required RuleCondition When { get; init; }
    public required RuleEffect Then { get; init; }
    public required RuleUnknown IfUnknown { get; init; }
    /// <summary>How many its recipient may get by it; <see langword="null"/> for no limit.</summary>
    public RuleQuota? Quota { get; init; }
    /// <summary>JSON Pointer of the rule in its file.</summary>
    public required string Pointer { get; init; }

    /// <summary>Whatever the rule may deliver: at once, as a fallback, or to who was not drawn.</summary>
    public IEnumerable<RuleEffect.Deliver> Deliveries()
    {
        if (Then is RuleEffect.Deliver deliver)
            yield return deliver;
        if (IfUnknown is RuleUnknown.Hold { Then: RuleFallback.Replace { Effect: RuleEffect.Deliver fallback } })
            yield return fallback;
        if (Quota?.Otherwise is QuotaOtherwise.Replace { Effect: RuleEffect.Deliver otherwise })
            yield return otherwise;
    }
}

/// <summary>What a rule does (<c>alors</c>).</summary>
internal abstract record RuleEffect
{
    private RuleEffect() { }

    /// <param name="Recipient">Code of the organisation.</param>
    /// <param name="Purpose">Id of the purpose: <c>P2</c>.</param>
    /// <param name="OnBehalfOf">Code of the organisation in whose name it is passed on.</param>
    /// <param name="Priority">1 (first) to 9.</param>
    /// <param name="DelayDays">Calendar days that the recipient has to acknowledge.</param>
    internal sealed record Deliver(string Recipient, string Purpose, string? OnBehalfOf, int Priority, int DelayDays) : RuleEffect;

    /// <summary>Information only: nothing about the household is sent to anybody.</summary>
    internal sealed record Inform(string Text) : RuleEffect;
}

/// <summary>What a rule does when a fact that it needs is not known (<c>siInconnu</c>).</summary>
internal abstract record RuleUnknown
{
    private RuleUnknown() { }

    /// <summary>The rule does not apply.</summary>
    internal sealed record Ignore : RuleUnknown;

    /// <summary>The rule applies all the same: a choice written in the file, never a default.</summary>
    internal sealed record Apply : RuleUnknown;

    /// <param name="Days">Calendar days from the reception, in the territory's time zone.</param>
    /// <param name="AskedOf">Codes of the organisations that may know.</param>
    /// <param name="Asks">Whether they are asked by the gateway (<c>demander</c>), or only named to who reads the explanation (<c>retenir</c>).</param>
    internal sealed record Hold(int Days, IReadOnlyList<string> AskedOf, RuleFallback Then, bool Asks = false) : RuleUnknown;
}

/// <summary>What a held rule does when its days are over without an answer (<c>puis</c>).</summary>
internal abstract record RuleFallback
{
    private RuleFallback() { }

    internal sealed record Ignore : RuleFallback;

    internal sealed record Apply : RuleFallback;

    internal sealed record Replace(RuleEffect Effect) : RuleFallback;
}
