namespace ExchangeGateway.Schemas;

/// <summary>What social work says of a household: one of the parts, by the kind of message.</summary>
public sealed record Social
{
    public DiagnosticSocial? Diagnostic { get; init; }
    public Suivi? Suivi { get; init; }
    public ReponseService? Reponse { get; init; }
}

/// <summary>Rubrics of the social and financial diagnosis (décret 2021-8, CERFA 16227*01).</summary>
public sealed record DiagnosticSocial
{
    /// <summary>aucun, enCours, propose, refuse.</summary>
    public string? Accompagnement { get; init; }
    public string? ServiceAccompagnant { get; init; }
    /// <summary>aucune, tutelle, curatelle.</summary>
    public string? Protection { get; init; }
    /// <summary>total, partiel, irregulier, non.</summary>
    public required string RepriseLoyer { get; init; }
    /// <summary>What the household can pay each month beside the rent, in euros.</summary>
    public decimal? CapaciteMensuelle { get; init; }
    /// <summary>nonSouhaite, envisage, depose, refuse, recevable, planTraitement, suspensionCreances, retablissementPersonnel.</summary>
    public string? Surendettement { get; init; }
    /// <summary>nonDemandee, enCours, demandee, accordee, refusee.</summary>
    public string? AideJuridictionnelle { get; init; }
    /// <summary>nonEnvisagee, envisagee, realisee.</summary>
    public string? Ccapex { get; init; }
    public bool? DemandeLogement { get; init; }
    /// <summary>aucun, depose, reconnu, rejete.</summary>
    public string? Dalo { get; init; }
    /// <summary>maintien, relogement, hebergement, indecis.</summary>
    public string? ProjetRelogement { get; init; }
    public string? Preconisations { get; init; }
    public string? Observations { get; init; }
}

/// <summary>Follow-up by a mobile team (national framework).</summary>
public sealed record Suivi
{
    public DateOnly? CourrierLe { get; init; }
    public DateOnly? ContactLe { get; init; }
    public DateOnly? RdvLe { get; init; }
    /// <summary>nonFaite, faiteAbsent, faitePresent.</summary>
    public string? Visite { get; init; }
    /// <summary>oui, non, nonEtudie.</summary>
    public string? DetteContestable { get; init; }
    /// <summary>aucun, enCours, propose, refuse.</summary>
    public string? SuiviSocial { get; init; }
    /// <summary>oui, non, sansObjet.</summary>
    public string? PresentAudience { get; init; }
    /// <summary>enCours, maintienDansLogement, planApurement, relogement, hebergement, expulsion, injoignable, refusAccompagnement.</summary>
    public required string Issue { get; init; }
    /// <summary>Last exchange: the team keeps watch for fifteen days.</summary>
    public DateOnly? Veille15jLe { get; init; }
}

/// <summary>A service's answer to the secretariat's question whether it knows a household.</summary>
public sealed record ReponseService
{
    public required DateOnly ReponduLe { get; init; }
    /// <summary>connu, inconnu, suiviEnCours, neSaitPas.</summary>
    public required string Connu { get; init; }
    /// <summary>Whether a housing aid is paid: oui, non, neSaitPas.</summary>
    public string? Aide { get; init; }
    public string? ReferenceDemande { get; init; }
}

/// <summary>The interview of a diagnosis: proposed, held, or the person absent. It stands with the act, apart from what was said in it.</summary>
public sealed record Entretien
{
    public required string Redacteur { get; init; }
    public DateOnly? ProposeLe { get; init; }
    public DateOnly? TenuLe { get; init; }
    /// <summary>presente, absente, refus, injoignable, courrierRevenu.</summary>
    public required string Presence { get; init; }
    public DateOnly? TransmisLe { get; init; }
}

/// <summary>Free texts that say somebody's health, taken out of the sections in which they were sent. No purpose permits them by default.</summary>
public sealed record Sante
{
    public required IReadOnlyList<TexteSante> Textes { get; init; }
}

/// <param name="Champ">JSON pointer of its place in the canonical content.</param>
public sealed record TexteSante(string Champ, string Texte);
