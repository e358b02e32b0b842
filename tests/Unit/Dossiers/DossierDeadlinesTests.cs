using ExchangeGateway.Gateway.Dossiers;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;
using ExchangeGateway.Unit.Law;

namespace ExchangeGateway.Unit.Dossiers;

/// <summary>The deadlines that messages open, against the vectors of the domain, and what ends them.</summary>
public class DossierDeadlinesTests
{
    private static readonly FrenchLaw France = ShippedLaw.France;

    [Theory]
    [InlineData("2024-01-12", "2022-05-01", "2024-03-12")]
    [InlineData("2024-01-12", "2023-10-01", "2024-02-23")]
    public void A_commandement_opens_six_weeks_or_two_months_by_its_lease(string served, string lease, string due) =>
        Opened(new Acte { Nature = "commandementDePayer", SignifieLe = Day(served) }, new Bail { SigneLe = Day(lease) }).ShouldBe([("CDP.DELAI", Day(due))]);

    [Fact]
    public void A_guarantor_has_a_deadline_only_where_there_is_one() =>
        Opened(new Acte { Nature = "commandementDePayer", SignifieLe = new(2026, 11, 2) }, new Bail { SigneLe = new(2024, 2, 1), Garantie = "caution" })
            .ShouldBe([("CDP.CAUTION", new DateOnly(2026, 11, 17)), ("CDP.DELAI", new DateOnly(2026, 12, 14))]);

    [Fact]
    public void A_hearing_gives_the_notification_and_the_diagnosis_and_a_renvoi_moves_the_latter_only()
    {
        var act = new Acte { Nature = "assignation", SignifieLe = new(2024, 6, 3), AudienceLe = new(2024, 9, 16) };
        Opened(act).ShouldBe([("ASSIGN.PREFET", new DateOnly(2024, 8, 5)), ("DSF.TRANSMIT", new DateOnly(2024, 9, 9))]);
        Opened(act with { RenvoiAu = new(2024, 10, 14) }).ShouldBe([("ASSIGN.PREFET", new DateOnly(2024, 8, 5)), ("DSF.TRANSMIT", new DateOnly(2024, 10, 7))]);
        Opened(act with { NotifiePrefetLe = new(2024, 6, 10) }).ShouldBe([("DSF.TRANSMIT", new DateOnly(2024, 9, 9))]);
    }

    [Fact]
    public void Two_months_of_silence_are_a_refusal() =>
        Opened(new Acte { Nature = "requisitionForcePublique", RequisLe = new(2024, 5, 2) }).ShouldBe([("RFP", new DateOnly(2024, 7, 2))]);

    [Fact]
    public void What_ends_in_the_truce_waits_for_its_end()
    {
        var act = new Acte { Nature = "commandementDeQuitterLesLieux", SignifieLe = new(2026, 10, 12) };
        Opened(act).ShouldBe([("CQL.DELAI", new DateOnly(2026, 12, 14)), ("TREVE", new DateOnly(2027, 4, 1))]);
        Opened(act with { SignifieLe = new(2026, 3, 2) }).ShouldBe([("CQL.DELAI", new DateOnly(2026, 5, 4))]);
        Opened(act with { DelaiExpulsion = "supprime" }).ShouldBeEmpty();
        France.Opened(new(act with { DelaiExpulsion = "reduit", LiberationLe = new(2026, 10, 26) }, null, null, null), FrenchCalendar.Metropole).ShouldHaveSingleItem().Assumed.ShouldNotBeNull();
    }

    [Fact]
    public void A_team_is_in_touch_again_within_fifteen_days_until_its_follow_up_ends()
    {
        var suivi = new Suivi { Issue = "enCours", CourrierLe = new(2026, 11, 2), Veille15jLe = new(2026, 11, 10) };
        France.Opened(new(null, null, null, suivi), FrenchCalendar.Metropole).ShouldHaveSingleItem().Date.ShouldBe(new DateOnly(2026, 11, 25));
        France.Opened(new(null, null, null, suivi with { Issue = "relogement" }), FrenchCalendar.Metropole).ShouldBeEmpty();
    }

    [Fact]
    public void A_later_stage_ends_a_deadline_and_an_earlier_procedure_does_not()
    {
        var cdp = Event("commissaires-de-justice/commandements-de-payer", "2026-11-02");
        var deadline = new OpenedDeadline(Guid.Empty, cdp, default, new Deadline(LawRules.ResolutoryClause, new(2026, 12, 14), new(2026, 12, 14), "", false));
        bool Runs(params StageEvent[] others) => DossierDeadlines.Running([deadline], [cdp, .. others], new(2026, 11, 21)).Count == 1;

        Runs().ShouldBeTrue();
        Runs(Event("commissaires-de-justice/assignations", "2026-12-01")).ShouldBeFalse();
        Runs(Event("commissaires-de-justice/assignations", "2025-03-01")).ShouldBeTrue("the assignation of another year ends nothing");
        Runs(Event("instances/saisines-ccapex", "2026-12-01") with { Declared = "assignation" }).ShouldBeTrue("a stage that is only stated ends nothing");
    }

    [Fact]
    public void The_diagnosis_ends_its_own_deadline_and_the_last_notice_of_the_hearing_counts()
    {
        var (first, second) = (Event("commissaires-de-justice/assignations", "2026-11-02"), Event("commissaires-de-justice/assignations", "2026-11-02"));
        OpenedDeadline Of(StageEvent e, int hour, DateOnly due) => new(Guid.Empty, e, new(2026, 11, 3, hour, 0, 0, TimeSpan.Zero), new Deadline(LawRules.DiagnosisTransmission, due, due, "", false));
        OpenedDeadline[] opened = [Of(second, 12, new(2027, 3, 8)), Of(first, 9, new(2027, 2, 8))];

        DossierDeadlines.Running(opened, [first, second], new(2026, 11, 21)).ShouldHaveSingleItem().Deadline.Effective.ShouldBe(new DateOnly(2027, 3, 8));
        DossierDeadlines.Running(opened, [first, second, Event("instances/dsf", "2026-11-20")], new(2026, 11, 21)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void An_alert_is_within_ten_days_and_not_past(int days, bool alert) =>
        DossierDeadlines.IsAlert(new DateOnly(2026, 11, 21).AddDays(days), new(2026, 11, 21)).ShouldBe(alert);

    private static (string, DateOnly)[] Opened(Acte act, Bail? lease = null) =>
        [.. France.Opened(new(act, lease, null, null), FrenchCalendar.Metropole).Select(d => (d.Rule, d.Effective))];

    private static StageEvent Event(string type, string on) => new(MessageType.Parse(type), null, Day(on));

    private static DateOnly Day(string day) => DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
}
