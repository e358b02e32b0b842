using ExchangeGateway.Schemas;

namespace ExchangeGateway.Consent;

/// <summary>One version of one purpose (finalité) of the register: a file of <c>consent/finalites</c>.</summary>
public sealed record Purpose
{
    /// <summary>Stable id: <c>P2</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Name of this version, the file's name without its ending: <c>P2-2026-01-01</c>.</summary>
    public required string Version { get; init; }
    public required string Title { get; init; }
    /// <summary>First day in force, in legal time of metropolitan France.</summary>
    public required DateOnly From { get; init; }
    /// <summary>Last day in force, inclusive; <see langword="null"/> while no end is known.</summary>
    public DateOnly? To { get; init; }
    /// <summary>The controller (art. 4-7 RGPD).</summary>
    public required string Controller { get; init; }
    /// <summary>Those who decide with it (art. 26 RGPD).</summary>
    public required IReadOnlyList<Party> JointControllers { get; init; }
    /// <summary>Those who process on its behalf for this purpose alone (art. 28 RGPD); those of every purpose stand in <see cref="RegisterCommon"/>.</summary>
    public required IReadOnlyList<Party> Processors { get; init; }
    /// <summary>Categories of data subjects (art. 30-1-c RGPD), in French.</summary>
    public required IReadOnlyList<string> Subjects { get; init; }
    public required LegalBasis LegalBasis { get; init; }
    /// <summary>Reference of the entry in the register of art. 30 RGPD.</summary>
    public required string RegisterReference { get; init; }
    /// <summary>Whether a lawyer or the DPO has checked the entry (<c>etabli</c>), or nobody has (<c>aVerifier</c>).</summary>
    public required bool Established { get; init; }
    /// <summary>Who may deposit which message types.</summary>
    public required IReadOnlyList<Depositor> Depositors { get; init; }
    /// <summary>Nature of the organisation in whose name the data is passed on, where a recipient does not say another; <see langword="null"/> when the depositor itself addresses the recipient.</summary>
    public string? OnBehalfOf { get; init; }
    public required IReadOnlyList<Recipient> Recipients { get; init; }
    /// <summary>What the doctrine strips always, for the register's reader; never in a recipient's list.</summary>
    public required Categories Excluded { get; init; }
    /// <summary>Territories where the purpose applies; <see langword="null"/> for all.</summary>
    public IReadOnlyList<string>? Territories { get; init; }
    public required ConsentRule Consent { get; init; }
    public required IReadOnlyDictionary<Categories, Retention> Retention { get; init; }
    /// <summary>How long the log's entries about consultations for this purpose are kept, where a documented internal control asks for longer than the common rule, and why; <see langword="null"/> otherwise.</summary>
    public (RetentionPeriod Period, string Reason)? LogRetention { get; init; }
    public required Rights Rights { get; init; }
    public required Information Information { get; init; }
    /// <summary>The help that a recipient gives the household by taking charge of it: <c>social</c>, <c>juridique</c>; <see langword="null"/> where receiving is no help.</summary>
    public string? Support { get; init; }
    /// <summary>Free French note for the register's reader.</summary>
    public string? Note { get; init; }

    /// <summary>
    /// Whether every category has a duration that a text gives or an operator signs. A purpose without one runs in
    /// demonstration and sandbox only. True where nothing is kept (<c>P11</c> has no category).
    /// </summary>
    public bool RetentionFixed => Retention.Values.All(r => r.Fixed);

    /// <summary>Every category that some recipient may get.</summary>
    public Categories Reachable => Recipients.Aggregate(Categories.None, (sum, r) => sum | r.Categories);

    public bool InForce(DateOnly day) => From <= day && (To is null || day <= To);

    public bool HasDepositor(string nature, MessageType type)
    {
        foreach (var depositor in Depositors)
        {
            if (string.Equals(depositor.Nature, nature, StringComparison.Ordinal) && depositor.Types.Contains(type))
                return true;
        }

        return false;
    }

    /// <summary>Whether the depositor of such a message itself addresses a recipient: then the purpose carries the deposit.</summary>
    public bool Carries(MessageType type)
    {
        foreach (var recipient in Recipients)
        {
            if (recipient.OnBehalfOf is null && recipient.Takes(type))
                return true;
        }

        return false;
    }

    /// <summary>The agreement that a recipient's reading depends on: its own rule, or the purpose's.</summary>
    public ConsentRule RuleOf(Recipient recipient) => recipient.Consent ?? Consent;

    /// <summary>Code of the evidence that the purpose waits for; a purpose has one at most. <see langword="null"/> when it asks for none.</summary>
    public string? Evidence => Recipients.Select(r => RuleOf(r).Evidence).FirstOrDefault(e => e is not null);

    /// <summary>Whether the agreement that it waits for names what may be given.</summary>
    public bool NamesCategories => Recipients.Any(r => RuleOf(r).NamesCategories);
}

/// <param name="Nature">Nature of the organisation, as <c>access.organisation</c> has it.</param>
public sealed record Depositor(string Nature, IReadOnlyList<MessageType> Types);

/// <param name="Nature">Nature of the organisation; <see cref="Sender"/> for the one that deposited.</param>
/// <param name="Roles">Roles of the agents who may read; an organisation's other agents get nothing.</param>
/// <param name="Categories">All that this recipient may get; what is not here is denied.</param>
public sealed record Recipient(string Nature, IReadOnlyList<string> Roles, Categories Categories)
{
    /// <summary>The nature word that stands for the depositor itself.</summary>
    public const string Sender = "deposant";

    /// <summary>Nature of the organisation in whose name this recipient is addressed; <see langword="null"/> for the depositor itself.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The only message types that it receives; <see langword="null"/> for every type of the purpose.</summary>
    public IReadOnlyList<MessageType>? Types { get; init; }

    /// <summary>The agreement that this recipient needs; <see langword="null"/> where the purpose's own rule holds.</summary>
    public ConsentRule? Consent { get; init; }

    public bool Takes(MessageType type) => Types is null || Types.Contains(type);
}

/// <summary>A joint controller or a processor, as the register of art. 30 RGPD names it.</summary>
/// <param name="Role">What it decides or does.</param>
/// <param name="Agreement">The arrangement (art. 26) or contract (art. 28) that binds it, or that it is still to be made.</param>
public sealed record Party(string Name, string Role, string Agreement);

/// <param name="Article">Letter of art. 6-1 RGPD: <c>6-1-c</c> (legal obligation), <c>6-1-e</c> (public task), <c>6-1-a</c> (consent).</param>
public sealed record LegalBasis(string Article, IReadOnlyList<string> Texts);

/// <param name="Required">Whether an agreement must be recorded before anything is passed on.</param>
/// <param name="Evidence">Code of the evidence that is missing while it is not: <c>accordElectronique</c>, <c>accordPersonne</c>.</param>
public sealed record ConsentRule(bool Required, string? Evidence, string? Explanation)
{
    /// <summary>Whether the agreement names the categories that may be given: what it does not name is denied.</summary>
    public bool NamesCategories { get; init; }

    /// <summary>What may be given without the agreement, because a text orders it.</summary>
    public Categories Without { get; init; }
}

public sealed record Rights(bool Access, bool Rectification, bool Restriction, bool Erasure, bool Portability, bool Objection, string ObjectionNote);

/// <summary>Information of the persons (art. 14 RGPD): who gives it, when, by which text.</summary>
public sealed record Information(string By, string When, string Text, string? Exception);

/// <summary>How long one category is kept.</summary>
public abstract record Retention
{
    private Retention() { }

    /// <summary>Whether a text gives the duration or an operator has signed it.</summary>
    public bool Fixed => this is not ToBeFixed;

    /// <summary>No text gives a duration and nobody has signed one.</summary>
    public sealed record ToBeFixed : Retention
    {
        /// <summary>How a file writes it.</summary>
        public const string Code = "dureeAFixer";
    }

    /// <param name="Duration">ISO 8601, one unit: <c>P24M</c>, <c>P4Y</c>, <c>P90D</c>; from the end of the file's follow-up.</param>
    /// <param name="Source">The text that gives it.</param>
    public sealed record Sourced(string Duration, string Source) : Retention;

    /// <param name="Duration">ISO 8601, one unit.</param>
    /// <param name="By">Function, or code, of the operator who answers for the value.</param>
    public sealed record Signed(string Duration, string By, DateOnly On) : Retention
    {
        /// <summary>The decision that a signature given to the gateway rests on; <see langword="null"/> for one that stands in the file.</summary>
        public string? Reference { get; init; }

        /// <summary>The second person; <see langword="null"/> in demonstration and for a signature that stands in the file.</summary>
        public string? ConfirmedBy { get; init; }
    }

    /// <summary>The duration; <see langword="null"/> while nobody has fixed it.</summary>
    public RetentionPeriod? Period => this switch
    {
        Sourced sourced => RetentionPeriod.Parse(sourced.Duration),
        Signed signed => RetentionPeriod.Parse(signed.Duration),
        _ => null,
    };
}
