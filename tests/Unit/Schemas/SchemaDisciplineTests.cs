using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>NJsonSchema ignores in silence what it does not know: each keyword let through is proven to reject, each other stops the load.</summary>
public class SchemaDisciplineTests
{
    private static readonly MessageType Type = new("essai", "message");

    private const string Leaf = """ "title":"T","description":"D","x-categorie":"identite" """;

    private static SchemaCatalogue Load(string properties, string more = "", string root = "") =>
        SchemaCatalogue.Load(new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["essai/message"] = Encoding.UTF8.GetBytes($$"""
                {"$id":"urn:exchange-gateway:schema:essai:1","x-version":"7","title":"T","description":"D","type":"object","additionalProperties":false{{root}},
                 "properties":{ {{properties}} }{{more}}}
                """),
        });

    public static TheoryData<string, string, string, string> Keywords() => new()
    {
        { """ "a":{"type":"string","maxLength":9,§} """, """{"a":"x"}""", """{"a":1}""", "type" },
        { """ "a":{"type":"integer","minimum":0,"maximum":9,§} """, """{"a":1}""", """{"a":1.5}""", "type" },
        { """ "a":{"type":"number","minimum":0,"maximum":9,"multipleOf":0.01,§} """, """{"a":1.5}""", """{"a":"1"}""", "type" },
        { """ "a":{"type":"boolean",§} """, """{"a":true}""", """{"a":"true"}""", "type" },
        { """ "a":{"type":"string","maxLength":3,§} """, """{"a":"xxx"}""", """{"a":"xxxx"}""", "tropLong" },
        { """ "a":{"type":"string","minLength":1,"maxLength":3,§} """, """{"a":"x"}""", """{"a":""}""", "tropCourt" },
        { """ "a":{"type":"string","enum":["un"],§} """, """{"a":"un"}""", """{"a":"deux"}""", "valeurInconnue" },
        { """ "a":{"type":"string","format":"date",§} """, """{"a":"2024-02-29"}""", """{"a":"2026-02-29"}""", "date" },
        { """ "a":{"type":"string","maxLength":9,"pattern":"^[0-9]{2}$","x-attendu":"deux chiffres",§} """, """{"a":"12"}""", """{"a":"12\n"}""", "caractereInterdit" },
        { """ "a":{"type":"string","maxLength":9,"pattern":"^[0-9]{2}$","x-attendu":"deux chiffres",§} """, """{"a":"12"}""", """{"a":"1٢"}""", "format" },
        { """ "a":{"type":"number","minimum":0,"maximum":9,"multipleOf":0.01,§} """, """{"a":0}""", """{"a":-0.01}""", "tropPetit" },
        { """ "a":{"type":"number","minimum":0,"maximum":9,"multipleOf":0.01,§} """, """{"a":9}""", """{"a":9.01}""", "tropGrand" },
        { """ "a":{"type":"number","minimum":0,"maximum":9,"multipleOf":0.01,§} """, """{"a":0.07}""", """{"a":0.075}""", "centimes" },
        { """ "a":{"type":"integer","minimum":1,"maximum":9,§} """, """{"a":1}""", """{"a":0}""", "tropPetit" },
        { """ "a":{"type":"integer","minimum":1,"maximum":9,§} """, """{"a":9}""", """{"a":10}""", "tropGrand" },
        { """ "a":{"title":"T","description":"D","type":"array","maxItems":2,"items":{"type":"boolean",§}} """, """{"a":[true]}""", """{"a":[1]}""", "type" },
        { """ "a":{"title":"T","description":"D","type":"array","maxItems":2,"items":{"type":"boolean",§}} """, """{"a":[]}""", """{"a":[true,true,true]}""", "tropDElements" },
        { """ "a":{"title":"T","description":"D","type":"array","minItems":1,"maxItems":2,"items":{"type":"boolean",§}} """, """{"a":[true]}""", """{"a":[]}""", "pasAssezDElements" },
        { """ "a":{"title":"T","description":"D","type":"object","additionalProperties":false,"properties":{"b":{"type":"boolean",§}}} """, """{"a":{}}""", """{"a":{"c":1}}""", "champInconnu" },
        { """ "a":{"title":"T","description":"D","type":"object","additionalProperties":false,"required":["b"],"properties":{"b":{"type":"boolean",§}}} """, """{"a":{"b":true}}""", """{"a":{}}""", "obligatoire" },
        { """ "a":{"title":"T","description":"D","type":"object","additionalProperties":false,"properties":{"b":{"type":"boolean",§}}} """, """{"a":{}}""", """{"a":[]}""", "type" },
        { """ "a":{"title":"T","description":"D","type":"array","maxItems":2,"items":{"type":"boolean",§}} """, """{"a":[]}""", """{"a":{}}""", "type" },
    };

    [Theory, MemberData(nameof(Keywords))]
    public void Each_keyword_let_through_rejects(string properties, string good, string bad, string code)
    {
        var catalogue = Load(properties.Replace("§", Leaf, StringComparison.Ordinal));
        catalogue.Validate(Type, Encoding.UTF8.GetBytes(good)).ShouldBe(new ValidationResult.Valid("7"));
        // Both ways know the keyword: the fast one says yes to the good text and does not to the bad one.
        catalogue[Type].IsSurelyValid(Encoding.UTF8.GetBytes(good)).ShouldBeTrue();
        catalogue[Type].IsSurelyValid(Encoding.UTF8.GetBytes(bad)).ShouldBeFalse();
        catalogue[Type].ValidateInFull(Encoding.UTF8.GetBytes(good)).ShouldBeOfType<ValidationResult.Valid>();
        catalogue.Validate(Type, Encoding.UTF8.GetBytes(bad)).ShouldBeOfType<ValidationResult.Invalid>()
            .Errors.ShouldHaveSingleItem().Code.ShouldBe(code);
    }

    [Fact]
    public void Rules_between_fields_reject_with_their_own_words()
    {
        const string error = """ "x-erreur":{"pointer":"/b","code":"bSansA","message":"Le champ b demande le champ a."} """;
        var catalogue = Load(
            """ "a":{"type":"string","enum":["oui","non"],§}, "b":{"type":"boolean",§} """.Replace("§", Leaf, StringComparison.Ordinal),
            """ ,"allOf":[{ £, "anyOf":[{"properties":{"a":{"enum":["oui"]}},"required":["a"]},{"not":{"required":["b"]}}]}] """.Replace("£", error, StringComparison.Ordinal));
        catalogue.Validate(Type, """{"a":"oui","b":true}"""u8.ToArray()).ShouldBeOfType<ValidationResult.Valid>();
        catalogue.Validate(Type, """{"a":"non"}"""u8.ToArray()).ShouldBeOfType<ValidationResult.Valid>();
        foreach (var bad in new[] { """{"a":"non","b":true}""", """{"b":true}""" })
        {
            catalogue.Validate(Type, Encoding.UTF8.GetBytes(bad)).ShouldBeOfType<ValidationResult.Invalid>()
                .Errors.ShouldBe([new FieldError("/b", "bSansA", "Le champ b demande le champ a.")]);
        }
    }

    [Fact]
    public void Follows_a_local_reference()
    {
        var catalogue = Load(""" "a":{"$ref":"#/definitions/d"} """, root: """ ,"definitions":{"d":{"type":"string","maxLength":2,§}} """.Replace("§", Leaf, StringComparison.Ordinal));
        catalogue.Validate(Type, """{"a":"xx"}"""u8.ToArray()).ShouldBeOfType<ValidationResult.Valid>();
        catalogue.Validate(Type, """{"a":"xxx"}"""u8.ToArray()).ShouldBeOfType<ValidationResult.Invalid>().Errors.ShouldHaveSingleItem().Code.ShouldBe("tropLong");
    }

    public static TheoryData<string> Refused() => new(
        // What NJsonSchema 10 ignores in silence.
        """ "a":{"type":"string","const":"x","maxLength":9,§} """,
        """ "a":{"type":"object","title":"T","description":"D","additionalProperties":false,"properties":{},"propertyNames":{}} """,
        """ "a":{"type":"object","title":"T","description":"D","additionalProperties":false,"properties":{},"if":{},"then":{}} """,
        """ "a":{"type":"object","title":"T","description":"D","additionalProperties":false,"properties":{},"dependencies":{}} """,
        """ "a":{"type":"object","title":"T","description":"D","additionalProperties":false,"properties":{},"unevaluatedProperties":false} """,
        """ "a":{"type":"array","title":"T","description":"D","maxItems":3,"items":{"type":"boolean",§},"contains":{}} """,
        """ "a":{"type":"array","title":"T","description":"D","maxItems":3,"prefixItems":[]} """,
        """ "a":{"type":"array","title":"T","description":"D","maxItems":3,"items":[{"type":"boolean",§}]} """,
        // What is not proven, or has another sense for another type.
        """ "a":{"type":"string","maxLength":9,"minimum":1,§} """,
        """ "a":{"type":"string","format":"email","maxLength":9,§} """,
        """ "a":{"type":["string","null"],"maxLength":9,§} """,
        """ "a":{"maxLength":9,§} """,
        """ "a":true """,
        """ "a":{"type":"integer","minimum":0,"maximum":9,"exclusiveMinimum":true,§} """,
        """ "a":{"type":"string","maxLength":9,"minLength":2,§} """,
        """ "a":{"type":"string","maxLength":9,"minLength":0,§} """,
        // What is not bounded.
        """ "a":{"type":"string",§} """,
        """ "a":{"type":"number","minimum":0,§} """,
        """ "a":{"type":"array","title":"T","description":"D","items":{"type":"boolean",§}} """,
        """ "a":{"type":"array","title":"T","description":"D","maxItems":0,"items":{"type":"boolean",§}} """,
        """ "a":{"type":"object","title":"T","description":"D","properties":{}} """,
        """ "a":{"type":"object","title":"T","description":"D","additionalProperties":true,"properties":{}} """,
        // Category, words, references.
        """ "a":{"type":"boolean","title":"T","description":"D"} """,
        """ "a":{"type":"boolean","title":"T","description":"D","x-categorie":"secret"} """,
        """ "a":{"type":"boolean","x-categorie":"identite"} """,
        """ "a":{"type":"string","maxLength":9,"x-nir":"oui",§} """,
        """ "a":{"$ref":"https://exemple.invalid/schema.json"} """,
        """ "a":{"$ref":"autre.json#/definitions/x"} """,
        """ "a":{"$ref":"#/definitions/absente"} """,
        """ "a":{"$ref":"#"} """,
        """ "clé":{"type":"boolean",§} """);

    [Theory, MemberData(nameof(Refused))]
    public void Refuses_at_load(string properties) =>
        Should.Throw<SchemaException>(() => Load(properties.Replace("§", Leaf, StringComparison.Ordinal))).Errors.ShouldAllBe(e => e.StartsWith("essai/message#"));

    [Theory]
    [InlineData("[0-9]{2}")]
    [InlineData("^[0-9]+$")]
    [InlineData("^[0-9]*$")]
    [InlineData("^[0-9]{2,}$")]
    [InlineData("^[0-9]{2,100000}$")]
    [InlineData("^(a{1,9}){1,9}$")]
    [InlineData("^(a?b){2}$")]
    [InlineData("^(?=a)b$")]
    [InlineData("^(?:a)$")]
    [InlineData("^a|b$")]
    [InlineData("^.{2}$")]
    [InlineData(@"^\d{2}$")]
    [InlineData(@"^\w$")]
    [InlineData(@"^(a)\1$")]
    [InlineData("^[a-z$")]
    [InlineData("^(a$")]
    [InlineData("^a)$")]
    [InlineData("^[z-a]$")]
    [InlineData("^$")]
    public void Refuses_a_pattern_that_is_not_bounded_or_not_the_same_everywhere(string pattern)
    {
        var leaf = new JsonObject { ["type"] = "string", ["maxLength"] = 9, ["pattern"] = pattern, ["x-attendu"] = "x", ["title"] = "T", ["description"] = "D", ["x-categorie"] = "identite" };
        Should.Throw<SchemaException>(() => Load("\"a\":" + leaf.ToJsonString()));
    }

    [Fact]
    public void Lists_every_fault_at_once() =>
        Should.Throw<SchemaException>(() => Load(""" "a":{"type":"string",§}, "b":{"type":"boolean","title":"T","description":"D"}, "c":true """.Replace("§", Leaf, StringComparison.Ordinal)))
            .Errors.Count.ShouldBe(3);

    [Fact]
    public void Refuses_a_document_that_is_not_json() =>
        Should.Throw<SchemaException>(() => SchemaCatalogue.Load(new Dictionary<string, ReadOnlyMemory<byte>> { ["essai/message"] = "{"u8.ToArray() }));
}
