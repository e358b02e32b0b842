using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Routing;

/// <summary>Who is drawn, when, and out of how many places.</summary>
public sealed class QuotaTests
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
    private static readonly DateOnly Day = new(2026, 11, 2);

    private static RuleQuota Quota(int number = 250, QuotaPeriod period = QuotaPeriod.Mois, DrawRhythm rhythm = DrawRhythm.Hebdomadaire, params string[] key) => new()
    {
        Number = number,
        Period = period,
        Rhythm = rhythm,
        Key = key.Length == 0 ? KeyCriterion.All : key,
        Vulnerabilities = [new("famille avec enfants", new RuleCondition.Among((RuleFact.Choice)RuleFact.All["composition"], ["familleAvecEnfants"]))],
        Otherwise = new QuotaOtherwise.Wait(),
        Established = false,
    };

    private static DateTimeOffset Utc(int month, int day, int hour, int minute = 0) => new(2026, month, day, hour, minute, 0, TimeSpan.Zero);

    [Fact]
    public void A_draw_is_held_at_the_territorys_midnight_in_winter_and_in_summer()
    {
        QuotaCalendar.NextDraw(Quota(), Utc(11, 21, 10), Paris).ShouldBe(Utc(11, 22, 23));
        QuotaCalendar.NextDraw(Quota(), Utc(11, 22, 22, 59), Paris).ShouldBe(Utc(11, 22, 23));
        QuotaCalendar.NextDraw(Quota(), Utc(11, 22, 23), Paris).ShouldBe(Utc(11, 29, 23), "what comes at midnight is for the next");
        QuotaCalendar.NextDraw(Quota(rhythm: DrawRhythm.Mensuel), Utc(6, 15, 0), Paris).ShouldBe(Utc(6, 30, 22));
        var island = Distribution.Catalogue.TryGet("974", out var reunion) ? reunion.TimeZone : throw new InvalidOperationException();
        QuotaCalendar.NextDraw(Quota(), Utc(11, 21, 10), island).ShouldBe(Utc(11, 22, 20), "La Réunion is four hours ahead of UTC, all year");
        QuotaCalendar.NextDraw(Quota(rhythm: DrawRhythm.Mensuel), Utc(6, 15, 0), island).ShouldBe(Utc(6, 30, 20));
    }

    [Fact]
    public void The_draw_of_the_first_of_a_month_uses_the_quota_of_the_month_before() =>
        QuotaCalendar.PeriodOf(Quota(rhythm: DrawRhythm.Mensuel), Utc(11, 30, 23), Paris).ShouldBe(new DateOnly(2026, 11, 1));

    [Theory]
    [InlineData(nameof(QuotaPeriod.Semaine), 7)]
    [InlineData(nameof(QuotaPeriod.Mois), 11)]
    [InlineData(nameof(QuotaPeriod.Annee), 250)]
    [InlineData(nameof(QuotaPeriod.Annee), 51)]
    public void The_draws_of_a_period_reach_its_quota_exactly_and_never_go_back(string period, int number)
    {
        var quota = Quota(number, Enum.Parse<QuotaPeriod>(period));
        var last = new Dictionary<DateOnly, int>();
        for (var at = QuotaCalendar.NextDraw(quota, Utc(1, 1, 0), Paris); at < Utc(12, 31, 0).AddDays(400); at = QuotaCalendar.NextDraw(quota, at, Paris))
        {
            var (of, share) = (QuotaCalendar.PeriodOf(quota, at, Paris), QuotaCalendar.ShareAt(quota, at, Paris));
            share.ShouldBeInRange(last.GetValueOrDefault(of), number);
            last[of] = share;
        }

        // Every period that is over has had all of it; the first and the last are cut by this loop.
        last.OrderBy(l => l.Key).Skip(1).SkipLast(1).ShouldAllBe(l => l.Value == number);
    }

    [Fact]
    public void The_key_goes_by_debt_then_vulnerability_then_age_then_order_of_reception()
    {
        var quota = Quota();
        var (first, second) = (new Guid("019a0000-0000-7000-8000-000000000001"), new Guid("019a0000-0000-7000-8000-000000000002"));
        Faits With(string? debt, int? months = 3, string? composition = null) => Distribution.Commandement with { TrancheDette = debt, MoisImpayes = months, Composition = composition };
        SelectionKey[] expected =
        [
            SelectionKey.Of(quota, With("plus10000"), Day, second),
            SelectionKey.Of(quota, With("2000a5000", 9), Day, second),
            SelectionKey.Of(quota, With("2000a5000", 3, "familleAvecEnfants"), Day.AddDays(4), second),
            SelectionKey.Of(quota, With("2000a5000"), Day, first),
            SelectionKey.Of(quota, With("2000a5000"), Day, second),
            SelectionKey.Of(quota, With("2000a5000"), Day.AddDays(1), first),
            SelectionKey.Of(quota, With("2000a5000", null), Day, first),
            SelectionKey.Of(quota, With("moins500"), Day, first),
            SelectionKey.Of(quota, With(null), Day, first),
            SelectionKey.Of(quota, With("aucune"), Day, first),
        ];
        expected.Reverse().OrderBy(k => k, SelectionKey.Order).ShouldBe(expected);
    }

    [Fact]
    public void The_order_of_arrival_changes_nothing_and_a_later_more_indebted_file_takes_the_place_of_an_earlier_one()
    {
        var quota = Quota(key: "dette");
        string[] debts = ["moins500", "500a2000", "2000a5000", "5000a10000", "plus10000"];
        var entrants = Enumerable.Range(0, 400).Select(i =>
        {
            var deposit = new Guid(i, 0, 0, new byte[8]);
            return new DrawEntrant(deposit, deposit, SelectionKey.Of(quota, Distribution.Commandement with { TrancheDette = debts[i % 5], MoisImpayes = i % 7 }, Day, deposit), HasPlace: false);
        }).ToList();
        var cut = DrawCut.Of(entrants, 25);
        cut.Chosen.ShouldBe(25);
        cut.Verdicts.Count(v => v.Chosen).ShouldBe(25);
        cut.Verdicts.Where(v => v.Chosen).ShouldAllBe(v => BitConverter.ToInt32(v.Candidate.ToByteArray()) % 5 == 4);
        var again = DrawCut.Of(entrants.OrderBy(e => BitConverter.ToInt32(e.Candidate.ToByteArray()) * 7919 % 401), 25);
        again.Ranking.ShouldBe(cut.Ranking);
        again.Verdicts.ShouldBe(cut.Verdicts);
    }

    [Fact]
    public void A_household_takes_one_place_whatever_the_number_of_its_deposits_and_none_when_it_has_one()
    {
        var quota = Quota(key: "dette");
        DrawEntrant Of(int deposit, int household, string debt, bool placed = false)
        {
            var id = new Guid(deposit, 0, 0, new byte[8]);
            return new(id, new Guid(household, 1, 0, new byte[8]), SelectionKey.Of(quota, Distribution.Commandement with { TrancheDette = debt }, Day, id), placed);
        }

        var cut = DrawCut.Of([Of(1, 1, "plus10000"), Of(2, 1, "moins500"), Of(3, 2, "2000a5000"), Of(4, 3, "500a2000"), Of(5, 4, "aucune", placed: true)], 2);
        (cut.Ranked, cut.Chosen).ShouldBe((3, 2));
        cut.Verdicts.Where(v => v.Chosen).Select(v => BitConverter.ToInt32(v.Candidate.ToByteArray())).ShouldBe([1, 2, 3, 5], ignoreOrder: true);
    }
}
