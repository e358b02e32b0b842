using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>
/// The cases by keyword (<c>motscles/</c>), in the form of the JSON Schema test suite. A schema there is that of the field
/// <c>a</c>; the words and bounds that the house asks for are added, so that a case shows one thing.
/// </summary>
internal static class MotsCles
{
    /// <param name="Valid">What JSON Schema says.</param>
    /// <param name="Stricter">Why this gateway refuses what JSON Schema accepts; <see langword="null"/> when both say the same.</param>
    internal sealed record Case(string Keyword, string Name, byte[] Schema, byte[] Body, bool Valid, string? Stricter)
    {
        public bool Expected => Valid && Stricter is null;
    }

    public static string Folder => Path.Combine(Exemples.Root, "tests", "Unit", "Schemas", "motscles");

    public static IEnumerable<Case> All() =>
        from file in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal)
        from gathering in JsonNode.Parse(File.ReadAllBytes(file))!.AsArray()
        let schema = Document(gathering!["schema"]!)
        from test in gathering["tests"]!.AsArray()
        select new Case(
            Path.GetFileNameWithoutExtension(file), $"{gathering["description"]} : {test!["description"]}", schema,
            Encoding.UTF8.GetBytes($$"""{"a":{{test["data"]?.ToJsonString() ?? "null"}}}"""), test["valid"]!.GetValue<bool>(), test["plusStrict"]?.GetValue<string>());

    private static byte[] Document(JsonNode field) => JsonSerializer.SerializeToUtf8Bytes(Filled(new JsonObject
    {
        ["$id"] = "urn:exchange-gateway:schema:essai:1",
        ["x-version"] = "1",
        ["type"] = "object",
        ["properties"] = new JsonObject { ["a"] = field.DeepClone() },
    }));

    private static JsonObject Filled(JsonObject node)
    {
        void Default(string keyword, JsonNode value)
        {
            if (!node.ContainsKey(keyword))
                node[keyword] = value;
        }
        Default("title", "Essai");
        Default("description", "Essai.");
        switch (node["type"]!.GetValue<string>())
        {
            case "object":
                Default("additionalProperties", false);
                foreach (var (_, property) in node["properties"]!.AsObject())
                    Filled(property!.AsObject());
                return node;
            case "array":
                Default("maxItems", 20);
                Filled(node["items"]!.AsObject());
                return node;
            case "string" when !node.ContainsKey("enum") && !node.ContainsKey("format"):
                Default("maxLength", 900);
                if (node.ContainsKey("pattern"))
                    Default("x-attendu", "autre chose");
                break;
            case "number" or "integer":
                Default("minimum", -1000000);
                Default("maximum", 1000000);
                if (node["type"]!.GetValue<string>() == "number")
                    Default("multipleOf", 0.01m);
                break;
            default:
                break;
        }
        Default("x-categorie", "acte");
        return node;
    }
}
