namespace ExchangeGateway.Schemas.Law;

/// <summary>Days between which something is in force, both inclusive; open where <see langword="null"/>.</summary>
public sealed record Validity(DateOnly? From, DateOnly? To)
{
    public bool Contains(DateOnly date) => (From is null || date >= From) && (To is null || date <= To);
}

/// <summary>A period of the law with its name: <c>R0</c> to <c>R3</c>.</summary>
/// <param name="Id">Short name.</param>
/// <param name="Title">French.</param>
/// <param name="InForce">Days of the regime.</param>
/// <param name="Source">Texts that open it.</param>
/// <param name="ToVerify">Whether its commencement must still be checked by a lawyer.</param>
public sealed record Regime(string Id, string Title, Validity InForce, string Source, bool ToVerify);

/// <summary>The date that chooses the version of a rule: each rule has its own (the lease, the act, the constitution of the arrears).</summary>
public enum ReferenceDate
{
    /// <summary><c>bail</c>: the day the lease was concluded.</summary>
    Lease,

    /// <summary><c>acte</c>: the day of the act.</summary>
    Act,

    /// <summary><c>constitution</c>: the day the arrears were constituted.</summary>
    Constitution,

    /// <summary><c>evenement</c>: the day of the event that the rule is about.</summary>
    Event,
}

/// <summary>One rule of the law through time.</summary>
/// <param name="Id">One of <see cref="LawRules"/>, or another for readers only.</param>
/// <param name="Title">French.</param>
/// <param name="ChosenBy">The date to look a version up by.</param>
/// <param name="Versions">In order of time, without overlap.</param>
public sealed record LawRule(string Id, string Title, ReferenceDate ChosenBy, IReadOnlyList<LawVersion> Versions)
{
    /// <summary>The version for a date of the rule's own kind (<see cref="ChosenBy"/>); <see langword="null"/> before the first.</summary>
    public LawVersion? At(DateOnly date) => Versions.FirstOrDefault(v => v.InForce.Contains(date));
}

/// <summary>What a rule said during some time.</summary>
public sealed record LawVersion
{
    public required Validity InForce { get; init; }

    /// <summary>French summary, for people.</summary>
    public required string Text { get; init; }

    /// <summary>The delay that it gives.</summary>
    public LegalDelay? Delay { get; init; }

    /// <summary>The longest that a judge or a plan may grant.</summary>
    public LegalDelay? Longest { get; init; }

    /// <summary>Whether a delay that ends on a day off ends on the next working day (art. 642 CPC).</summary>
    public bool CarriedOver { get; init; }

    /// <summary>Types of landlord that it binds, in the words of the messages; empty when it binds all.</summary>
    public IReadOnlyList<string> Landlords { get; init; } = [];

    public ArrearsThreshold? Threshold { get; init; }

    /// <summary>Where it stands.</summary>
    public required string Source { get; init; }

    /// <summary>Whether a lawyer must still check it (<c>aVerifier</c>).</summary>
    public required bool ToVerify { get; init; }

    /// <summary>Whether it binds a landlord of this type; unknown types are bound, so that nothing is let through by silence.</summary>
    public bool Binds(string? landlord) => Landlords.Count == 0 || landlord is null || Landlords.Contains(landlord, StringComparer.Ordinal);
}

/// <summary>From when arrears count; what a version does not name is <see langword="null"/>. One condition reached is enough.</summary>
/// <param name="ConsecutiveMonths">Months unpaid without interruption, at least.</param>
/// <param name="RentsWithoutCharges">Debt of at least so many monthly rents, charges excluded.</param>
/// <param name="MonthlyPayments">Debt of at least so many monthly payments, rent and charges.</param>
/// <param name="NetOfAidPaidToLandlord">Whether the monthly payment is counted less the aid when the aid is paid to the landlord (tiers payant).</param>
/// <param name="AmountExceeded">Debt above this, in euros; an equal debt does not count.</param>
/// <param name="MonthsSinceFirstDefault">Months since a first default that is not settled.</param>
public sealed record ArrearsThreshold(
    int? ConsecutiveMonths, decimal? RentsWithoutCharges, decimal? MonthlyPayments, bool NetOfAidPaidToLandlord, decimal? AmountExceeded, int? MonthsSinceFirstDefault);

/// <summary>Rules that the gateway computes with: <c>france.json</c> must hold each of them.</summary>
public static class LawRules
{
    public const string ResolutoryClause = "CDP.DELAI";
    public const string Signalling = "CDP.SIGNAL";
    public const string SignallingGoal = "CDP.SIGNAL.DEADLINE";
    public const string Guarantor = "CDP.CAUTION";
    public const string PrefectNotification = "ASSIGN.PREFET";
    public const string LandlordReferral = "PM.SAISINE";
    public const string DiagnosisInterview = "DSF.RDV";
    public const string DiagnosisTransmission = "DSF.TRANSMIT";
    public const string LeavingThePremises = "CQL.DELAI";
    public const string PoliceForceSilence = "RFP";
    public const string AidedArrears = "CAF.IMPAYE";
    public const string AidedArrearsSignal = "CAF.SIGNAL";
    public const string MobileTeamContact = "EMPEX.CONTACT";
    public const string JudgesDelays = "JUGE.DELAIS";

    /// <summary>No rule of its own: the truce of the file, for a day that falls in it.</summary>
    public const string Truce = "TREVE";

    /// <summary>Rules whose every version must give a delay.</summary>
    public static IReadOnlyList<string> WithDelay { get; } =
    [
        ResolutoryClause, SignallingGoal, Guarantor, PrefectNotification, LandlordReferral, DiagnosisInterview, DiagnosisTransmission,
        LeavingThePremises, PoliceForceSilence, AidedArrearsSignal, MobileTeamContact,
    ];

    /// <summary>Rules about thresholds.</summary>
    public static IReadOnlyList<string> WithThreshold { get; } = [Signalling, AidedArrears];
}
