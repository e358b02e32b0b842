using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>The record that the program keeps and the schema that the world reads say the same.</summary>
public class CanonicalAgreementTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(Exemples.Catalogue.Documents[SchemaCatalogue.Canonical].Span)!.AsObject();

    public static TheoryData<string> Sections() => ["identite", "adresse", "contact", "menage", "ressources", "dette", "bail", "acte", "decision", "surendettement", "social", "sante", "faits"];

    private static JsonTypeInfo TypeOf(string section) => section switch
    {
        "identite" => SignalementJson.Default.Identite,
        "adresse" => SignalementJson.Default.Adresse,
        "contact" => SignalementJson.Default.Contact,
        "menage" => SignalementJson.Default.Menage,
        "ressources" => SignalementJson.Default.Ressources,
        "dette" => SignalementJson.Default.Dette,
        "bail" => SignalementJson.Default.Bail,
        "acte" => SignalementJson.Default.Acte,
        "decision" => SignalementJson.Default.Decision,
        "surendettement" => SignalementJson.Default.Surendettement,
        "social" => SignalementJson.Default.Social,
        "sante" => SignalementJson.Default.Sante,
        _ => SignalementJson.Default.Faits,
    };

    [Theory, MemberData(nameof(Sections))]
    public void Record_and_schema_have_the_same_fields(string section) => Compare(TypeOf(section), Schema["properties"]![section]!.AsObject(), section);

    [Theory, MemberData(nameof(Sections))]
    public void A_section_holds_its_own_category_only(string section)
    {
        if (section == "faits")
            return;
        Categories(Schema["properties"]![section]!).Distinct().ShouldBe([section]);
    }

    [Fact]
    public void Every_field_of_a_partner_says_the_category_of_the_canonical_field_of_that_name()
    {
        var canonical = Leaves(Schema).GroupBy(l => l.Name).ToDictionary(g => g.Key, g => g.Select(l => l.Category).ToHashSet(), StringComparer.Ordinal);
        foreach (var type in Exemples.Catalogue.Types)
        {
            foreach (var (name, category) in Leaves(JsonNode.Parse(Exemples.Catalogue.Documents[type.ToString()].Span)!))
            {
                if (canonical.TryGetValue(name, out var allowed) && name is not ("motif" or "contact" or "nom" or "type"))
                    allowed.ShouldContain(category, $"{type} {name}");
            }
        }
    }

    private static void Compare(JsonTypeInfo record, JsonObject schema, string at)
    {
        var fields = schema["properties"]!.AsObject();
        record.Properties.Select(p => p.Name).ShouldBe(fields.Select(f => f.Key), ignoreOrder: true, customMessage: at);
        var required = schema["required"]?.AsArray().Select(r => r!.GetValue<string>()).ToHashSet() ?? [];
        foreach (var property in record.Properties)
        {
            if (property.IsRequired)
                required.ShouldContain(property.Name, at);
            var field = fields[property.Name]!.AsObject();
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            switch (field["type"]!.GetValue<string>())
            {
                case "array":
                    var items = field["items"]!.AsObject();
                    if (items["type"]!.GetValue<string>() == "object")
                        Compare(record.Options.GetTypeInfo(type.GetGenericArguments()[0]), items, at + "." + property.Name);
                    break;
                case "object":
                    Compare(record.Options.GetTypeInfo(type), field, at + "." + property.Name);
                    break;
                case "string":
                    type.ShouldBe(field["format"] is null ? typeof(string) : typeof(DateOnly), at + "." + property.Name);
                    break;
                case var other:
                    type.ShouldBe(other switch { "number" => typeof(decimal), "integer" => typeof(int), _ => typeof(bool) }, at + "." + property.Name);
                    break;
            }
        }
    }

    private static IEnumerable<string> Categories(JsonNode node) => Leaves(node).Select(l => l.Category);

    private static IEnumerable<(string Name, string Category)> Leaves(JsonNode node, string name = "")
    {
        if (node["x-categorie"] is { } category)
            return [(name, category.GetValue<string>())];
        if (node["items"] is { } items)
            return Leaves(items, name);
        return node["properties"]!.AsObject().SelectMany(p => Leaves(p.Value!, p.Key));
    }
}
