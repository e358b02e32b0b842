using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Intake;

/// <summary>Which months a quality report counts, and how it counts them.</summary>
public class QualitySpanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly MessageType Cdp = new("commissaires-de-justice", "commandements-de-payer");
    private static readonly MessageType Caf = new("caf", "impayes");

    [Theory]
    [InlineData(null, null, null, "2026-T1 2026-T2 2026-T3 2026-T4")]
    [InlineData("trimestre", "2026-02", "2026-04", "2026-T1 2026-T2")]
    [InlineData("mois", "2026-12", "2027-01", "2026-12 2027-01")]
    [InlineData("mois", "2026-10", null, "2026-10 2026-11")]
    public void A_span_is_whole_months_or_whole_quarters(string? step, string? from, string? to, string periods)
    {
        QualitySpan.TryRead(step, from, to, Now, out var span, out var error).ShouldBeTrue(error);
        string.Join(' ', span.Periods().Select(p => p.Code)).ShouldBe(periods);
    }

    [Fact]
    public void Days_are_those_of_metropolitan_france()
    {
        QualitySpan.TryRead("mois", "2026-03", "2026-03", Now, out var span, out _).ShouldBeTrue();
        span.Instants().ShouldBe((new DateTimeOffset(2026, 2, 28, 23, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 31, 22, 0, 0, TimeSpan.Zero)));
        // Half past midnight in Paris on New Year's day.
        QualitySpan.TryRead("mois", null, null, new(2026, 12, 31, 23, 30, 0, TimeSpan.Zero), out span, out _).ShouldBeTrue();
        span.Last.ShouldBe(new DateOnly(2027, 1, 1));
    }

    [Theory]
    [InlineData("semaine", null, null)]
    [InlineData(null, "2026", null)]
    [InlineData(null, "2026-11", "2026-10")]
    [InlineData(null, "2020-01", "2026-10")]
    [InlineData(null, null, "2026-00")]
    [InlineData(null, "9999-12", null)]
    public void A_span_that_makes_no_sense_is_told(string? step, string? from, string? to)
    {
        QualitySpan.TryRead(step, from, to, Now, out _, out var error).ShouldBeFalse();
        error.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void An_illegible_notice_is_neither_old_nor_in_the_share()
    {
        QualitySpan.TryRead("mois", "2026-11", "2026-11", Now, out var span, out _).ShouldBeTrue();
        QualityGroup Group(MessageType type, long count, bool? phone, params string[] flags) => new(new(2026, 11, 1), type, flags, phone, count);
        var report = QualityTally.Report("etude", span,
        [
            Group(Cdp, 40, true), Group(Cdp, 18, true, "noticeAJour"), Group(Cdp, 42, false, "noticeAncienne", "telephoneAbsent"), Group(Cdp, 100, false, "noticeIllisible"),
            Group(Caf, 7, false, "telephoneAbsent"), Group(new("banque-de-france", "orientations"), 3, null),
        ]);

        report.Total.Envois.ShouldBe(210);
        report.Total.Notices.ShouldBe(new NoticeCounts(200, 58, 42, 0, 100, 0, 58.0m));
        report.Total.Telephones.ShouldBe(new PhoneCounts(207, 58, 28.0m));
        report.Total.Drapeaux.Single(d => d.Code == "telephoneAbsent").ShouldBe(new FlagCount("telephoneAbsent", Drapeaux.TelephoneAbsent.Message, 49));
        report.Periodes.ShouldHaveSingleItem().Libelle.ShouldBe("novembre 2026");
    }
}
