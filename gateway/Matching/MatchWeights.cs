namespace ExchangeGateway.Gateway.Matching;

/// <summary>
/// Weights of the scored comparison, in bits (log2 of how much likelier the observation is for one person than for two:
/// Fellegi and Sunter, 1969), and the two thresholds. Section <c>Rapprochement</c> of the configuration. The defaults were
/// set on one half of the synthetic households and measured on the other: <c>ops/bench subjects</c>.
/// </summary>
internal sealed record MatchWeights
{
    /// <summary>At least this: the same.</summary>
    public double Same { get; init; } = 21;
    /// <summary>At least this, and less than <see cref="Same"/>: a person must confirm.</summary>
    public double ToConfirm { get; init; } = 16;
    /// <summary>Two subjects that both reach <see cref="Same"/> and are closer than this are told apart by nobody but a person.</summary>
    public double Margin { get; init; } = 4;
    /// <summary>So many other people with the same dwelling or telephone among the candidates: neither tells them apart any more.</summary>
    public int Crowd { get; init; } = 5;

    public double SurnameSame { get; init; } = 9;
    /// <summary>Equal without particles.</summary>
    public double SurnameCore { get; init; } = 8;
    /// <summary>Sounds alike, one slip of the pen, or one part of a double name.</summary>
    public double SurnameClose { get; init; } = 5;
    /// <summary>Two double names that share one word, and each has another one: half the country is called so-and-so-Martin.</summary>
    public double SurnameWord { get; init; }
    /// <summary>A woman's other surname may be unknown to one of the two senders.</summary>
    public double SurnameDifferentWoman { get; init; } = -4;
    public double SurnameDifferent { get; init; } = -8;
    public double GivenSame { get; init; } = 7;
    public double GivenSound { get; init; } = 5;
    public double GivenSlip { get; init; } = 5;
    /// <summary>Part of a compound, or another given name of the same person.</summary>
    public double GivenPart { get; init; } = 4;
    public double GivenInitial { get; init; } = 2;
    /// <summary>Surname and given name stand in each other's field.</summary>
    public double NamesSwapped { get; init; } = 14;
    public double BirthSame { get; init; } = 14;
    /// <summary>Both 1 January: often a year alone.</summary>
    public double BirthConventional { get; init; } = 8;
    public double BirthSwapped { get; init; } = 11;
    /// <summary>One of day, month and year differs.</summary>
    public double BirthOneOff { get; init; } = 5;
    public double BirthYearMonth { get; init; } = 8;
    public double BirthYear { get; init; } = 3;
    public double SexDifferent { get; init; } = -6;

    public double DwellingSame { get; init; } = 9;
    /// <summary>The street's writing or the commune's code differs, number and sound agree.</summary>
    public double DwellingClose { get; init; } = 7;
    /// <summary>The street agrees and one of the two gives no number.</summary>
    public double DwellingStreet { get; init; } = 4;
    public double DwellingDifferent { get; init; } = -7;
    /// <summary>The same hostel, the same domiciliation: hundreds have that address.</summary>
    public double DwellingShared { get; init; }
    public double FloorSame { get; init; } = 2;
    public double FloorDifferent { get; init; } = -2;
    /// <summary>
    /// A telephone or e-mail. Without a birth date that agrees it never joins, it only brings a pair to a person: the number may be
    /// a social worker's, a hostel's, an agency's, and a number is passed on.
    /// </summary>
    public double ContactSame { get; init; } = 4;
    public double AllocataireSame { get; init; } = 12;
    public double AllocataireDifferent { get; init; } = -3;
    public double LeaseReferenceSame { get; init; } = 8;
    /// <summary>In one dwelling: another reference, another date, another rent speak for a neighbour of the same name.</summary>
    public double LeaseReferenceDifferent { get; init; } = -5;
    public double LeaseDateSame { get; init; } = 2;
    public double LeaseDateDifferent { get; init; } = -4;
    public double RentSame { get; init; } = 1;
    public double RentDifferent { get; init; } = -3;

    /// <summary>Spouses and co-tenants served separately: the household is recognised by its dwelling and lease.</summary>
    public double HouseholdAllocataire { get; init; } = 16;
    public double HouseholdLeaseReference { get; init; } = 13;
    public double HouseholdLeaseReferenceDifferent { get; init; } = -10;
    public double HouseholdLeaseDate { get; init; } = 4;
    public double HouseholdLeaseDateDifferent { get; init; } = -5;
    public double HouseholdLandlord { get; init; } = 1;
    public double HouseholdRent { get; init; } = 3;
    public double HouseholdSurname { get; init; } = 3;
    /// <summary>One of the two messages names spouses or co-tenants only: they were served apart.</summary>
    public double HouseholdBeside { get; init; } = 7;
    public double HouseholdFloorDifferent { get; init; } = -4;
}
