namespace ExchangeGateway.Verifier;

/// <summary>Something does not hold; the message says what, in French.</summary>
internal sealed class RejectedException(string message) : Exception(message);
