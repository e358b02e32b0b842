using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>The shared definitions are written out at load; what cannot be written out stops the start.</summary>
public class SchemaBundleTests
{
    private static readonly MessageType Type = new("essai", "message");

    private const string Words = """ "title":"T","description":"D" """;

    private static byte[] Document(string name, string properties, string definitions, string more = "") => Encoding.UTF8.GetBytes($$"""
        {"$id":"urn:exchange-gateway:schema:{{name}}:1","x-version":"1",{{Words}},"type":"object","additionalProperties":false,"properties":{ {{properties}} },"definitions":{ {{definitions}} }{{more}} }
        """);

    private static SchemaCatalogue Load(string properties, string definitions = "", string common = "", string more = "", string rules = "") =>
        SchemaCatalogue.Load(new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["essai/message"] = Document("essai", properties, definitions, more),
            ["commun"] = Document("commun", "", common, rules.Length == 0 ? "" : ",\"regles\":{" + rules + "}"),
        });

    private const string Short = """ "court":{"type":"string","maxLength":2,"title":"Court","description":"D","x-categorie":"acte"} """;

    private static List<FieldError> Errors(SchemaCatalogue catalogue, string body) =>
        [.. catalogue.Validate(Type, Encoding.UTF8.GetBytes(body)).ShouldBeOfType<ValidationResult.Invalid>().Errors];

    [Fact]
    public void A_definition_may_lead_to_another_and_the_words_beside_the_reference_win()
    {
        var catalogue = Load(
            """ "a":{"$ref":"commun#/definitions/liste","title":"Liste à moi"}, "b":{"$ref":"commun#/definitions/court","title":"Nom à moi","x-categorie":"bail"} """,
            common: Short + """ ,"liste":{"type":"array","maxItems":1,"title":"Liste","description":"D","items":{"$ref":"#/definitions/court"}} """);
        Errors(catalogue, """{"a":["xxx"]}""").ShouldHaveSingleItem().ShouldBe(new FieldError("/a/0", "tropLong", "Le champ « Court » a 2 caractères au plus."));
        Errors(catalogue, """{"a":["x","y"]}""").ShouldHaveSingleItem().Message.ShouldBe("Le champ « Liste à moi » a 1 éléments au plus.");
        Errors(catalogue, """{"b":"xxx"}""").ShouldHaveSingleItem().Message.ShouldBe("Le champ « Nom à moi » a 2 caractères au plus.");
        var published = JsonNode.Parse(catalogue.Documents["essai/message"].Span)!["properties"]!;
        published["b"]!["x-categorie"]!.GetValue<string>().ShouldBe("bail");
        published["a"]!["items"]!["x-categorie"]!.GetValue<string>().ShouldBe("acte");
    }

    [Fact]
    public void A_reference_may_say_which_fields_are_required_here()
    {
        const string common = Short + """ ,"objet":{"type":"object","additionalProperties":false,"title":"O","description":"D","properties":{"c":{"$ref":"#/definitions/court"}}} """;
        Errors(Load(""" "a":{"$ref":"commun#/definitions/objet","required":["c"]} """, common: common), """{"a":{}}""").ShouldHaveSingleItem().Pointer.ShouldBe("/a/c");
        Load(""" "a":{"$ref":"commun#/definitions/objet"} """, common: common).Validate(Type, """{"a":{}}"""u8.ToArray()).ShouldBeOfType<ValidationResult.Valid>();
    }

    [Fact]
    public void A_rule_between_fields_can_be_shared()
    {
        var catalogue = Load(
            """ "a":{"$ref":"commun#/definitions/court"},"b":{"$ref":"commun#/definitions/court"} """,
            common: Short,
            more: """ ,"allOf":[{"$ref":"commun#/regles/aSansB"}] """,
            rules: """ "aSansB":{"x-erreur":{"pointer":"/a","code":"aSansB","message":"Le champ a demande b."},"anyOf":[{"required":["b"]},{"not":{"required":["a"]}}]} """);
        Errors(catalogue, """{"a":"x"}""").ShouldBe([new FieldError("/a", "aSansB", "Le champ a demande b.")]);
        catalogue[Type].IsSurelyValid("""{"a":"x","b":"y"}"""u8).ShouldBeTrue("the fast way knows the shared rule");
    }

    public static TheoryData<string, string> Unresolved() => new()
    {
        { """ "a":{"$ref":"https://exemple.invalid/commun#/definitions/court"} """, "sans cible" },
        { """ "a":{"$ref":"autre#/definitions/court"} """, "sans cible" },
        { """ "a":{"$ref":"../commun.schema.json#/definitions/court"} """, "sans cible" },
        { """ "a":{"$ref":"commun#/definitions/absente"} """, "sans cible" },
        { """ "a":{"$ref":"commun#/properties/court"} """, "sans cible" },
        { """ "a":{"$ref":"commun"} """, "sans cible" },
        { """ "a":{"$ref":"commun#/definitions/court#/x"} """, "sans cible" },
        { """ "a":{"$ref":7} """, "sans cible" },
        { """ "a":{"$ref":"commun#/definitions/soi"} """, "en boucle" },
        { """ "a":{"$ref":"commun#/definitions/un"} """, "en boucle" },
        { """ "a":{"$ref":"commun#/definitions/court","maxLength":500} """, "maxLength ne peut pas accompagner $ref" },
        { """ "a":{"$ref":"commun#/definitions/court","type":"string"} """, "type ne peut pas accompagner $ref" },
    };

    [Theory, MemberData(nameof(Unresolved))]
    public void What_cannot_be_written_out_stops_the_load(string properties, string fault) =>
        Should.Throw<SchemaException>(() => Load(properties, common: Short + """ ,"soi":{"$ref":"#/definitions/soi"},"un":{"$ref":"#/definitions/deux"},"deux":{"$ref":"#/definitions/un"} """))
            .Errors.ShouldContain(e => e.StartsWith("essai/message#/properties/a", StringComparison.Ordinal) && e.Contains(fault, StringComparison.Ordinal));

    [Fact]
    public void A_definition_that_nobody_uses_is_checked_all_the_same() =>
        Should.Throw<SchemaException>(() => Load("", common: """ "nu":{"type":"string"} """)).Errors.ShouldAllBe(e => e.StartsWith("commun#/definitions/nu", StringComparison.Ordinal));

    [Fact]
    public void The_published_schemas_stand_alone_and_each_shared_definition_serves()
    {
        Exemples.Catalogue.Documents.Keys.ShouldNotContain("commun");
        foreach (var (name, document) in Exemples.Catalogue.Documents)
            Encoding.UTF8.GetString(document.Span).ShouldNotContain("$ref", customMessage: name);

        var folder = Path.Combine(Exemples.Root, "schemas");
        var sources = Directory.EnumerateFiles(folder, "*.schema.json", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/") && !f.Contains("/bin/")).Select(File.ReadAllText).ToList();
        var common = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "commun.schema.json")))!;
        foreach (var group in new[] { "definitions", "regles" })
        {
            foreach (var (name, _) in common[group]!.AsObject())
                sources.ShouldContain(s => s.Contains($"#/{group}/{name}\"", StringComparison.Ordinal), $"{group}/{name}");
        }
    }
}
