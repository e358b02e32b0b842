using ExchangeGateway.Adapters;
using static ExchangeGateway.Gateway.Routing.Rules.RuleFact;

namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>The published dictionary: every fact that a rule may name (<c>ops/docs/faits.md</c> is written from it).</summary>
internal static class FactDictionary
{
    private const string Services = "le service social du département et la CAF, interrogés (P14)";
    private const string Gateway = "la passerelle, par les messages et les accusés du dossier ; elle ne dit rien de ce qui s'est fait ailleurs";
    private const string Calendar = "la passerelle, au jour de la réception dans le fuseau du territoire";

    // Before the facts: static fields are made in their order.
    private static readonly string[] Week = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];

    public static IReadOnlyList<RuleFact> Facts { get; } =
    [
        new Choice("stade", "stade inconnu", "tous les messages", f => f.Message.Stade,
            ("impaye", "impayé de loyer"), ("cdp", "commandement de payer"), ("assignation", "assignation"), ("audience", "audience"),
            ("decision", "décision de justice"), ("cql", "commandement de quitter les lieux"), ("rfp", "réquisition de la force publique"),
            ("cfp", "concours de la force publique"), ("expulsion", "expulsion"), ("surendettement", "surendettement")) { Optional = false },
        new Choice("motif", "motif inconnu", "tous les messages", f => f.Message.Motif,
            ("impayes", "pour impayés"), ("congeVente", "congé pour vente"), ("congeReprise", "congé pour reprise"),
            ("occupationSansDroitNiTitre", "occupation sans droit ni titre"), ("troubles", "troubles de jouissance"), ("autre", "autre motif")) { Optional = false },
        new Code("typeMessage", "type de message inconnu", "autre type de message", f => f.Message.TypeMessage) { From = "tous les messages", Optional = false },
        new Code("commune", "commune inconnue", "autre commune", f => f.Message.Commune) { From = "tous les messages (adresse du logement)", Optional = false },
        new Code("secteur", "secteur inconnu", "autre secteur", f => f.Sector) { From = "la commune et territoire.json (secteurs)", KnownBy = "le territoire" },
        new YesNo("commissionLocale", "on ne sait pas si la commune a une commission locale", "commune qui a une commission locale", "commune sans commission locale", f => f.LocalCommission)
        { From = "la commune et territoire.json (commissionsLocales)", KnownBy = "le territoire" },
        new Choice("parc", "parc inconnu", "actes, signalements de la CAF et des bailleurs", f => f.Message.Parc, ("prive", "parc privé"), ("public", "parc public")),
        new Choice("typeBailleur", "type de bailleur inconnu", "actes, signalements des bailleurs", f => f.Message.TypeBailleur,
            ("personnePhysique", "bailleur personne physique"), ("sciFamiliale", "bailleur SCI familiale"),
            ("personneMorale", "bailleur personne morale"), ("bailleurSocial", "bailleur social")),
        new Choice("gestion", "mode de gestion inconnu", "actes", f => f.Message.Gestion, ("directe", "gestion directe"), ("mandataire", "gestion par un mandataire")),
        new YesNo("aideAuLogement", "aide au logement inconnue", "ménage aidé au logement", "pas d'aide au logement", f => f.Message.AideAuLogement)
        { From = "signalements de la CAF et des bailleurs, réponses des services", KnownBy = "la CAF ou la MSA, interrogée (P14)", Askable = true },
        new Choice("composition", "composition du ménage inconnue", "signalements de la CAF, saisines, réponses des services", f => f.Message.Composition,
            ("familleAvecEnfants", "famille avec enfants"), ("coupleSansEnfant", "couple sans enfant"), ("personneSeule", "personne seule"))
        { KnownBy = Services, Askable = true },
        new Choice("trancheDette", "dette inconnue", "actes et signalements (montant de la dette, en euros)", f => f.Message.TrancheDette,
            ("aucune", "aucune dette"), ("moins500", "dette de moins de 500 €"), ("500a2000", "dette de 500 à 2 000 €"),
            ("2000a5000", "dette de 2 000 à 5 000 €"), ("5000a10000", "dette de 5 000 à 10 000 €"), ("plus10000", "dette de plus de 10 000 €")),
        new Number("moisImpayes", "nombre de mois impayés inconnu", "mois impayés", 0, 36, f => f.Message.MoisImpayes) { From = "actes et signalements ; 36 veut dire 36 ou plus" },
        new Choice("trancheRessources", "ressources inconnues", "signalements de la CAF, saisines, diagnostics (ressources mensuelles, en euros)", f => f.Message.TrancheRessources,
            ("moins500", "ressources de moins de 500 € par mois"), ("500a1000", "ressources de 500 à 1 000 € par mois"), ("1000a1500", "ressources de 1 000 à 1 500 € par mois"),
            ("1500a2500", "ressources de 1 500 à 2 500 € par mois"), ("plus2500", "ressources de plus de 2 500 € par mois")),
        new Choice("trancheAge", "âge inconnu", "tous les messages qui donnent une date de naissance (le plus âgé des titulaires du bail)", f => f.Message.TrancheAge,
            ("moins26", "moins de 26 ans"), ("26a59", "de 26 à 59 ans"), ("60etPlus", "60 ans ou plus")),
        new YesNo("connuDesServices", "on ne sait pas si le ménage est connu des services", "connu des services sociaux", "inconnu des services sociaux", f => f.Message.ConnuDesServices)
        { From = "réponses des services, suivis de l'équipe mobile", KnownBy = Services, Askable = true },
        new YesNo("menageRencontre", "on ne sait pas si le ménage a été rencontré", "ménage rencontré", "ménage non rencontré", f => f.Message.MenageRencontre ?? f.History?.Met)
        { From = "diagnostics, suivis ; à défaut, le dernier du dossier", KnownBy = "l'organisme du diagnostic, l'équipe mobile" },
        new YesNo("telephoneConnu", "on ne sait pas si un téléphone est connu", "téléphone connu", "téléphone non connu", f => f.Message.TelephoneConnu) { From = "actes, signalements, saisines" },
        new YesNo("accordElectronique", "accord à la transmission électronique non déclaré", "accord à la transmission électronique", "pas d'accord à la transmission électronique", f => f.Message.AccordElectronique)
        { From = "orientations de la Banque de France" },
        new YesNo("accordPersonne", "accord de la personne non déclaré", "accord de la personne", "pas d'accord de la personne", f => f.Message.AccordPersonne)
        { From = "diagnostics, orientations de la ligne d'écoute" },
        new Code("categoriesAccord", "l'accord ne nomme aucune donnée", "données nommées par l'accord", f => f.Message.CategoriesAccord) { From = "orientations de la ligne d'écoute" },
        new Marks("drapeaux", "drapeaux non lus", Drapeaux.Tous.ToDictionary(d => d.Code, d => d.Message, StringComparer.Ordinal), f => f.Flags)
        { From = "tous les messages (faiblesses relevées à la réception, liste dans drapeaux.md)", KnownBy = "la passerelle", Optional = false },
        new YesNo("dejaAccompagne", "on ne sait pas si le dossier a déjà été confié à un service", "déjà confié à un service ou à l'équipe mobile", "jamais confié à un service par la passerelle", f => f.History?.Accompanied)
        { From = "accusé de réception d'un service social ou de l'équipe mobile, ou message de suivi", KnownBy = Gateway, Optional = false },
        new Number("ancienneteDossier", "ancienneté du dossier inconnue", "jours depuis l'ouverture du dossier", 0, 3650, f => f.History is { } h ? Math.Min(h.Days, 3650) : null)
        { From = "premier message du dossier", KnownBy = Gateway, Optional = false },
        new Number("messagesAnterieurs", "nombre de messages antérieurs inconnu", "messages antérieurs au dossier", 0, 100, f => f.History is { } h ? Math.Min(h.Signals, 100) : null)
        { From = "messages du dossier", KnownBy = Gateway, Optional = false },
        new Choice("jour", "jour inconnu", "date de réception", f => f.Day is { } d ? Week[(int)d.DayOfWeek] : null, [.. Week.Select(d => (d, "reçu un " + d))]) { KnownBy = Calendar, Optional = false },
        new Day("date", "date inconnue", f => f.Day) { From = "date de réception", KnownBy = Calendar, Optional = false },
        new YesNo("jourOuvre", "on ne sait pas si le jour est ouvré", "reçu un jour ouvré", "reçu un jour non ouvré", f => f.WorkingDay)
        { From = "date de réception et jours fériés de france.json (outre-mer compris)", KnownBy = Calendar },
        new YesNo("periodeTreve", "on ne sait pas si la trêve court", "pendant la trêve hivernale", "hors trêve hivernale", f => f.Truce) { From = "date de réception et trêve de territoire.json", KnownBy = Calendar, Optional = false },
    ];
}
