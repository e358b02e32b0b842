namespace ExchangeGateway.Gateway.Conformance;

/// <summary>What one check found.</summary>
/// <param name="Result"><c>conforme</c>, <c>non-conforme</c> or <c>non-essaye</c>.</param>
/// <param name="Why">French sentence; <see langword="null"/> when the requirement is met.</param>
internal sealed record Verdict(string Result, string? Why)
{
    public const string MetCode = "conforme";
    public const string BrokenCode = "non-conforme";
    public const string NotTriedCode = "non-essaye";

    public static Verdict Met { get; } = new(MetCode, null);

    public static Verdict Broken(string why) => new(BrokenCode, why);

    /// <summary>The check does not apply to this client, or what it needs is not there.</summary>
    public static Verdict NotTried(string why) => new(NotTriedCode, why);

    /// <summary>Met when the condition holds; broken, for the reason given, otherwise.</summary>
    public static Verdict When(bool condition, string otherwise) => condition ? Met : Broken(otherwise);

    /// <summary>This verdict when it is not met, else the next one.</summary>
    public Verdict Then(Func<Verdict> next) => Result is MetCode ? next() : this;
}

/// <summary>One requirement of the contract and how it is tried.</summary>
/// <param name="Id">Stable: <c>EG-INTAKE-004</c>. An id is never given to another requirement.</param>
/// <param name="Requirement">French sentence.</param>
internal sealed record Check(string Id, string Requirement, Func<ConformanceRun, CancellationToken, Task<Verdict>> RunAsync);

/// <summary>Every check, in the order in which they run.</summary>
internal static class Checks
{
    public static IReadOnlyList<Check> All { get; } =
        [.. AccessChecks.All, .. IntakeChecks.All, .. RefusalChecks.All, .. ReceiptChecks.All, .. BatchChecks.All, .. FaultChecks.All];
}
