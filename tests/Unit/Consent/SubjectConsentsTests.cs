using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Consent;

/// <summary>What the acts of the ledger add up to, and which of the ledger and the message counts.</summary>
public sealed class SubjectConsentsTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 16, 9, 0, 0, TimeSpan.Zero);
    private static readonly PurposeRegister Register = PurposeRegister.Load(DataFolder.Shipped("consent/finalites"));

    [Fact]
    public void Of_the_ledger_and_the_message_the_latest_counts()
    {
        var withdrawn = SubjectConsents.None.With("P15", Act(ConsentAct.Retrait, 1));

        State(withdrawn, ConsentState.Granted, declaredOn: 0).ShouldBe(ConsentState.Withdrawn);
        State(withdrawn, ConsentState.Granted, declaredOn: 1).ShouldBe(ConsentState.Withdrawn, "at the same instant the ledger counts");
        State(withdrawn, ConsentState.Granted, declaredOn: 2).ShouldBe(ConsentState.Granted);
        State(withdrawn, ConsentState.Unknown, declaredOn: 2).ShouldBe(ConsentState.Withdrawn, "a message that says nothing changes nothing");
        State(SubjectConsents.None, ConsentState.Refused, declaredOn: 0).ShouldBe(ConsentState.Refused);
    }

    [Fact]
    public void An_act_about_every_purpose_counts_for_each_until_a_later_one()
    {
        var all = SubjectConsents.None.With("P15", Act(ConsentAct.Accord, 1)).With(null, Act(ConsentAct.Retrait, 2));
        State(all, ConsentState.Unknown, 0).ShouldBe(ConsentState.Withdrawn);
        State(all.With("P15", Act(ConsentAct.Accord, 3)), ConsentState.Unknown, 0).ShouldBe(ConsentState.Granted);
    }

    [Fact]
    public void An_agreement_recorded_late_does_not_outlive_a_withdrawal_made_since() =>
        State(SubjectConsents.None.With("P15", Act(ConsentAct.Retrait, 3)).With("P15", Act(ConsentAct.Accord, 1)), ConsentState.Unknown, 0).ShouldBe(ConsentState.Withdrawn);

    [Fact]
    public void What_restricts_or_stops_one_subject_counts_for_the_person_found_behind_both_and_an_agreement_does_not()
    {
        var (known, other) = (
            SubjectConsents.None.With("P15", Act(ConsentAct.Accord, 1)).With("P3", Act(ConsentAct.Limitation, 1)),
            SubjectConsents.None.With("P15", Act(ConsentAct.Retrait, 2)).With("P12", Act(ConsentAct.Accord, 2)).With(null, Act(ConsentAct.Opposition, 2)));

        var joined = known.JoinedWith([known, other]);

        State(joined, ConsentState.Unknown, 0).ShouldBe(ConsentState.Withdrawn);
        joined.Restricted.ShouldBe(["P3", SubjectConsents.EveryPurpose]);
        joined.Agreements.Keys.ShouldBe(["P15"], "an agreement stays where it was given");
        State(SubjectConsents.None.JoinedWith([known, other]), ConsentState.Unknown, 0).ShouldBe(ConsentState.Withdrawn);
        State(SubjectConsents.None.With("P15", Act(ConsentAct.Accord, 3)).JoinedWith([other]), ConsentState.Unknown, 0).ShouldBe(ConsentState.Granted, "given since");
        State(SubjectConsents.None.With("P15", Act(ConsentAct.Accord, 1)).JoinedWith([SubjectConsents.None.With(null, Act(ConsentAct.Refus, 2))]), ConsentState.Unknown, 0).ShouldBe(ConsentState.Refused);
        known.JoinedWith([known, SubjectConsents.None]).ToJson().ShouldBe(known.ToJson(), "nothing to carry changes nothing");
    }

    [Fact]
    public void An_agreement_past_its_end_is_as_if_it_had_not_been_given()
    {
        var consents = SubjectConsents.None.With("P15", new(ConsentAct.Accord, Monday, Monday.AddDays(2), Categories.Dette));
        consents.InForce("P15", ConsentState.Unknown, Categories.None, Monday, Monday.AddDays(2).AddTicks(-1)).ShouldBe((ConsentState.Granted, Categories.Dette));
        consents.InForce("P15", ConsentState.Unknown, Categories.None, Monday, Monday.AddDays(2)).State.ShouldBe(ConsentState.Unknown);
    }

    [Fact]
    public void A_restriction_holds_for_its_purpose_and_the_general_one_for_all()
    {
        var one = SubjectConsents.None.With("P7", Act(ConsentAct.Opposition, 1));
        (one.Restricts("P7"), one.Restricts("P1")).ShouldBe((true, false));
        var all = one.With(null, Act(ConsentAct.Limitation, 2));
        all.Restricts("P1").ShouldBeTrue();
        all.With("P7", Act(ConsentAct.LeveeLimitation, 3)).Restricts("P7").ShouldBeTrue("the general one still holds");
        all.With(null, Act(ConsentAct.LeveeLimitation, 3)).Restricts("P7").ShouldBeFalse();
    }

    [Fact]
    public void What_is_stored_is_read_back_as_it_was()
    {
        var consents = SubjectConsents.None.With("P15", new(ConsentAct.Accord, Monday, Monday.AddDays(2), Categories.Dette | Categories.Identite)).With(null, Act(ConsentAct.Limitation, 1));
        SubjectConsents.Parse(consents.ToJson()).ToJson().ShouldBe(consents.ToJson());
        SubjectConsents.Parse(consents.ToJson()).InForce("P15", ConsentState.Unknown, Categories.None, Monday, Monday).ShouldBe((ConsentState.Granted, Categories.Dette | Categories.Identite));
        State(SubjectConsents.Parse("{}"), ConsentState.Granted, 0).ShouldBe(ConsentState.Granted);
    }

    [Fact]
    public void Of_two_acts_of_one_moment_the_one_recorded_last_counts_and_the_general_one_before_the_particular()
    {
        var both = SubjectConsents.None.With("P15", Act(ConsentAct.Accord, 1)).With("P15", Act(ConsentAct.Refus, 1));
        State(both, ConsentState.Unknown, 0).ShouldBe(ConsentState.Refused);
        State(SubjectConsents.None.With("P15", Act(ConsentAct.Accord, 1)).With(null, Act(ConsentAct.Retrait, 1)), ConsentState.Unknown, 0).ShouldBe(ConsentState.Withdrawn);
        State(SubjectConsents.None.With(null, Act(ConsentAct.Retrait, 0)).With("P15", Act(ConsentAct.Accord, 1)), ConsentState.Unknown, 0).ShouldBe(ConsentState.Granted);
    }

    [Fact]
    public void Acts_of_one_purpose_leave_the_others_as_they_were()
    {
        var one = SubjectConsents.None.With("P15", Act(ConsentAct.Accord, 1)).With("P6", Act(ConsentAct.Refus, 1)).With("P7", Act(ConsentAct.Opposition, 1)).With("P9", Act(ConsentAct.Limitation, 1));
        State(one, ConsentState.Unknown, 0).ShouldBe(ConsentState.Granted);
        one.InForce("P6", ConsentState.Unknown, Categories.None, Monday, Monday).State.ShouldBe(ConsentState.Refused);
        one.Restricted.ShouldBe(["P7", "P9"]);
        one.With("P7", Act(ConsentAct.Limitation, 2)).Restricted.ShouldBe(["P7", "P9"], "restricted once");
        one.With("P7", Act(ConsentAct.LeveeLimitation, 2)).Restricted.ShouldBe(["P9"]);
        SubjectConsents.None.Agreements.ShouldBeEmpty("nothing is shared between persons");
    }

    [Fact]
    public void An_agreement_counts_for_the_categories_that_it_names_or_else_for_those_of_the_message()
    {
        var named = SubjectConsents.None.With("P15", new(ConsentAct.Accord, Monday.AddDays(1), null, Categories.Dette));
        named.InForce("P15", ConsentState.Granted, Categories.Identite, Monday, Monday.AddDays(3)).ShouldBe((ConsentState.Granted, Categories.Dette));
        var plain = SubjectConsents.None.With("P15", Act(ConsentAct.Accord, 1));
        plain.InForce("P15", ConsentState.Refused, Categories.Identite, Monday, Monday.AddDays(3)).ShouldBe((ConsentState.Granted, Categories.Identite));
        plain.With("P15", Act(ConsentAct.Retrait, 2)).InForce("P15", ConsentState.Granted, Categories.Identite, Monday, Monday.AddDays(3)).ShouldBe((ConsentState.Withdrawn, Categories.None));
        plain.With("P15", Act(ConsentAct.Refus, 2)).InForce("P15", ConsentState.Granted, Categories.Identite, Monday, Monday.AddDays(3)).ShouldBe((ConsentState.Refused, Categories.None));
    }

    [Fact]
    public void What_is_stored_has_the_words_of_older_rows()
    {
        SubjectConsents.None.With("P15", new(ConsentAct.Retrait, Monday, null, null)).With("P7", Act(ConsentAct.Opposition, 0)).ToJson()
            .ShouldBe("""{"agreements":{"P15":{"act":"Retrait","at":"2026-11-16T09:00:00+00:00","until":null,"named":null}},"restricted":["P7"]}""");
        Should.Throw<InvalidDataException>(() => SubjectConsents.Parse("null"));
        SubjectConsents.Parse("{}").ShouldBeSameAs(SubjectConsents.None);
    }

    [Theory]
    [InlineData(ConsentAct.Accord, null, ConsentEffect.Aucun, ConsentMisuse.AccordSansObjet)]
    [InlineData(ConsentAct.Accord, "P1", ConsentEffect.Aucun, ConsentMisuse.AccordSansObjet)]
    [InlineData(ConsentAct.Accord, "P6", ConsentEffect.AccordEnVigueur, null)]
    [InlineData(ConsentAct.Refus, null, ConsentEffect.ArretImmediat, null)]
    [InlineData(ConsentAct.Retrait, null, ConsentEffect.ArretImmediat, null)]
    [InlineData(ConsentAct.Opposition, null, ConsentEffect.Aucun, ConsentMisuse.OppositionSansFinalite)]
    [InlineData(ConsentAct.Opposition, "P15", ConsentEffect.Aucun, ConsentMisuse.OppositionAuLieuDeRetrait)]
    [InlineData(ConsentAct.Limitation, null, ConsentEffect.Limitation, null)]
    [InlineData(ConsentAct.LeveeLimitation, null, ConsentEffect.Levee, null)]
    [InlineData(ConsentAct.LeveeLimitation, "P2", ConsentEffect.Levee, null)]
    public void An_act_that_cannot_mean_anything_is_said_to(ConsentAct act, string? purpose, ConsentEffect effect, ConsentMisuse? misuse) =>
        ConsentEffects.Of(act, purpose is null ? null : Register.InForce(purpose, Monday)).ShouldBe((effect, misuse));

    [Fact]
    public void An_objection_that_a_text_excludes_changes_nothing()
    {
        var excluded = Register.InForce("P7", Monday)! with { Rights = Register.InForce("P7", Monday)!.Rights with { Objection = false } };
        ConsentEffects.Of(ConsentAct.Opposition, excluded).ShouldBe((ConsentEffect.Aucun, null));
    }

    [Theory]
    [InlineData("P6", ConsentAct.Opposition, ConsentEffect.Aucun)]
    [InlineData("P1", ConsentAct.Opposition, ConsentEffect.Aucun)]
    [InlineData("P7", ConsentAct.Opposition, ConsentEffect.Limitation)]
    [InlineData("P1", ConsentAct.Retrait, ConsentEffect.Aucun)]
    [InlineData("P6", ConsentAct.Retrait, ConsentEffect.ArretImmediat)]
    [InlineData("P15", ConsentAct.Refus, ConsentEffect.ArretImmediat)]
    [InlineData("P1", ConsentAct.Limitation, ConsentEffect.Limitation)]
    public void The_legal_basis_decides_what_an_act_changes(string purpose, ConsentAct act, ConsentEffect effect) =>
        ConsentEffects.Of(act, Register.InForce(purpose, Monday)).ShouldBe((effect, null));

    [Fact]
    public void An_agreement_to_studies_stops_with_its_withdrawal_and_an_agreement_to_something_else_is_none()
    {
        var studies = Register.InForce("P17", Monday)!;
        ConsentEffects.Of(ConsentAct.Accord, studies).ShouldBe((ConsentEffect.AccordEnVigueur, null));
        ConsentEffects.Of(ConsentAct.Retrait, studies).ShouldBe((ConsentEffect.ArretImmediat, null));
        var agreed = SubjectConsents.None.With("P15", Act(ConsentAct.Accord, 0));
        Studies(agreed).ShouldBe(ConsentState.Unknown);
        Studies(agreed.With("P17", Act(ConsentAct.Accord, 1))).ShouldBe(ConsentState.Granted);
        Studies(agreed.With("P17", Act(ConsentAct.Accord, 1)).With("P17", Act(ConsentAct.Retrait, 2))).ShouldBe(ConsentState.Withdrawn);

        // No message declares this agreement.
        static ConsentState Studies(SubjectConsents consents) => consents.InForce("P17", ConsentState.Unknown, Categories.None, Monday, Monday.AddDays(10)).State;
    }

    [Theory]
    [InlineData("partieObligatoire", Categories.Identite | Categories.Adresse | Categories.Acte)]
    [InlineData("toutTransmettre", Categories.Identite | Categories.Adresse | Categories.Menage | Categories.Ressources | Categories.Dette | Categories.Bail | Categories.Acte | Categories.Surendettement | Categories.Social)]
    [InlineData("rienSansAccord", Categories.None)]
    public void What_the_judge_gets_without_the_agreement_is_a_setting_of_the_register(string rule, Categories given)
    {
        using var folder = DataFolder.Copy("consent/finalites");
        folder.Edit("commun-2026-01-01.json", r => r["parametres"]!["accordEtObligationLegale"]!["regle"] = rule);
        var decision = PurposeDecision.MayDisclose(
            PurposeRegister.Load(folder.Path),
            new("P6", "organisme-dsf", new("instances", "dsf"), null, "tribunal", "autorite", "75", CategoryNames.All, false, ConsentState.Withdrawn, Monday, OperatingMode.Demonstration));

        (decision is DisclosureDecision.Permit permit ? permit.Categories : Categories.None).ShouldBe(given);
    }

    [Fact]
    public void A_register_that_does_not_say_what_prevails_gives_the_mandatory_part_only()
    {
        using var folder = DataFolder.Copy("consent/finalites");
        folder.Edit("commun-2026-01-01.json", r => r.Remove("parametres"));
        PurposeRegister.Load(folder.Path).CommonInForce(Monday)!.Conflict.Rule.ShouldBe(AgreementConflict.PartieObligatoire);
        folder.Edit("commun-2026-01-01.json", r => r["parametres"] = new System.Text.Json.Nodes.JsonObject());
        Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldHaveSingleItem().Pointer.ShouldBe("/parametres/accordEtObligationLegale");
    }

    private static StandingAct Act(ConsentAct act, int day) => new(act, Monday.AddDays(day), null, null);

    private static ConsentState State(SubjectConsents consents, ConsentState declared, int declaredOn) =>
        consents.InForce("P15", declared, Categories.None, Monday.AddDays(declaredOn), Monday.AddDays(10)).State;
}
