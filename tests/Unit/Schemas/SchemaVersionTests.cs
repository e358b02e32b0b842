using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

public class SchemaVersionTests
{
    private static readonly MessageType Type = new("essai", "message");

    private static byte[] Document(string version, int maximum, string more = "") => Encoding.UTF8.GetBytes($$"""
        {"$id":"urn:exchange-gateway:schema:essai:1","x-version":"{{version}}",{{more}}"title":"T","description":"D","type":"object","additionalProperties":false,
         "properties":{"a":{"title":"T","description":"D","x-categorie":"acte","type":"string","maxLength":{{maximum}} } } }
        """);

    private static SchemaCatalogue Load(params (string Name, byte[] Document)[] documents) =>
        SchemaCatalogue.Load(documents.ToDictionary(d => d.Name, ReadOnlyMemory<byte> (d) => d.Document));

    [Fact]
    public void Versions_live_side_by_side_and_the_newest_is_the_current_one()
    {
        var catalogue = Load(
            ("essai/message.1", Document("1", 1, """ "x-obsoleteLe":"2026-01-01","x-retireeLe":"2026-07-01", """)), ("essai/message.1.10", Document("1.10", 2)), ("essai/message.1.9", Document("1.9", 3)), ("essai/message", Document("2", 4)));
        catalogue.Types.ShouldBe([Type]);
        var versions = catalogue.Versions(Type);
        versions.Select(v => v.Number).ShouldBe(["2", "1.10", "1.9", "1"]);
        versions[3].ShouldBe(new SchemaVersion("1", new(2026, 1, 1), new(2026, 7, 1)));
        (versions[3].IsServed(new(2026, 6, 30)), versions[3].IsServed(new(2026, 7, 1)), versions[0].IsServed(DateOnly.MaxValue)).ShouldBe((true, false, true));
        var body = """{"a":"xxx"}"""u8.ToArray();
        catalogue.Validate(Type, body).ShouldBe(new ValidationResult.Valid("2"));
        catalogue.Validate(Type, body, versions[2]).ShouldBe(new ValidationResult.Valid("1.9"));
        catalogue.Validate(Type, body, versions[1]).ShouldBeOfType<ValidationResult.Invalid>();
        Should.Throw<ArgumentException>(() => catalogue.Validate(Type, body, new SchemaVersion("9", null, null)));
        catalogue.Versions(new("essai", "autre")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("1.0", "1", true)]
    [InlineData("1.2", "1.2", true)]
    [InlineData("1.2", "1.20", false)]
    [InlineData("1", "1.", false)]
    [InlineData("1", "1.0.0", false)]
    [InlineData("1", " 1", false)]
    [InlineData("1", "+1", false)]
    [InlineData("1", "x", false)]
    [InlineData("1", "99999999999999999999", false)]
    public void A_version_is_called_by_its_number(string number, string asked, bool called) => new SchemaVersion(number, null, null).IsCalled(asked).ShouldBe(called);

    [Fact]
    public void Versions_that_contradict_each_other_stop_the_load()
    {
        void Refused(string fault, params (string, byte[])[] documents) =>
            Should.Throw<SchemaException>(() => Load(documents)).Errors.ShouldContain(e => e.Contains(fault, StringComparison.Ordinal));
        Refused("sans version courante", ("essai/message.1", Document("1", 1)));
        Refused("ne porte pas le numéro", ("essai/message", Document("3", 1)), ("essai/message.1", Document("2", 1)));
        Refused("pas plus ancienne", ("essai/message", Document("1", 1)), ("essai/message.2", Document("2", 1)));
        Refused("le même numéro", ("essai/message", Document("2", 1)), ("essai/message.1", Document("1", 1)), ("essai/message.1.0", Document("1.0", 1)));
        Refused("sans x-obsoleteLe", ("essai/message", Document("1", 1, """ "x-retireeLe":"2026-01-01", """)));
        Refused("x-obsoleteLe n'est pas une date", ("essai/message", Document("1", 1, """ "x-obsoleteLe":"demain", """)));
        Refused("x-version absente", ("essai/message", Document("1.0.0", 1)));
    }
}
