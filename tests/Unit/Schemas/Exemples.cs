using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>The example messages kept as files (<c>exemples/</c>): the documentation shows them, the tests hold them true.</summary>
internal static class Exemples
{
    public static SchemaCatalogue Catalogue { get; } = SchemaCatalogue.Load();

    public static string Root { get; } = FindRoot();

    public static string Folder => Path.Combine(Root, "tests", "Unit", "Schemas", "exemples");

    public static MessageType TypeOf(string folder)
    {
        MessageType.TryParse(Path.GetFileName(folder).Replace('.', '/'), out var type).ShouldBeTrue(folder);
        return type;
    }

    public static IEnumerable<(MessageType Type, string Name, byte[] Body)> Valid() =>
        from folder in Directory.EnumerateDirectories(Folder).Order(StringComparer.Ordinal)
        from file in Directory.EnumerateFiles(Path.Combine(folder, "valides"), "*.json").Order(StringComparer.Ordinal)
        select (TypeOf(folder), Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));

    public static byte[] Valid(string folder, string name) => File.ReadAllBytes(Path.Combine(Folder, folder, "valides", name + ".json"));

    /// <summary>The bad cases: a valid message, one change, the errors that must come out.</summary>
    public static IEnumerable<(MessageType Type, string Name, byte[] Body, IReadOnlyList<(string Pointer, string Code)> Expected)> Invalid()
    {
        foreach (var folder in Directory.EnumerateDirectories(Folder).Order(StringComparer.Ordinal))
        {
            var file = JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "invalides.json")))!;
            var source = File.ReadAllBytes(Path.Combine(folder, file["base"]!.GetValue<string>()));
            foreach (var cas in file["cas"]!.AsArray())
            {
                var expected = cas!["attendu"]!.AsArray().Select(e => (e!["pointer"]!.GetValue<string>(), e["code"]!.GetValue<string>())).ToList();
                yield return (TypeOf(folder), cas["nom"]!.GetValue<string>(), Changed(source, cas), expected);
            }
        }
    }

    /// <summary>A message with one place set to another value.</summary>
    public static byte[] With(byte[] source, string pointer, JsonNode? value) =>
        Changed(source, new JsonObject { ["change"] = pointer, ["valeur"] = value });

    /// <summary>A message without one place.</summary>
    public static byte[] Without(byte[] source, string pointer) => Changed(source, new JsonObject { ["retire"] = pointer });

    private static byte[] Changed(byte[] source, JsonNode change)
    {
        var root = JsonNode.Parse(source)!;
        var pointer = (change["change"] ?? change["retire"])!.GetValue<string>();
        var steps = pointer.Split('/').Skip(1).Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
        var parent = steps.SkipLast(1).Aggregate(root, (node, step) => node is JsonArray list ? list[int.Parse(step)]! : node[step]!);
        var last = steps[^1];
        if (change["retire"] is not null)
            parent.AsObject().Remove(last).ShouldBeTrue(pointer);
        else if (parent is JsonArray array)
            array[int.Parse(last)] = change["valeur"]?.DeepClone();
        else
            parent[last] = change["valeur"]?.DeepClone();
        return JsonSerializer.SerializeToUtf8Bytes(root);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ExchangeGateway.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No solution above the tests.");
        return folder;
    }
}
