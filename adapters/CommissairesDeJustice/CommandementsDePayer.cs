using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Adapters.CommissairesDeJustice;

/// <summary>A commandement de payer signalled by the étude that served it (art. 24 I loi 89-462).</summary>
internal sealed class CommandementsDePayer : IPartnerMessage
{
    public MessageType Type { get; } = new("commissaires-de-justice", "commandements-de-payer");

    public bool NoticeAttendue => true;

    public ColumnFile? Columns { get; } = ColumnFiles.Load("CommissairesDeJustice/commandements-de-payer");

    public Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context)
    {
        var recu = PartnerParts.Read(json, CommissaireJson.Default.Commandement);
        var contact = PartnerParts.Contact(recu.TelephoneConnu, recu.Telephones, recu.Courriels);
        var acte = Acte(recu, context.Droit);

        var drapeaux = new List<Drapeau>();
        drapeaux.Notice(acte, context.Notices);
        drapeaux.Telephone(contact);
        drapeaux.Si(acte.ModaliteRemise == "pv659", Drapeaux.RemisePv659);
        drapeaux.Si(acte.ClauseResolutoireVisee == false || recu.Bail?.ClauseResolutoire == false, Drapeaux.ClauseResolutoireAbsente);
        drapeaux.Dette(recu.Motif, recu.Dette, decompteAttendu: true);
        drapeaux.Si(acte.Formalite == "nonProuvee", Drapeaux.FormaliteNonProuvee);
        Droit(drapeaux, recu, acte, context);
        drapeaux.Dates(context.Today, acte.SignifieLe, recu.Bail?.SigneLe, recu.Personnes.Max(p => p.DateNaissance), recu.Telephones?.Max(t => t.ConstateLe));

        return new Signalement
        {
            Type = Type,
            SchemaVersion = context.SchemaVersion,
            Drapeaux = drapeaux,
            // An étude knows neither the household's composition nor whether the social services follow it.
            Faits = new Faits
            {
                Stade = "cdp",
                Motif = recu.Motif,
                TypeMessage = Type.ToString(),
                Commune = recu.Logement.CodeCommune,
                Parc = recu.Bailleur.Parc,
                TypeBailleur = recu.Bailleur.Type,
                Gestion = recu.Bailleur.Gestion,
                AideAuLogement = PartnerParts.Aide(recu.Dette),
                TrancheDette = PartnerParts.Tranche(recu.Motif, recu.Dette),
                MoisImpayes = PartnerParts.Mois(recu.Dette),
                TelephoneConnu = contact.Telephones is not null,
            },
            Identite = PartnerParts.Identite(recu.Personnes),
            Adresse = recu.Logement,
            Contact = contact,
            Dette = recu.Dette,
            Bail = PartnerParts.Bail(recu.Bail, recu.Bailleur),
            Acte = acte,
        };
    }

    /// <summary>Whom the duty binds, from which debt, with which delay, and how soon the signal is wished for.</summary>
    private static void Droit(List<Drapeau> drapeaux, Commandement recu, Acte acte, AdaptContext context)
    {
        var (droit, signifie) = (context.Droit, recu.Acte.SignifieLe);
        var region = droit.Calendar.RegionOf(recu.Logement.CodeCommune);
        var oblige = acte.Fondement == "obligation" && Oblige(droit, signifie, recu.Bailleur.Type);
        drapeaux.Si(!oblige, Drapeaux.HorsObligation);
        drapeaux.Si(
            oblige && recu is { Motif: "impayes", Dette: { } dette } && droit.SignallingThreshold(signifie, Arrears.Of(dette)).Verdict == Reached.No,
            Drapeaux.SeuilNonAtteint);
        drapeaux.Si(context.Today > droit.SignallingGoal(signifie, region)?.Effective, Drapeaux.EnvoiTardif);
        drapeaux.Si(
            recu.Bail?.SigneLe is { } bail && Vise(acte.DelaiVise)?.After(signifie, droit.Calendar) < droit.ResolutoryClause(signifie, bail, region)?.Date,
            Drapeaux.DelaiViseTropCourt);
    }

    /// <summary>Art. 24 I binds natural persons and family SCI; the others' acts arrive too (to be verified by a lawyer).</summary>
    private static bool Oblige(FrenchLaw droit, DateOnly signifie, string? bailleur) =>
        bailleur is not null && droit.At(LawRules.Signalling, signifie)?.Binds(bailleur) == true;

    /// <summary>The delay that the act says, in the words of the message.</summary>
    private static LegalDelay? Vise(string? delai) => delai switch
    {
        "sixSemaines" => new(6, DelayUnit.Weeks),
        "deuxMois" => new(2, DelayUnit.Months),
        _ => null,
    };

    private static Acte Acte(Commandement recu, FrenchLaw droit) => new()
    {
        Nature = "commandementDePayer",
        ReferenceEtude = recu.Acte.ReferenceEtude,
        ReferenceActePrecedent = recu.Acte.ReferenceActePrecedent,
        NomEtude = recu.Etude.Nom,
        Siret = recu.Etude.Siret,
        VilleEtude = recu.Etude.Ville,
        ContactEtude = recu.Etude.Contact,
        Requerant = recu.Acte.Requerant,
        Mandataire = recu.Acte.Mandataire,
        SignifieLe = recu.Acte.SignifieLe,
        ModaliteRemise = recu.Acte.ModaliteRemise,
        ClauseResolutoireVisee = recu.Acte.ClauseResolutoireVisee,
        DelaiVise = recu.Acte.DelaiVise,
        CoutActe = recu.Acte.CoutActe,
        NoticeAnnexee = recu.Acte.NoticeAnnexee,
        VersionNotice = recu.Acte.VersionNotice,
        Fondement = recu.Acte.Fondement ?? (Oblige(droit, recu.Acte.SignifieLe, recu.Bailleur.Type) ? "obligation" : "horsObligation"),
        Formalite = recu.Acte.ReferenceExploc is null ? "nonProuvee" : "prouvee",
        ReferenceExploc = recu.Acte.ReferenceExploc,
    };
}

internal sealed record Commandement
{
    public required string Motif { get; init; }
    public required IReadOnlyList<PersonneRecue> Personnes { get; init; }
    public required Adresse Logement { get; init; }
    public required string TelephoneConnu { get; init; }
    public IReadOnlyList<Telephone>? Telephones { get; init; }
    public IReadOnlyList<string>? Courriels { get; init; }
    public required ActeRecu Acte { get; init; }
    public required EtudeRecue Etude { get; init; }
    public required BailleurRecu Bailleur { get; init; }
    public BailRecu? Bail { get; init; }
    public Dette? Dette { get; init; }
}

internal sealed record EtudeRecue(string Nom, string? Siret, string? Ville, string? Contact);

internal sealed record ActeRecu
{
    public required string ReferenceEtude { get; init; }
    public string? ReferenceActePrecedent { get; init; }
    public string? Requerant { get; init; }
    public string? Mandataire { get; init; }
    public required DateOnly SignifieLe { get; init; }
    public required string ModaliteRemise { get; init; }
    public bool? ClauseResolutoireVisee { get; init; }
    public string? DelaiVise { get; init; }
    public decimal? CoutActe { get; init; }
    public string? NoticeAnnexee { get; init; }
    public string? VersionNotice { get; init; }
    public string? Fondement { get; init; }
    public string? ReferenceExploc { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Commandement))]
internal sealed partial class CommissaireJson : JsonSerializerContext;
