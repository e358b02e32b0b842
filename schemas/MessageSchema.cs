using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;
using NJsonSchema.Validation.FormatValidators;

namespace ExchangeGateway.Schemas;

/// <summary>One message type's schema, ready to validate. Safe for concurrent use.</summary>
internal sealed class MessageSchema
{
    private readonly JsonSchema _schema;
    private readonly JsonSchemaValidator _validator;
    private readonly FrozenSet<string> _nirExempt;
    private readonly AcceptPlan? _plan;
    private readonly ValidationResult _valid;

    private MessageSchema(JsonSchema schema, JsonSchemaValidator validator, FrozenSet<string> nirExempt, AcceptPlan? plan, string version) =>
        (_schema, _validator, _nirExempt, _plan, _valid) = (schema, validator, nirExempt, plan, new ValidationResult.Valid(version));

    /// <summary>Loads a document that <see cref="SchemaDiscipline"/> has accepted.</summary>
    public static MessageSchema Load(ReadOnlyMemory<byte> document)
    {
        var root = JsonNode.Parse(document.Span)!.AsObject();
        var patterns = new Dictionary<string, PatternFormat>(StringComparer.Ordinal);
        var exempt = new HashSet<string>(StringComparer.Ordinal);
        PatternFormat Format(string pattern)
        {
            if (!patterns.TryGetValue(pattern, out var format))
                patterns.Add(pattern, format = new PatternFormat("motif-" + patterns.Count, BoundedPattern.Compile(pattern)));
            return format;
        }
        var plan = AcceptPlan.Of(root, pattern => Format(pattern).Regex);
        Prepare(root, "", Format, exempt);
        var settings = new JsonSchemaValidatorSettings();
        foreach (var pattern in patterns.Values)
            settings.AddCustomFormatValidator(pattern);
        var schema = JsonSchema.FromJsonAsync(root.ToJsonString()).GetAwaiter().GetResult();
        return new(schema, new JsonSchemaValidator(settings), exempt.ToFrozenSet(StringComparer.Ordinal), plan, root["x-version"]!.GetValue<string>());
    }

    public ValidationResult Validate(ReadOnlySpan<byte> body) => IsSurelyValid(body) ? _valid : ValidateInFull(body);

    /// <summary>The fast way: says yes to most good messages, and to nothing that <see cref="ValidateInFull"/> refuses.</summary>
    internal bool IsSurelyValid(ReadOnlySpan<byte> body) => _plan?.Accepts(body) == true;

    /// <summary>The whole way, which alone refuses and says why.</summary>
    internal ValidationResult ValidateInFull(ReadOnlySpan<byte> body)
    {
        var json = new StrictJson();
        if (json.Read(body) is { } notJson)
            return new ValidationResult.NotJson(notJson);
        if (json.Nirs.Count > 0 && Nirs(json) is { Count: > 0 } nirs)
            return new ValidationResult.ContainsNir(nirs);

        var found = _validator.Validate(json.Root!, _schema);
        if (found.Count == 0 && json.Faults.Count == 0)
            return _valid;
        var errors = new List<FieldError>(found.Count + json.Faults.Count);
        foreach (var (token, code, message) in json.Faults)
            errors.Add(new(Pointer.Of(token), code, "Ce champ " + message + "."));
        Explanation.AddTo(errors, found);
        return new ValidationResult.Invalid(Explanation.Distil(errors, SchemaCatalogue.MaximumErrors));
    }

    private List<FieldError> Nirs(StrictJson json) =>
    [
        .. json.Nirs.Select(Pointer.Of)
            .Where(pointer => !_nirExempt.Contains(Pointer.Template(pointer)))
            .Distinct(StringComparer.Ordinal)
            .Take(SchemaCatalogue.MaximumErrors)
            .Select(pointer => new FieldError(pointer, "nirInterdit", "Ce champ contient un numéro de sécurité sociale : retirez-le.")),
    ];

    /// <summary>
    /// Replaces each pattern by a format of ours. NJsonSchema matches patterns interpreted, without a time limit and through
    /// a cache of 15; ours are compiled once and limited.
    /// </summary>
    private static void Prepare(JsonObject node, string at, Func<string, PatternFormat> formats, HashSet<string> exempt)
    {
        if (node["pattern"]?.GetValue<string>() is { } pattern)
        {
            node.Remove("pattern");
            node["format"] = formats(pattern).Format;
        }
        if (node.ContainsKey("x-nir"))
            exempt.Add(at);
        foreach (var (name, property) in node["properties"]?.AsObject() ?? [])
            Prepare(property!.AsObject(), at + "/" + name, formats, exempt);
        if (node["items"] is JsonObject items)
            Prepare(items, at + "/*", formats, exempt);
    }

    private sealed class PatternFormat(string name, Regex regex) : IFormatValidator
    {
        public Regex Regex => regex;

        public string Format => name;

        public ValidationErrorKind ValidationErrorKind => ValidationErrorKind.PatternMismatch;

        public bool IsValid(string value, JTokenType tokenType)
        {
            try
            {
                return regex.IsMatch(value);
            }
            catch (RegexMatchTimeoutException)
            {
                // Not proven right in time: refused.
                return false;
            }
        }
    }
}
