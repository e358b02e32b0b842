using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.Adapters;

public class XmlMessagesTests
{
    private static readonly MessageType Type = new("commissaires-de-justice", "commandements-de-payer");
    private static readonly XmlMessages Xml = new(Exemples.Catalogue);

    private static readonly string[] Files = [.. Directory.EnumerateFiles(Path.Combine(House.Tree.Root, "tests/Unit/Schemas/exemples/commissaires-de-justice.commandements-de-payer/valides"), "*.json")];

    public static TheoryData<string> Valid() => [.. Files.Select(f => Path.GetFileNameWithoutExtension(f))];

    private static JsonObject Example(string name) => JsonNode.Parse(File.ReadAllText(Files.Single(f => Path.GetFileNameWithoutExtension(f) == name)))!.AsObject();

    /// <summary>An example written as an office's software would, list by list.</summary>
    private static XElement ToXml(string name, JsonNode? node)
    {
        XNamespace ns = XmlMessages.Namespace;
        var item = name.EndsWith('s') ? name[..^1] : "ligne";
        return node switch
        {
            JsonObject o => new XElement(ns + name, o.Select(p => ToXml(p.Key, p.Value))),
            JsonArray a => new XElement(ns + name, a.Select(i => ToXml(item, i))),
            _ => new XElement(ns + name, node!.GetValueKind() is System.Text.Json.JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString()),
        };
    }

    [Theory, MemberData(nameof(Valid))]
    public void A_message_in_XML_is_the_same_message_in_JSON(string name)
    {
        var json = Example(name);
        var message = Xml.Read(Type, Encoding.UTF8.GetBytes(ToXml(Type.Name, json).ToString()));
        message.Error.ShouldBeNull();
        JsonNode.DeepEquals(JsonNode.Parse(message.Json!.Value.Span), json).ShouldBeTrue(Encoding.UTF8.GetString(message.Json.Value.Span));
        Exemples.Catalogue.Validate(Type, message.Json.Value).ShouldBe(new ValidationResult.Valid("1"));
    }

    [Theory, MemberData(nameof(Valid))]
    public void The_published_XML_Schema_accepts_what_the_gateway_accepts(string name)
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(XmlMessages.Namespace, XmlReader.Create(new StringReader(Xml.Schema)));
        var faults = new List<string>();
        new XDocument(ToXml(Type.Name, Example(name))).Validate(schemas, (_, e) => faults.Add(e.Message));
        faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_refused_field_is_told_with_its_line()
    {
        var json = Example("complet");
        json["acte"]!["signifieLe"] = "2026-02-30";
        json["acte"]!.AsObject().Remove("modaliteRemise");
        var message = Xml.Read(Type, Encoding.UTF8.GetBytes(ToXml(Type.Name, json).ToString()));
        var errors = Exemples.Catalogue.Validate(Type, message.Json!.Value).ShouldBeOfType<ValidationResult.Invalid>().Errors;
        var lines = ToXml(Type.Name, json).ToString().Split('\n');
        foreach (var error in message.Locate(errors))
        {
            var line = int.Parse(error.Message.Split("(ligne ")[1].Split(',')[0]);
            lines[line - 1].ShouldContain(error.Pointer.EndsWith("signifieLe", StringComparison.Ordinal) ? "signifieLe" : "<acte>");
        }
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><commandements-de-payer><motif>&e;</motif></commandements-de-payer>", "xmlDtd")]
    [InlineData("<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><commandements-de-payer>&b;</commandements-de-payer>", "xmlDtd")]
    [InlineData("<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\"><commandements-de-payer/>", "xmlDtd")]
    [InlineData("<commandements-de-payer><motif>&inconnue;</motif></commandements-de-payer>", "xmlInvalide")]
    [InlineData("<commandements-de-payer><motif>impayes</commandements-de-payer>", "xmlInvalide")]
    [InlineData("<commandements-de-payer/><autre/>", "xmlInvalide")]
    [InlineData("", "xmlInvalide")]
    [InlineData("<autre/>", "xmlRacine")]
    [InlineData("<x:commandements-de-payer xmlns:x=\"urn:autre\"/>", "xmlRacine")]
    [InlineData("<commandements-de-payer><motif>a</motif><motif>b</motif></commandements-de-payer>", "xmlDouble")]
    [InlineData("<commandements-de-payer motif=\"impayes\"/>", "xmlAttribut")]
    [InlineData("<commandements-de-payer>texte</commandements-de-payer>", "xmlTexte")]
    [InlineData("<commandements-de-payer><motif><b/></motif></commandements-de-payer>", "xmlElement")]
    [InlineData("<commandements-de-payer><personnes><autre/></personnes></commandements-de-payer>", "xmlElement")]
    [InlineData("<commandements-de-payer><motif>a\u0001</motif></commandements-de-payer>", "xmlInvalide")]
    public void What_is_not_plain_XML_of_ours_says_what_and_where(string document, string code)
    {
        var message = Xml.Read(Type, Encoding.UTF8.GetBytes(document));
        message.Json.ShouldBeNull();
        message.Error!.Code.ShouldBe(code, message.Error.Message);
        message.Error.Message.ShouldContain("(ligne ");
    }

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        var deep = "<commandements-de-payer>" + string.Concat(Enumerable.Repeat("<a>", 100_000));
        Xml.Read(Type, Encoding.UTF8.GetBytes(deep)).Error.ShouldNotBeNull();
        var long_ = "<commandements-de-payer><motif>" + new string('a', 2 << 20) + "</motif></commandements-de-payer>";
        Xml.Read(Type, Encoding.UTF8.GetBytes(long_)).Error!.Code.ShouldBe("xmlInvalide");
    }

    [Fact]
    public void An_announced_encoding_is_read_and_bytes_that_are_not_of_it_are_refused()
    {
        const string Document = "<commandements-de-payer><motif>Zoé</motif></commandements-de-payer>";
        byte[] latin = [.. "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>"u8, .. Encoding.Latin1.GetBytes(Document)];
        Encoding.UTF8.GetString(Xml.Read(Type, latin).Json!.Value.Span).ShouldBe("""{"motif":"Zoé"}""");
        Xml.Read(Type, Encoding.Latin1.GetBytes(Document)).Error.ShouldNotBeNull();
        Xml.Read(Type, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Document)]).Json.ShouldNotBeNull();
    }
}
