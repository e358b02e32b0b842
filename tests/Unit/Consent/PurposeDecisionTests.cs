// Long because: every reason to deny is one test of one table.
using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Consent;

public sealed class PurposeDecisionTests
{
    private static readonly PurposeRegister Register = PurposeRegister.Load(DataFolder.Shipped("consent/finalites"));
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
    private static readonly MessageType Cdp = new("commissaires-de-justice", "commandements-de-payer");
    private static readonly MessageType CafImpaye = new("caf", "impayes");
    private static readonly MessageType BailleurImpaye = new("bailleurs", "impayes");
    private static readonly MessageType Dsf = new("instances", "dsf");
    private static readonly MessageType Referral = new("allo-prevention-expulsion", "orientations");
    private static readonly MessageType Answer = new("instances", "reponses");
    private static readonly MessageType FollowUp = new("instances", "suivis");
    private static readonly MessageType Orientation = new("banque-de-france", "orientations");

    private const Categories OfAnAct =
        Categories.Identite | Categories.Adresse | Categories.Contact | Categories.Dette | Categories.Bail | Categories.Acte;

    private static readonly DisclosureRequest CdpToAdil = new(
        "P2", "commissaire-de-justice", Cdp, "ccapex", "adil", "instructeur", "75", CategoryNames.All, false, ConsentState.Unknown, Now, OperatingMode.Demonstration);

    [Fact]
    public void An_etude_may_deposit_a_commandement_and_what_the_purpose_does_not_name_is_not_kept() =>
        Deposit("commissaire-de-justice", Cdp, OfAnAct | Categories.Ressources | Categories.Sante)
            .ShouldBe(new DepositDecision.Permit("P1", "P1-2026-01-01", OfAnAct));

    [Theory]
    [InlineData("caf", "caf", "impayes", "P3")]
    [InlineData("msa", "caf", "impayes", "P3")]
    [InlineData("bailleur", "bailleurs", "impayes", "P12")]
    [InlineData("banque-de-france", "banque-de-france", "orientations", "P7")]
    public void Each_sender_deposits_under_its_own_purpose(string nature, string partner, string name, string purpose) =>
        Deposit(nature, new(partner, name), Categories.Identite).ShouldBeOfType<DepositDecision.Permit>().PurposeId.ShouldBe(purpose);

    [Fact]
    public void An_etude_may_not_deposit_a_notice_of_the_caf() =>
        Deposit("commissaire-de-justice", CafImpaye, Categories.Identite).ShouldBe(Refused(DenialReason.TypeNonPrevu));

    [Fact]
    public void An_adil_deposits_no_act_and_the_bar_deposits_nothing()
    {
        Deposit("adil", Cdp, Categories.Identite).ShouldBe(Refused(DenialReason.TypeNonPrevu));
        Deposit("barreau", Cdp, Categories.Identite).ShouldBe(Refused(DenialReason.DeposantNonPrevu));
    }

    [Theory]
    [InlineData("commissaire-de-justice", "commissaires-de-justice/assignations", "P5")]
    [InlineData("commissaire-de-justice", "commissaires-de-justice/commandements-de-quitter-les-lieux", "P8")]
    [InlineData("commissaire-de-justice", "commissaires-de-justice/requisitions-force-publique", "P8")]
    [InlineData("commissaire-de-justice", "commissaires-de-justice/proces-verbaux-expulsion", "P8")]
    [InlineData("caf", "caf/saisines-ccapex", "P3")]
    [InlineData("bailleur", "bailleurs/saisines-ccapex", "P12")]
    [InlineData("departement", "instances/saisines-ccapex", "P4")]
    [InlineData("association", "instances/saisines-ccapex", "P4")]
    [InlineData("organisme-dsf", "instances/dsf", "P6")]
    [InlineData("equipe-mobile", "instances/dsf", "P6")]
    [InlineData("tribunal", "instances/decisions-justice", "P8")]
    [InlineData("prefet", "instances/decisions-cfp", "P8")]
    [InlineData("equipe-mobile", "instances/suivis", "P9")]
    [InlineData("departement", "instances/reponses", "P14")]
    [InlineData("caf", "instances/reponses", "P14")]
    public void Each_new_message_has_one_purpose_of_deposit(string nature, string type, string purpose) =>
        Deposit(nature, MessageType.Parse(type), Categories.Identite).ShouldBeOfType<DepositDecision.Permit>().PurposeId.ShouldBe(purpose);

    [Fact]
    public void The_judge_gets_the_diagnosis_with_the_persons_agreement_and_without_it_identity_and_absence_only()
    {
        var toJudge = CdpToAdil with { PurposeId = "P6", SenderNature = "organisme-dsf", MessageType = Dsf, OnBehalfOfNature = null, RecipientNature = "tribunal", RecipientRole = "autorite" };
        const Categories absence = Categories.Identite | Categories.Adresse | Categories.Acte;

        Permitted(toJudge with { Consent = ConsentState.Granted }).ShouldBe(absence | Categories.Menage | Categories.Ressources | Categories.Dette | Categories.Bail | Categories.Surendettement | Categories.Social);
        foreach (var state in new[] { ConsentState.Unknown, ConsentState.Refused, ConsentState.Withdrawn })
            Permitted(toJudge with { Consent = state }).ShouldBe(absence, state.ToString());
        Decide(toJudge with { Requested = Categories.Social }).ShouldBe(new DisclosureDecision.Hold("accordPersonne"));
        Denied(toJudge with { Requested = Categories.Social, Consent = ConsentState.Withdrawn }).ShouldBe(DenialReason.AccordRetire);
        // The CCAPEX receives the whole of it by decree, whatever the person agreed to.
        Permitted(toJudge with { RecipientNature = "ccapex", RecipientRole = "secretariat", Consent = ConsentState.Refused }).HasFlag(Categories.Social).ShouldBeTrue();
    }

    [Fact]
    public void A_question_to_the_services_gives_identity_and_address_and_only_the_answer_comes_back()
    {
        var question = CdpToAdil with { PurposeId = "P14", RecipientNature = "departement" };
        Permitted(question).ShouldBe(Categories.Identite | Categories.Adresse);

        var answer = question with { SenderNature = "departement", MessageType = Answer, OnBehalfOfNature = null, RecipientNature = "ccapex", RecipientRole = "secretariat" };
        Permitted(answer).ShouldBe(Categories.Identite | Categories.Adresse | Categories.Menage | Categories.Social);
        Denied(answer with { OnBehalfOfNature = "ccapex", RecipientNature = "caf", RecipientRole = "instructeur" }).ShouldBe(DenialReason.DestinataireNonPrevu);
        Denied(question with { OnBehalfOfNature = null, RecipientNature = "ccapex" }).ShouldBe(DenialReason.DestinataireNonPrevu);
    }

    [Fact]
    public void The_mobile_team_is_reached_for_the_CCAPEX_or_the_departement_and_its_follow_up_goes_to_the_CCAPEX_only()
    {
        var toTeam = CdpToAdil with { PurposeId = "P9", SenderNature = "caf", MessageType = CafImpaye, RecipientNature = "equipe-mobile" };
        Permitted(toTeam).HasFlag(Categories.Menage | Categories.Dette).ShouldBeTrue();
        (Permitted(toTeam with { OnBehalfOfNature = "departement" }) & (Categories.Ressources | Categories.Social | Categories.Sante)).ShouldBe(Categories.None);
        Denied(toTeam with { OnBehalfOfNature = "adil" }).ShouldBe(DenialReason.AuTitreDeDifferent);

        var followUp = toTeam with { SenderNature = "equipe-mobile", MessageType = FollowUp, OnBehalfOfNature = null, RecipientNature = "ccapex", RecipientRole = "secretariat" };
        Permitted(followUp).ShouldBe(Categories.Identite | Categories.Adresse | Categories.Social);
        Denied(followUp with { OnBehalfOfNature = "ccapex", RecipientNature = "equipe-mobile", RecipientRole = "instructeur" }).ShouldBe(DenialReason.DestinataireNonPrevu);
    }

    [Fact]
    public void A_referral_gives_what_the_agreement_names_and_nothing_without_it()
    {
        var referral = CdpToAdil with { PurposeId = "P15", SenderNature = "ligne-ecoute", MessageType = Referral, OnBehalfOfNature = null };
        const Categories named = Categories.Identite | Categories.Contact | Categories.Sante;

        Permitted(referral with { Consent = ConsentState.Granted, Named = named }).ShouldBe(Categories.Identite | Categories.Contact, "health is never given, named or not");
        Denied(referral with { Consent = ConsentState.Granted }).ShouldBe(DenialReason.AccordSansCategorie);
        Decide(referral with { Named = named }).ShouldBe(new DisclosureDecision.Hold("accordPersonne"));
        Denied(referral with { Consent = ConsentState.Withdrawn, Named = named }).ShouldBe(DenialReason.AccordRetire);
    }

    [Fact]
    public void A_referral_is_taken_in_with_the_agreement_only_and_keeps_what_it_names()
    {
        var referral = new DepositRequest("ligne-ecoute", Referral, OfAnAct | Categories.Ressources, Now, OperatingMode.Demonstration, ConsentState.Granted, Categories.Identite | Categories.Contact);
        PurposeDecision.MayDeposit(Register, referral).ShouldBe(new DepositDecision.Permit("P15", "P15-2026-01-01", Categories.Identite | Categories.Contact));

        PurposeDecision.MayDeposit(Register, referral with { Consent = ConsentState.Unknown }).ShouldBe(Refused(DenialReason.AccordManquant));
        PurposeDecision.MayDeposit(Register, referral with { Consent = ConsentState.Refused }).ShouldBe(Refused(DenialReason.AccordRefuse));
        PurposeDecision.MayDeposit(Register, referral with { Named = Categories.Sante }).ShouldBe(Refused(DenialReason.AccordSansCategorie));
    }

    [Fact]
    public void A_study_gets_four_categories_without_identity_when_the_ledger_holds_the_agreement_and_nothing_otherwise()
    {
        var study = CdpToAdil with { PurposeId = "P17", RecipientNature = "pilote", RecipientRole = "autorite" };

        Permitted(study with { Consent = ConsentState.Granted }).ShouldBe(Categories.Menage | Categories.Dette | Categories.Bail | Categories.Acte);
        Decide(study).ShouldBe(new DisclosureDecision.Hold("reutilisationEtudes"));
        Denied(study with { Consent = ConsentState.Refused }).ShouldBe(DenialReason.AccordRefuse);
        Denied(study with { Consent = ConsentState.Withdrawn }).ShouldBe(DenialReason.AccordRetire);
        Denied(study with { Consent = ConsentState.Granted, RecipientNature = "adil", RecipientRole = "instructeur" }).ShouldBe(DenialReason.DestinataireNonPrevu);
    }

    [Fact]
    public void Nobody_gets_anything_of_a_person_for_the_indicators() =>
        Denied(CdpToAdil with { PurposeId = "P10", OnBehalfOfNature = null, RecipientNature = "pilote" }).ShouldBe(DenialReason.DeposantNonPrevu);

    [Fact]
    public void Nothing_is_deposited_before_the_purpose_is_in_force() =>
        PurposeDecision.MayDeposit(Register, new("caf", CafImpaye, Categories.Identite, Now.AddYears(-1), OperatingMode.Demonstration))
            .ShouldBe(Refused(DenialReason.FinaliteHorsValidite));

    [Fact]
    public void A_message_that_holds_only_what_the_purpose_excludes_is_refused()
    {
        Deposit("caf", CafImpaye, Categories.Sante).ShouldBe(Refused(DenialReason.CategoriesNonPermises));
        Deposit("caf", CafImpaye, Categories.None).ShouldBe(Refused(DenialReason.RienDemande));
    }

    [Fact]
    public void Without_a_fixed_retention_real_data_is_neither_taken_nor_given()
    {
        PurposeDecision.MayDeposit(Register, new("caf", CafImpaye, Categories.Identite, Now)).ShouldBe(Refused(DenialReason.ConservationAFixer));
        Denied(CdpToAdil with { Mode = OperatingMode.Production }).ShouldBe(DenialReason.ConservationAFixer);
    }

    [Fact]
    public void A_signed_retention_opens_production()
    {
        using var folder = DataFolder.Copy("consent/finalites");
        folder.Edit("P2-2026-01-01.json", PurposeRegisterTests.Sign);

        PurposeDecision.MayDisclose(PurposeRegister.Load(folder.Path), CdpToAdil with { Mode = OperatingMode.Production })
            .ShouldBeOfType<DisclosureDecision.Permit>();
    }

    [Fact]
    public void The_adil_gets_the_act_without_resources_nor_health() =>
        Decide(CdpToAdil).ShouldBe(new DisclosureDecision.Permit(OfAnAct, "P2-2026-01-01"));

    [Fact]
    public void The_secretariat_gets_resources_from_the_caf_but_none_from_an_etude()
    {
        var toCcapex = CdpToAdil with { PurposeId = "P1", OnBehalfOfNature = null, RecipientNature = "ccapex", RecipientRole = "secretariat" };

        Permitted(toCcapex).HasFlag(Categories.Ressources).ShouldBeFalse();
        Permitted(toCcapex with { PurposeId = "P3", SenderNature = "caf", MessageType = CafImpaye }).HasFlag(Categories.Ressources).ShouldBeTrue();
    }

    [Theory]
    [InlineData("departement")]
    [InlineData("caf")]
    [InlineData("caf-action-sociale")]
    [InlineData("fsl")]
    public void Social_workers_get_the_household_of_a_caf_notice_but_neither_social_evaluation_nor_health(string nature)
    {
        var categories = Permitted(CdpToAdil with { PurposeId = "P4", SenderNature = "caf", MessageType = CafImpaye, RecipientNature = nature });

        categories.HasFlag(Categories.Menage | Categories.Ressources).ShouldBeTrue();
        (categories & (Categories.Social | Categories.Sante | Categories.Surendettement)).ShouldBe(Categories.None);
    }

    [Fact]
    public void Nobody_but_the_ccapex_redistributes()
    {
        Denied(CdpToAdil with { OnBehalfOfNature = null }).ShouldBe(DenialReason.AuTitreDeDifferent);
        Denied(CdpToAdil with { OnBehalfOfNature = "adil" }).ShouldBe(DenialReason.AuTitreDeDifferent);
        Denied(CdpToAdil with { PurposeId = "P1", RecipientNature = "ccapex", RecipientRole = "secretariat" }).ShouldBe(DenialReason.AuTitreDeDifferent);
    }

    [Fact]
    public void A_landlord_receives_nothing_about_a_commandement() =>
        Denied(CdpToAdil with { RecipientNature = "bailleur" }).ShouldBe(DenialReason.DestinataireNonPrevu);

    [Fact]
    public void The_adil_gets_nothing_of_a_caf_notice()
    {
        Denied(CdpToAdil with { SenderNature = "caf", MessageType = CafImpaye }).ShouldBe(DenialReason.DeposantNonPrevu);
        Denied(CdpToAdil with { MessageType = CafImpaye }).ShouldBe(DenialReason.TypeNonPrevu);
    }

    [Fact]
    public void An_agent_whose_role_is_not_named_reads_nothing()
    {
        Denied(CdpToAdil with { RecipientRole = "depositaire" }).ShouldBe(DenialReason.RoleNonPrevu);
        Denied(CdpToAdil with { RecipientRole = "administrateur" }).ShouldBe(DenialReason.RoleNonPrevu);
        Decide(CdpToAdil with { RecipientRole = null }).ShouldBeOfType<DisclosureDecision.Permit>();
    }

    [Fact]
    public void A_restriction_stops_everything() =>
        Denied(CdpToAdil with { SubjectRestricted = true }).ShouldBe(DenialReason.PersonneEnLimitation);

    [Fact]
    public void A_purpose_that_is_not_registered_or_not_yet_in_force_permits_nothing()
    {
        Denied(CdpToAdil with { PurposeId = "P99" }).ShouldBe(DenialReason.FinaliteInconnue);
        Denied(CdpToAdil with { Instant = Now.AddYears(-1) }).ShouldBe(DenialReason.FinaliteHorsValidite);
    }

    [Fact]
    public void Asking_for_nothing_or_for_nothing_allowed_is_refused()
    {
        Denied(CdpToAdil with { Requested = Categories.None }).ShouldBe(DenialReason.RienDemande);
        Denied(CdpToAdil with { Requested = Categories.Ressources | Categories.Sante }).ShouldBe(DenialReason.CategoriesNonPermises);
    }

    [Theory]
    [InlineData("commissaire-de-justice", "commissaires-de-justice", "commandements-de-payer")]
    [InlineData("bailleur", "bailleurs", "impayes")]
    [InlineData("caf", "caf", "impayes")]
    [InlineData("banque-de-france", "banque-de-france", "orientations")]
    public void A_sender_learns_the_state_of_its_deposit_and_nothing_of_the_file(string nature, string partner, string name)
    {
        var back = CdpToAdil with { PurposeId = "P11", SenderNature = nature, MessageType = new(partner, name), RecipientNature = nature, RecipientRole = "depositaire", Requested = Categories.None };

        Decide(back).ShouldBe(new DisclosureDecision.Permit(Categories.None, "P11-2026-01-01"));
        Denied(back with { Requested = Categories.Identite }).ShouldBe(DenialReason.CategoriesNonPermises);
        Denied(back with { RecipientNature = "adil" }).ShouldBe(DenialReason.DestinataireNonPrevu);
        Decide(back with { Mode = OperatingMode.Production }).ShouldBeOfType<DisclosureDecision.Permit>();
    }

    [Fact]
    public void A_banque_de_france_referral_waits_for_the_electronic_agreement_and_goes_no_further_when_it_is_refused()
    {
        var referral = CdpToAdil with { PurposeId = "P7", SenderNature = "banque-de-france", MessageType = Orientation, OnBehalfOfNature = null, RecipientNature = "ccapex", RecipientRole = "secretariat" };

        Decide(referral).ShouldBe(new DisclosureDecision.Hold("accordElectronique"));
        Decide(referral with { Consent = ConsentState.Granted }).ShouldBeOfType<DisclosureDecision.Permit>();
        Denied(referral with { Consent = ConsentState.Refused }).ShouldBe(DenialReason.AccordRefuse);
        Denied(referral with { Consent = ConsentState.Withdrawn }).ShouldBe(DenialReason.AccordRetire);
    }

    [Fact]
    public void An_agreement_changes_nothing_where_the_law_does_not_ask_for_one() =>
        Decide(CdpToAdil with { Consent = ConsentState.Refused }).ShouldBeOfType<DisclosureDecision.Permit>();

    [Fact]
    public void A_landlords_notice_gives_the_caf_no_resources() =>
        Permitted(CdpToAdil with { PurposeId = "P12", SenderNature = "bailleur", MessageType = BailleurImpaye, OnBehalfOfNature = null, RecipientNature = "caf" })
            .ShouldBe(OfAnAct & ~Categories.Acte);

    [Fact]
    public void A_purpose_limited_to_a_territory_permits_nothing_elsewhere()
    {
        using var folder = DataFolder.Copy("consent/finalites");
        folder.Edit("P2-2026-01-01.json", root => root["territoires"] = new System.Text.Json.Nodes.JsonArray("75"));
        var register = PurposeRegister.Load(folder.Path);

        PurposeDecision.MayDisclose(register, CdpToAdil).ShouldBeOfType<DisclosureDecision.Permit>();
        PurposeDecision.MayDisclose(register, CdpToAdil with { Territory = "modele" }).ShouldBe(new DisclosureDecision.Deny(DenialReason.TerritoireNonPrevu));
    }

    [Fact]
    public void Codes_of_reasons_are_stable_words() =>
        Enum.GetValues<DenialReason>().Select(r => r.Code).ShouldBe([
            "finaliteInconnue", "finaliteHorsValidite", "conservationAFixer", "deposantNonPrevu", "typeNonPrevu", "auTitreDeDifferent", "territoireNonPrevu",
            "destinataireNonPrevu", "roleNonPrevu", "personneEnLimitation", "rienDemande", "categoriesNonPermises", "accordRefuse", "accordRetire", "accordManquant", "accordSansCategorie"]);

    private static DepositDecision Deposit(string nature, MessageType type, Categories present) =>
        PurposeDecision.MayDeposit(Register, new(nature, type, present, Now, OperatingMode.Demonstration));

    private static DepositDecision.Deny Refused(DenialReason reason) => new(reason);

    private static DisclosureDecision Decide(DisclosureRequest request) => PurposeDecision.MayDisclose(Register, request);

    private static DenialReason Denied(DisclosureRequest request) => Decide(request).ShouldBeOfType<DisclosureDecision.Deny>().Reason;

    private static Categories Permitted(DisclosureRequest request) => Decide(request).ShouldBeOfType<DisclosureDecision.Permit>().Categories;
}
