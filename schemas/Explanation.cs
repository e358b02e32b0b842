using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace ExchangeGateway.Schemas;

/// <summary>Turns what NJsonSchema says into what a clerk understands: a pointer, a stable code and a French sentence, never the value.</summary>
internal static class Explanation
{
    public static void AddTo(List<FieldError> errors, IEnumerable<ValidationError> found, JToken root)
    {
        foreach (var error in found)
        {
            switch (error.Kind)
            {
                // An array names its bad items, allOf its broken rules: what counts is inside.
                case ValidationErrorKind.ArrayItemNotValid:
                    foreach (var inner in ((ChildSchemaValidationError)error).Errors.Values)
                        AddTo(errors, inner, root);
                    break;
                case ValidationErrorKind.NotAllOf:
                    foreach (var (rule, inner) in ((ChildSchemaValidationError)error).Errors)
                    {
                        if (inner.Count > 0)
                            errors.Add(BrokenRule(error, rule));
                    }
                    break;
                // JSON Schema counts characters, NJsonSchema halves of those beyond U+FFFF.
                case ValidationErrorKind.StringTooLong when Characters(root.SelectToken(error.Path![2..])) <= error.Schema.MaxLength:
                    break;
                case ValidationErrorKind.NoAdditionalPropertiesAllowed:
                    errors.Add(UnknownField(error));
                    break;
                default:
                    errors.Add(Simple(error));
                    break;
            }
        }
    }

    /// <summary>
    /// Leaves one error per place, the deepest cause: a text where an object is due is one error, not one per missing field.
    /// </summary>
    public static List<FieldError> Distil(List<FieldError> errors, int maximum)
    {
        // A node of the wrong type also misses all its required fields.
        var wrongTypes = errors.Where(e => e.Code == "type").Select(e => e.Pointer + "/").ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = errors
            .Where(e => !wrongTypes.Any(p => e.Pointer.StartsWith(p, StringComparison.Ordinal)))
            // An unknown field whose name cannot be repeated has its parent's pointer: several may share it.
            .Where(e => seen.Add(e.Code == "champInconnu" ? e.Pointer + "#" : e.Pointer))
            .ToList();
        if (kept.Count <= maximum)
            return kept;
        var more = kept.Count - maximum + 1;
        kept.RemoveRange(maximum - 1, more);
        kept.Add(new("", "autresErreurs", $"{more} autres erreurs ne sont pas détaillées."));
        return kept;
    }

    private static int Characters(JToken? text) => text?.Value<string>()?.EnumerateRunes().Count() ?? int.MaxValue;

    private static FieldError BrokenRule(ValidationError error, JsonSchema rule)
    {
        var text = (IDictionary<string, object>)rule.ExtensionData["x-erreur"];
        return new(Pointer.FromPath(error.Path) + text["pointer"], (string)text["code"], (string)text["message"]);
    }

    private static FieldError UnknownField(ValidationError error)
    {
        var path = error.Path!;
        var parent = path[..^error.Property!.Length].TrimEnd('.');
        return Pointer.TryAppend(Pointer.FromPath(parent is "#/" ? "#" : parent), error.Property, out var pointer)
            ? new(pointer, "champInconnu", "Ce champ n'existe pas dans ce type de message.")
            : new(pointer, "champInconnu", "Un champ de cet objet n'existe pas dans ce type de message.");
    }

    private static FieldError Simple(ValidationError error)
    {
        var pointer = Pointer.FromPath(error.Path);
        var schema = error.Schema;
        if (error.Kind == ValidationErrorKind.PropertyRequired)
        {
            var missing = schema.Properties[error.Property!].ActualSchema;
            return new(pointer, "obligatoire", $"{Field(missing)} est obligatoire.");
        }
        var field = Field(schema);
        return error.Kind switch
        {
            ValidationErrorKind.PatternMismatch or ValidationErrorKind.StringTooLong or ValidationErrorKind.StringTooShort
                when schema.ExtensionData?.TryGetValue("x-attendu", out var attendu) == true =>
                new(pointer, "format", $"{field} doit comporter {attendu}."),
            ValidationErrorKind.NotInEnumeration =>
                new(pointer, "valeurInconnue", $"{field} doit avoir une de ces valeurs : {string.Join(", ", schema.Enumeration)}."),
            ValidationErrorKind.DateExpected =>
                new(pointer, "date", $"{field} doit être une date qui existe, au format AAAA-MM-JJ (JJ/MM/AAAA dans un fichier CSV)."),
            ValidationErrorKind.StringTooShort => new(pointer, "tropCourt", $"{field} ne peut pas être vide."),
            ValidationErrorKind.StringTooLong => new(pointer, "tropLong", $"{field} a {schema.MaxLength} caractères au plus."),
            ValidationErrorKind.NumberTooSmall => new(pointer, "tropPetit", $"{field} vaut {French(schema.Minimum)} au moins."),
            ValidationErrorKind.NumberTooBig => new(pointer, "tropGrand", $"{field} vaut {French(schema.Maximum)} au plus."),
            ValidationErrorKind.NumberNotMultipleOf => new(pointer, "centimes", $"{field} a deux décimales au plus."),
            ValidationErrorKind.TooFewItems => new(pointer, "pasAssezDElements", $"{field} doit avoir au moins {schema.MinItems} élément."),
            ValidationErrorKind.TooManyItems => new(pointer, "tropDElements", $"{field} a {schema.MaxItems} éléments au plus."),
            _ => new(pointer, "type", $"{field} doit être {Expected(schema)} ; omettez-le si l'information n'est pas connue."),
        };
    }

    private static string Field(JsonSchema schema) => string.IsNullOrEmpty(schema.Title) ? "Ce champ" : $"Le champ « {schema.Title} »";

    private static string Expected(JsonSchema schema) => schema.Type switch
    {
        JsonObjectType.Object => "un objet",
        JsonObjectType.Array => "une liste",
        JsonObjectType.Boolean => "vrai ou faux (true, false)",
        JsonObjectType.Integer => "un nombre entier",
        JsonObjectType.Number => "un nombre",
        _ => "un texte",
    };

    private static string French(decimal? bound) =>
        bound?.ToString("0.##", System.Globalization.CultureInfo.GetCultureInfo("fr-FR")) ?? "";
}
