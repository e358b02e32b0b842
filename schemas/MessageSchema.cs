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
    private readonly Places _places;
    private readonly AcceptPlan? _plan;
    private readonly ValidationResult _valid;

    private MessageSchema(JsonSchema schema, JsonSchemaValidator validator, Places places, AcceptPlan? plan, SchemaVersion version) =>
        (_schema, _validator, _places, _plan, _valid, Version) = (schema, validator, places, plan, new ValidationResult.Valid(version.Number), version);

    public SchemaVersion Version { get; }

    /// <summary>Loads a document that <see cref="SchemaDiscipline"/> has accepted.</summary>
    public static MessageSchema Load(ReadOnlyMemory<byte> document, SchemaVersion version)
    {
        var root = JsonNode.Parse(document.Span)!.AsObject();
        var patterns = new Dictionary<string, PatternFormat>(StringComparer.Ordinal);
        var places = new Places();
        PatternFormat Format(string pattern)
        {
            if (!patterns.TryGetValue(pattern, out var format))
                patterns.Add(pattern, format = new PatternFormat("motif-" + patterns.Count, BoundedPattern.Compile(pattern)));
            return format;
        }
        var plan = AcceptPlan.Of(root, pattern => Format(pattern).Regex);
        Prepare(root, "", Format, places);
        var settings = new JsonSchemaValidatorSettings();
        foreach (var pattern in patterns.Values)
            settings.AddCustomFormatValidator(pattern);
        var schema = JsonSchema.FromJsonAsync(root.ToJsonString()).GetAwaiter().GetResult();
        return new(schema, new JsonSchemaValidator(settings), places, plan, version);
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
        if (json.BankData.Count > 0 && BankData(json) is { Count: > 0 } bankData)
            return new ValidationResult.ContainsBankData(bankData);

        var found = _validator.Validate(json.Root!, _schema);
        var errors = new List<FieldError>(found.Count + json.Faults.Count);
        foreach (var (token, code, message) in json.Faults)
        {
            var pointer = Pointer.Of(token);
            if (code != StrictJson.LineBreak)
                errors.Add(new(pointer, code, "Ce champ " + message + "."));
            else if (!_places.FreeTexts.Contains(Pointer.Template(pointer)))
                errors.Add(new(pointer, "caractereInterdit", "Ce champ " + message + "."));
        }
        Explanation.AddTo(errors, found, json.Root!);
        // After the schema's errors: the deepest cause of one place is the first.
        foreach (var (place, title, control) in _places.Controls)
            Control(json.Root!, place, title, control, errors);
        return errors.Count == 0 ? _valid : new ValidationResult.Invalid(Explanation.Distil(errors, SchemaCatalogue.MaximumErrors));
    }

    private static void Control(JToken node, ReadOnlySpan<string> place, string title, FieldControl control, List<FieldError> errors)
    {
        if (place.IsEmpty)
        {
            var pointer = Pointer.Of(node);
            if (node is JValue { Value: string text } && !errors.Exists(e => e.Pointer == pointer) && !control.Holds(text))
                errors.Add(new(pointer, control.Code, $"Le champ « {title} » {control.Message}"));
        }
        else if (place[0] == "*" && node is JArray list)
        {
            foreach (var item in list)
                Control(item, place[1..], title, control, errors);
        }
        else if (node is JObject fields && fields[place[0]] is { } field)
        {
            Control(field, place[1..], title, control, errors);
        }
    }

    private List<FieldError> Nirs(StrictJson json) =>
    [
        .. json.Nirs.Select(Pointer.Of)
            .Where(pointer => !_places.NirExempt.Contains(Pointer.Template(pointer)))
            .Distinct(StringComparer.Ordinal)
            .Take(SchemaCatalogue.MaximumErrors)
            .Select(pointer => new FieldError(pointer, "nirInterdit", "Ce champ contient un numéro de sécurité sociale : retirez-le.")),
    ];

    private List<FieldError> BankData(StrictJson json) =>
    [
        .. json.BankData.Select(token => (Pointer: Pointer.Of(token), IsCard: Schemas.BankData.IsCardIn(token.Value<string>())))
            .Where(found => !_places.Typed.Contains(Pointer.Template(found.Pointer)))
            .Take(SchemaCatalogue.MaximumErrors)
            .Select(found => found.IsCard
                ? new FieldError(found.Pointer, "carteInterdite", "Ce champ contient un numéro de carte bancaire : retirez-le.")
                : new FieldError(found.Pointer, "ibanInterdit", "Ce champ contient un numéro de compte bancaire (IBAN) : retirez-le.")),
    ];

    /// <summary>
    /// Replaces each pattern by a format of ours. NJsonSchema matches patterns interpreted, without a time limit and through
    /// a cache of 15; ours are compiled once and limited.
    /// </summary>
    private static void Prepare(JsonObject node, string at, Func<string, PatternFormat> formats, Places places)
    {
        if (node["pattern"]?.GetValue<string>() is { } pattern)
        {
            node.Remove("pattern");
            node["format"] = formats(pattern).Format;
        }
        if (node.ContainsKey("x-nir"))
            places.NirExempt.Add(at);
        if (node.ContainsKey("x-nir") || node.ContainsKey("format"))
            places.Typed.Add(at);
        if (node.ContainsKey("x-texteLibre"))
            places.FreeTexts.Add(at);
        if (FieldControl.TryGet((string?)node["x-controle"] ?? "", out var control))
            places.Controls.Add((at.Split('/')[1..], (string)node["title"]!, control));
        foreach (var (name, property) in node["properties"]?.AsObject() ?? [])
            Prepare(property!.AsObject(), at + "/" + name, formats, places);
        if (node["items"] is JsonObject items)
            Prepare(items, at + "/*", formats, places);
    }

    /// <summary>Places of the schema, as pointers with <c>*</c> for an index, where more or less than its keywords holds.</summary>
    private sealed class Places
    {
        public HashSet<string> NirExempt { get; } = new(StringComparer.Ordinal);
        /// <summary>Typed references, and texts that a pattern already holds to a form of their own.</summary>
        public HashSet<string> Typed { get; } = new(StringComparer.Ordinal);
        public HashSet<string> FreeTexts { get; } = new(StringComparer.Ordinal);
        public List<(string[] Place, string Title, FieldControl Control)> Controls { get; } = [];
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
