using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ExchangeGateway.Schemas;

/// <summary>
/// What a schema of this gateway may say. NJsonSchema ignores in silence what it does not know (<c>const</c>,
/// <c>if</c>, <c>contains</c>…), so only keywords that a test proves to reject are let through, and each leaf
/// carries its category of personal data.
/// </summary>
internal sealed partial class SchemaDiscipline
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
        { "title", "description", "x-categorie", "x-attendu", "x-nir", "x-texteLibre", "x-controle" };

    private static readonly HashSet<string> RootAnnotations = new(StringComparer.Ordinal)
        { "$schema", "$id", "x-version", "x-obsoleteLe", "x-retireeLe", "definitions" };

    /// <summary>Keywords by the type that they constrain; <c>SchemaCatalogueTests</c> proves that each rejects.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> KeywordsByType = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["object"] = ["properties", "required", "additionalProperties", "allOf"],
        ["array"] = ["items", "minItems", "maxItems"],
        ["string"] = ["enum", "pattern", "format", "minLength", "maxLength"],
        ["number"] = ["minimum", "maximum", "multipleOf"],
        ["integer"] = ["minimum", "maximum"],
        ["boolean"] = [],
    };

    private readonly List<string> _errors = [];
    private readonly string _name;
    private readonly JsonElement _root;

    private SchemaDiscipline(string name, JsonElement root) => (_name, _root) = (name, root);

    /// <summary>Checks one schema document whose references <see cref="SchemaBundle"/> has written out.</summary>
    /// <returns>Every fault, each naming the schema and the place; empty when there is none.</returns>
    public static IReadOnlyList<string> Check(string name, ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var check = new SchemaDiscipline(name, json.RootElement);
            check.Root();
            return check._errors;
        }
        catch (JsonException)
        {
            return [$"{name} : n'est pas du JSON valide"];
        }
    }

    private void Root()
    {
        if (_root.ValueKind != JsonValueKind.Object)
        {
            Fault("", "doit être un objet");
            return;
        }
        if (!Text(_root, "$id").StartsWith("urn:exchange-gateway:schema:", StringComparison.Ordinal))
            Fault("", "$id absent ou hors de urn:exchange-gateway:schema:");
        if (!VersionNumber().IsMatch(Text(_root, "x-version")))
            Fault("", "x-version absente");
        foreach (var date in new[] { "x-obsoleteLe", "x-retireeLe" })
        {
            if (_root.TryGetProperty(date, out _) && !DateOnly.TryParseExact(Text(_root, date), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                Fault("", $"{date} n'est pas une date AAAA-MM-JJ");
        }
        if (_root.TryGetProperty("definitions", out var definitions) && Is(definitions, JsonValueKind.Object, "/definitions"))
        {
            foreach (var definition in definitions.EnumerateObject())
                Node(definition.Value, "/definitions/" + definition.Name, isRoot: false);
        }
        Node(_root, "", isRoot: true);
        if (Text(_root, "type") != "object")
            Fault("", "la racine doit être de type object");
    }

    private void Node(JsonElement node, string at, bool isRoot)
    {
        if (!Is(node, JsonValueKind.Object, at))
            return;
        var type = Text(node, "type");
        if (!KeywordsByType.TryGetValue(type, out var keywords))
        {
            Fault(at, "type absent, multiple ou inconnu");
            return;
        }
        foreach (var property in node.EnumerateObject())
        {
            if (property.Name != "type" && !Annotations.Contains(property.Name) && !keywords.Contains(property.Name, StringComparer.Ordinal)
                && !(isRoot && RootAnnotations.Contains(property.Name)))
                Fault(at, $"mot-clé {property.Name} non permis pour le type {type}");
        }
        if (Text(node, "title").Length == 0 || Text(node, "description").Length == 0)
            Fault(at, "title et description (en français) sont obligatoires");
        switch (type)
        {
            case "object":
                Object(node, at);
                break;
            case "array":
                Bound(node, at, "maxItems");
                if (node.TryGetProperty("minItems", out _))
                    Bound(node, at, "minItems");
                if (node.TryGetProperty("items", out var items))
                    Node(items, at + "/items", isRoot: false);
                else
                    Fault(at, "items absent");
                break;
            default:
                Leaf(node, at, type);
                break;
        }
    }

    private void Object(JsonElement node, string at)
    {
        if (!node.TryGetProperty("additionalProperties", out var additional) || additional.ValueKind != JsonValueKind.False)
            Fault(at, "additionalProperties doit valoir false");
        if (!node.TryGetProperty("properties", out var properties) || !Is(properties, JsonValueKind.Object, at + "/properties"))
        {
            Fault(at, "properties absent");
            return;
        }
        foreach (var property in properties.EnumerateObject())
        {
            if (!FieldName().IsMatch(property.Name))
                Fault(at, $"nom de champ {property.Name} non permis (lettres et chiffres sans accent)");
            Node(property.Value, at + "/properties/" + property.Name, isRoot: false);
        }
        if (node.TryGetProperty("required", out var required))
            Names(required, properties, at + "/required");
        if (node.TryGetProperty("allOf", out var rules) && Is(rules, JsonValueKind.Array, at + "/allOf"))
        {
            var index = 0;
            foreach (var rule in rules.EnumerateArray())
                Rule(rule, properties, at + "/allOf/" + index++);
        }
    }

    /// <summary>A rule between fields: a French error, and <c>anyOf</c> conditions of which one must hold.</summary>
    private void Rule(JsonElement rule, JsonElement properties, string at)
    {
        if (!Is(rule, JsonValueKind.Object, at))
            return;
        if (rule.EnumerateObject().Any(p => p.Name is not ("x-erreur" or "anyOf")) || !rule.TryGetProperty("anyOf", out var conditions))
            Fault(at, "une règle n'a que x-erreur et anyOf");
        else if (Is(conditions, JsonValueKind.Array, at + "/anyOf"))
        {
            foreach (var condition in conditions.EnumerateArray())
                Condition(condition, properties, at + "/anyOf");
        }
        if (!rule.TryGetProperty("x-erreur", out var error) || error.ValueKind != JsonValueKind.Object
            || Text(error, "pointer").Length == 0 || Text(error, "code").Length == 0 || Text(error, "message").Length == 0)
            Fault(at, "x-erreur doit avoir pointer, code et message");
    }

    private void Condition(JsonElement condition, JsonElement properties, string at)
    {
        if (!Is(condition, JsonValueKind.Object, at))
            return;
        foreach (var keyword in condition.EnumerateObject())
        {
            switch (keyword.Name)
            {
                case "required":
                    Names(keyword.Value, properties, at + "/required");
                    break;
                case "not":
                    Condition(keyword.Value, properties, at + "/not");
                    break;
                case "properties" when keyword.Value.ValueKind == JsonValueKind.Object:
                    foreach (var property in keyword.Value.EnumerateObject())
                    {
                        if (!properties.TryGetProperty(property.Name, out _) || property.Value.ValueKind != JsonValueKind.Object
                            || property.Value.EnumerateObject().Any(k => k.Name != "enum"))
                            Fault(at, $"condition sur {property.Name} : seul enum est permis, sur un champ connu");
                        else
                            Enumeration(property.Value, at);
                    }
                    break;
                default:
                    Fault(at, $"mot-clé {keyword.Name} non permis dans une condition");
                    break;
            }
        }
    }

    private void Leaf(JsonElement node, string at, string type)
    {
        if (!CategoryNames.TryParse(Text(node, "x-categorie"), out _))
            Fault(at, "x-categorie absente ou inconnue");
        if (node.TryGetProperty("x-nir", out _) && Text(node, "x-nir") != "exempt")
            Fault(at, "x-nir ne peut valoir que exempt");
        if (node.TryGetProperty("x-texteLibre", out _) && (Text(node, "x-texteLibre") != "oui" || type != "string" || node.TryGetProperty("x-nir", out _)))
            Fault(at, "x-texteLibre ne peut valoir que oui, sur un texte où un NIR reste interdit");
        if (node.TryGetProperty("x-controle", out _) && (!FieldControl.TryGet(Text(node, "x-controle"), out _) || !node.TryGetProperty("pattern", out _)))
            Fault(at, "x-controle inconnu, ou sans le pattern qui borne ce qu'il lit");
        if (type is "number" or "integer")
        {
            if (!IsNumber(node, "minimum") || !IsNumber(node, "maximum") || (type == "number" && !IsNumber(node, "multipleOf")))
                Fault(at, "minimum, maximum (et multipleOf pour un montant) sont obligatoires");
        }
        else if (type == "string")
        {
            var hasEnum = node.TryGetProperty("enum", out _);
            var hasFormat = node.TryGetProperty("format", out _);
            if (hasEnum)
                Enumeration(node, at);
            else if (hasFormat && Text(node, "format") != "date")
                Fault(at, "seul le format date est permis");
            else if (!hasFormat)
                Bound(node, at, "maxLength");
            // NJsonSchema counts the halves of characters beyond U+FFFF: above 1 it would accept what is too short.
            if (node.TryGetProperty("minLength", out var least) && !(least.ValueKind == JsonValueKind.Number && least.TryGetInt32(out var one) && one == 1))
                Fault(at, "minLength ne peut valoir que 1");
            if (node.TryGetProperty("pattern", out var pattern))
            {
                var refusal = pattern.ValueKind == JsonValueKind.String ? BoundedPattern.Refuse(pattern.GetString()!) : "pattern doit être un texte";
                if (refusal is not null)
                    Fault(at, refusal);
                if (Text(node, "x-attendu").Length == 0)
                    Fault(at, "pattern sans x-attendu (ce que l'on attend, en français)");
                if (hasFormat || hasEnum)
                    Fault(at, "pattern ne se combine pas avec format ou enum");
            }
        }
    }

    private void Enumeration(JsonElement node, string at)
    {
        if (!node.TryGetProperty("enum", out var values) || values.ValueKind != JsonValueKind.Array || values.GetArrayLength() == 0
            || values.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
            Fault(at, "enum doit lister des textes");
    }

    private void Names(JsonElement names, JsonElement properties, string at)
    {
        if (names.ValueKind != JsonValueKind.Array || names.GetArrayLength() == 0
            || names.EnumerateArray().Any(n => n.ValueKind != JsonValueKind.String || !properties.TryGetProperty(n.GetString()!, out _)))
            Fault(at, "doit lister des champs connus");
    }

    private void Bound(JsonElement node, string at, string keyword)
    {
        // NJsonSchema reads 0 as "no limit".
        if (!node.TryGetProperty(keyword, out var bound) || bound.ValueKind != JsonValueKind.Number || !bound.TryGetInt32(out var value) || value < 1)
            Fault(at, $"{keyword} absent ou nul");
    }

    private static bool IsNumber(JsonElement node, string keyword) =>
        node.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _);

    private bool Is(JsonElement element, JsonValueKind kind, string at)
    {
        if (element.ValueKind == kind)
            return true;
        Fault(at, "forme inattendue (les sous-schémas booléens ne sont pas permis)");
        return false;
    }

    private static string Text(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private void Fault(string at, string what) => _errors.Add($"{_name}#{at} : {what}");

    [GeneratedRegex("^[1-9][0-9]{0,3}(\\.[0-9]{1,3})?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex VersionNumber();

    [GeneratedRegex("^[a-z][a-zA-Z0-9]{0,39}\\z", RegexOptions.CultureInvariant, 100)]
    private static partial Regex FieldName();
}
