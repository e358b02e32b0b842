using System.Diagnostics.CodeAnalysis;
using ExchangeGateway.Adapters;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>The words that stand for the codes of messages: no page shows a code. Keyed by the field's name; a test holds it whole.</summary>
internal static class Vocabulary
{
    private static readonly Dictionary<string, IReadOnlyList<(string Code, string Label)>> Lists = new(StringComparer.Ordinal)
    {
        ["motif"] =
        [
            ("impayes", "Impayés de loyer ou de charges"), ("congeVente", "Congé pour vente"), ("congeReprise", "Congé pour reprise"),
            ("occupationSansDroitNiTitre", "Occupation sans droit ni titre"), ("troubles", "Troubles de jouissance"), ("autre", "Autre motif"),
        ],
        ["stade"] =
        [
            ("impaye", "Impayé"), ("cdp", "Commandement de payer"), ("assignation", "Assignation"), ("audience", "Audience"), ("decision", "Décision de justice"),
            ("cql", "Commandement de quitter les lieux"), ("rfp", "Réquisition de la force publique"), ("cfp", "Concours de la force publique"),
            ("expulsion", "Expulsion"), ("surendettement", "Surendettement"),
        ],
        ["trancheDette"] =
        [
            ("aucune", "Aucune dette"), ("moins500", "Moins de 500 €"), ("500a2000", "De 500 à 2 000 €"), ("2000a5000", "De 2 000 à 5 000 €"),
            ("5000a10000", "De 5 000 à 10 000 €"), ("plus10000", "Plus de 10 000 €"),
        ],
        ["qualite"] =
        [
            ("titulaire", "Titulaire du bail"), ("cotitulaire", "Cotitulaire du bail"), ("conjoint", "Conjoint ou conjointe"), ("occupant", "Occupant ou occupante"), ("caution", "Caution"),
        ],
        ["civilite"] = [("M", "M."), ("MME", "Mme")],
        ["organisme"] = [("caf", "CAF"), ("msa", "MSA")],
        ["telephoneConnu"] = [("oui", "Oui"), ("non", "Non, recherché sans succès"), ("nonRecherche", "Non recherché")],
        ["source"] =
        [
            ("personne", "La personne elle-même"), ("bailleur", "Le bailleur"), ("caf", "La CAF"), ("msa", "La MSA"), ("etude", "L’étude"),
            ("serviceSocial", "Un service social"), ("annuaire", "Un annuaire"), ("autre", "Autre source"),
        ],
        ["composition"] = [("familleAvecEnfants", "Famille avec enfants"), ("coupleSansEnfant", "Couple sans enfant"), ("personneSeule", "Personne seule")],
        ["situationProfessionnelle"] =
        [
            ("emploi", "En emploi"), ("independant", "Indépendant"), ("chomage", "Demandeur d’emploi"), ("retraite", "Retraité"), ("etudiant", "Étudiant"),
            ("sansActivite", "Sans activité"), ("autre", "Autre situation"),
        ],
        ["natureAide"] = [("APL", "APL"), ("ALF", "Allocation de logement familiale (ALF)"), ("ALS", "Allocation de logement sociale (ALS)"), ("aucune", "Aucune aide")],
        ["etat"] =
        [
            ("aucun", "Pas de plan"), ("propose", "Proposé"), ("signe", "Signé"), ("respecte", "Respecté"), ("nonRespecte", "Non respecté"), ("solde", "Soldé"),
        ],
        ["etatImpaye"] = [("enCours", "En cours"), ("solde", "Soldé")],
        ["poursuites"] =
        [
            ("aucune", "Aucune démarche"), ("relance", "Relance"), ("miseEnDemeure", "Mise en demeure"), ("planPropose", "Plan d’apurement proposé"), ("procedure", "Procédure engagée"),
        ],
        ["typeBail"] =
        [
            ("vide", "Location vide"), ("meuble", "Location meublée"), ("mobilite", "Bail mobilité"), ("etudiant", "Bail étudiant"),
            ("conventionne", "Logement conventionné"), ("loi1948", "Loi de 1948"), ("autre", "Autre bail"),
        ],
        ["typeBailleur"] =
        [
            ("personnePhysique", "Personne physique"), ("sciFamiliale", "SCI familiale"), ("personneMorale", "Personne morale"), ("bailleurSocial", "Bailleur social"),
        ],
        ["parc"] = [("prive", "Parc privé"), ("public", "Parc public")],
        ["gestion"] = [("directe", "Gestion directe"), ("mandataire", "Par un mandataire")],
        ["garantie"] =
        [
            ("aucune", "Aucune garantie"), ("caution", "Caution"), ("visale", "Visale"), ("assuranceLoyersImpayes", "Assurance loyers impayés"), ("autre", "Autre garantie"),
        ],
        ["nature"] =
        [
            ("commandementDePayer", "Commandement de payer"), ("assignation", "Assignation"), ("jugementExpulsion", "Jugement d’expulsion"),
            ("commandementDeQuitterLesLieux", "Commandement de quitter les lieux"), ("requisitionForcePublique", "Réquisition de la force publique"),
            ("procesVerbalExpulsion", "Procès-verbal d’expulsion"), ("diagnosticSocialFinancier", "Diagnostic social et financier"), ("concoursForcePublique", "Concours de la force publique"), ("saisieAttribution", "Saisie-attribution"), ("saisieRemunerations", "Saisie des rémunérations"),
            ("saisieVente", "Saisie-vente"), ("autre", "Autre procédure"),
        ],
        ["modaliteRemise"] =
        [("personne", "À la personne"), ("domicile", "À domicile"), ("etude", "À l’étude"), ("pv659", "Procès-verbal de recherches (article 659)")],
        ["delaiVise"] = [("sixSemaines", "Six semaines"), ("deuxMois", "Deux mois"), ("autre", "Autre délai")],
        ["noticeAnnexee"] = [("oui", "Oui"), ("non", "Non"), ("illisible", "Illisible")],
        ["fondement"] = [("obligation", "Obligation de l’article 24 I de la loi du 6 juillet 1989"), ("horsObligation", "Hors obligation")],
        ["formalite"] = [("prouvee", "Prouvée par une référence EXPLOC ou Alexi"), ("nonProuvee", "Non prouvée : référence EXPLOC ou Alexi attendue")],
        ["objetDemandes"] =
        [
            ("constatResiliation", "Constater la résiliation du bail"), ("prononceResiliation", "Prononcer la résiliation du bail"), ("paiement", "Paiement des sommes dues"),
            ("expulsion", "Expulsion"), ("indemniteOccupation", "Indemnité d’occupation"), ("autre", "Autre demande"),
        ],
        ["delaiExpulsion"] = [("deuxMois", "Deux mois"), ("reduit", "Réduit par le juge"), ("supprime", "Supprimé par le juge")],
        ["natureProcesVerbal"] = [("expulsion", "Expulsion"), ("tentative", "Tentative d’expulsion"), ("reprise", "Reprise de locaux abandonnés")],
        ["modeExpulsion"] =
        [
            ("departVolontaire", "Départ volontaire"), ("concoursForcePublique", "Avec le concours de la force publique"), ("locauxAbandonnes", "Locaux abandonnés"),
        ],
        ["relogement"] = [("reloge", "Relogement"), ("heberge", "Hébergement"), ("sansSolution", "Sans solution"), ("inconnu", "Non connu du commissaire de justice")],
        ["meubles"] = [("aucun", "Aucun meuble"), ("surPlace", "Laissés sur place"), ("entreposes", "Entreposés")],
        ["natureDecision"] =
        [
            ("jugement", "Jugement"), ("ordonnanceRefere", "Ordonnance de référé"), ("arret", "Arrêt"), ("ordonnanceRequete", "Ordonnance sur requête"),
            ("procesVerbalConciliation", "Procès-verbal de conciliation"), ("acteNotarie", "Acte notarié"), ("autre", "Autre décision"),
        ],
        ["caractere"] = [("definitive", "Définitive"), ("executoireParProvision", "Exécutoire par provision")],
        ["versementAide"] = [("maintenu", "Maintenu"), ("suspendu", "Suspendu")],
        ["fsl"] =
        [
            ("nonSouhaite", "Non souhaité"), ("enCours", "Demande en préparation"), ("depose", "Demande déposée"), ("refuse", "Refusé"),
            ("recevable", "Demande recevable"), ("verse", "Aide versée"),
        ],
        ["objetSaisine"] =
        [
            ("examenSituation", "Examen de la situation"), ("decisionAide", "Décision sur l’aide au logement"), ("prealableAssignation", "Saisine préalable à l’assignation"),
            ("planApurement", "Plan d’apurement"), ("relogement", "Relogement"), ("autre", "Autre objet"),
        ],
        ["natureDsf"] =
        [("dsf", "Diagnostic établi"), ("dsfCarence", "Constat de carence")],
        ["presence"] =
        [
            ("presente", "Personne présente"), ("absente", "Personne absente"), ("refus", "Refus de la personne"), ("injoignable", "Personne injoignable"), ("courrierRevenu", "Courrier revenu"),
        ],
        ["accompagnement"] =
        [("aucun", "Aucun suivi"), ("enCours", "Suivi en cours"), ("propose", "Suivi proposé"), ("refuse", "Suivi refusé")],
        ["protection"] =
        [("aucune", "Aucune mesure"), ("tutelle", "Tutelle"), ("curatelle", "Curatelle")],
        ["repriseLoyer"] =
        [("total", "Totale"), ("partiel", "Partielle"), ("irregulier", "Irrégulière"), ("non", "Pas de reprise")],
        ["surendettement"] =
        [
            ("nonSouhaite", "Non souhaité"), ("envisage", "Envisagé"), ("depose", "Dossier déposé"), ("refuse", "Refusé"), ("recevable", "Recevable"), ("planTraitement", "Plan de traitement"), ("suspensionCreances", "Suspension des créances"), ("retablissementPersonnel", "Rétablissement personnel"),
        ],
        ["aideJuridictionnelle"] =
        [
            ("nonDemandee", "Non demandée"), ("enCours", "Demande en préparation"), ("demandee", "Demandée"), ("accordee", "Accordée"), ("refusee", "Refusée"),
        ],
        ["ccapex"] =
        [("nonEnvisagee", "Non envisagée"), ("envisagee", "Envisagée"), ("realisee", "Réalisée")],
        ["projetRelogement"] = [("maintien", "Maintien dans le logement"), ("relogement", "Relogement"), ("hebergement", "Hébergement"), ("indecis", "Indécis")],
        ["dalo"] =
        [("aucun", "Aucun recours"), ("depose", "Recours déposé"), ("reconnu", "Reconnu prioritaire"), ("rejete", "Rejeté")],
        ["visite"] =
        [("nonFaite", "Non faite"), ("faiteAbsent", "Faite, personne absente"), ("faitePresent", "Faite, personne rencontrée")],
        ["detteContestable"] =
        [("oui", "Oui"), ("non", "Non"), ("nonEtudie", "Non étudié")],
        ["suiviSocial"] =
        [("aucun", "Aucun suivi"), ("enCours", "Suivi en cours"), ("propose", "Suivi proposé"), ("refuse", "Suivi refusé")],
        ["presentAudience"] =
        [("oui", "Oui"), ("non", "Non"), ("sansObjet", "Sans objet")],
        ["issue"] =
        [
            ("enCours", "Accompagnement en cours"), ("maintienDansLogement", "Maintien dans le logement"), ("planApurement", "Plan d’apurement"), ("relogement", "Relogement"), ("hebergement", "Hébergement"), ("expulsion", "Expulsion"), ("injoignable", "Ménage injoignable"), ("refusAccompagnement", "Accompagnement refusé"),
        ],
        ["connu"] =
        [("connu", "Connu"), ("inconnu", "Inconnu du service"), ("suiviEnCours", "Suivi en cours"), ("neSaitPas", "Le service ne sait pas")],
        ["aide"] =
        [("oui", "Oui"), ("non", "Non"), ("neSaitPas", "Le service ne sait pas")],
        ["decisionAide"] = [("maintien", "Maintien de l’aide"), ("suspension", "Suspension de l’aide"), ("ajournement", "Ajournement")],
        ["sensCfp"] =
        [("octroi", "Concours accordé"), ("refus", "Concours refusé"), ("refusImplicite", "Refus implicite (deux mois de silence)")],
        ["motifRefusCfp"] =
        [
            ("ordrePublic", "Ordre public"), ("situationDuMenage", "Situation du ménage"), ("relogementEnCours", "Relogement en cours"), ("irregularite", "Procédure irrégulière"), ("autre", "Autre motif"),
        ],
        ["auteurSaisine"] =
        [
            ("serviceSocial", "Service social"), ("adil", "ADIL"), ("esh", "Espace Solidarité Habitat"), ("adh", "Accompagnement aux droits liés à l’habitat"), ("fsl", "Fonds de solidarité pour le logement"), ("association", "Association"), ("menage", "Le ménage lui-même"),
        ],
        ["etape"] =
        [
            ("depot", "Demande déposée à la commission"), ("recevable", "Recevable"), ("irrecevable", "Irrecevable"), ("orientation", "Orientation décidée"), ("planConventionnel", "Plan conventionnel"),
            ("mesuresImposees", "Mesures imposées"), ("moratoire", "Moratoire"), ("retablissementPersonnel", "Rétablissement personnel"), ("cloture", "Dossier clos"),
        ],
        ["mesure"] =
        [
            ("aucune", "Aucune mesure"), ("planConventionnel", "Plan conventionnel"), ("mesuresImposees", "Mesures imposées"), ("moratoire", "Moratoire"), ("retablissementPersonnel", "Rétablissement personnel"),
        ],
        ["objet"] =
        [
            ("information", "Pour information"), ("demandeSuspensionExpulsion", "Demande de suspension de l’expulsion"), ("retablissementAide", "Rétablissement de l’aide au logement"),
            ("accompagnementSocial", "Accompagnement social"), ("autre", "Autre objet"),
        ],
    };

    private static readonly Dictionary<string, string> MessageTypes = new(StringComparer.Ordinal)
    {
        ["caf/impayes"] = "Impayé signalé par la CAF ou la MSA",
        ["commissaires-de-justice/commandements-de-payer"] = "Commandement de payer",
        ["caf/saisines-ccapex"] = "Saisine de la CCAPEX par la CAF ou la MSA",
        ["commissaires-de-justice/assignations"] = "Assignation",
        ["commissaires-de-justice/commandements-de-quitter-les-lieux"] = "Commandement de quitter les lieux",
        ["commissaires-de-justice/requisitions-force-publique"] = "Réquisition de la force publique",
        ["commissaires-de-justice/proces-verbaux-expulsion"] = "Procès-verbal d’expulsion",
        ["bailleurs/saisines-ccapex"] = "Saisine de la CCAPEX par un bailleur",
        ["bailleurs/impayes"] = "Impayé signalé par un bailleur",
        ["banque-de-france/orientations"] = "Orientation de la Banque de France",
    };

    private static readonly Dictionary<string, string> Roles = new(StringComparer.Ordinal)
    {
        ["depositaire"] = "Envoi",
        ["instructeur"] = "Instruction",
        ["secretariat"] = "Secrétariat",
        ["autorite"] = "Autorité",
        ["dpo"] = "Protection des données",
        ["administrateur"] = "Administration",
        ["exploitant"] = "Exploitation",
    };

    private static readonly Dictionary<string, string> CategoryLabels = new(StringComparer.Ordinal)
    {
        ["identite"] = "Identité",
        ["adresse"] = "Adresse",
        ["contact"] = "Coordonnées",
        ["menage"] = "Ménage",
        ["ressources"] = "Ressources",
        ["dette"] = "Dette",
        ["bail"] = "Bail et bailleur",
        ["acte"] = "Acte",
        ["decision"] = "Décision",
        ["surendettement"] = "Surendettement",
        ["social"] = "Évaluation sociale",
        ["sante"] = "Santé",
    };

    /// <summary>The codes of a field and their labels, in the order in which a form offers them.</summary>
    public static IReadOnlyList<(string Code, string Label)> Of(string field) => Lists[field];

    public static bool TryLabel(string field, string code, [NotNullWhen(true)] out string? label)
    {
        label = Lists.TryGetValue(field, out var list) ? list.FirstOrDefault(v => v.Code == code).Label : null;
        return label is not null;
    }

    public static string MessageType(string type) =>
        MessageTypes.GetValueOrDefault(type) ?? (Schemas.MessageType.TryParse(type, out var known) && PartnerMessages.TryGet(known, out var message) ? message.Title : null) ?? OtherMessage;

    /// <summary>What a message is called whose type no gateway of this version speaks.</summary>
    public const string OtherMessage = "Autre envoi";

    public static string Role(string role) => Roles.GetValueOrDefault(role, role);

    public static string Category(string category) => CategoryLabels.GetValueOrDefault(category, category);

    /// <summary>Where a deposit stands, as its sender reads it.</summary>
    public static string DepositState(string state) => state switch
    {
        "recu" => "Reçu",
        "transmis" => "Transmis au secrétariat",
        "a-corriger" => "À corriger",
        "annule" => "Annulé",
        _ => "Inconnu",
    };

    /// <summary>Where a received file stands, as its recipient reads it.</summary>
    public static string DeliveryState(string state) => state switch
    {
        "accusee" => "Réception accusée",
        "annulee" => "Annulé par l’expéditeur",
        "remplacee" => "Remplacé par l’expéditeur",
        "renvoyee" => "Renvoyé",
        _ => "À prendre en charge",
    };

    /// <summary>What a line of the inbox tells when it is no message; <see langword="null"/> when it is one.</summary>
    public static string? News(string nature) => nature switch
    {
        "question" => "question posée",
        "information" => "accompagné ailleurs",
        "decisionAide" or "ajournementAide" => "décision sur l’aide",
        "annulation" => "annulation",
        "reduction" => "accord retiré en partie",
        "limitation" => "limitation demandée par la personne",
        "separation" => "concerne une autre personne",
        "renvoi" => "renvoyé par un destinataire",
        "escalade" => "accusé en retard chez un destinataire",
        "non-remise" => "non pris en charge par un destinataire",
        _ => null,
    };

    /// <summary>How late an acknowledgement is.</summary>
    public static string Late(string step) => step switch
    {
        "rappel" => "Accusé attendu",
        "escalade" => "Secrétariat prévenu",
        _ => "Non-remise signalée",
    };

    public static string PieceName(string name) => name switch
    {
        "acte" => "Acte",
        "notice" => "Notice d’information",
        "decompte" => "Décompte",
        "recepisse" => "Récépissé EXPLOC ou Alexi",
        _ => "Pièce",
    };
}
