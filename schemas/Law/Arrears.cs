using System.Globalization;

namespace ExchangeGateway.Schemas.Law;

/// <summary>What is known of a debt, in euros; what is not known is <see langword="null"/>, never zero.</summary>
public sealed record Arrears
{
    /// <summary>Debt of rent and charges, costs excluded.</summary>
    public decimal? Debt { get; init; }

    /// <summary>Monthly rent without charges.</summary>
    public decimal? Rent { get; init; }

    /// <summary>Monthly charges.</summary>
    public decimal? Charges { get; init; }

    /// <summary>Monthly housing aid.</summary>
    public decimal? Aid { get; init; }

    /// <summary>Whether the aid is paid to the landlord (tiers payant).</summary>
    public bool? PaidToLandlord { get; init; }

    /// <summary>Months unpaid without interruption.</summary>
    public int? ConsecutiveMonths { get; init; }

    /// <summary>The earliest and the latest day that the first default may be: a message gives a month.</summary>
    public (DateOnly Earliest, DateOnly Latest)? FirstDefault { get; init; }

    /// <summary>
    /// Reads the debt of a message. Costs (<c>frais</c>) are taken out where the statement shows them; a total that its own
    /// lines contradict is unknown, so that nothing is concluded from it.
    /// </summary>
    public static Arrears Of(Dette dette) => new()
    {
        Debt = dette.Decompte is { Count: > 0 } lines ? Agreed(dette.Total, lines) : dette.Total,
        Rent = dette.LoyerHorsCharges,
        Charges = dette.Charges,
        Aid = dette.NatureAide == "aucune" ? 0 : dette.AideAuLogement,
        PaidToLandlord = dette.NatureAide == "aucune" ? false : dette.TiersPayant,
        ConsecutiveMonths = Longest(dette.MoisImpayes, Run(dette.Decompte)),
        FirstDefault = FirstDay(dette.PremierMoisImpaye) is { } first ? (first, first.AddMonths(1).AddDays(-1)) : null,
    };

    /// <summary>What a line of the statement adds to the debt: costs stay out of it and of every threshold.</summary>
    public static decimal Owed(LigneDecompte line) =>
        (line.Loyer ?? 0) + (line.Provisions ?? 0) + (line.Regularisation ?? 0) - (line.AideRecue ?? 0) - (line.Versements ?? 0);

    private static decimal? Agreed(decimal? total, IReadOnlyList<LigneDecompte> lines)
    {
        var sum = lines.Sum(Owed);
        return total is null || total == sum || total == sum + lines.Sum(l => l.Frais ?? 0) ? sum : null;
    }

    /// <summary>The longest run of months of the statement that leave something unpaid; <see langword="null"/> without a statement.</summary>
    private static int? Run(IReadOnlyList<LigneDecompte>? lines)
    {
        if (lines is not { Count: > 0 })
            return null;
        var unpaid = lines.GroupBy(l => l.Mois, StringComparer.Ordinal).Where(m => m.Sum(Owed) > 0)
            .Select(m => FirstDay(m.Key)).OfType<DateOnly>().ToHashSet();
        var longest = 0;
        foreach (var start in unpaid.Where(m => !unpaid.Contains(m.AddMonths(-1))))
        {
            var length = 1;
            while (unpaid.Contains(start.AddMonths(length)))
                length++;
            longest = Math.Max(longest, length);
        }

        return longest;
    }

    private static int? Longest(int? said, int? counted) => said is null || counted is null ? said ?? counted : Math.Max(said.Value, counted.Value);

    private static DateOnly? FirstDay(string? month) =>
        DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) ? first : null;
}
