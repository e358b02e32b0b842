namespace ExchangeGateway.Schemas;

/// <summary>An act of a commissaire de justice, or the document of a diagnosis; <see cref="Nature"/> tells which of its fields have a sense.</summary>
public sealed record Acte
{
    /// <summary>commandementDePayer, assignation, commandementDeQuitterLesLieux, requisitionForcePublique, procesVerbalExpulsion, diagnosticSocialFinancier.</summary>
    public required string Nature { get; init; }
    public string? ReferenceEtude { get; init; }
    public string? ReferenceActePrecedent { get; init; }
    public string? NomEtude { get; init; }
    public string? Siret { get; init; }
    public string? VilleEtude { get; init; }
    public string? ContactEtude { get; init; }
    public string? Requerant { get; init; }
    public string? Mandataire { get; init; }
    public DateOnly? SignifieLe { get; init; }
    public string? ModaliteRemise { get; init; }
    public bool? ClauseResolutoireVisee { get; init; }
    public string? DelaiVise { get; init; }
    public decimal? CoutActe { get; init; }
    /// <summary>oui, non, illisible; illisible is never counted as an old notice.</summary>
    public string? NoticeAnnexee { get; init; }
    public string? VersionNotice { get; init; }
    public string? Fondement { get; init; }
    /// <summary>nonProuvee until the EXPLOC or Alexi reference of the act arrives.</summary>
    public string? Formalite { get; init; }
    public string? ReferenceExploc { get; init; }
    public string? ReferenceAlexi { get; init; }
    /// <summary>Number or digest of the receipt that EXPLOC or Alexi gave: carried as it is, as a proof.</summary>
    public string? RecepisseEtat { get; init; }
    /// <summary>Court seized or competent; of the form <c>24/09758</c> its number in the general register.</summary>
    public string? Juridiction { get; init; }
    public string? NumeroRG { get; init; }
    public DateOnly? AudienceLe { get; init; }
    /// <summary>Time of the hearing in Paris, <c>HH:MM</c>.</summary>
    public string? AudienceHeure { get; init; }
    public string? AudienceLieu { get; init; }
    /// <summary>New date of an adjourned hearing: deadlines count to it.</summary>
    public DateOnly? RenvoiAu { get; init; }
    /// <summary>Day on which the préfet was notified through the State's system (art. 24 III loi 89-462, L412-5 CPCE).</summary>
    public DateOnly? NotifiePrefetLe { get; init; }
    /// <summary>constatResiliation, prononceResiliation, paiement, expulsion, indemniteOccupation, autre.</summary>
    public IReadOnlyList<string>? ObjetDemandes { get; init; }
    public bool? DocumentInformation { get; init; }
    /// <summary>Day from which the premises must be free (R411-1 CPCE).</summary>
    public DateOnly? LiberationLe { get; init; }
    /// <summary>deuxMois, reduit, supprime (L412-1 CPCE).</summary>
    public string? DelaiExpulsion { get; init; }
    /// <summary>Day of the request for public force; silence of two months is a refusal (R153-1 CPCE).</summary>
    public DateOnly? RequisLe { get; init; }
    public string? Diligences { get; init; }
    public string? Difficultes { get; init; }
    public DateOnly? DresseLe { get; init; }
    /// <summary>expulsion, tentative, reprise.</summary>
    public string? NatureProcesVerbal { get; init; }
    /// <summary>departVolontaire, concoursForcePublique, locauxAbandonnes.</summary>
    public string? ModeExpulsion { get; init; }
    public DateOnly? RepriseLe { get; init; }
    /// <summary>reloge, heberge, sansSolution, inconnu.</summary>
    public string? Relogement { get; init; }
    public string? Meubles { get; init; }
    /// <summary>dsf, dsfCarence.</summary>
    public string? NatureDsf { get; init; }
    public Entretien? Entretien { get; init; }
}

/// <summary>The enforceable title of an eviction, or another decision about the dwelling.</summary>
public sealed record Decision
{
    public string? NatureDecision { get; init; }
    public string? Juridiction { get; init; }
    public string? NumeroRG { get; init; }
    public DateOnly? RendueLe { get; init; }
    public DateOnly? SignifieeLe { get; init; }
    /// <summary>definitive, executoireParProvision.</summary>
    public string? Caractere { get; init; }
    /// <summary>End of the delays that the judge granted.</summary>
    public DateOnly? DelaisJusquAu { get; init; }
    public bool? ClauseSuspendue { get; init; }
    /// <summary>Bad faith and forced entry take the legal delay away (L412-1 CPCE).</summary>
    public bool? MauvaiseFoi { get; init; }
    public bool? VoiesDeFait { get; init; }
    public string? Dispositif { get; init; }
    public bool? ExpulsionOrdonnee { get; init; }
    /// <summary>octroi, refus, refusImplicite: the préfet's answer to a request for the public force.</summary>
    public string? SensCfp { get; init; }
    /// <summary>ordrePublic, situationDuMenage, relogementEnCours, irregularite, autre.</summary>
    public string? MotifRefusCfp { get; init; }
    public DateOnly? EffetLe { get; init; }
    public string? ReferenceRequisition { get; init; }
}
