namespace ExchangeGateway.Schemas;

/// <summary>What the strict validation of one message says.</summary>
public abstract record ValidationResult
{
    private ValidationResult() { }

    /// <summary>The message respects its schema.</summary>
    /// <param name="SchemaVersion">Version (<c>x-version</c>) of the schema that accepted it.</param>
    public sealed record Valid(string SchemaVersion) : ValidationResult;

    /// <summary>Not JSON as RFC 8259 and this gateway want it; <see cref="FieldError.Message"/> tells the line and the byte.</summary>
    public sealed record NotJson(FieldError Error) : ValidationResult;

    /// <summary>JSON that breaks its schema: every error at once, at most <see cref="SchemaCatalogue.MaximumErrors"/>.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : ValidationResult;

    /// <summary>At least one value holds a NIR (domain: no purpose allows it). Pointers only, never the value.</summary>
    public sealed record ContainsNir(IReadOnlyList<FieldError> Errors) : ValidationResult;

    /// <summary>At least one text holds the number of a payment card or of a bank account. Pointers only, never the value.</summary>
    public sealed record ContainsBankData(IReadOnlyList<FieldError> Errors) : ValidationResult;
}

/// <summary>The schemas shipped with the gateway break their own rules: it must not start.</summary>
public sealed class SchemaException(IReadOnlyList<string> errors)
    : Exception("Schémas refusés :" + Environment.NewLine + string.Join(Environment.NewLine, errors))
{
    /// <summary>Every fault found, each naming the schema and the place.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
