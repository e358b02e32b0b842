using System.Text.Json.Serialization;

namespace ExchangeGateway.Schemas;

/// <summary>
/// The facts that distribution rules may look at: banded, without identity, three-valued. A property that is
/// <see langword="null"/> is <em>unknown</em>, which is neither yes nor no. Stored in clear (design: data at rest).
/// </summary>
public sealed record Faits
{
    /// <summary>Stage: impaye, cdp, assignation, audience, decision, cql, rfp, cfp, expulsion, surendettement.</summary>
    public required string Stade { get; init; }
    /// <summary>impayes, congeVente, congeReprise, occupationSansDroitNiTitre, troubles, autre.</summary>
    public required string Motif { get; init; }
    /// <summary>Message type, <c>caf/impayes</c>.</summary>
    public required string TypeMessage { get; init; }
    /// <summary>INSEE code of the dwelling's commune.</summary>
    public required string Commune { get; init; }
    /// <summary>prive, public.</summary>
    public string? Parc { get; init; }
    /// <summary>personnePhysique, sciFamiliale, personneMorale, bailleurSocial.</summary>
    public string? TypeBailleur { get; init; }
    /// <summary>directe, mandataire.</summary>
    public string? Gestion { get; init; }
    /// <summary>Whether the household receives a housing aid.</summary>
    public bool? AideAuLogement { get; init; }
    /// <summary>familleAvecEnfants, coupleSansEnfant, personneSeule.</summary>
    public string? Composition { get; init; }
    /// <summary>Debt band in euros: aucune, moins500, 500a2000, 2000a5000, 5000a10000, plus10000.</summary>
    public string? TrancheDette { get; init; }
    /// <summary>Months unpaid, capped at 36.</summary>
    public int? MoisImpayes { get; init; }
    /// <summary>Band of the household's monthly resources in euros: moins500, 500a1000, 1000a1500, 1500a2500, plus2500.</summary>
    public string? TrancheRessources { get; init; }
    /// <summary>Band of the age of the eldest holder of the lease: moins26, 26a59, 60etPlus.</summary>
    public string? TrancheAge { get; init; }
    /// <summary>Whether who writes the message has met the household; a diagnosis or a follow-up says it.</summary>
    public bool? MenageRencontre { get; init; }
    /// <summary>Whether the département's or the CAF's social services know the household. No sender of an act knows it.</summary>
    public bool? ConnuDesServices { get; init; }
    /// <summary>Whether a telephone number of the household is given.</summary>
    public bool? TelephoneConnu { get; init; }

    /// <summary>Whether the message declares the written agreement to electronic sending (R712-19 code de la consommation).</summary>
    public bool? AccordElectronique { get; init; }

    /// <summary>Whether the message declares the person's agreement to what its purpose asks for (DSF to the judge, onward referral).</summary>
    public bool? AccordPersonne { get; init; }

    /// <summary>Categories that this agreement names, in the order of <see cref="CategoryNames"/>, one space between.</summary>
    public string? CategoriesAccord { get; init; }

    /// <summary>The question that a service's message answers, by its id; not for rules to look at.</summary>
    public string? ReferenceDemande { get; init; }

    /// <summary>The debt band of an amount in euros.</summary>
    public static string Tranche(decimal? euros) => euros switch
    {
        null or <= 0m => "aucune",
        < 500m => "moins500",
        < 2000m => "500a2000",
        < 5000m => "2000a5000",
        < 10000m => "5000a10000",
        _ => "plus10000",
    };

    /// <summary>The band of monthly resources in euros; unknown when they are not given.</summary>
    public static string? Ressources(decimal? euros) => euros switch
    {
        null => null,
        < 500m => "moins500",
        < 1000m => "500a1000",
        < 1500m => "1000a1500",
        < 2500m => "1500a2500",
        _ => "plus2500",
    };

    /// <summary>The band of an age on a day; unknown without a birth date.</summary>
    public static string? Age(DateOnly? born, DateOnly on)
    {
        if (born is not { } birth || birth > on)
            return null;
        var years = on.Year - birth.Year - (birth.AddYears(on.Year - birth.Year) > on ? 1 : 0);
        return years switch { < 26 => "moins26", < 60 => "26a59", _ => "60etPlus" };
    }
}
