namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>What a rule asks of the facts (<c>quand</c>), in three-valued logic.</summary>
internal abstract record RuleCondition
{
    private RuleCondition() { }

    public abstract RuleTruth Of(RuleFacts faits);

    /// <summary>The facts that make the answer what it is: those that say no, or all that say yes, or those that are unknown.</summary>
    public abstract IEnumerable<RuleFact> Because(RuleFacts faits);

    /// <summary>Every fact that the condition looks at.</summary>
    public abstract IEnumerable<RuleFact> Facts { get; }

    /// <summary>What a fact that decided says, for the explanation.</summary>
    public string Say(RuleFacts faits) => string.Join(", ", Because(faits).Distinct().Select(f => f.Say(faits)));

    /// <summary>Every condition holds; an empty list always does.</summary>
    internal sealed record All(IReadOnlyList<RuleCondition> Parts) : RuleCondition
    {
        public override RuleTruth Of(RuleFacts faits) => Parts.Aggregate(RuleTruth.Oui, (sum, p) => RuleTruths.And(sum, p.Of(faits)));

        public override IEnumerable<RuleFact> Because(RuleFacts faits) => Deciding(Parts, Of(faits), faits);

        public override IEnumerable<RuleFact> Facts => Parts.SelectMany(p => p.Facts);
    }

    /// <summary>At least one condition holds; an empty list never does.</summary>
    internal sealed record Any(IReadOnlyList<RuleCondition> Parts) : RuleCondition
    {
        public override RuleTruth Of(RuleFacts faits) => Parts.Aggregate(RuleTruth.Non, (sum, p) => RuleTruths.Or(sum, p.Of(faits)));

        public override IEnumerable<RuleFact> Because(RuleFacts faits) => Deciding(Parts, Of(faits), faits);

        public override IEnumerable<RuleFact> Facts => Parts.SelectMany(p => p.Facts);
    }

    internal sealed record Not(RuleCondition Part) : RuleCondition
    {
        public override RuleTruth Of(RuleFacts faits) => RuleTruths.Not(Part.Of(faits));

        public override IEnumerable<RuleFact> Because(RuleFacts faits) => Part.Because(faits);

        public override IEnumerable<RuleFact> Facts => Part.Facts;
    }

    /// <summary>The fact has one of these values.</summary>
    internal sealed record Among(RuleFact.Choice Fact, IReadOnlyList<string> Values) : RuleCondition
    {
        public override RuleTruth Of(RuleFacts faits) =>
            RuleTruths.Of(Fact.TryRead(faits, out var value) ? Values.Contains(value, StringComparer.Ordinal) : null);

        public override IEnumerable<RuleFact> Because(RuleFacts faits) => [Fact];

        public override IEnumerable<RuleFact> Facts => [Fact];
    }

    internal sealed record Coded(RuleFact.Code Fact, IReadOnlyList<string> Values) : RuleCondition
    {
        public override RuleTruth Of(RuleFacts faits) =>
            RuleTruths.Of(Fact.IsKnown(faits) ? Values.Contains(Fact.Read(faits), StringComparer.Ordinal) : null);

        // Of a code only that it differs can be said: nothing to add when it fits.
        public override IEnumerable<RuleFact> Because(RuleFacts faits) => Of(faits) == RuleTruth.Oui ? [] : [Fact];

        public override IEnumerable<RuleFact> Facts => [Fact];
    }

    internal sealed record Is(RuleFact.YesNo Fact, bool Value) : RuleCondition
    {
        public override RuleTruth Of(RuleFacts faits) => RuleTruths.Of(Fact.Read(faits) is { } known ? known == Value : null);

        public override IEnumerable<RuleFact> Because(RuleFacts faits) => [Fact];

        public override IEnumerable<RuleFact> Facts => [Fact];
    }

    /// <summary>The number lies within bounds, both inclusive.</summary>
    internal sealed record Between(RuleFact.Number Fact, int Min, int Max) : RuleCondition
    {
        public override RuleTruth Of(RuleFacts faits) => RuleTruths.Of(Fact.Value(faits) is { } known ? known >= Min && known <= Max : null);

        public override IEnumerable<RuleFact> Because(RuleFacts faits) => [Fact];

        public override IEnumerable<RuleFact> Facts => [Fact];
    }

    /// <summary>The deposit carries a mark.</summary>
    internal sealed record Carries(RuleFact.Marks Fact, string Value) : RuleCondition
    {
        public override RuleTruth Of(RuleFacts faits) => RuleTruths.Of(Fact.Read(faits) is { } marks ? marks.Contains(Value, StringComparer.Ordinal) : null);

        public override IEnumerable<RuleFact> Because(RuleFacts faits) => [Fact];

        public override IEnumerable<RuleFact> Facts => [Fact];
    }

    /// <summary>The day lies within two others, both inclusive.</summary>
    internal sealed record During(RuleFact.Day Fact, DateOnly From, DateOnly To) : RuleCondition
    {
        public override RuleTruth Of(RuleFacts faits) => RuleTruths.Of(Fact.Read(faits) is { } day ? day >= From && day <= To : null);

        public override IEnumerable<RuleFact> Because(RuleFacts faits) => [Fact];

        public override IEnumerable<RuleFact> Facts => [Fact];
    }

    private static IEnumerable<RuleFact> Deciding(IReadOnlyList<RuleCondition> parts, RuleTruth answer, RuleFacts faits) =>
        parts.Where(p => p.Of(faits) == answer).SelectMany(p => p.Because(faits));
}
