namespace ExchangeGateway.Schemas;

/// <summary>One thing to mend in a message.</summary>
/// <param name="Pointer">JSON Pointer (RFC 6901) into the message; empty for the whole.</param>
/// <param name="Code">Stable code, French without accents: <c>obligatoire</c>, <c>format</c>, <c>champInconnu</c>…</param>
/// <param name="Message">French sentence for the clerk; never the value itself.</param>
public sealed record FieldError(string Pointer, string Code, string Message);
