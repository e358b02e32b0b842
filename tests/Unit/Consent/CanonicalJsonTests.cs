using System.Text.Json;
using ExchangeGateway.Consent;

namespace ExchangeGateway.Unit.Consent;

/// <summary>Equal content has one written form, and so one version.</summary>
public sealed class CanonicalJsonTests
{
    [Fact]
    public void Files_and_properties_are_in_ordinal_order_and_lists_in_their_own()
    {
        var text = Of(("b.json", "\"fin\""), ("a.json", """{ "z": [ "\u00e9", 2.50, [] ], "a": { "y": null, "x": true } }"""));

        text.ShouldBe("""{"a.json":{"a":{"x":true,"y":null},"z":["é",2.50,[]]},"b.json":"fin"}""");
        // Computed apart: the first eight bytes of its SHA-256.
        CanonicalJson.Version(text).ShouldBe("22c514269ff8c9d1");
    }

    [Theory]
    [InlineData("""{"a":["x","y"]}""", """{"a":["y","x"]}""")]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":""}""", """{"a":null}""")]
    [InlineData("""{"a":"1"}""", """{"a":1}""")]
    [InlineData("""{"a":{}}""", """{"a":[]}""")]
    public void Another_content_has_another_form(string one, string other) => Of(("a.json", one)).ShouldNotBe(Of(("a.json", other)));

    [Fact]
    public void The_name_of_a_file_counts() => Of(("a.json", "{}")).ShouldNotBe(Of(("b.json", "{}")));

    private static string Of(params (string Name, string Json)[] files) =>
        CanonicalJson.Of(files.Select(f => new KeyValuePair<string, JsonElement>(f.Name, JsonDocument.Parse(f.Json).RootElement)));
}
