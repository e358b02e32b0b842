using System.Text.Json;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>How a value of the canonical content is written on a page.</summary>
internal enum ValueKind
{
    Text,
    Amount,
    Number,
    Date,
    Month,
    YesNo,
    Code,
}

/// <param name="Title">French label, from the canonical schema.</param>
/// <param name="Name">Name of the field: the key of its words in <see cref="Vocabulary"/>.</param>
internal sealed record CanonicalField(string Name, string Title, ValueKind Kind);

/// <summary>The fields of the canonical schema in its own order: what a page calls each value, and how it writes it.</summary>
internal sealed class CanonicalFields
{
    private readonly Dictionary<string, CanonicalField> _byPointer = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    public CanonicalFields(SchemaCatalogue schemas)
    {
        using var document = JsonDocument.Parse(schemas.Documents[SchemaCatalogue.Canonical]);
        Walk(document.RootElement, "");
    }

    /// <summary>Every leaf, by pointer with <c>*</c> for the index of a list, in the order of the schema.</summary>
    public IEnumerable<(string Pointer, CanonicalField Field)> All => _order.Select(p => (p, _byPointer[p]));

    /// <summary>What the commission tells a paying body is no message: its few fields have their words here.</summary>
    private static readonly Dictionary<string, CanonicalField> Told = new(StringComparer.Ordinal)
    {
        ["/decision/referenceSaisine"] = new("referenceSaisine", "Référence de votre saisine", ValueKind.Text),
        ["/decision/decisionAide"] = new("decisionAide", "Décision sur l’aide", ValueKind.Code),
        ["/decision/prisLe"] = new("prisLe", "Prise le", ValueKind.Date),
        ["/decision/motifCode"] = new("motifCode", "Code du motif", ValueKind.Text),
    };

    /// <summary>The field at a pointer; one that the schema does not have is shown as text under its name.</summary>
    public CanonicalField At(string pointer) =>
        _byPointer.TryGetValue(pointer, out var field) || Told.TryGetValue(pointer, out field) ? field : new(pointer[(pointer.LastIndexOf('/') + 1)..], pointer[(pointer.LastIndexOf('/') + 1)..], ValueKind.Text);

    /// <summary>Rank of a field or section in the schema; what is unknown comes last.</summary>
    public int Rank(string pointer)
    {
        var rank = _order.FindIndex(p => p == pointer || p.StartsWith(pointer + "/", StringComparison.Ordinal));
        return rank < 0 ? int.MaxValue : rank;
    }

    private void Walk(JsonElement node, string pointer)
    {
        if (node.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
                Walk(property.Value, pointer + "/" + property.Name);
            return;
        }

        if (node.TryGetProperty("items", out var items))
        {
            // A list keeps its own title; its items' fields come under it.
            Add(pointer, node, ValueKind.Text);
            Walk(items, pointer + "/*");
            return;
        }

        Add(pointer, node, KindOf(node));
    }

    private void Add(string pointer, JsonElement node, ValueKind kind)
    {
        // An item has no name of its own: its words are those of its list.
        var named = pointer.EndsWith("/*", StringComparison.Ordinal) ? pointer[..^2] : pointer;
        var name = named[(named.LastIndexOf('/') + 1)..];
        if (_byPointer.TryAdd(pointer, new CanonicalField(name, node.GetProperty("title").GetString()!, kind)))
            _order.Add(pointer);
    }

    private static ValueKind KindOf(JsonElement node) => node.GetProperty("type").GetString() switch
    {
        "number" => ValueKind.Amount,
        "integer" => ValueKind.Number,
        "boolean" => ValueKind.YesNo,
        _ when node.TryGetProperty("enum", out _) => ValueKind.Code,
        _ when node.TryGetProperty("format", out var format) && format.GetString() == "date" => ValueKind.Date,
        _ when node.TryGetProperty("x-attendu", out var expected) && expected.GetString()!.StartsWith("un mois", StringComparison.Ordinal) => ValueKind.Month,
        _ => ValueKind.Text,
    };
}
