using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>One deposit as the rule looks at it.</summary>
/// <param name="Purpose">Purpose under which it was deposited.</param>
/// <param name="LastActivity">Last deposit, transmission or acknowledgement in its dossier; a reading is no activity.</param>
/// <param name="Held">Categories that still have a section or stand in a piece.</param>
/// <param name="Deliveries">Purposes under which recipients hold it, with what each was granted; withdrawn and replaced ones are not among them.</param>
internal sealed record HeldDeposit(
    Guid Id, Guid Subject, string Purpose, DateTimeOffset ReceivedAt, DateTimeOffset LastActivity, Categories Held,
    IReadOnlyList<(string Purpose, Categories Granted)> Deliveries)
{
    /// <summary>Whether the person asked to restrict the use of the data (art. 18 RGPD), or a case about them is open: then nothing is erased.</summary>
    public bool Suspended { get; init; }
}

/// <summary>How long one category of one deposit is kept.</summary>
internal abstract record Keeping
{
    private Keeping() { }

    /// <param name="LastDay">Last day of conservation, legal time of metropolitan France: it is erased from the next day on.</param>
    /// <param name="Purpose">The purpose that decides: the longest.</param>
    internal sealed record Until(DateOnly LastDay, string Purpose) : Keeping;

    /// <summary>No end can be computed: a purpose has no duration yet, or none holds the category any more. It is kept, and reported.</summary>
    internal sealed record Open(string Purpose) : Keeping;
}

/// <summary>
/// The rule of conservation, in force since 1 January 2026 and in this one place. A category of a deposit is kept as long as one
/// purpose under which it is legitimately held asks for it: the purpose of the deposit, and that of each delivery in force
/// which was granted the category; each by its version in force on the day of the deposit. The duration runs from the last
/// activity of the dossier (the register: « à compter de la fin du suivi »). The longest decides. A duration that nobody has
/// fixed has no end. A piece goes with the first of its categories.
/// </summary>
internal static class RetentionRule
{
    /// <param name="category">Exactly one.</param>
    public static Keeping Of(PurposeRegister register, Categories category, HeldDeposit deposit)
    {
        var start = PurposeRegister.LegalDay(deposit.LastActivity > deposit.ReceivedAt ? deposit.LastActivity : deposit.ReceivedAt);
        Keeping.Until? longest = null;
        var holders = deposit.Deliveries.Where(d => (d.Granted & category) != Categories.None).Select(d => d.Purpose).Prepend(deposit.Purpose).Distinct(StringComparer.Ordinal);
        foreach (var id in holders)
        {
            if (register.InForce(id, deposit.ReceivedAt) is not { } purpose)
                return new Keeping.Open(id);
            if (!purpose.Retention.TryGetValue(category, out var retention))
                continue;
            if (retention.Period is not { } period)
                return new Keeping.Open(id);
            var end = period.From(start);
            if (longest is null || end > longest.LastDay)
                longest = new Keeping.Until(end, id);
        }

        return longest is null ? new Keeping.Open(deposit.Purpose) : longest;
    }

    /// <summary>Each category held, with how long it is kept.</summary>
    public static IEnumerable<(Categories Category, Keeping Keeping)> Of(PurposeRegister register, HeldDeposit deposit) =>
        deposit.Held.Each().Select(category => (category, Of(register, category, deposit)));

    /// <summary>What of a deposit must be erased on a day.</summary>
    public static Categories Expired(PurposeRegister register, HeldDeposit deposit, DateOnly today) =>
        deposit.Suspended
            ? Categories.None
            : Of(register, deposit).Where(k => k.Keeping is Keeping.Until until && until.LastDay < today).Aggregate(Categories.None, (all, k) => all | k.Category);

    /// <summary>Deposits received on this day or later hold nothing that has expired on <paramref name="today"/>: no duration of the register is short enough. <see langword="null"/> when none is fixed.</summary>
    public static DateOnly? NotBefore(PurposeRegister register, DateOnly today)
    {
        // Some days more: months have different lengths.
        var days = register.Purposes.SelectMany(p => p.Retention.Values).Select(r => r.Period).OfType<RetentionPeriod>().Select(p => p.Before(today)).ToList();
        return days.Count == 0 ? null : days.Max().AddDays(4);
    }
}
