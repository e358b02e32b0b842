using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Schemas;

/// <summary>
/// Writes out every <c>$ref</c> of the schemas, once, at load: validation, published documents and checks see plain
/// schemas. A reference leads to <c>definitions</c> (or, for a rule between fields, <c>regles</c>) of the document itself
/// or of <see cref="Common"/>; anything else, a missing target or a cycle stops the load. Beside <c>$ref</c> may stand the
/// keywords of <see cref="Overrides"/>: they replace those of the target.
/// </summary>
internal sealed class SchemaBundle
{
    /// <summary>Name of the document of shared definitions; it validates nothing and is not published.</summary>
    public const string Common = "commun";

    /// <summary>Groups of a document that a reference may lead to.</summary>
    private static readonly string[] Groups = ["definitions", "regles"];

    private static readonly HashSet<string> Overrides = new(StringComparer.Ordinal) { "title", "description", "x-attendu", "x-categorie", "required" };

    private readonly Dictionary<string, JsonObject> _roots = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private readonly Stack<(string Document, string Target)> _open = new();

    /// <summary>Reads and bundles the documents given by name.</summary>
    /// <returns>The documents that could be bundled, without <see cref="Common"/>'s rules, and every fault found.</returns>
    public static (IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Documents, IReadOnlyList<string> Faults) Of(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> documents)
    {
        var bundle = new SchemaBundle();
        foreach (var (name, document) in documents)
            bundle.Read(name, document);
        var plain = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (name, root) in bundle._roots)
        {
            var before = bundle._faults.Count;
            var written = bundle.Write(root, name, name + "#")!.AsObject();
            written.Remove("regles");
            if (bundle._faults.Count == before)
                plain.Add(name, JsonSerializer.SerializeToUtf8Bytes(written, Readable));
        }
        return (plain, bundle._faults);
    }

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private void Read(string name, ReadOnlyMemory<byte> document)
    {
        try
        {
            if (JsonNode.Parse(document.Span, documentOptions: new() { AllowDuplicateProperties = false }) is JsonObject root)
                _roots.Add(name, root);
            else
                _faults.Add($"{name}# : doit être un objet");
        }
        catch (JsonException)
        {
            _faults.Add($"{name}# : n'est pas du JSON valide");
        }
    }

    /// <param name="document">Document that the node stands in: its local references lead there.</param>
    /// <param name="at">Place to name in a fault: where the first reference stands.</param>
    private JsonNode? Write(JsonNode? node, string document, string at)
    {
        switch (node)
        {
            case JsonArray list:
                return new JsonArray([.. list.Select((item, index) => Write(item, document, $"{at}/{index}"))]);
            case JsonObject reference when reference.ContainsKey("$ref"):
                return Follow(reference, document, at);
            case JsonObject plain:
                return new JsonObject(plain.Select(p => KeyValuePair.Create(p.Key, Write(p.Value, document, $"{at}/{p.Key}"))));
            default:
                return node?.DeepClone();
        }
    }

    private JsonNode? Follow(JsonObject reference, string document, string at)
    {
        foreach (var (keyword, _) in reference)
        {
            if (keyword != "$ref" && !Overrides.Contains(keyword))
                _faults.Add($"{at} : {keyword} ne peut pas accompagner $ref");
        }
        if (Target(reference["$ref"], document, out var home) is not { } target)
        {
            _faults.Add($"{at} : $ref sans cible, ou hors de #/definitions/, #/regles/ et {Common}#");
            return null;
        }
        var step = (home, reference["$ref"]!.GetValue<string>().Split('#')[1]);
        if (_open.Contains(step))
        {
            _faults.Add($"{at} : $ref en boucle");
            return null;
        }
        _open.Push(step);
        var written = Write(target, home, at);
        _open.Pop();
        if (written is JsonObject whole)
        {
            foreach (var (keyword, value) in reference.Where(p => Overrides.Contains(p.Key)))
                whole[keyword] = value?.DeepClone();
        }
        return written;
    }

    private JsonNode? Target(JsonNode? reference, string document, out string home)
    {
        home = document;
        if (reference is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Split('#') is not [var before, var pointer])
            return null;
        if (before is not ("" or Common))
            return null;
        home = before.Length == 0 ? document : Common;
        return pointer.Split('/') is ["", var group, var name] && Groups.Contains(group, StringComparer.Ordinal)
            && _roots.TryGetValue(home, out var root) && root[group] is JsonObject members
            ? members[name]
            : null;
    }
}
