using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.CommissairesDeJustice;

/// <summary>An act as an étude writes it, whatever its kind: the schema of the type says which of these fields it has.</summary>
internal sealed record ActeRecu
{
    public required string ReferenceEtude { get; init; }
    public string? ReferenceActePrecedent { get; init; }
    public string? Requerant { get; init; }
    public string? Mandataire { get; init; }
    public DateOnly? SignifieLe { get; init; }
    public string? ModaliteRemise { get; init; }
    public bool? ClauseResolutoireVisee { get; init; }
    public string? DelaiVise { get; init; }
    public decimal? CoutActe { get; init; }
    public string? NoticeAnnexee { get; init; }
    public string? VersionNotice { get; init; }
    public string? Fondement { get; init; }
    public string? ReferenceExploc { get; init; }
    public string? ReferenceAlexi { get; init; }
    public string? RecepisseEtat { get; init; }
    public string? Juridiction { get; init; }
    public string? NumeroRG { get; init; }
    public DateOnly? AudienceLe { get; init; }
    public string? AudienceHeure { get; init; }
    public string? AudienceLieu { get; init; }
    public DateOnly? RenvoiAu { get; init; }
    public DateOnly? NotifiePrefetLe { get; init; }
    public IReadOnlyList<string>? ObjetDemandes { get; init; }
    public bool? DocumentInformation { get; init; }
    public DateOnly? LiberationLe { get; init; }
    public string? DelaiExpulsion { get; init; }
    public DateOnly? RequisLe { get; init; }
    public string? Diligences { get; init; }
    public string? Difficultes { get; init; }
    public DateOnly? DresseLe { get; init; }
    public string? NatureProcesVerbal { get; init; }
    public string? ModeExpulsion { get; init; }
    public DateOnly? RepriseLe { get; init; }
    public string? Relogement { get; init; }
    public string? Meubles { get; init; }

    public Acte Canonique(string nature, EtudeRecue etude) => new()
    {
        Nature = nature,
        ReferenceEtude = ReferenceEtude,
        ReferenceActePrecedent = ReferenceActePrecedent,
        NomEtude = etude.Nom,
        Siret = etude.Siret,
        VilleEtude = etude.Ville,
        ContactEtude = etude.Contact,
        Requerant = Requerant,
        Mandataire = Mandataire,
        SignifieLe = SignifieLe,
        ModaliteRemise = ModaliteRemise,
        ClauseResolutoireVisee = ClauseResolutoireVisee,
        DelaiVise = DelaiVise,
        CoutActe = CoutActe,
        NoticeAnnexee = NoticeAnnexee,
        VersionNotice = VersionNotice,
        Fondement = Fondement,
        Formalite = (ReferenceExploc ?? ReferenceAlexi ?? RecepisseEtat) is null ? "nonProuvee" : "prouvee",
        ReferenceExploc = ReferenceExploc,
        ReferenceAlexi = ReferenceAlexi,
        RecepisseEtat = RecepisseEtat,
        Juridiction = Juridiction,
        NumeroRG = NumeroRG,
        AudienceLe = AudienceLe,
        AudienceHeure = AudienceHeure,
        AudienceLieu = AudienceLieu,
        RenvoiAu = RenvoiAu,
        NotifiePrefetLe = NotifiePrefetLe,
        ObjetDemandes = ObjetDemandes,
        DocumentInformation = DocumentInformation,
        LiberationLe = LiberationLe,
        DelaiExpulsion = DelaiExpulsion,
        RequisLe = RequisLe,
        Diligences = Diligences,
        Difficultes = Difficultes,
        DresseLe = DresseLe,
        NatureProcesVerbal = NatureProcesVerbal,
        ModeExpulsion = ModeExpulsion,
        RepriseLe = RepriseLe,
        Relogement = Relogement,
        Meubles = Meubles,
    };
}
