using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>How the intake of one message ended.</summary>
internal abstract record IntakeOutcome
{
    /// <summary>Durable; <paramref name="Receipt"/> is the answer's body. <paramref name="Replayed"/>: the same message had been accepted before, and this is its receipt.</summary>
    /// <param name="Line">Of a replay: where the message stood when it was accepted, if that was in a batch.</param>
    /// <param name="Replaces">The deposit about the same debt that this one takes the place of.</param>
    public sealed record Accepted(Guid Deposit, byte[] Receipt, bool Replayed, LotLine? Line = null, Guid? Replaces = null) : IntakeOutcome;

    /// <summary>Nothing was kept.</summary>
    public sealed record Refused(Refusal Refusal, IReadOnlyList<FieldError>? Errors = null, string? Detail = null) : IntakeOutcome;
}
