using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Matching;
using static ExchangeGateway.Unit.Matching.Households;

namespace ExchangeGateway.Unit.Matching;

/// <summary>The people that naive programs confuse or miss, one by one.</summary>
public sealed class HardCasesTests
{
    private const string Born = "1980-03-14";

    [Theory]
    [InlineData("Le Goff", "Yann", "LE GOFF", "YANN")]
    [InlineData("Le Goff", "Yann", "LEGOFF", "Yann")]
    [InlineData("D'Alembert-Lévêque", "Émile", "D ALEMBERT LEVEQUE", "EMILE")]
    [InlineData("D'Alembert-Lévêque", "Émile", "d’Alembert", "Émile")]
    [InlineData("O'Brien", "Siobhán", "OBRIEN", "Siobhan")]
    [InlineData("De La Tour", "Marie", "Tour (de la)", "Marie")]
    [InlineData("de La Tour", "Marie", "DELATOUR", "MARIE")]
    [InlineData("Nguyen Van", "Minh", "NGUYEN", "Minh")]
    [InlineData("NGUYỄN VĂN", "Minh", "Nguyen Van", "MINH")]
    [InlineData("Cœur", "Loïc", "COEUR", "LOIC")]
    [InlineData("Müller", "Anke", "MUELLER", "Anke")]
    [InlineData("Łukasik", "Zofia", "LUKASIK", "Zofia")]
    [InlineData("Иванов", "Олег", "IVANOV", "OLEG")]
    [InlineData("Ben Ali", "Mohamed", "BENALI", "Mohammed")]
    [InlineData("El Amrani", "Fatima-Zahra", "ELAMRANI", "Fatima Zahra")]
    [InlineData("Saint-Martin", "Claude", "ST MARTIN", "Claude")]
    [InlineData("Dupont", "Jean-Pierre", "DUPOND", "Jean Pierre")]
    [InlineData("Martin", "Jean-Pierre, Marie", "MARTIN", "Jean-Pierre")]
    [InlineData("Martin", "Jean-Pierre", "M. MARTIN", "J.-P.")]
    [InlineData("Lefebvre", "Catherine", "Lefebvre", "Catheirne")]
    [InlineData("Grandjean", "Sylvie", "Grandjaen", "Sylvie")]
    [InlineData("Martin", "Paul", "Paul", "Martin")]
    public void One_person_written_in_two_ways_is_the_same(string name, string given, string otherName, string otherGiven)
    {
        Compare(Message(Person(name, given, Born)), Message(Person(otherName, otherGiven, Born))).Verdict.ShouldBe(MatchVerdict.Same);
        Compare(Message(Person(otherName, otherGiven, Born)), Message(Person(name, given, Born))).Verdict.ShouldBe(MatchVerdict.Same, "the comparison has no side");
    }

    [Theory]
    [InlineData("Mme veuve Martin née Durand", null, "Durand", null)]
    [InlineData("Mme veuve Martin née Durand", null, "Martin", null)]
    [InlineData("Durand épouse Martin", null, "MARTIN", null)]
    [InlineData("Durand", "Martin", "MARTIN", null)]
    [InlineData("Durand", "Martin", "Martin", "Durand")]
    [InlineData("Durand", "Durand-Martin", "Martin", null)]
    [InlineData("MARTIN (DURAND)", null, "Durand", null)]
    [InlineData("Martin né(e) Durand", null, "Durand", null)]
    public void Birth_and_usage_names_meet(string name, string? usage, string otherName, string? otherUsage) =>
        Compare(Message(Person(name, "Anne", Born, usage, civilite: "MME"), Elsewhere), Message(Person(otherName, "Anne", Born, otherUsage, civilite: "MME")))
            .Verdict.ShouldBe(MatchVerdict.Same, "she has moved, and gives another of her names");

    [Theory]
    [InlineData("M'Barek")]
    [InlineData("Mme")]
    [InlineData("Né")]
    public void A_name_that_looks_like_a_title_stays_a_name(string name) =>
        (NameForms.Surnames(name) is [var only] ? only.Full : "").ShouldBe(name == "M'Barek" ? "MBAREK" : name == "Né" ? "NE" : "");

    [Theory]
    [InlineData("12 bis", "av. du Gal Leclerc", "12B", "Avenue du Général Leclerc")]
    [InlineData(null, "12, rue St-Maur", "12", "RUE SAINT MAUR")]
    [InlineData("012", "Bd de la Villette", "12", "boulevard de la Villette")]
    [InlineData("n° 12", "r. Victor Hugo", "12", "rue Victor-Hugo")]
    [InlineData("12-14", "rue Victor Hugo", "12", "rue Victor Hugo")]
    [InlineData("12", "rue du Dr Roux", "12", "rue Docteur Roux")]
    public void An_address_written_in_two_ways_is_the_same(string? number, string street, string otherNumber, string otherStreet)
    {
        var result = Compare(
            Message(Person("Martin", "Paul"), Home with { Numero = number, Voie = street }),
            Message(Person("Martin", "Paul"), Home with { Numero = otherNumber, Voie = otherStreet }));
        result.Verdict.ShouldBe(MatchVerdict.Same);
        result.Findings.ShouldContain(f => f.Element == "logement" && f.Outcome == "identique");
    }

    [Theory]
    [InlineData("Marie", "Marc")]
    [InlineData("Louis", "Louise")]
    [InlineData("Michel", "Michèle")]
    [InlineData("Frédéric", "Frédérique")]
    [InlineData("Jean-Pierre", "Jean-Paul")]
    [InlineData("Lina", "Nina")]
    [InlineData("Lucas", "Luca")]
    [InlineData("Julien", "Julienne")]
    public void Twins_of_one_address_and_birth_date_stay_apart(string given, string other)
    {
        Compare(Message(Person("Martin", given, Born)), Message(Person("Martin", other, Born))).Verdict.ShouldBe(MatchVerdict.Different);
        Compare(
            Message(Person("Martin", given, Born), lease: "2024-02-01", landlord: "SCI Exemple"),
            Message(Person("Martin", other, Born), lease: "2024-02-01", landlord: "SCI Exemple")).Verdict.ShouldNotBe(MatchVerdict.Same, "two tenants, nothing says of one lease");
    }

    [Fact]
    public void Father_and_son_of_one_name_in_one_dwelling_stay_apart() =>
        Compare(Message(Person("Martin", "Paul", "1950-05-01")), Message(Person("Martin", "Paul", "1985-02-03"))).Verdict.ShouldBe(MatchVerdict.Different);

    [Fact]
    public void Between_father_and_son_a_message_without_a_birth_date_is_left_to_a_person()
    {
        var (father, son) = (Profile(Message(Person("Martin", "Paul", "1950-05-01"))), Profile(Message(Person("Martin", "Paul", "1985-02-03"))));
        var decision = new Decider(new MatchWeights()).Decide(
            Profile(Message(Person("Martin", "Paul"))).Marks, [("father", [father.Marks]), ("son", [son.Marks])]);
        decision.ShouldBeOfType<Decision<string>.ToConfirm>().Pairs.Count.ShouldBe(2);
    }

    [Fact]
    public void Two_records_of_one_person_do_not_stop_a_third()
    {
        var known = Profile(Message(Person("Martin", "Paul", Born))).Marks;
        new Decider(new MatchWeights()).Decide(known, [("one", [known]), ("two", [known])]).ShouldBeOfType<Decision<string>.Same>();
    }

    [Fact]
    public void Between_two_whom_a_person_told_apart_only_a_message_that_one_of_them_could_have_sent_is_joined()
    {
        var (one, other) = (Profile(Message(Person("Martin", "Paul", "1980-03-04"))).Marks, Profile(Message(Person("Martin", "Paul", "1980-04-03"))).Marks);
        Decision<string> Decide(Profile message, bool apart) => new Decider(new MatchWeights()).Decide(message, [("one", [one]), ("other", [other])], (_, _) => apart);

        Decide(one, apart: true).ShouldBeOfType<Decision<string>.Same>().Subject.ShouldBe("one");
        Decide(other, apart: true).ShouldBeOfType<Decision<string>.Same>().Subject.ShouldBe("other");
        var neither = Profile(Message(Person("Martin", "Paul"))).Marks;
        Decide(neither, apart: false).ShouldBeOfType<Decision<string>.Same>();
        Decide(neither, apart: true).ShouldBeOfType<Decision<string>.ToConfirm>().Pairs.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("1950-05-01", "1980-03-14")]
    [InlineData("1980-03-14", null)]
    public void Homonyms_in_two_dwellings_stay_apart(string birth, string? other) =>
        Compare(Message(Person("Martin", "Paul", birth)), Message(Person("Martin", "Paul", other), Elsewhere)).Verdict.ShouldBe(MatchVerdict.Different);

    [Theory]
    [InlineData("1980-03-14", "1980-01-01")]
    [InlineData("1980-03-14", "1980-03-15")]
    [InlineData("1980-03-04", "1980-04-03")]
    [InlineData("1980-03-14", null)]
    public void A_birth_date_known_in_part_or_with_a_slip_does_not_hide_a_person_at_home(string birth, string? other) =>
        Compare(Message(Person("Martin", "Paul", birth)), Message(Person("Martin", "Paul", other))).Verdict.ShouldBe(MatchVerdict.Same);

    [Fact]
    public void Somebody_who_has_moved_is_the_same_person_in_another_dwelling()
    {
        var (before, after) = (Message(Person("Martin", "Paul", Born)), Message(Person("MARTIN", "Paul", Born), Elsewhere));
        Compare(before, after).Verdict.ShouldBe(MatchVerdict.Same);
        Comparison.SameDwelling(Profile(before).Marks, Profile(after).Marks).ShouldBeFalse();
        Comparison.SameDwelling(Profile(before).Marks, Profile(Message(Person("Martin", "Paul"))).Marks).ShouldBeTrue();
    }

    [Fact]
    public void Spouses_served_separately_on_one_lease_are_one_household()
    {
        var husband = Message(Person("Martin", "Paul", Born, civilite: "M"), lease: "2024-02-01", landlord: "SCI Exemple");
        var wife = Message(Person("Durand", "Anne", "1982-07-30", qualite: "conjoint", civilite: "MME"), lease: "2024-02-01", landlord: "SCI Exemple");
        var result = Compare(husband, wife);
        result.Verdict.ShouldBe(MatchVerdict.Same);
        result.SamePerson.ShouldBeFalse();
        Compare(husband, Message(Person("Durand", "Anne"), reference: "LOT-12")).Verdict.ShouldBe(MatchVerdict.Different);
        Compare(Message(Person("Martin", "Paul"), reference: "LOT 12"), Message(Person("Durand", "Anne"), reference: "lot-12")).Verdict.ShouldBe(MatchVerdict.Same, "one reference of the landlord, one dwelling");
    }

    [Fact]
    public void Spouses_of_one_name_without_any_lease_are_left_to_a_person() =>
        Compare(Message(Person("Martin", "Paul", Born), lease: "2024-02-01"), Message(Person("Martin", "Anne", qualite: "conjoint"), lease: "2024-02-01", landlord: "X"))
            .Verdict.ShouldBeOneOf(MatchVerdict.Same, MatchVerdict.ToConfirm);

    [Fact]
    public void Neighbours_of_one_name_are_not_joined() =>
        Compare(Message(Person("Martin", "Paul"), Home with { Etage = "2" }), Message(Person("Martin", "Sylvie"), Home with { Etage = "5" })).Verdict.ShouldBe(MatchVerdict.Different);

    [Fact]
    public void A_guarantor_who_lives_elsewhere_is_nobody_of_the_household()
    {
        var guarantor = Person("Martin", "Paul", Born, qualite: "caution");
        Compare(Message([Person("Petit", "Luc", "1999-01-02"), guarantor]), Message(Person("Martin", "Paul", Born), Elsewhere)).Verdict.ShouldBe(MatchVerdict.Different);
        Profile(Message(guarantor)).Keys.ShouldBeEmpty();
    }

    [Fact]
    public void An_allocataire_number_alone_is_confirmed_by_a_person_and_with_the_dwelling_decides()
    {
        var known = Message(Person("Martin", "Paul", Born), allocataire: "0012345");
        Compare(known, Message(Person("Durand", "Anne"), Elsewhere, "12345")).Verdict.ShouldBe(MatchVerdict.ToConfirm, "a digit may be wrong");
        Compare(known, Message(Person("Durand", "Anne"), Home, "12345")).Verdict.ShouldBe(MatchVerdict.Same);
        Compare(known, Message(Person("Martin", "Paul"), Elsewhere, "12345")).Verdict.ShouldBe(MatchVerdict.Same);
    }

    [Fact]
    public void A_decision_says_why_in_French_and_names_nobody()
    {
        var result = Compare(Message(Person("Martin", "Paul", "1980-03-04")), Message(Person("Martin", "Paul", "1980-04-03")));
        result.Codes.Split(' ').Select(Finding.InFrench).ShouldBe(["Nom : identique", "Prénom : identique", "Date de naissance : jour et mois inversés", "Logement : identique"]);
    }
}
