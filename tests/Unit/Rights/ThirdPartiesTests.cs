using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Rights;

namespace ExchangeGateway.Unit.Rights;

/// <summary>A copy of a household's file names nobody but the person who asks (art. 15-4 RGPD).</summary>
public sealed class ThirdPartiesTests
{
    private static readonly Requester Holder = new("Dumesnil", "Élodie", new DateOnly(1980, 3, 14));
    private static readonly Requester Spouse = new("Essaidy", "Anne", new DateOnly(1982, 7, 30));
    private static readonly Requester Guarantor = new("Garantin", "Paul", new DateOnly(1950, 1, 2));

    [Fact]
    public void The_holder_reads_the_household_and_no_name_nor_number_of_the_others()
    {
        var own = ThirdParties.Without(File(), Holder).ShouldNotBeNull();

        own.Qualite.ShouldBe("titulaire");
        var text = own.Content.ToJsonString();
        foreach (var foreign in new[] { "Essaidy", "Anne", "1982-07-30", "Garantin", "Bailleuse", "0639980001" })
            text.ShouldNotContain(foreign);
        text.ShouldContain("mesn");
        own.Content["dette"]!["total"]!.GetValue<decimal>().ShouldBe(3210.15m);
        own.Content["ressources"].ShouldNotBeNull();
        own.Content["contact"]!["telephones"]![0]!["numero"]!.GetValue<string>().ShouldBe("••01");
        own.Withheld.ShouldContain("/bail/bailleur");
        own.Withheld.ShouldContain("/acte/diligences");
    }

    [Fact]
    public void A_spouse_reads_its_own_part_and_a_guarantor_what_it_guarantees()
    {
        var spouse = ThirdParties.Without(File(), Spouse).ShouldNotBeNull();
        spouse.Qualite.ShouldBe("conjoint");
        spouse.Content["ressources"].ShouldBeNull();
        spouse.Content["identite"]!["numeroAllocataire"].ShouldBeNull();
        spouse.Content.ToJsonString().ShouldNotContain("mesn");

        var guarantor = ThirdParties.Without(File(), Guarantor).ShouldNotBeNull();
        guarantor.Content["dette"].ShouldNotBeNull();
        guarantor.Content["contact"].ShouldBeNull();
        guarantor.Content["ressources"].ShouldBeNull();
        guarantor.Withheld.ShouldContain("ressources");
    }

    [Fact]
    public void Somebody_whom_the_message_does_not_name_gets_nothing_of_it()
    {
        ThirdParties.Without(File(), Holder with { Prenoms = "Louise" }).ShouldBeNull("a twin bears the name and the date of birth");
        ThirdParties.Without(File(), Holder with { DateNaissance = new DateOnly(1980, 3, 15) }).ShouldBeNull();
        ThirdParties.Without(File(), Holder with { Nom = "DUMESNIL", Prenoms = "elodie marie" }).ShouldNotBeNull("written otherwise, the same person");
    }

    [Fact]
    public void Alone_with_a_landlord_that_is_no_natural_person_everything_is_given()
    {
        var file = File();
        file["identite"]!["personnes"]!.AsArray().RemoveAt(2);
        file["identite"]!["personnes"]!.AsArray().RemoveAt(1);
        file["bail"]!["typeBailleur"] = "bailleurSocial";
        file["acte"]!["diligences"] = "Passage au domicile";
        file["adresse"]!["complement"] = "Bâtiment B";

        var own = ThirdParties.Without(file, Holder).ShouldNotBeNull();

        own.Withheld.ShouldBeEmpty();
        JsonNode.DeepEquals(own.Content, file).ShouldBeTrue();
    }

    private static JsonObject File() => new()
    {
        ["identite"] = new JsonObject
        {
            ["personnes"] = new JsonArray(
                Person(1, "titulaire", "Dùmesnïl", "Élodie", "1980-03-14"), Person(2, "conjoint", "Essaidy", "Anne", "1982-07-30"), Person(3, "caution", "Garantin", "Paul", "1950-01-02")),
            ["numeroAllocataire"] = "1234567",
        },
        ["adresse"] = new JsonObject { ["voie"] = "rue de l'Essai", ["complement"] = "chez Mme Essaidy", ["codePostal"] = "75011", ["codeCommune"] = "75111", ["commune"] = "Paris" },
        ["contact"] = new JsonObject { ["telephoneConnu"] = "oui", ["telephones"] = new JsonArray(new JsonObject { ["numero"] = "0639980001" }) },
        ["ressources"] = new JsonObject { ["ressourcesMensuelles"] = 1200m },
        ["dette"] = new JsonObject { ["total"] = 3210.15m },
        ["bail"] = new JsonObject { ["typeBailleur"] = "personnePhysique", ["bailleur"] = "Mme Bailleuse" },
        ["acte"] = new JsonObject { ["nature"] = "requisitionForcePublique", ["diligences"] = "Mme Essaidy a ouvert" },
    };

    private static JsonObject Person(int rank, string quality, string name, string given, string birth) =>
        new() { ["rang"] = rank, ["qualite"] = quality, ["nom"] = name, ["prenoms"] = given, ["dateNaissance"] = birth };
}
