using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>How the intake of one message ended.</summary>
internal abstract record IntakeOutcome
{
    /// <summary>Durable; <paramref name="Receipt"/> is the answer's body. <paramref name="Replayed"/>: the same message had been accepted before, and this is its receipt.</summary>
    public sealed record Accepted(Guid Deposit, byte[] Receipt, bool Replayed) : IntakeOutcome;

    /// <summary>Nothing was kept.</summary>
    public sealed record Refused(Refusal Refusal, IReadOnlyList<FieldError>? Errors = null, string? Detail = null) : IntakeOutcome;
}
