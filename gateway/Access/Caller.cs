namespace ExchangeGateway.Gateway.Access;

/// <summary>Who is calling, as the authentication handler (machines) or the cookie (people) has established it.</summary>
internal sealed record Caller
{
    public required Guid Organisation { get; init; }
    /// <summary>Code of the organisation: <c>adil-75</c>.</summary>
    public required string OrganisationCode { get; init; }
    /// <summary>Nature as the purposes name it: <c>adil</c>, <c>commissaire-de-justice</c>, <c>caf</c>…</summary>
    public required string Nature { get; init; }
    /// <summary>Role: depositaire, instructeur, secretariat, autorite, dpo, administrateur, exploitant.</summary>
    public required string Role { get; init; }
    /// <summary>Pseudonymous id of the agent: the client's or the person's row id, never a name.</summary>
    public required string Agent { get; init; }
    public required IReadOnlyList<string> Territories { get; init; }
    public required bool Sandbox { get; init; }
    /// <summary>What the organisation may deposit; empty unless the role is depositaire.</summary>
    public DepositRights Deposits { get; init; }

    /// <summary>The caller of a request that has passed authorisation.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is open to anonymous callers.</exception>
    public static Caller Of(HttpContext http) =>
        http.Items[typeof(Caller)] as Caller ?? throw new InvalidOperationException("No authenticated caller on this request.");
}
