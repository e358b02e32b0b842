using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace ExchangeGateway.Schemas;

/// <summary>
/// Says yes to a good message in one pass over its bytes, without building a tree: most messages are good, and validation
/// is the hot spot of intake. It is made from the same schema and may only accept; whatever it is not sure of goes to
/// <see cref="StrictJson"/> and NJsonSchema, which find the errors. A test holds that it never accepts what they refuse.
/// </summary>
internal sealed class AcceptPlan
{
    private readonly AcceptShape _root;

    private AcceptPlan(AcceptShape root) => _root = root;

    /// <summary>Makes the plan of a schema that <see cref="SchemaDiscipline"/> has accepted.</summary>
    /// <returns><see langword="null"/> for a schema with very wide objects: the full validation serves it.</returns>
    public static AcceptPlan? Of(JsonObject schema, Func<string, Regex> compile) =>
        Shape(schema, compile) is { } root ? new(root) : null;

    /// <summary>Whether the body surely respects the schema. Never throws for what the body holds.</summary>
    public bool Accepts(ReadOnlySpan<byte> body)
    {
        body = StrictJson.WithoutMark(body);
        if (!Utf8.IsValid(body))
            return false;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = StrictJson.MaximumDepth });
        try
        {
            return reader.Read() && _root.Read(ref reader) >= 0 && !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or RegexMatchTimeoutException)
        {
            // The full validation names the fault.
            return false;
        }
    }

    private static AcceptShape? Shape(JsonObject node, Func<string, Regex> compile)
    {
        switch ((string?)node["type"])
        {
            case "object":
                return Object(node, compile);
            case "array":
                return Shape(node["items"]!.AsObject(), compile) is { } item ? new AcceptShape.List(item, (int?)node["minItems"] ?? 0, (int)node["maxItems"]!) : null;
            case "string" when node["enum"] is JsonArray values:
                return new AcceptShape.Enumeration([.. values.Select(v => Encoding.UTF8.GetBytes((string)v!))]);
            case "string" when node.ContainsKey("format"):
                return new AcceptShape.Date();
            case "string":
                return new AcceptShape.Text((int?)node["minLength"] ?? 0, (int)node["maxLength"]!, Read(node, compile), node.ContainsKey("x-nir"), node.ContainsKey("x-texteLibre"));
            case "number" or "integer":
                return new AcceptShape.Number((decimal)node["minimum"]!, (decimal)node["maximum"]!, (decimal?)node["multipleOf"]);
            case "boolean":
                return new AcceptShape.Boolean();
            default:
                return null;
        }
    }

    /// <summary>What a text must satisfy beside its length: its pattern, then its control.</summary>
    private static FieldControl.Check? Read(JsonObject node, Func<string, Regex> compile)
    {
        if (node["pattern"] is not { } pattern)
            return null;
        var regex = compile((string)pattern!);
        return FieldControl.TryGet((string?)node["x-controle"] ?? "", out var control)
            ? text => regex.IsMatch(text) && control.Holds(text)
            : regex.IsMatch;
    }

    private static AcceptShape.Object? Object(JsonObject node, Func<string, Regex> compile)
    {
        var properties = node["properties"]!.AsObject();
        var fields = new List<(byte[], AcceptShape)>();
        foreach (var (name, property) in properties)
        {
            if (Shape(property!.AsObject(), compile) is not { } shape)
                return null;
            fields.Add((Encoding.UTF8.GetBytes(name), shape));
        }
        if (fields.Count > AcceptShape.Object.MaximumFields)
            return null;
        var rules = node["allOf"]?.AsArray().Select(r => (AcceptCondition)new AcceptCondition.Any([.. r!["anyOf"]!.AsArray().Select(c => Condition(c!.AsObject(), properties))])).ToList();
        return new(fields, Mask(node["required"], properties), rules ?? []);
    }

    private static AcceptCondition.All Condition(JsonObject condition, JsonObject properties)
    {
        var parts = new List<AcceptCondition>();
        if (condition["required"] is { } required)
            parts.Add(new AcceptCondition.Present(Mask(required, properties)));
        if (condition["not"] is JsonObject inner)
            parts.Add(new AcceptCondition.Not(Condition(inner, properties)));
        foreach (var (name, allowed) in condition["properties"]?.AsObject() ?? [])
        {
            var known = properties[name]!["enum"]?.AsArray().Select(v => (string)v!).ToList() ?? [];
            parts.Add(new AcceptCondition.ValueAmong(properties.IndexOf(name), allowed!["enum"]!.AsArray().Select(v => known.IndexOf((string)v!)).ToHashSet()));
        }
        return new(parts);
    }

    private static ulong Mask(JsonNode? names, JsonObject properties) =>
        names?.AsArray().Aggregate(0UL, (mask, name) => mask | 1UL << properties.IndexOf((string)name!)) ?? 0UL;
}
