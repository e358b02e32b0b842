using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Pseudonyms;

public sealed class MatchingTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly Adresse Home = new() { Numero = "12 bis", Voie = "av. du Gal Leclerc", CodePostal = "75014", CodeCommune = "75114", Commune = "Paris" };

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

    [Fact]
    public void One_person_written_in_two_ways_at_one_address_is_one_subject()
    {
        var known = Known(Tokens(Person("Lévêque", "Jean-Pierre Marie")));
        var other = Home with { Numero = "12 BIS", Voie = "Avenue du Général Leclerc", Etage = "3" };
        SubjectMatch.Find(Tokens(Person("LEVEQUE", "Jean-Pierre"), other), [known]).ShouldBe(known);
    }

    [Fact]
    public void Father_and_son_of_one_name_at_one_address_stay_apart_when_their_birth_dates_are_known()
    {
        var father = Known(Tokens(Person("Martin", "Paul", new(1950, 5, 1))));
        SubjectMatch.Find(Tokens(Person("Martin", "Paul", new(1985, 2, 3))), [father]).ShouldBeNull();
        SubjectMatch.Find(Tokens(Person("Martin", "Paul")), [father]).ShouldBe(father);
    }

    [Fact]
    public void The_allocataire_number_finds_the_household_whatever_the_name_and_within_its_body_only()
    {
        var known = Known(Tokens(Person("Martin", "Paul"), number: "0012345"));
        SubjectMatch.Find(Tokens(Person("Durand", "Anne"), Home with { Numero = "99" }, "12345"), [known]).ShouldBe(known);
        SubjectMatch.Find(Tokens(Person("Durand", "Anne"), Home with { Numero = "99" }, "12345", body: "941"), [known]).ShouldBeNull();
    }

    [Fact]
    public void A_guarantor_finds_nobody() =>
        MatchTokens.Of(Key, new Identite { Personnes = [Person("Martin", "Paul") with { Qualite = "caution" }] }, MatchTokens.Dwelling(Key, Home)).ShouldBeEmpty();

    [Fact]
    public void Two_territories_give_unrelated_tokens()
    {
        var other = RandomNumberGenerator.GetBytes(32);
        var person = new Identite { Personnes = [Person("Martin", "Paul", new(1980, 1, 1))] };
        var mine = MatchTokens.Of(Key, person, MatchTokens.Dwelling(Key, Home)).Select(t => Convert.ToHexString(t.Value));
        var theirs = MatchTokens.Of(other, person, MatchTokens.Dwelling(other, Home)).Select(t => Convert.ToHexString(t.Value));
        mine.Intersect(theirs).ShouldBeEmpty();
    }

    private static Personne Person(string name, string given, DateOnly? birth = null) => new() { Rang = 1, Qualite = "titulaire", Nom = name, Prenoms = given, DateNaissance = birth };

    private static IReadOnlyList<MatchToken> Tokens(Personne person, Adresse? home = null, string? number = null, string body = "751") => MatchTokens.Of(
        Key,
        new Identite { Personnes = [person], Organisme = number is null ? null : "caf", CodeOrganisme = number is null ? null : body, NumeroAllocataire = number },
        MatchTokens.Dwelling(Key, home ?? Home));

    private static KnownSubject Known(IReadOnlyList<MatchToken> tokens) => new(Guid.NewGuid(), 1, [], tokens);
}
