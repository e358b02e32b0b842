using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>No text of any schema is without an end: a closed list, a date, or a length that is refused one character beyond.</summary>
public class BoundedTextsTests
{
    /// <summary>The longest text that a schema may let through, in characters.</summary>
    private const int Longest = 4000;

    [Fact]
    public void Every_text_of_every_schema_has_a_maximum_length()
    {
        var texts = Exemples.Catalogue.Documents.SelectMany(d => Texts(JsonNode.Parse(d.Value.Span)!, d.Key)).ToList();
        texts.Count.ShouldBeGreaterThan(300);
        foreach (var (place, leaf) in texts.Where(t => t.Leaf["enum"] is null && t.Leaf["format"] is null))
            ((int?)leaf["maxLength"]).ShouldNotBeNull(place).ShouldBeInRange(1, Longest, place);
    }

    [Theory]
    [InlineData("commissaires-de-justice.requisitions-force-publique", "/acte/diligences", 2000)]
    [InlineData("commissaires-de-justice.requisitions-force-publique", "/acte/difficultes", 2000)]
    [InlineData("commissaires-de-justice.requisitions-force-publique", "/decision/dispositif", 4000)]
    [InlineData("instances.dsf", "/diagnostic/preconisations", 2000)]
    [InlineData("instances.dsf", "/diagnostic/observations", 2000)]
    public void A_free_text_is_taken_to_its_bound_and_refused_one_character_beyond(string folder, string pointer, int bound)
    {
        var message = Exemples.Valid(folder, "complet");
        var type = Exemples.TypeOf(folder);
        Exemples.Catalogue.Validate(type, Exemples.With(message, pointer, new string('é', bound))).ShouldBeOfType<ValidationResult.Valid>();
        var error = Exemples.Catalogue.Validate(type, Exemples.With(message, pointer, new string('é', bound + 1))).ShouldBeOfType<ValidationResult.Invalid>().Errors.ShouldHaveSingleItem();
        (error.Pointer, error.Code).ShouldBe((pointer, "tropLong"));
    }

    private static IEnumerable<(string Place, JsonNode Leaf)> Texts(JsonNode node, string at) => node["type"]?.GetValue<string>() switch
    {
        "string" => [(at, node)],
        "array" => Texts(node["items"]!, at + "/*"),
        "object" => node["properties"]!.AsObject().SelectMany(p => Texts(p.Value!, $"{at}/{p.Key}")),
        _ => [],
    };
}
