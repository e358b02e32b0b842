namespace ExchangeGateway.Gateway.Audit;

/// <summary>What one entry of the log says. Never payload, never an identity (design: audit log).</summary>
internal sealed record AuditEntry
{
    public required LogAction Action { get; init; }
    /// <summary>Organisation of the agent; <see langword="null"/> for the gateway itself.</summary>
    public Guid? Organisation { get; init; }
    /// <summary>Pseudonymous agent id (<see cref="Access.Caller.Agent"/>).</summary>
    public string? Agent { get; init; }
    /// <summary>Subject ids; written as pseudonyms of the audit domain.</summary>
    public IReadOnlyList<Guid> Subjects { get; init; } = [];
    public Guid? Deposit { get; init; }
    public Guid? Delivery { get; init; }
    /// <summary>Purpose id (<c>P2</c>) and version of the register that decided.</summary>
    public string? Purpose { get; init; }
    public string? RegisterVersion { get; init; }
    /// <summary>permis, retenu, refuse.</summary>
    public string? Decision { get; init; }
    /// <summary>Code of a refusal, motif of a disclosure, rule id, categories: stable codes only.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    public string? TraceId { get; init; }
}
