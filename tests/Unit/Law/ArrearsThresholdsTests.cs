using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Unit.Law;

/// <summary>From when arrears count, before and after each change of the law; unknown is never "no".</summary>
public class ArrearsThresholdsTests
{
    private static readonly FrenchLaw Law = ShippedLaw.France;
    private static readonly DateOnly Before = new(2026, 12, 31);
    private static readonly DateOnly After = new(2027, 1, 1);

    /// <summary>The CAF's own example: rent 280, charges 20, aid 50.</summary>
    private static readonly Arrears Example = new() { Rent = 280, Charges = 20, Aid = 50 };

    [Theory]
    [InlineData(true, 500)]
    [InlineData(false, 600)]
    public void Until_the_end_of_2026_arrears_are_two_payments_net_of_the_aid_paid_to_the_landlord(bool paidToLandlord, int threshold)
    {
        var arrears = Example with { PaidToLandlord = paidToLandlord, Debt = threshold };
        Law.AidedArrearsThreshold(Before, Before, arrears).ShouldSatisfyAllConditions(v => v.Verdict.ShouldBe(Reached.Yes), v => v.Amount.ShouldBe(threshold));
        Law.AidedArrearsThreshold(Before, Before, arrears with { Debt = threshold - 0.01m }).Verdict.ShouldBe(Reached.No);
    }

    [Theory]
    [InlineData(450.00, Reached.No)]
    [InlineData(450.01, Reached.Yes)]
    public void From_2027_arrears_are_more_than_a_fixed_amount(double debt, Reached verdict) =>
        Law.AidedArrearsThreshold(After, After, Example with { Debt = (decimal)debt, FirstDefault = (After, After) }).Verdict.ShouldBe(verdict);

    [Fact]
    public void From_2027_three_months_since_the_first_default_are_enough_whatever_the_amount()
    {
        var first = new DateOnly(2027, 1, 5);
        var arrears = Example with { Debt = 10, FirstDefault = (first, first) };
        Law.AidedArrearsThreshold(After, new(2027, 4, 4), arrears).Verdict.ShouldBe(Reached.No);
        Law.AidedArrearsThreshold(After, new(2027, 4, 5), arrears).Verdict.ShouldBe(Reached.Yes);
        // Only the month of the default is known: between its first and its last day nothing is concluded.
        arrears = arrears with { FirstDefault = (new(2027, 1, 1), new(2027, 1, 31)) };
        Law.AidedArrearsThreshold(After, new(2027, 4, 15), arrears).Verdict.ShouldBe(Reached.Unknown);
        Law.AidedArrearsThreshold(After, new(2027, 4, 30), arrears).Verdict.ShouldBe(Reached.Yes);
    }

    [Fact]
    public void The_same_debt_is_judged_by_the_day_of_its_constitution()
    {
        var arrears = new Arrears { Debt = 480, Rent = 280, Charges = 20, PaidToLandlord = false, FirstDefault = (new(2026, 12, 1), new(2026, 12, 31)) };
        Law.AidedArrearsThreshold(Before, new(2027, 1, 15), arrears).Verdict.ShouldBe(Reached.No);
        Law.AidedArrearsThreshold(After, new(2027, 1, 15), arrears).Verdict.ShouldBe(Reached.Yes);
    }

    [Fact]
    public void What_is_not_known_of_the_aid_leaves_only_what_every_reading_says()
    {
        var unknown = new Arrears { Rent = 280, Charges = 20 };
        Law.AidedArrearsThreshold(Before, Before, unknown with { Debt = 600 }).Verdict.ShouldBe(Reached.Yes);
        Law.AidedArrearsThreshold(Before, Before, unknown with { Debt = 599 }).Verdict.ShouldBe(Reached.Unknown);
        Law.AidedArrearsThreshold(Before, Before, unknown with { Aid = 50, Debt = 499 }).Verdict.ShouldBe(Reached.No);
        Law.AidedArrearsThreshold(Before, Before, new Arrears { Debt = 1 }).Verdict.ShouldBe(Reached.Unknown);
        Law.AidedArrearsThreshold(Before, Before, unknown with { Charges = null, Aid = 0, Debt = 700 }).Verdict.ShouldBe(Reached.Unknown);
    }

    [Theory]
    [InlineData(2, 100.0, Reached.Yes)]
    [InlineData(1, 1624.80, Reached.Yes)]
    [InlineData(1, 1624.79, Reached.No)]
    [InlineData(null, 1624.79, Reached.Unknown)]
    [InlineData(1, null, Reached.Unknown)]
    public void A_commandement_is_signalled_from_two_months_or_two_rents_without_charges(int? months, double? debt, Reached verdict) =>
        Law.SignallingThreshold(new(2024, 3, 1), new Arrears { Rent = 812.40m, Charges = 75, ConsecutiveMonths = months, Debt = (decimal?)debt }).Verdict.ShouldBe(verdict);

    [Fact]
    public void The_threshold_of_a_commandement_follows_the_date_of_the_act()
    {
        var small = new Arrears { Rent = 800, ConsecutiveMonths = 1, Debt = 10 };
        Law.SignallingThreshold(new(2023, 7, 28), small).Verdict.ShouldBe(Reached.Unknown, "the préfet's own thresholds are not known");
        Law.SignallingThreshold(new(2023, 7, 29), small).ShouldSatisfyAllConditions(v => v.Verdict.ShouldBe(Reached.No), v => v.ToVerify.ShouldBeFalse());
        Law.SignallingThreshold(new(2026, 2, 13), small).ToVerify.ShouldBeTrue();
    }

    [Fact]
    public void Costs_are_out_of_the_debt_and_months_are_counted_where_they_follow_each_other()
    {
        var dette = new Dette
        {
            LoyerHorsCharges = 800,
            Total = 900,
            Decompte = [Line("2026-05", 850, 850), Line("2026-06", 850, 425), Line("2026-07", 850, 850), Line("2026-08", 850, 425, frais: 50)],
        };
        var arrears = Arrears.Of(dette);
        arrears.Debt.ShouldBe(850m, "the total holds the costs, which the statement shows");
        arrears.ConsecutiveMonths.ShouldBe(1);
        Law.SignallingThreshold(new(2026, 9, 1), arrears).Verdict.ShouldBe(Reached.No);

        Arrears.Of(dette with { Total = 1000 }).Debt.ShouldBeNull("its own lines contradict it");
        Arrears.Of(dette with { MoisImpayes = 3 }).ConsecutiveMonths.ShouldBe(3);
        Arrears.Of(dette with { Decompte = [Line("2026-12", 850, 0), Line("2027-01", 850, 0), Line("2027-02", 850, 10)] }).ConsecutiveMonths.ShouldBe(3);
    }

    private static LigneDecompte Line(string month, decimal rent, decimal paid, decimal? frais = null) => new() { Mois = month, Loyer = rent, Versements = paid, Frais = frais };
}
