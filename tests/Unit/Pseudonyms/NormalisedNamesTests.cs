using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Unit.Pseudonyms;

public sealed class NormalisedNamesTests
{
    [Theory]
    [InlineData("D'Alembert-Lévêque", "D ALEMBERT LEVEQUE")]
    [InlineData("  o’Brien ", "O BRIEN")]
    [InlineData("Cœur", "COEUR")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("STRAẞE", "STRASSE")]
    [InlineData("N'Guyen", "N GUYEN")]
    [InlineData("Lætitia", "LAETITIA")]
    [InlineData("Sørensen", "SORENSEN")]
    [InlineData("Łukasz", "LUKASZ")]
    [InlineData("Đoàn", "DOAN")]
    [InlineData("Guðrún", "GUDRUN")]
    [InlineData("ﬁls", "FILS")]
    [InlineData("Léa --- 2", "LEA 2")]
    [InlineData("'", "")]
    [InlineData("", "")]
    public void Names_are_brought_to_one_form(string written, string expected) => NormalisedNames.Normalise(written).ShouldBe(expected);

    [Fact]
    public void A_text_without_accents_takes_the_same_form_by_the_short_way()
    {
        for (var n = 0; n < 2_000; n++)
        {
            // Printable ASCII that every run draws alike.
            var text = new string([.. SHA256.HashData(BitConverter.GetBytes(n)).Take(n % 33).Select(b => (char)(0x20 + b % 95))]);
            // The combining accent goes again, and takes the text by the long way.
            NormalisedNames.Normalise(text).ShouldBe(NormalisedNames.Normalise(text + "\u0301"), text);
        }
    }

    [Fact]
    public void Streets_open_their_usual_abbreviations() =>
        NormalisedNames.Street("12 bis", "av. du Gal Leclerc").ShouldBe(NormalisedNames.Street("12 BIS", "Avenue du Général Leclerc"));

    [Theory]
    [InlineData("AV", "AVENUE")]
    [InlineData("AVE", "AVENUE")]
    [InlineData("BD", "BOULEVARD")]
    [InlineData("BLD", "BOULEVARD")]
    [InlineData("BVD", "BOULEVARD")]
    [InlineData("R", "RUE")]
    [InlineData("PL", "PLACE")]
    [InlineData("SQ", "SQUARE")]
    [InlineData("IMP", "IMPASSE")]
    [InlineData("ALL", "ALLEE")]
    [InlineData("CHE", "CHEMIN")]
    [InlineData("CH", "CHEMIN")]
    [InlineData("RTE", "ROUTE")]
    [InlineData("PASS", "PASSAGE")]
    [InlineData("FBG", "FAUBOURG")]
    [InlineData("FG", "FAUBOURG")]
    [InlineData("QU", "QUAI")]
    [InlineData("ST", "SAINT")]
    [InlineData("STE", "SAINTE")]
    [InlineData("GAL", "GENERAL")]
    [InlineData("DR", "DOCTEUR")]
    [InlineData("PDT", "PRESIDENT")]
    public void Each_abbreviation_stands_for_one_word(string written, string word)
    {
        NormalisedNames.Street("3", $"{written.ToLowerInvariant()}. de l'Exemple").ShouldBe($"3 {word} DE L EXEMPLE");
        NormalisedNames.Street(null, $"{written}X").ShouldBe(written + "X", "only a whole word is opened");
    }

    [Theory]
    [InlineData("Marie Anne", "MARIE")]
    [InlineData(" Jean-Pierre, Émile", "JEAN PIERRE")]
    [InlineData("Zoé;Lou", "ZOE")]
    [InlineData(" , ", "")]
    public void The_first_given_name_is_the_one_compared(string written, string expected) => NormalisedNames.FirstGivenName(written).ShouldBe(expected);
}
