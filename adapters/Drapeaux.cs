using System.Reflection;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Adapters;

/// <summary>
/// The weaknesses that a reader of the message must know. They never refuse: law that makes an act weak is for the judge.
/// Codes are stable; messages are for the sender and the reader and hold no personal data.
/// </summary>
public static class Drapeaux
{
    public static readonly Drapeau NoticeAncienne = new("noticeAncienne", "La notice d'information annexée n'était plus en vigueur à la date de l'acte.");
    public static readonly Drapeau NoticeAbsente = new("noticeAbsente", "Aucune notice d'information n'est annexée à l'acte.");
    public static readonly Drapeau NoticeInconnue = new("noticeInconnue", "La version de la notice annexée n'est pas indiquée ou n'est pas connue de la passerelle.");
    public static readonly Drapeau NoticeIllisible = new("noticeIllisible", "La notice d'information annexée est illisible : sa version n'a pas pu être vérifiée.");
    public static readonly Drapeau NoticeAJour = new("noticeAJour", "Pour information : la notice d'information trouvée dans la pièce jointe est celle en vigueur à la date de l'acte.");
    public static readonly Drapeau NumeroAideErrone = new("numeroAideErrone", "La notice imprime un numéro d'appel qui n'est pas, ou n'est plus, celui de la ligne nationale d'aide.");
    public static readonly Drapeau TelephoneAbsent = new("telephoneAbsent", "Aucun numéro de téléphone du ménage n'est transmis.");
    public static readonly Drapeau TelephoneIncoherent = new("telephoneIncoherent", "Le champ « Téléphone connu » ne correspond pas aux numéros transmis.");
    public static readonly Drapeau RemisePv659 = new("remisePv659", "L'acte a été signifié selon l'article 659 du code de procédure civile : la personne a peut-être quitté les lieux.");
    public static readonly Drapeau ClauseResolutoireAbsente = new("clauseResolutoireAbsente", "Le bail ne contient pas de clause résolutoire, ou l'acte ne la vise pas.");
    public static readonly Drapeau DetteIncoherente = new("detteIncoherente", "Le total de la dette ne correspond pas à la somme du décompte, hors frais.");
    public static readonly Drapeau DetteAbsente = new("detteAbsente", "Le motif est un impayé, mais la dette n'est pas indiquée.");
    public static readonly Drapeau DecompteAbsent = new("decompteAbsent", "La dette n'est pas détaillée par un décompte.");
    public static readonly Drapeau SansDette = new("sansDette", "Pour information : le motif n'est pas un impayé, il n'y a pas de dette à traiter.");
    public static readonly Drapeau FormaliteNonProuvee = new("formaliteNonProuvee", "La référence EXPLOC ou Alexi n'est pas transmise : la formalité n'est pas prouvée.");
    public static readonly Drapeau HorsObligation = new("horsObligation", "Pour information : ce type de bailleur n'est pas tenu au signalement de l'article 24 I (à vérifier).");
    public static readonly Drapeau SeuilNonAtteint = new("seuilNonAtteint", "Pour information : d'après les montants transmis, le seuil légal de signalement n'est pas atteint.");
    public static readonly Drapeau EnvoiTardif = new("envoiTardif", "L'acte est transmis après le délai souhaité par le service : objectif de qualité, ce n'est pas un délai légal.");
    public static readonly Drapeau SignalementTardif = new("signalementTardif", "L'impayé est signalé après le délai légal, qui court de sa constitution (R824-4 CCH).");
    public static readonly Drapeau NotificationTardive = new("notificationTardive", "L'assignation a été notifiée au préfet trop tard avant l'audience (art. 24 III de la loi du 6 juillet 1989).");
    public static readonly Drapeau DelaiViseTropCourt = new("delaiViseTropCourt", "Le délai visé par l'acte est plus court que celui que la date du bail appelle (à vérifier).");
    public static readonly Drapeau DateFuture = new("dateFuture", "Au moins une date est postérieure au jour de l'envoi.");
    public static readonly Drapeau CompositionIncoherente = new("compositionIncoherente", "La composition du ménage ne correspond pas au nombre d'enfants ou de personnes : elle est tenue pour inconnue.");
    public static readonly Drapeau RecouvrementNonProuve = new("recouvrementNonProuve", "Tiers payant : le bailleur n'indique pas qu'il poursuit le recouvrement de sa créance (R824-4 CCH).");
    public static readonly Drapeau AccordElectroniqueAbsent = new("accordElectroniqueAbsent", "L'accord écrit du correspondant à l'envoi électronique (R712-19) n'est pas déclaré.");
    public static readonly Drapeau ActePrecedentAbsent = new("actePrecedentAbsent", "L'acte précédent de la procédure n'est pas indiqué : le rapprochement se fait par les personnes et l'adresse.");
    public static readonly Drapeau NotificationPrefetAbsente = new("notificationPrefetAbsente", "La date de la notification au préfet n'est pas indiquée.");
    public static readonly Drapeau DatesIncoherentes = new("datesIncoherentes", "L'ordre des dates n'est pas possible : l'une précède celle qui devrait venir avant.");
    public static readonly Drapeau TitreAbsent = new("titreAbsent", "Le titre exécutoire n'est pas indiqué.");
    public static readonly Drapeau MentionsIncompletes = new("mentionsIncompletes", "La juridiction à saisir ou la date de libération des lieux n'est pas indiquée (R411-1 CPCE).");
    public static readonly Drapeau DispositifAbsent = new("dispositifAbsent", "Le dispositif du titre n'est pas transmis (R153-1 CPCE).");
    public static readonly Drapeau DiligencesAbsentes = new("diligencesAbsentes", "Les diligences accomplies ou les difficultés rencontrées ne sont pas exposées (R153-1 CPCE).");
    public static readonly Drapeau AideInconnue = new("aideInconnue", "Le droit à l'aide au logement n'est pas indiqué : la commission ne peut pas se prononcer sur l'aide sans lui.");
    public static readonly Drapeau AideIncoherente = new("aideIncoherente", "Un montant d'aide ou un tiers payant est indiqué alors que la nature de l'aide est « aucune ».");
    public static readonly Drapeau NirPossible = new("nirPossible", "Un texte libre contient un nombre qui a la forme d'un numéro de sécurité sociale sans sa clé : vérifiez-le.");

    public static readonly Drapeau AccordPersonneAbsent = new("accordPersonneAbsent", "L'accord de la personne n'est pas déclaré : le juge reçoit l'identité et la partie sur l'entretien seulement.");
    public static readonly Drapeau CarenceIncoherente = new("carenceIncoherente", "Le document est un constat de carence, mais l'entretien est indiqué comme tenu.");
    public static readonly Drapeau MotifRefusAbsent = new("motifRefusAbsent", "Le refus du concours de la force publique n'est pas motivé (R153-1 CPCE).");
    public static readonly Drapeau DonneesNonNommees = new("donneesNonNommees", "L'accord de la personne ne nomme pas toutes les données transmises : les autres ne sont pas gardées.");

    public static readonly Drapeau ImpayeSolde = new("impayeSolde", "Pour information : l'organisme payeur signale que l'impayé est soldé.");
    public static readonly Drapeau SoldeIncoherent = new("soldeIncoherent", "L'impayé est dit soldé, mais le total de la dette n'est pas nul.");
    public static readonly Drapeau OrientationEnDouble = new("orientationEnDouble", "Un autre dispositif du territoire a déjà ce ménage : concertez-vous avant d'engager un second accompagnement.");

    public static readonly Drapeau TexteRetenu = new("texteRetenu", "Un texte libre n'est pas transmis : il contient des mots d'une catégorie de données qu'aucun destinataire ne peut recevoir. Reformulez-le et rectifiez le dépôt.");

    /// <summary>Every flag, for the published documentation.</summary>
    public static IReadOnlyList<Drapeau> Tous { get; } =
        [.. typeof(Drapeaux).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(Drapeau)).Select(f => (Drapeau)f.GetValue(null)!)];

    internal static void Si(this List<Drapeau> drapeaux, bool condition, Drapeau drapeau)
    {
        if (condition)
            drapeaux.Add(drapeau);
    }

    internal static void Telephone(this List<Drapeau> drapeaux, Contact contact)
    {
        var given = contact.Telephones is { Count: > 0 };
        drapeaux.Si(!given, TelephoneAbsent);
        drapeaux.Si(given != (contact.TelephoneConnu == "oui"), TelephoneIncoherent);
    }

    /// <summary>What the debt says; a CAF notice has no statement to give, so its absence is normal there.</summary>
    internal static void Dette(this List<Drapeau> drapeaux, string motif, Dette? dette, bool decompteAttendu)
    {
        drapeaux.Si(motif != "impayes", SansDette);
        drapeaux.Si(motif == "impayes" && dette is null, DetteAbsente);
        if (dette is null)
            return;
        drapeaux.Si(dette is { NatureAide: "aucune" } and ({ AideAuLogement: > 0 } or { TiersPayant: true }), AideIncoherente);
        if (dette.Decompte is { Count: > 0 } lignes)
        {
            drapeaux.Si(dette.Total is { } total && total != lignes.Sum(Arrears.Owed), DetteIncoherente);
        }
        else
        {
            drapeaux.Si(decompteAttendu, DecompteAbsent);
        }
    }

    /// <summary>The information notice against those known for the territory, at the date of the act.</summary>
    internal static void Notice(this List<Drapeau> drapeaux, Acte acte, IReadOnlyList<NoticeVersion> connues)
    {
        if (acte.NoticeAnnexee == "non")
        {
            drapeaux.Add(NoticeAbsente);
            return;
        }
        if (acte.NoticeAnnexee == "illisible")
        {
            // Never counted as an old one.
            drapeaux.Add(NoticeIllisible);
            return;
        }
        var version = connues.FirstOrDefault(n => string.Equals(n.Id, acte.VersionNotice?.Trim(), StringComparison.OrdinalIgnoreCase));
        drapeaux.Si(version is null || acte.SignifieLe < version.ValideDu, NoticeInconnue);
        drapeaux.Si(version is not null && acte.SignifieLe > version.ValideAu, NoticeAncienne);
    }

    /// <summary>What the law says of arrears of an aided tenant; without the day of their constitution, they are judged on the day of the message.</summary>
    internal static void Impaye(this List<Drapeau> drapeaux, string motif, Dette dette, AdaptContext context)
    {
        var constitue = dette.DateConstitution ?? context.Today;
        drapeaux.Si(motif == "impayes" && context.Droit.AidedArrearsThreshold(constitue, context.Today, Arrears.Of(dette)).Verdict == Reached.No, SeuilNonAtteint);
    }

    /// <summary>Whether the préfet was told of an assignation in time for its first hearing; a day that is not given is not late.</summary>
    internal static void NotificationPrefet(this List<Drapeau> drapeaux, Acte acte, Adresse logement, AdaptContext context) => drapeaux.Si(
        acte is { SignifieLe: { } assigne, AudienceLe: { } audience } && audience > assigne
            && acte.NotifiePrefetLe > context.Droit.PrefectNotification(assigne, audience, context.Droit.Calendar.RegionOf(logement.CodeCommune))?.Effective,
        NotificationTardive);

    internal static void Dates(this List<Drapeau> drapeaux, DateOnly today, params ReadOnlySpan<DateOnly?> dates)
    {
        foreach (var date in dates)
        {
            if (date > today)
            {
                drapeaux.Add(DateFuture);
                return;
            }
        }
    }

    /// <summary>Dates that must follow one another; those that are absent say nothing.</summary>
    internal static void Ordre(this List<Drapeau> drapeaux, params ReadOnlySpan<DateOnly?> dates)
    {
        DateOnly? latest = null;
        foreach (var date in dates)
        {
            if (date < latest)
            {
                drapeaux.Si(!drapeaux.Contains(DatesIncoherentes), DatesIncoherentes);
                return;
            }
            latest = date ?? latest;
        }
    }

    /// <summary>A NIR with its key is refused everywhere; one without its key cannot be told from other numbers, but is not expected in a text.</summary>
    internal static void TextesLibres(this List<Drapeau> drapeaux, params ReadOnlySpan<string?> textes)
    {
        foreach (var texte in textes)
        {
            if (texte is not null && Nir.IsBareIn(texte))
            {
                drapeaux.Add(NirPossible);
                return;
            }
        }
    }
}
