using static ExchangeGateway.Unit.Routing.Distribution;

namespace ExchangeGateway.Unit.Routing;

/// <summary>Table D1: the model département.</summary>
public sealed class ModeleDistributionTests
{
    [Theory(DisplayName = "Modèle : famille aidée avec enfants, quel que soit le parc : travailleurs sociaux de la CAF")]
    [InlineData("prive")]
    [InlineData("public")]
    [InlineData(null)]
    public void Aided_family(string? parc) =>
        Modele.Repartir(SignalementCaf with { Composition = "familleAvecEnfants", Parc = parc }).Remises().ShouldBe("caf-modele P4, ccapex-modele P3");

    [Theory(DisplayName = "Modèle : couple sans enfant ou personne seule, aidés : service social du Département")]
    [InlineData("coupleSansEnfant")]
    [InlineData("personneSeule")]
    public void Aided_couple_or_isolated(string composition) =>
        Modele.Repartir(SignalementCaf with { Composition = composition }).Remises().ShouldBe("ccapex-modele P3, departement-modele P4");

    [Theory(DisplayName = "Modèle : ménage sans aide : service social du Département, même si sa composition est inconnue")]
    [InlineData("familleAvecEnfants")]
    [InlineData("personneSeule")]
    [InlineData(null)]
    public void Unaided(string? composition)
    {
        var outcome = Modele.Repartir(SignalementBailleur with { AideAuLogement = false, Composition = composition });

        outcome.Remises().ShouldBe("ccapex-modele P12, departement-modele P4");
        outcome.Holds.ShouldBeEmpty();
    }

    [Fact(DisplayName = "Modèle : aide et composition inconnues : on demande à la CAF et on attend cinq jours")]
    public void Unknown_aid_and_composition()
    {
        var outcome = Modele.Repartir(Commandement with { Commune = "00001", Parc = "prive" });

        outcome.Remises().ShouldBe("ccapex-modele P1");
        outcome.Attentes().ShouldBe("aideAuLogement demandé à caf-modele jusqu'au 07/03 09:30, composition demandé à caf-modele jusqu'au 07/03 09:30");
        outcome.NextDue.ShouldBe(Lundi.AddDays(5));
    }

    [Fact(DisplayName = "Modèle : famille dont on ne sait pas si elle est aidée : on attend l'aide seulement")]
    public void Unknown_aid() =>
        Modele.Repartir(SignalementCaf with { AideAuLogement = null, Composition = "familleAvecEnfants" }).Attentes()
            .ShouldBe("aideAuLogement demandé à caf-modele jusqu'au 07/03 09:30");

    [Fact(DisplayName = "Modèle : ménage aidé de composition inconnue : on attend la composition seulement")]
    public void Unknown_composition() =>
        Modele.Repartir(SignalementCaf).Attentes().ShouldBe("composition demandé à caf-modele jusqu'au 07/03 09:30");

    [Fact(DisplayName = "Modèle : la CAF répond avant le délai : sa réponse décide")]
    public void Answered_in_time()
    {
        Modele.Repartir(SignalementCaf with { Composition = "familleAvecEnfants" }, joursPlusTard: 3).Remises().ShouldBe("caf-modele P4, ccapex-modele P3");
        Modele.Repartir(SignalementCaf with { AideAuLogement = false }, joursPlusTard: 3).Remises().ShouldBe("ccapex-modele P3, departement-modele P4");
    }

    [Fact(DisplayName = "Modèle : sans réponse au bout de cinq jours, repli vers le Département, et l'explication le dit")]
    public void Falls_back()
    {
        var outcome = Modele.Repartir(SignalementCaf, joursPlusTard: 5);

        outcome.Remises().ShouldBe("ccapex-modele P3, departement-modele P4 (repli)");
        outcome.Holds.ShouldBeEmpty();
        outcome.Regle("modele-1").Motif.ShouldBe(
            "repli, sans réponse de : action sociale de la CAF au 7 mars 2026 à 9 h 30 (composition du ménage inconnue) → service social du Département, finalité P4");
        outcome.Regle("modele-2").Issue.ShouldBe("nonExaminee");
    }

    [Fact(DisplayName = "Modèle : parc public, le locataire peut solliciter son bailleur : information seulement")]
    public void Public_park()
    {
        var outcome = Modele.Repartir(SignalementBailleur with { AideAuLogement = false });

        outcome.Regle("modele-4").Issue.ShouldBe("information");
        outcome.Targets.ShouldNotContain(t => t.RuleId == "modele-4");
    }

    [Fact(DisplayName = "Modèle : parc privé, l'accompagnement socio-juridique est en réflexion : désactivé")]
    public void Private_park() =>
        Modele.Repartir(Commandement with { Parc = "prive" }).Regle("modele-5").Issue.ShouldBe("desactivee");

    [Fact(DisplayName = "Modèle : l'orientation de la Banque de France va au secrétariat, sans orientation sociale ni attente")]
    public void Banque_de_France()
    {
        var outcome = Modele.Repartir(OrientationBanqueDeFrance);

        outcome.Remises().ShouldBe("ccapex-modele P7");
        outcome.Holds.ShouldBeEmpty();
    }
}
