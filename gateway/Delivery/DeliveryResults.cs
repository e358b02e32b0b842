using System.Diagnostics;
using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Delivery;

internal static class DeliveryResults
{
    /// <summary>The HTTP answer of an outcome: what was given, or its refusal.</summary>
    public static IResult ToResult<T>(this DeliveryOutcome<T> outcome, Func<T, IResult> given) => outcome switch
    {
        DeliveryOutcome<T>.Given g => given(g.Value),
        DeliveryOutcome<T>.Refused r => new RefusalResult(r.Refusal, detail: r.Detail),
        _ => throw new UnreachableException(),
    };
}
