using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>How a recipient's request ended.</summary>
internal abstract record DeliveryOutcome<T>
{
    /// <summary>Logged durably, then given.</summary>
    public sealed record Given(T Value) : DeliveryOutcome<T>;

    /// <summary>Nothing was disclosed.</summary>
    /// <param name="Reason">Stable code for the log: a denial reason of the decision, for instance.</param>
    public sealed record Refused(Refusal Refusal, string? Reason = null, string? Detail = null) : DeliveryOutcome<T>;
}
