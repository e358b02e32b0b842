using ExchangeGateway.Gateway.Matching;
using static ExchangeGateway.Unit.Matching.Households;

namespace ExchangeGateway.Unit.Matching;

/// <summary>
/// Pairs that an office meets, one a row: what is known, what comes, what becomes of it. Where nothing else is said both give
/// one dwelling. <c>ToConfirm</c>: two subjects until a person decides.
/// </summary>
public sealed class FieldCasesTests
{
    [Theory]
    // Read by a scanner, or typed from a copy.
    [InlineData("Bernard, Paul, 1980-03-14", "Bemard, Paul, 1980-03-14")]
    [InlineData("Lemaire, Anne, 1980-03-14", "LERNAIRE, Anne, 1980-03-14")]
    [InlineData("Moreau, Anne", "M0REAU, Anne")]
    [InlineData("Martin, Paul, 1980-03-14", "MART1N, Pau1, 1980-03-14")]
    // Several given names, or one of them.
    [InlineData("Martin, Marie Claude", "Martin, Marie")]
    [InlineData("Martin, Jean Paul, 1980-03-14", "Martin, Paul, 1980-03-14")]
    [InlineData("Martin, Marie-Claude, 1980-03-14", "Martin, Claude, 1980-03-14")]
    // Names that come from elsewhere, as prefectures and clerks write them.
    [InlineData("Haddad, Mohamed, 1980-03-14", "HADAD, Mohammed, 1980-03-14")]
    [InlineData("Haddad, Mohamed", "HADDAD, Muhammad")]
    [InlineData("Haddad, Youssef", "HADDAD, Yusuf")]
    [InlineData("Haddad, Abdelkader", "HADDAD, Abd el Kader")]
    [InlineData("Haddad, Abdelkader", "HADDAD, Abdel-Kader")]
    [InlineData("Diallo, Oumar", "DIALLO, Omar")]
    [InlineData("N'Diaye, Awa", "NDIAYE, Awa")]
    [InlineData("Al-Haddad, Ali", "EL HADDAD, Ali")]
    [InlineData("Nguyen Thi, Mai", "NGUYEN, Thi Mai")]
    [InlineData("Nguyen, Thi Mai, 1980-03-14", "NGUYEN, Mai, 1980-03-14")]
    [InlineData("Tran, Van Minh, 1980-03-14", "TRAN VAN, Minh, 1980-03-14")]
    [InlineData("Pereira da Silva Santos, Maria, 1980-03-14", "SILVA SANTOS, Maria, 1980-03-14")]
    [InlineData("Ferreira dos Santos, Maria da Conceição", "FERREIRA SANTOS, Maria")]
    [InlineData("García López, Ana", "GARCIA, Ana")]
    [InlineData("García López, Ana, 1980-03-14", "LOPEZ GARCIA, Ana, 1980-03-14")]
    [InlineData("Shevchenko, Oleksandr, 1980-03-14", "SHEVCHENKO, Alexandr, 1980-03-14")]
    // The fields swapped, with a slip as well.
    [InlineData("Martin, Paul, 1980-03-14", "Paul, Martn, 1980-03-14")]
    // Birth dates: inverted, a year alone, not said.
    [InlineData("Martin, Paul, 1980-03-04", "Martin, Paul, 1980-04-03")]
    [InlineData("Martin, Paul, 1980-03-14", "Martin, Paul, 1980-01-01")]
    // Somebody who lodges with somebody.
    [InlineData("Diallo, Awa | adresse 12 rue Victor Hugo", "DIALLO, Awa | adresse Chez M. Martin, 12 rue Victor Hugo")]
    [InlineData("Diallo, Awa | adresse 12 rue Victor Hugo", "DIALLO, Awa | adresse 12 rue Victor Hugo, c/o Mme Martin")]
    // Moved, married, counted with somebody else.
    [InlineData("Martin, Paul, 1980-03-14", "MARTIN, Paul, 1980-03-14 | ailleurs")]
    [InlineData("Durand, Anne, 1980-03-14, MME", "MARTIN, Anne, 1980-03-14, MME")]
    [InlineData("Durand=Martin, Anne, 1980-03-14, MME", "MARTIN, Anne, 1980-03-14, MME | ailleurs")]
    [InlineData("Martin, Paul, 1980-03-14 + Durand, Anne, 1982-01-05, conjoint", "DURAND, Anne, 1982-01-05")]
    [InlineData("Martin, Paul, 1980-03-14 | caf 751/12345", "DURAND, Anne, 1970-01-02, conjoint | caf 751/12345")]
    [InlineData("Diallo, Mamadou, 1980-03-14 | adresse 12 foyer de l'Essai", "DIALLO, Mamadou, 1980-03-14 | adresse 12 foyer de l'Essai")]
    public void The_same(string known, string comes) => Both(known, comes, MatchVerdict.Same);

    [Theory]
    // A telephone brings no certainty: it may be an office's, and numbers are passed on.
    [InlineData("Martin, Paul | tel 0639980001", "MARTIN, P. | tel 06 39 98 00 01")]
    // Two double names with one half in common.
    [InlineData("García López, Ana", "GARCIA PEREZ, Ana")]
    [InlineData("Petit-Martin, Camille", "DURAND-MARTIN, Camille")]
    // One name in a hostel, at a domiciliation: there are several who bear it.
    [InlineData("Diallo, Mamadou | adresse 12 foyer de l'Essai", "DIALLO, Mamadou | adresse 12 foyer de l'Essai")]
    [InlineData("Diallo, Mamadou | complement Résidence sociale Exemple", "DIALLO, Mamadou | complement Résidence sociale Exemple")]
    [InlineData("Diallo, Mamadou | adresse 5 place du Modèle, CCAS", "DIALLO, Mamadou | adresse CCAS, 5 place du Modèle")]
    [InlineData("Diallo, Mamadou | adresse Poste restante", "DIALLO, Mamadou | adresse poste restante")]
    // Born in 1980 is all that is known of both.
    [InlineData("Martin, Paul, 1980-01-01", "MARTIN, Paul, 1980-01-01 | ailleurs")]
    // A number of the CAF with nobody that is known, and two numbers of one name and birth date.
    [InlineData("Martin, Paul, 1980-03-14 | caf 751/12345", "DURAND, Anne, 1970-01-02 | ailleurs | caf 751/12345")]
    [InlineData("Martin, Paul, 1980-03-14 | caf 751/12345", "MARTIN, Paul, 1980-03-14 | ailleurs | caf 751/99999")]
    // Transliterated twice, in two languages.
    [InlineData("Shevchenko, Oleksandr, 1980-03-14", "CHEVTCHENKO, Alexandr, 1980-03-14")]
    [InlineData("Martin, Dominique, M", "MARTIN, Dominique, MME")]
    public void To_be_confirmed(string known, string comes) => Both(known, comes, MatchVerdict.ToConfirm);

    [Theory]
    [InlineData("Martin, Marie, 1990-05-06, MME", "MARTIN, Maria, 1990-05-06, MME")]
    [InlineData("Haddad, Hassan, 1990-05-06", "HADDAD, Hussein, 1990-05-06")]
    [InlineData("Martin, Paul, 1950-05-01", "MARTIN, Paul, 1985-02-03")]
    [InlineData("Martin, Paul", "MARTIN, Paul | ailleurs")]
    [InlineData("Martin, Paul, 1980-03-14", "MARTIN, Paul, 1980-01-01 | ailleurs")]
    [InlineData("García López, Ana, 1980-03-14", "GARCIA PEREZ, Ana, 1975-02-01")]
    [InlineData("Petit-Martin, Camille | bail 2020-01-01", "DURAND-MARTIN, Camille | bail 2019-05-06")]
    // One number of two offices; one telephone of an office, or passed on.
    [InlineData("Martin, Paul, 1980-03-14 | caf 751/12345", "DURAND, Anne, 1970-01-02 | ailleurs | caf 381/12345")]
    [InlineData("Martin, Paul, 1980-03-14 | tel 0639980001", "DURAND, Anne, 1970-01-02 | tel 0639980001")]
    [InlineData("Martin, Paul | tel 0639980001", "MARTIN, Anne | tel 0639980001")]
    [InlineData("Martin, Paul | tel 0639980001", "MARTIN, Paul | ailleurs | tel 0639980001")]
    // The host is not the lodger; the guarantor is not the tenant, even of one name.
    [InlineData("Martin, Paul | adresse 12 rue Victor Hugo", "DIALLO, Awa | adresse 12 rue Victor Hugo chez Martin")]
    [InlineData("Martin, Paul, 1955-03-14", "PETIT, Luc, 1999-02-03 + Martin, Paul, 1955-03-14, caution")]
    [InlineData("Martin, Louis, 1970-02-03", "MARTIN, Luc, 1999-02-03 + Martin, Louis, 1970-02-03, caution")]
    [InlineData("Diallo, Mamadou | adresse 12 foyer de l'Essai | etage chambre 12", "DIALLO, Mamadou | adresse 12 foyer de l'Essai | etage chambre 31")]
    public void Somebody_else(string known, string comes) => Both(known, comes, MatchVerdict.Different);

    [Fact]
    public void Homonyms_of_one_birth_date_in_two_departements_never_meet()
    {
        var message = MessageLine.Read("Martin, Paul, 1980-03-14 | caf 751/12345 | tel 0639980001");
        var other = ProfileForms.Of(new byte[32], message);
        Profile(message).Keys.Intersect(other.Sought).ShouldBeEmpty("each territory has its own secret");
    }

    [Theory]
    [InlineData("rue du Foyer")]
    [InlineData("place de l'Hôtel-de-Ville")]
    [InlineData("résidence des Lilas")]
    public void A_street_that_is_called_so_is_a_dwelling_like_others(string street) =>
        AddressForms.Of(Home with { Numero = "12", Voie = street }).Shared.ShouldBeFalse();

    [Fact]
    public void A_hamlet_called_Chez_keeps_its_name() =>
        AddressForms.Of(Home with { Numero = "3", Voie = "Chez Essai" }).Street.ShouldBe("CHEZESSAI");

    [Fact]
    public void Where_many_of_one_name_live_a_name_alone_is_left_to_a_person()
    {
        // A hostel that does not say so: six known Diallo, then one without a birth date.
        string[] known = ["Mamadou", "Ibrahima", "Alpha", "Ousmane", "Cheikh", "Samba"];
        (string, IReadOnlyList<Profile>)[] Candidates(int count) => [.. known.Take(count).Select(g => (g, (IReadOnlyList<Profile>)[Profile(Message(Person("Diallo", g, "1980-03-14"))).Marks]))];
        var decider = new Decider(new MatchWeights());
        var nameless = Profile(Message(Person("Diallo", "Mamadou"))).Marks;
        decider.Decide(nameless, Candidates(5)).ShouldBeOfType<Decision<string>.Same>();
        decider.Decide(nameless, Candidates(6)).ShouldBeOfType<Decision<string>.ToConfirm>().Pairs.ShouldHaveSingleItem().Subject.ShouldBe("Mamadou");
        decider.Decide(Profile(Message(Person("Diallo", "Mamadou", "1980-03-14"))).Marks, Candidates(6)).ShouldBeOfType<Decision<string>.Same>();
    }

    private static void Both(string known, string comes, MatchVerdict expected)
    {
        var (a, b) = (MessageLine.Read(known), MessageLine.Read(comes));
        var there = Compare(a, b);
        there.Verdict.ShouldBe(expected, $"{there.Score} {there.Codes}");
        Compare(b, a).Verdict.ShouldBe(expected, "the comparison has no side");
    }
}
