using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Unit.Pseudonyms;

public sealed class NormalisedNamesTests
{
    [Theory]
    [InlineData("D'Alembert-Lévêque", "D ALEMBERT LEVEQUE")]
    [InlineData("  o’Brien ", "O BRIEN")]
    [InlineData("Cœur", "COEUR")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("N'Guyen", "N GUYEN")]
    public void Names_are_brought_to_one_form(string written, string expected) => NormalisedNames.Normalise(written).ShouldBe(expected);

    [Fact]
    public void Streets_open_their_usual_abbreviations() =>
        NormalisedNames.Street("12 bis", "av. du Gal Leclerc").ShouldBe(NormalisedNames.Street("12 BIS", "Avenue du Général Leclerc"));
}
