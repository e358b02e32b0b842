using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>What no pattern can say of an identifier. The numbers are invented, but for La Poste's, whose rule is its own.</summary>
public class FieldControlTests
{
    [Theory]
    [InlineData("12345678200010", true)]
    [InlineData("12345678200011", false)]
    [InlineData("12345678200100", false)]
    [InlineData("00000000000000", false)]
    // La Poste: its establishments only have digits whose sum five divides; its head office has both.
    [InlineData("35600000049837", true)]
    [InlineData("35600000049838", false)]
    [InlineData("35600000000048", true)]
    public void A_siret_has_the_key_of_luhn_or_is_of_la_poste(string siret, bool right) => FieldControl.IsSiret(siret).ShouldBe(right);

    [Theory]
    [InlineData("123456782", true)]
    [InlineData("356000000", true)]
    [InlineData("123456783", false)]
    [InlineData("213456782", false)]
    [InlineData("000000000", false)]
    public void A_siren_has_the_key_of_luhn(string siren, bool right) => FieldControl.HasLuhnKey(siren).ShouldBe(right);

    [Theory]
    [InlineData("00001", true)]
    [InlineData("01004", true)]
    [InlineData("2A004", true)]
    [InlineData("2B033", true)]
    [InlineData("75056", true)]
    [InlineData("75101", true)]
    [InlineData("75120", true)]
    [InlineData("95585", true)]
    [InlineData("13201", true)]
    [InlineData("69389", true)]
    [InlineData("97105", true)]
    [InlineData("97302", true)]
    [InlineData("97411", true)]
    [InlineData("97502", true)]
    [InlineData("97608", true)]
    [InlineData("97801", true)]
    [InlineData("98735", true)]
    [InlineData("98818", true)]
    [InlineData("75100", false)]
    [InlineData("75121", false)]
    [InlineData("75011", false)]
    [InlineData("2A000", false)]
    [InlineData("20004", false)]
    [InlineData("00000", false)]
    [InlineData("01000", false)]
    [InlineData("96001", false)]
    [InlineData("97000", false)]
    [InlineData("97100", false)]
    [InlineData("97901", false)]
    [InlineData("98501", false)]
    [InlineData("99109", false)]
    public void A_commune_has_a_code_of_the_official_geography(string code, bool right) => FieldControl.IsCommune(code).ShouldBe(right);

    [Fact]
    public void Each_control_stands_at_each_place_of_its_field()
    {
        foreach (var (name, document) in Exemples.Catalogue.Documents)
        {
            var text = Encoding.UTF8.GetString(document.Span);
            Count(text, "\"x-controle\": \"siret\"").ShouldBe(Count(text, "\"siret\": {"), name);
            Count(text, "\"x-controle\": \"siren\"").ShouldBe(Count(text, "\"siren\": {"), name);
            Count(text, "\"x-controle\": \"commune\"").ShouldBe(Count(text, "\"^([0-9]{5}|2[AB][0-9]{3})$\""), name);
        }
    }

    [Theory]
    [InlineData(""" "type":"string","maxLength":9,"x-controle":"siren" """)]
    [InlineData(""" "type":"string","maxLength":9,"pattern":"^[0-9]{9}$","x-attendu":"x","x-controle":"autre" """)]
    [InlineData(""" "type":"string","maxLength":9,"x-texteLibre":"non" """)]
    [InlineData(""" "type":"string","maxLength":9,"x-texteLibre":"oui","x-nir":"exempt" """)]
    [InlineData(""" "type":"boolean","x-texteLibre":"oui" """)]
    public void A_control_without_sense_stops_the_load(string leaf) =>
        Should.Throw<SchemaException>(() => SchemaCatalogue.Load(new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["essai/message"] = Encoding.UTF8.GetBytes($$"""
                {"$id":"urn:exchange-gateway:schema:essai:1","x-version":"1","title":"T","description":"D","type":"object","additionalProperties":false,
                 "properties":{"a":{"title":"T","description":"D","x-categorie":"acte",{{leaf}} } } }
                """),
        }));

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
