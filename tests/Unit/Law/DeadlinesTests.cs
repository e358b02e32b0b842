using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Unit.Law;

/// <summary>The deadlines that the domain gives as examples, and what each of them depends on.</summary>
public class DeadlinesTests
{
    private static readonly FrenchLaw Law = ShippedLaw.France;

    [Theory]
    [InlineData("2024-01-12", "2022-05-01", "2024-03-12")]
    [InlineData("2024-01-12", "2023-10-01", "2024-02-23")]
    [InlineData("2024-01-12", "2023-07-28", "2024-03-12")]
    [InlineData("2024-01-12", "2023-07-29", "2024-02-23")]
    [InlineData("2026-11-03", "2010-01-01", "2027-01-04")] // Sunday 3 January: carried to Monday
    public void The_delay_of_a_commandement_follows_the_date_of_the_lease(string served, string lease, string effective) =>
        Law.ResolutoryClause(Day(served), Day(lease))!.Effective.ShouldBe(Day(effective));

    [Fact]
    public void Without_the_date_of_the_lease_the_nearest_deadline_is_given_and_said_to_be_assumed()
    {
        var deadline = Law.ResolutoryClause(new(2024, 1, 12), null)!;
        deadline.Effective.ShouldBe(new DateOnly(2024, 2, 23));
        deadline.Assumed.ShouldNotBeNull();
        Law.ResolutoryClause(new(2023, 5, 12), null)!.Effective.ShouldBe(new DateOnly(2023, 7, 12));
    }

    [Theory]
    [InlineData("2024-06-03", "2024-09-16", "2024-08-05")]
    [InlineData("2023-07-28", "2023-10-16", "2023-08-16")]
    [InlineData("2023-07-29", "2023-10-16", "2023-09-04")]
    public void The_prefect_is_notified_six_weeks_before_the_hearing_and_two_months_for_acts_of_before(string summoned, string hearing, string latest) =>
        Law.PrefectNotification(Day(summoned), Day(hearing))!.Effective.ShouldBe(Day(latest));

    [Fact]
    public void A_corporate_landlord_refers_the_case_two_months_before_it_summons_and_others_need_not()
    {
        Law.LandlordReferral(new(2026, 11, 20), "bailleurSocial")!.Effective.ShouldBe(new DateOnly(2026, 9, 20));
        Law.LandlordReferral(new(2026, 4, 30), "personneMorale")!.Effective.ShouldBe(new DateOnly(2026, 2, 28));
        Law.LandlordReferral(new(2026, 11, 20), "personnePhysique").ShouldBeNull();
        Law.LandlordReferral(new(2026, 11, 20), "sciFamiliale").ShouldBeNull();
    }

    [Fact]
    public void The_diagnosis_is_handed_over_five_working_days_before_the_hearing()
    {
        Law.DiagnosisTransmission(new(2024, 9, 16))!.Date.ShouldBe(new DateOnly(2024, 9, 9));
        // 8 May (Wednesday) and Ascension (Thursday 9) are holidays.
        Law.DiagnosisTransmission(new(2024, 5, 13))!.Date.ShouldBe(new DateOnly(2024, 5, 2));
        Law.DiagnosisTransmission(new(2020, 9, 16)).ShouldBeNull("the decree is of January 2021");
        Law.DiagnosisInterview(new(2024, 9, 2))!.Date.ShouldBe(new DateOnly(2024, 9, 23));
    }

    [Theory]
    [InlineData("2024-05-02", "2024-07-02")]
    [InlineData("2024-12-31", "2025-02-28")]
    [InlineData("2023-12-31", "2024-02-29")]
    public void Silence_on_the_police_force_is_a_refusal_after_two_months_even_on_a_day_off(string requested, string refused) =>
        Law.ImplicitRefusal(Day(requested))!.Effective.ShouldBe(Day(refused));

    [Fact]
    public void A_commandement_to_leave_opens_two_months_carried_over_a_holiday()
    {
        Law.LeavingThePremises(new(2026, 9, 10))!.Effective.ShouldBe(new DateOnly(2026, 11, 10));
        var carried = Law.LeavingThePremises(new(2026, 9, 11))!;
        carried.Date.ShouldBe(new DateOnly(2026, 11, 11));
        carried.Effective.ShouldBe(new DateOnly(2026, 11, 12));
        carried.ToVerify.ShouldBeTrue("art. 642 is general knowledge here");
    }

    [Fact]
    public void A_holiday_of_the_dwellings_region_moves_the_deadline_there_only()
    {
        // 27 April 2026 is a Monday, and the abolition of slavery in Mayotte.
        Law.LeavingThePremises(new(2026, 2, 27), Law.Calendar.RegionOf("97608"))!.Effective.ShouldBe(new DateOnly(2026, 4, 28));
        Law.LeavingThePremises(new(2026, 2, 27), Law.Calendar.RegionOf("75111"))!.Effective.ShouldBe(new DateOnly(2026, 4, 27));
    }

    [Fact]
    public void The_guarantor_is_served_within_fifteen_days_and_the_paying_body_told_within_two_months()
    {
        Law.GuarantorService(new(2026, 11, 3))!.Effective.ShouldBe(new DateOnly(2026, 11, 18));
        Law.ArrearsSignal(new(2026, 10, 31))!.Effective.ShouldBe(new DateOnly(2026, 12, 31));
    }

    [Fact]
    public void Every_deadline_names_its_text()
    {
        var day = new DateOnly(2026, 11, 20);
        Deadline?[] all =
        [
            Law.ResolutoryClause(day, null), Law.SignallingGoal(day), Law.GuarantorService(day), Law.PrefectNotification(day, day), Law.LandlordReferral(day, "personneMorale"),
            Law.DiagnosisInterview(day), Law.DiagnosisTransmission(day), Law.LeavingThePremises(day), Law.ImplicitRefusal(day), Law.ArrearsSignal(day),
        ];
        all.ShouldAllBe(d => d != null && d.Source.Length > 10 && d.Rule.Length > 2);
    }

    internal static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
