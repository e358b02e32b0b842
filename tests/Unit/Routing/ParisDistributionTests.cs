using static ExchangeGateway.Unit.Routing.Distribution;

namespace ExchangeGateway.Unit.Routing;

/// <summary>Table D2: Paris.</summary>
public sealed class ParisDistributionTests
{
    [Fact(DisplayName = "Paris : le commandement d'un locataire du parc privé va au secrétariat de la CCAPEX et à l'ADIL")]
    public void Private_commandement() =>
        Paris.Repartir(Commandement with { Parc = "prive" }).Remises().ShouldBe("adil-75 P2, ccapex-75 P1");

    [Fact(DisplayName = "Paris : l'ADIL reçoit au titre de la CCAPEX, le secrétariat reçoit de l'étude elle-même")]
    public void On_behalf_of()
    {
        var targets = Paris.Repartir(Commandement with { Parc = "prive" }).Targets;

        targets.Single(t => t.Destinataire == "adil-75").AuTitreDe.ShouldBe("ccapex-75");
        targets.Single(t => t.Destinataire == "ccapex-75").AuTitreDe.ShouldBeNull();
        targets.Select(t => t.Destinataire).ShouldBe(["ccapex-75", "adil-75"], "most urgent first");
    }

    [Fact(DisplayName = "Paris : le commandement d'un locataire du parc public ne va pas à l'ADIL")]
    public void Public_commandement()
    {
        var outcome = Paris.Repartir(Commandement with { Parc = "public" });

        outcome.Remises().ShouldBe("ccapex-75 P1");
        outcome.Regle("75-1").Motif.ShouldBe("ne s'applique pas : parc public");
    }

    [Fact(DisplayName = "Paris : parc inconnu, le secrétariat a cinq jours pour le dire, puis l'ADIL n'est pas saisie")]
    public void Commandement_of_unknown_park()
    {
        var first = Paris.Repartir(Commandement);
        first.Remises().ShouldBe("ccapex-75 P1");
        first.Attentes().ShouldBe("parc demandé à ccapex-75 jusqu'au 07/03 09:30");

        Paris.Repartir(Commandement with { Parc = "prive" }, joursPlusTard: 2).Remises().ShouldBe("adil-75 P2, ccapex-75 P1");
        var late = Paris.Repartir(Commandement, joursPlusTard: 5);
        late.Remises().ShouldBe("ccapex-75 P1");
        late.Holds.ShouldBeEmpty();
        late.Regle("75-1").Issue.ShouldBe("repli");
    }

    [Fact(DisplayName = "Paris : un bailleur en gestion directe est informé sans aucune donnée du locataire : rien n'est remis")]
    public void Direct_management()
    {
        var outcome = Paris.Repartir(Commandement with { Parc = "public", Gestion = "directe" });

        outcome.Remises().ShouldBe("ccapex-75 P1");
        outcome.Regle("75-2").Issue.ShouldBe("information");
        outcome.Regle("75-2").Motif.ShouldContain("sans aucune donnée du locataire");
    }

    [Fact(DisplayName = "Paris : l'impayé signalé par la CAF va au secrétariat et à l'action sociale de la CAF")]
    public void Caf_notice() =>
        Paris.Repartir(SignalementCaf with { Commune = "75119" }).Remises().ShouldBe("caf-75 P4, ccapex-75 P3");

    [Fact(DisplayName = "Paris : l'impayé signalé par un bailleur va au secrétariat seulement")]
    public void Landlord_notice() => Paris.Repartir(SignalementBailleur).Remises().ShouldBe("ccapex-75 P12");

    [Fact(DisplayName = "Paris : l'orientation de la Banque de France va au secrétariat seulement")]
    public void Banque_de_France() => Paris.Repartir(OrientationBanqueDeFrance).Remises().ShouldBe("ccapex-75 P7");

    [Fact(DisplayName = "Paris : assignation, parc privé, ménage inconnu des services : équipe mobile")]
    public void Unknown_to_services() =>
        Paris.Repartir(Assignation with { ConnuDesServices = false }).Remises().ShouldBe("ccapex-75 P5, dsf-75 P5, equipe-mobile-75 P9, prefecture-75 P5");

    [Fact(DisplayName = "Paris : commandement de quitter les lieux, parc privé, ménage inconnu des services : équipe mobile ; sans réponse, la Ville")]
    public void Unknown_to_services_at_the_order_to_leave()
    {
        var cql = Assignation with { Stade = "cql", TypeMessage = "commissaires-de-justice/commandements-de-quitter-les-lieux" };

        Paris.Repartir(cql with { ConnuDesServices = false }).Remises().ShouldBe("ccapex-75 P8, equipe-mobile-75 P9, prefecture-75 P8");
        Paris.Repartir(cql, joursPlusTard: 5).Remises().ShouldBe("ccapex-75 P8, prefecture-75 P8, ville-75 P4 (repli)");
    }

    [Theory(DisplayName = "Paris : réquisition, décision sur le concours et procès-verbal vont à la Préfecture de Police et à la CCAPEX (ligne 12)")]
    [InlineData("commissaires-de-justice/requisitions-force-publique", "rfp")]
    [InlineData("instances/decisions-cfp", "cfp")]
    [InlineData("commissaires-de-justice/proces-verbaux-expulsion", "expulsion")]
    public void Force_publique(string type, string stade) =>
        Paris.Repartir(Assignation with { Stade = stade, TypeMessage = type }).Remises().ShouldBe("ccapex-75 P8, police-75 P8");

    [Fact(DisplayName = "Paris : le diagnostic social et financier va à la CCAPEX et au juge")]
    public void Diagnosis() =>
        Paris.Repartir(Assignation with { TypeMessage = "instances/dsf" }).Remises().ShouldBe("ccapex-75 P6, tribunal-75 P6");

    [Fact(DisplayName = "Paris : l'organisme du diagnostic reçoit l'assignation au titre du préfet")]
    public void Diagnosis_on_behalf_of_the_prefet() =>
        Paris.Repartir(Assignation).Targets.Single(t => t.Destinataire == "dsf-75").AuTitreDe.ShouldBe("prefecture-75");

    [Fact(DisplayName = "Paris : assignation, ménage connu des services : pas d'équipe mobile")]
    public void Known_to_services()
    {
        var outcome = Paris.Repartir(Assignation with { ConnuDesServices = true });

        outcome.Remises().ShouldBe("ccapex-75 P5, dsf-75 P5, prefecture-75 P5");
        outcome.Regle("75-4").Motif.ShouldBe("ne s'applique pas : connu des services sociaux");
    }

    [Fact(DisplayName = "Paris : assignation, on ne sait pas si le ménage est connu : la Ville et la CAF ont cinq jours, et l'équipe mobile n'est jamais saisie sans réponse")]
    public void Not_known_whether_known_to_services()
    {
        var first = Paris.Repartir(Assignation);
        first.Remises().ShouldBe("ccapex-75 P5, dsf-75 P5, prefecture-75 P5");
        first.Attentes().ShouldBe("connuDesServices demandé à ville-75 et caf-75 jusqu'au 07/03 09:30");

        Paris.Repartir(Assignation, joursPlusTard: 5).Remises().ShouldBe("ccapex-75 P5, dsf-75 P5, prefecture-75 P5");
    }

    [Fact(DisplayName = "Paris : assignation du parc public, même inconnue des services : pas d'équipe mobile, et aucune attente")]
    public void Public_assignation_waits_for_nothing()
    {
        var outcome = Paris.Repartir(Assignation with { Parc = "public" });

        outcome.Remises().ShouldBe("ccapex-75 P5, dsf-75 P5, prefecture-75 P5");
        outcome.Holds.ShouldBeEmpty();
    }

    [Fact(DisplayName = "Paris : la lettre avec code QR est un projet : la règle est écrite, et désactivée")]
    public void Project_is_inactive() =>
        Paris.Repartir(Assignation).Regle("75-10").Motif.ShouldBe("règle désactivée : projet, pas encore en service");

    [Theory(DisplayName = "Paris : un commandement sans aucune dette (congé, troubles…) suit les mêmes règles")]
    [InlineData("congeVente")]
    [InlineData("occupationSansDroitNiTitre")]
    [InlineData("troubles")]
    public void No_rule_assumes_a_debt(string motif) =>
        Paris.Repartir(Commandement with { Motif = motif, TrancheDette = null, Parc = "prive" }).Remises().ShouldBe("adil-75 P2, ccapex-75 P1");
}
