using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Law;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.Adapters;

/// <summary>Messages of services, courts, préfets and mobile teams: what goes into which section, and what stays unknown.</summary>
public class InstancesTests
{
    private static readonly AdaptContext Context = new(new(2026, 11, 20), "1", [], ShippedLaw.France);

    private static Signalement Adapt(string name, string example, string? pointer = null, JsonNode? value = null)
    {
        var folder = "instances." + name;
        var body = Exemples.Valid(folder, example);
        if (pointer is not null)
            body = Exemples.With(body, pointer, value);
        Exemples.Catalogue.Validate(new("instances", name), body).ShouldBeOfType<ValidationResult.Valid>();
        PartnerMessages.TryGet(new("instances", name), out var message).ShouldBeTrue();
        return message!.Adapt(body, Context);
    }

    private static Categories Sections(Signalement signalement) => signalement.Sections().Aggregate(Categories.None, (all, s) => all | s.Category);

    private static IEnumerable<string> Flags(Signalement signalement) => signalement.Drapeaux.Select(d => d.Code);

    [Fact]
    public void A_diagnosis_parts_the_interview_from_what_was_said_in_it()
    {
        var diagnosis = Adapt("dsf", "complet");

        diagnosis.Faits.ShouldSatisfyAllConditions(f => f.AccordPersonne.ShouldBe(true), f => f.Stade.ShouldBe("assignation"), f => f.Parc.ShouldBe("prive"), f => f.AideAuLogement.ShouldBe(true));
        diagnosis.Acte!.ShouldSatisfyAllConditions(
            a => a.Nature.ShouldBe("diagnosticSocialFinancier"), a => a.AudienceLe.ShouldBe(new DateOnly(2026, 12, 3)), a => a.NumeroRG.ShouldBe("26/09758"), a => a.Entretien!.Presence.ShouldBe("presente"));
        diagnosis.Social!.Diagnostic!.RepriseLoyer.ShouldBe("partiel");
        diagnosis.Drapeaux.ShouldBeEmpty();
    }

    [Fact]
    public void A_report_of_absence_holds_identity_and_absence_only()
    {
        var absence = Adapt("dsf", "carence");

        Sections(absence).ShouldBe(Categories.Identite | Categories.Adresse | Categories.Acte);
        absence.Acte!.NatureDsf.ShouldBe("dsfCarence");
        absence.Faits.AccordPersonne.ShouldBeNull();
        Flags(absence).ShouldBeEmpty();
        Flags(Adapt("dsf", "carence", "/entretien/presence", "presente")).ShouldBe(["carenceIncoherente"]);
    }

    [Fact]
    public void A_diagnosis_without_agreement_says_what_the_judge_will_miss()
    {
        var refused = Adapt("dsf", "sans-accord");

        refused.Faits.AccordPersonne.ShouldBe(false);
        Flags(refused).ShouldContain("accordPersonneAbsent");
    }

    [Theory]
    [InlineData("connu", true)]
    [InlineData("suiviEnCours", true)]
    [InlineData("inconnu", false)]
    [InlineData("neSaitPas", null)]
    public void An_answer_is_three_valued_and_not_knowing_is_never_unknown_to_the_service(string connu, bool? known) =>
        Adapt("reponses", "complet", "/reponse/connu", connu).Faits.ConnuDesServices.ShouldBe(known);

    [Theory]
    [InlineData("oui", true)]
    [InlineData("non", false)]
    [InlineData("neSaitPas", null)]
    public void An_answer_tells_the_aid_when_the_service_knows_it(string aide, bool? aided) =>
        Adapt("reponses", "complet", "/reponse/aide", aide).Faits.AideAuLogement.ShouldBe(aided);

    [Fact]
    public void An_answer_gives_the_composition_and_nothing_that_was_not_asked()
    {
        var answer = Adapt("reponses", "complet");

        answer.Faits.Composition.ShouldBe("familleAvecEnfants");
        Sections(answer).ShouldBe(Categories.Identite | Categories.Adresse | Categories.Menage | Categories.Social);
    }

    [Fact]
    public void A_follow_up_is_social_data_of_the_mobile_team()
    {
        var suivi = Adapt("suivis", "complet");

        Sections(suivi).ShouldBe(Categories.Identite | Categories.Adresse | Categories.Social);
        suivi.Social!.Suivi!.Veille15jLe.ShouldBe(new DateOnly(2026, 10, 28));
        suivi.Faits.ConnuDesServices.ShouldBeNull("an offer of follow-up is not a follow-up");
        Adapt("suivis", "complet", "/suivi/suiviSocial", "enCours").Faits.ConnuDesServices.ShouldBe(true);
    }

    [Fact]
    public void A_seizing_by_a_service_holds_no_social_evaluation()
    {
        var saisine = Adapt("saisines-ccapex", "complet");

        saisine.Bail!.Saisine!.AuteurSaisine.ShouldBe("serviceSocial");
        Sections(saisine).HasFlag(Categories.Social).ShouldBeFalse();
        saisine.Faits.ShouldSatisfyAllConditions(f => f.Stade.ShouldBe("assignation"), f => f.TelephoneConnu.ShouldBe(true), f => f.TrancheDette.ShouldBe("2000a5000"));
        Flags(Adapt("saisines-ccapex", "menage-conge")).ShouldContain("sansDette");
    }

    [Fact]
    public void A_refusal_of_the_public_force_without_motive_is_flagged_and_an_implicit_one_is_not()
    {
        Adapt("decisions-cfp", "complet").Decision!.SensCfp.ShouldBe("octroi");
        Flags(Adapt("decisions-cfp", "refus-motive")).ShouldBeEmpty();
        Flags(Adapt("decisions-cfp", "refus-implicite")).ShouldBeEmpty();
        Flags(Adapt("decisions-cfp", "complet", "/decision/sensCfp", "refus")).ShouldBe(["motifRefusAbsent"]);
    }

    [Fact]
    public void A_decision_served_before_it_was_given_is_flagged()
    {
        Adapt("decisions-justice", "complet").Faits.Stade.ShouldBe("decision");
        Flags(Adapt("decisions-justice", "complet", "/decision/signifieeLe", "2026-01-02")).ShouldContain("datesIncoherentes");
    }
}
