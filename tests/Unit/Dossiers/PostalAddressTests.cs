using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Dossiers.Sessions;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Dossiers;

/// <summary>Addresses as the post reads them: six lines of 38 characters, and a cut one says so.</summary>
public class PostalAddressTests
{
    private static readonly Adresse Home = new() { Numero = "12 bis", Voie = "rue de l'Essai", CodePostal = "75011", CodeCommune = "75111", Commune = "Paris 11e" };

    [Fact]
    public void An_address_has_six_lines_the_last_in_capitals()
    {
        var address = PostalAddress.Of(Person("Élodie", "Exemple"), Home with { Etage = "2e étage", Complement = "Escalier C" });
        address.Lines.ShouldBe(["Mme Élodie Exemple", "2e étage", "Escalier C", "12 bis rue de l'Essai", "", "75011 PARIS 11E"]);
        address.Cut.ShouldBeFalse();
    }

    [Fact]
    public void A_line_that_does_not_fit_is_cut_at_a_word_and_the_address_is_to_be_read_again()
    {
        var address = PostalAddress.Of(Person("Marie-Antoinette Joséphine Rose", "De La Tour-Exemple"), Home with { Voie = "boulevard du\nModèle" });
        address.Lines.Count.ShouldBe(6);
        address.Lines.ShouldAllBe(l => l.Length <= PostalAddress.Width);
        address.Lines[0].ShouldBe("Mme Marie-Antoinette Joséphine Rose De");
        address.Lines[3].ShouldBe("12 bis boulevard du Modèle");
        address.Cut.ShouldBeTrue();
    }

    private static Personne Person(string given, string name) => new() { Rang = 1, Qualite = "titulaire", Civilite = "MME", Nom = name, Prenoms = given };
}
