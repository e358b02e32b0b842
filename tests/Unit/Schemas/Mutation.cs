#pragma warning disable RS0030 // Seeded by the test that asks for it.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>Changes a good message at random.</summary>
internal static class Mutation
{
    /// <summary>Swaps, drops or repeats whole values: the message stays JSON and its shape changes.</summary>
    public static byte[] Tree(Random random, byte[] source)
    {
        var root = JsonNode.Parse(source)!;
        for (var n = random.Next(0, 4); n > 0; n--)
        {
            var parents = All(root).Where(p => p is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }).ToList();
            if (parents.Count == 0)
                break;
            var values = All(root).ToList();
            var value = random.Next(3) == 0 ? JsonValue.Create(random.Next(-5, 100)) : values[random.Next(values.Count)]?.DeepClone();
            switch (parents[random.Next(parents.Count)])
            {
                case JsonObject o when random.Next(2) == 0:
                    o.Remove(o.ElementAt(random.Next(o.Count)).Key);
                    break;
                case JsonObject o:
                    o[o.ElementAt(random.Next(o.Count)).Key] = value;
                    break;
                case JsonArray a:
                    a.Add(value);
                    break;
                default:
                    break;
            }
        }
        return JsonSerializer.SerializeToUtf8Bytes(root);
    }

    private static IEnumerable<JsonNode?> All(JsonNode? node) => node switch
    {
        JsonObject o => [o, .. o.SelectMany(p => All(p.Value))],
        JsonArray a => [a, .. a.SelectMany(All)],
        _ => [node],
    };
}
