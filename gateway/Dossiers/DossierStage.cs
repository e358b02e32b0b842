using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>What one message says of where the procedure stands.</summary>
/// <param name="Type">Its message type.</param>
/// <param name="Declared">Stage that it states; counts where the type settles none itself.</param>
/// <param name="On">Day of the act or of the decision; the day of reception where none may be read.</param>
internal sealed record StageEvent(MessageType Type, string? Declared, DateOnly On)
{
    /// <summary>Day of the hearing, the renvoi's when there is one.</summary>
    public DateOnly? Hearing { get; init; }

    /// <summary>False when a decision does not order the eviction.</summary>
    public bool? EvictionOrdered { get; init; }

    /// <summary>expulsion, tentative, reprise: what the report of an eviction says was done.</summary>
    public string? Report { get; init; }

    /// <summary>octroi, refus, refusImplicite.</summary>
    public string? PoliceForce { get; init; }
}

/// <summary>Where a household's file stands.</summary>
/// <param name="Code">One of <see cref="DossierStage.All"/>.</param>
/// <param name="Etabli">Whether an act, a decision or a notice shows it; a referral or a follow-up only states it.</param>
/// <param name="Precision">octroi, refus, refusImplicite at the stage of the public force.</param>
internal sealed record CurrentStage(string Code, bool Etabli, string? Precision);

/// <summary>The current stage of a procedure. Pure: the order in which messages arrive changes nothing.</summary>
internal static class DossierStage
{
    /// <summary>From the first arrears to the eviction.</summary>
    public static IReadOnlyList<string> All { get; } = ["impaye", "cdp", "assignation", "audience", "decision", "cql", "rfp", "cfp", "expulsion"];

    /// <summary>The stage that a type settles by itself; the others only state one.</summary>
    private static readonly Dictionary<string, string> Settled = new(StringComparer.Ordinal)
    {
        ["caf/impayes"] = "impaye",
        ["bailleurs/impayes"] = "impaye",
        ["commissaires-de-justice/commandements-de-payer"] = "cdp",
        ["commissaires-de-justice/assignations"] = "assignation",
        ["instances/decisions-justice"] = "decision",
        ["commissaires-de-justice/commandements-de-quitter-les-lieux"] = "cql",
        ["commissaires-de-justice/requisitions-force-publique"] = "rfp",
        ["instances/decisions-cfp"] = "cfp",
        ["commissaires-de-justice/proces-verbaux-expulsion"] = "expulsion",
    };

    /// <param name="events">Messages that may be read, without those that were withdrawn or replaced.</param>
    /// <returns><see langword="null"/> when nothing says anything of a stage.</returns>
    public static CurrentStage? Of(IReadOnlyList<StageEvent> events, DateOnly today)
    {
        var current = Current(events).Select(e => (Event: e, Rank: RankOf(e, today), Settles: Settles(e))).Where(e => e.Rank >= 0).ToList();
        if (current.Count == 0)
            return null;
        var rank = current.Max(e => e.Rank);
        var at = current.FindAll(e => e.Rank == rank);
        return new CurrentStage(All[rank], at.Exists(e => e.Settles), at.OrderBy(e => e.Event.On).Select(e => e.Event.PoliceForce).LastOrDefault(p => p is not null));
    }

    /// <summary>Rank in <see cref="All"/> of what one message shows on a day; -1 for none.</summary>
    public static int RankOf(StageEvent e, DateOnly today) => Rank((Settled.GetValueOrDefault(e.Type.ToString()), e) switch
    {
        // A bailiff who was not let in goes back to ask for the public force.
        ("expulsion", { Report: "tentative" }) => "cql",
        ("assignation", { Hearing: { } hearing }) when hearing <= today => "audience",
        ({ } settled, _) => settled,
        (null, _) => e.Declared,
    });

    public static int Rank(string? stage)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (string.Equals(All[i], stage, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    /// <summary>Whether a message of this type is itself the decision that it carries; others only recall one.</summary>
    public static bool IsDecision(MessageType type) => Settled.GetValueOrDefault(type.ToString()) is "decision" or "cfp";

    /// <summary>Whether the message shows its stage, and does not only state it.</summary>
    public static bool Settles(StageEvent e) => Settled.ContainsKey(e.Type.ToString());

    /// <summary>The messages of the procedure under way: a decision that orders no eviction ends the one before as soon as a later act opens another.</summary>
    private static IEnumerable<StageEvent> Current(IReadOnlyList<StageEvent> events)
    {
        var ended = events.Where(e => e.EvictionOrdered == false).Select(e => (DateOnly?)e.On).Max();
        return ended is { } end && events.Any(e => Settles(e) && e.EvictionOrdered != false && e.On > end) ? events.Where(e => e.On > end) : events;
    }
}
