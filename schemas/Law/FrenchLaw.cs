namespace ExchangeGateway.Schemas.Law;

/// <summary>
/// The national law that the gateway computes with, dated: regimes, rules, calendar, truce, helplines. Values come from
/// <c>ops/territories/france.json</c>; code holds none of them. Immutable; a reload makes another one.
/// </summary>
public sealed record FrenchLaw
{
    public required IReadOnlyList<Regime> Regimes { get; init; }

    /// <summary>By id.</summary>
    public required IReadOnlyDictionary<string, LawRule> Rules { get; init; }

    public required FrenchCalendar Calendar { get; init; }

    /// <summary>Whether the way of counting delays must still be checked by a lawyer.</summary>
    public required bool CountingToVerify { get; init; }

    public required WinterTruce Truce { get; init; }

    public required Helplines Helplines { get; init; }

    /// <summary>The regime of a day.</summary>
    /// <exception cref="InvalidOperationException">No regime holds that day; a file with such a gap does not load.</exception>
    public Regime RegimeAt(DateOnly date) => Regimes.FirstOrDefault(r => r.InForce.Contains(date))
        ?? throw new InvalidOperationException($"No regime on {date:O}.");

    /// <summary>The version of a rule for a date of the rule's own kind; <see langword="null"/> when it did not exist yet.</summary>
    /// <exception cref="KeyNotFoundException">No such rule.</exception>
    public LawVersion? At(string rule, DateOnly date) => Rules[rule].At(date);
}

/// <summary>The days of the year on which no eviction is carried out (art. L412-6 CPCE). It suspends execution, never a message or a delay.</summary>
/// <param name="From">First day, month and day.</param>
/// <param name="To">Last day, month and day, inclusive; of the next year when it precedes <paramref name="From"/>.</param>
/// <param name="Source">Text.</param>
public sealed record WinterTruce((int Month, int Day) From, (int Month, int Day) To, string Source)
{
    public bool Contains(DateOnly date)
    {
        var day = (date.Month, date.Day);
        return From.CompareTo(To) <= 0
            ? day.CompareTo(From) >= 0 && day.CompareTo(To) <= 0
            : day.CompareTo(From) >= 0 || day.CompareTo(To) <= 0;
    }

    /// <summary>The first day from <paramref name="date"/> on which an eviction may be carried out again: the day itself outside the truce.</summary>
    public DateOnly FirstDayOutside(DateOnly date)
    {
        while (Contains(date))
            date = date.AddDays(1);
        return date;
    }
}

/// <summary>A number that people may call.</summary>
/// <param name="Number">Ten digits.</param>
/// <param name="ToVerify">Whether somebody must call it before it is shown.</param>
public sealed record Helpline(string Name, string Number, Validity InForce, string Source, bool ToVerify);

/// <summary>The national helplines, those of old and those that are not verified among them.</summary>
/// <param name="Prefixes">First digits by which a number in a notice is known for one of these lines, right or wrong.</param>
public sealed record Helplines(IReadOnlyList<string> Prefixes, IReadOnlyList<Helpline> Numbers)
{
    /// <summary>Numbers in force on a day and verified: those that may be printed.</summary>
    public IEnumerable<Helpline> InForce(DateOnly date) => Numbers.Where(n => !n.ToVerify && n.InForce.Contains(date));
}
