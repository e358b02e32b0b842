namespace ExchangeGateway.Schemas.Law;

/// <summary>Whether arrears reach a threshold; unknown is never "no".</summary>
public enum Reached
{
    Unknown,
    No,
    Yes,
}

/// <summary>What the law says of arrears.</summary>
/// <param name="Verdict">One condition reached is enough; "no" needs every condition known.</param>
/// <param name="Amount">Debt from which (or, with <see cref="ArrearsThreshold.AmountExceeded"/>, above which) the amount counts, in euros; <see langword="null"/> when it cannot be told.</param>
/// <param name="Source">Text.</param>
/// <param name="ToVerify">Whether a lawyer must still check the rule.</param>
public sealed record ThresholdVerdict(Reached Verdict, decimal? Amount, string Source, bool ToVerify);

/// <summary>Thresholds of arrears, pure functions of a debt, of dates and of the law.</summary>
public static class ArrearsThresholds
{
    extension(FrenchLaw law)
    {
        /// <summary>Whether the commissaire de justice must signal a commandement de payer (art. 24 I loi 89-462), by the date of the act.</summary>
        public ThresholdVerdict SignallingThreshold(DateOnly servedOn, Arrears arrears) => law.Judge(LawRules.Signalling, servedOn, servedOn, arrears);

        /// <summary>Whether the arrears of an aided tenant are constituted (R824-1 CCH), by the date of their constitution.</summary>
        /// <param name="constitutedOn">Day of the constitution, or the day of the question when nobody has said it.</param>
        /// <param name="asOf">Day of the question: months since the first default are counted to it.</param>
        public ThresholdVerdict AidedArrearsThreshold(DateOnly constitutedOn, DateOnly asOf, Arrears arrears) => law.Judge(LawRules.AidedArrears, constitutedOn, asOf, arrears);

        private ThresholdVerdict Judge(string rule, DateOnly reference, DateOnly asOf, Arrears arrears)
        {
            if (law.At(rule, reference) is not { } version)
                return new(Reached.Unknown, null, "", true);
            if (version.Threshold is not { } threshold)
                return new(Reached.Unknown, null, version.Source, version.ToVerify);
            var (least, most) = Amounts(threshold, arrears);
            Reached?[] conditions =
            [
                threshold.ConsecutiveMonths is { } months ? AtLeast(arrears.ConsecutiveMonths, months) : null,
                threshold.AmountExceeded is { } limit ? arrears.Debt is { } owed ? Is(owed > limit) : Reached.Unknown : null,
                least is not null || most is not null || Relative(threshold) ? Compare(arrears.Debt, least, most) : null,
                threshold.MonthsSinceFirstDefault is { } since ? Elapsed(arrears.FirstDefault, since, asOf) : null,
            ];
            return new(Any(conditions), threshold.AmountExceeded ?? (least == most ? least : null), version.Source, version.ToVerify);
        }
    }

    private static bool Relative(ArrearsThreshold threshold) => threshold.RentsWithoutCharges is not null || threshold.MonthlyPayments is not null;

    /// <summary>The least and the most that the amount in monthly payments may be, for what is known of them.</summary>
    private static (decimal? Least, decimal? Most) Amounts(ArrearsThreshold threshold, Arrears arrears)
    {
        if (arrears.Rent is not { } rent)
            return (null, null);
        if (threshold.RentsWithoutCharges is { } rents)
            return (rents * rent, rents * rent);
        if (threshold.MonthlyPayments is not { } payments)
            return (null, null);
        // Charges that nobody gave may be nothing (rent charges included) or anything.
        decimal? gross = arrears.Charges is { } charges ? rent + charges : null;
        if (!threshold.NetOfAidPaidToLandlord || arrears.PaidToLandlord == false)
            return (payments * (gross ?? rent), payments * gross);
        var least = arrears.Aid is { } aid ? Math.Max(0, (gross ?? rent) - aid) : 0;
        var most = arrears.PaidToLandlord == true && arrears.Aid is { } paid ? gross - paid : gross;
        return (payments * least, payments * (most is { } m ? Math.Max(0, m) : null));
    }

    private static Reached Compare(decimal? debt, decimal? least, decimal? most)
    {
        if (debt is not { } owed)
            return Reached.Unknown;
        if (most is { } above && owed >= above)
            return Reached.Yes;
        return least is { } below && owed < below ? Reached.No : Reached.Unknown;
    }

    private static Reached AtLeast(int? value, int limit) => value is { } known ? Is(known >= limit) : Reached.Unknown;

    private static Reached Elapsed((DateOnly Earliest, DateOnly Latest)? first, int months, DateOnly asOf)
    {
        if (first is not var (earliest, latest))
            return Reached.Unknown;
        if (asOf >= latest.AddMonths(months))
            return Reached.Yes;
        return asOf < earliest.AddMonths(months) ? Reached.No : Reached.Unknown;
    }

    private static Reached Is(bool reached) => reached ? Reached.Yes : Reached.No;

    private static Reached Any(Reached?[] conditions)
    {
        if (conditions.Contains(Reached.Yes))
            return Reached.Yes;
        return conditions.Contains(Reached.Unknown) || conditions.All(c => c is null) ? Reached.Unknown : Reached.No;
    }
}
