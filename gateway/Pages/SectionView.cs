using System.Globalization;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Delivery;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>One section of the canonical content, ready to be read: labels and French values, lists as tables.</summary>
internal sealed record SectionView(string Id, string Title, IReadOnlyList<ShownValue> Values, IReadOnlyList<ShownTable> Tables)
{
    /// <summary>What a reader looks for first: what happened, then how much, then who is around.</summary>
    private static readonly string[] Order = ["acte", "surendettement", "decision", "dette", "bail", "menage", "ressources", "social", "sante"];

    /// <summary>The sections of a content, each with its fields in the order of the canonical schema.</summary>
    public static IReadOnlyList<SectionView> Of(JsonObject content, CanonicalFields fields) =>
    [
        .. content.Where(s => s.Value is JsonObject).OrderBy(s => (uint)Array.IndexOf(Order, s.Key)).Select(s => Section(s.Key, (JsonObject)s.Value!, fields)),
    ];

    /// <summary>What changed between two messages, in the words of the canonical schema.</summary>
    public static ShownTable Changes(IReadOnlyList<ChangedField> changes, CanonicalFields fields) => new(
        "Ce qui a changé",
        [new("champ", "Champ", ValueKind.Text), new("avant", "Avant", ValueKind.Text), new("apres", "Maintenant", ValueKind.Text)],
        [.. changes.Select(c => (IReadOnlyList<string>)[fields.At(Generic(c.Champ)).Title, Shown(c.Avant, c.Champ, fields), Shown(c.Apres, c.Champ, fields)])]);

    private static string Shown(JsonNode? value, string pointer, CanonicalFields fields) => value is JsonValue leaf ? Write(leaf, fields.At(Generic(pointer))) : "–";

    /// <summary>The pointer of the schema: any index of a list is one field.</summary>
    private static string Generic(string pointer) => string.Join('/', pointer.Split('/').Select(step => step.Length > 0 && step.All(char.IsAsciiDigit) ? "*" : step));

    private static SectionView Section(string name, JsonObject section, CanonicalFields fields)
    {
        var (values, tables) = (new List<ShownValue>(), new List<ShownTable>());
        Read("/" + name, section, fields, values, tables);
        return new(name, Vocabulary.Category(name), values, tables);
    }

    private static void Read(string pointer, JsonObject node, CanonicalFields fields, List<ShownValue> values, List<ShownTable> tables)
    {
        foreach (var (name, value) in node.OrderBy(p => fields.Rank(pointer + "/" + p.Key)))
        {
            var at = pointer + "/" + name;
            switch (value)
            {
                case JsonObject inner:
                    Read(at, inner, fields, values, tables);
                    break;
                case JsonArray { Count: > 0 } list when list[0] is JsonObject:
                    tables.Add(Table(at, list, fields));
                    break;
                case JsonArray list:
                    values.AddRange(list.OfType<JsonValue>().Select(v => new ShownValue(fields.At(at).Title, Write(v, fields.At(at + "/*")), ValueKind.Text)));
                    break;
                case JsonValue leaf:
                    values.Add(new(fields.At(at).Title, Write(leaf, fields.At(at)), fields.At(at).Kind));
                    break;
            }
        }
    }

    private static ShownTable Table(string pointer, JsonArray list, CanonicalFields fields)
    {
        var rows = list.OfType<JsonObject>().ToList();
        var columns = rows.SelectMany(r => r.Select(p => p.Key)).Distinct(StringComparer.Ordinal).OrderBy(c => fields.Rank($"{pointer}/*/{c}")).ToList();
        return new(
            fields.At(pointer).Title,
            [.. columns.Select(c => fields.At($"{pointer}/*/{c}"))],
            [.. rows.Select(r => (IReadOnlyList<string>)[.. columns.Select(c => r[c] is JsonValue v ? Write(v, fields.At($"{pointer}/*/{c}")) : "")])]);
    }

    private static string Write(JsonValue value, CanonicalField field) => field.Kind switch
    {
        ValueKind.Amount when value.TryGetValue<decimal>(out var amount) => French.Amount(amount),
        ValueKind.YesNo when value.TryGetValue<bool>(out var yes) => yes ? "Oui" : "Non",
        ValueKind.Date when DateOnly.TryParseExact(value.ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => French.Date(date),
        ValueKind.Month => French.Month(value.ToString()),
        ValueKind.Code when Vocabulary.TryLabel(field.Name, value.ToString(), out var label) => label,
        _ => value.ToString(),
    };
}

/// <param name="Text">French, as it is shown.</param>
internal sealed record ShownValue(string Label, string Text, ValueKind Kind);

internal sealed record ShownTable(string Title, IReadOnlyList<CanonicalField> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
