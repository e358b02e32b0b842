using System.Text.Json;

namespace ExchangeGateway.Adapters;

/// <summary>
/// The form of one message in XML, read off its JSON Schema: an element per field, of the same name; a list is an element
/// that holds one element per item. A new message type needs nothing of its own here.
/// </summary>
/// <param name="Kind">object, array, string, number, integer, boolean.</param>
/// <param name="ItemName">Of an array: name of the element of one item.</param>
/// <param name="Schema">The JSON Schema of this node.</param>
internal sealed record XmlShape(string Kind, IReadOnlyDictionary<string, XmlShape> Fields, XmlShape? Item, string ItemName, JsonElement Schema)
{
    private static readonly Dictionary<string, XmlShape> NoFields = [];

    /// <summary>Reads the shape of a schema document that <c>SchemaCatalogue</c> has accepted.</summary>
    public static XmlShape Of(ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document);
        var root = json.RootElement.Clone();
        return Read(root, root, "");
    }

    private static XmlShape Read(JsonElement node, JsonElement root, string name)
    {
        if (node.TryGetProperty("$ref", out var reference))
            node = root.GetProperty("definitions").GetProperty(reference.GetString()!["#/definitions/".Length..]);
        var kind = node.GetProperty("type").GetString()!;
        var fields = kind is "object" ? node.GetProperty("properties").EnumerateObject().ToDictionary(p => p.Name, p => Read(p.Value, root, p.Name), StringComparer.Ordinal) : NoFields;
        return new(kind, fields, kind is "array" ? Read(node.GetProperty("items"), root, "") : null, name.EndsWith('s') ? name[..^1] : "ligne", node);
    }
}
