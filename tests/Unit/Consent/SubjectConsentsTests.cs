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
