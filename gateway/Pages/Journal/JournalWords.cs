using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Consents;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Rights;

namespace ExchangeGateway.Gateway.Pages.Journal;

/// <summary>The log's codes in the words of a data protection officer. Tests hold that every action has its words.</summary>
internal static class JournalWords
{
    private static readonly Dictionary<LogAction, string> Actions = new()
    {
        [LogAction.DepositReceived] = "Envoi reçu",
        [LogAction.DepositRefused] = "Envoi refusé",
        [LogAction.BatchReceived] = "Lot reçu",
        [LogAction.BatchConsulted] = "Lot consulté par son expéditeur",
        [LogAction.PieceReceived] = "Pièce jointe à un envoi",
        [LogAction.DepositConsulted] = "Envoi consulté par son expéditeur",
        [LogAction.QualityConsulted] = "Qualité de ses envois consultée par un expéditeur",
        [LogAction.ProofGiven] = "Preuve donnée à l’expéditeur",
        [LogAction.Routed] = "Transmission décidée",
        [LogAction.RoutingHeld] = "Transmission en attente d’une information",
        [LogAction.RoutingFellBack] = "Transmission par la règle de repli",
        [LogAction.RoutingDenied] = "Transmission refusée par le registre",
        [LogAction.InboxListed] = "Liste des dossiers reçus affichée",
        [LogAction.DeliveryConsulted] = "Dossier reçu consulté",
        [LogAction.DeliveryAcknowledged] = "Réception accusée",
        [LogAction.IdentityDisclosed] = "Identité affichée",
        [LogAction.PieceDisclosed] = "Pièce ouverte",
        [LogAction.AccessRefused] = "Accès refusé",
        [LogAction.DossierConsulted] = "Historique d’un dossier consulté",
        [LogAction.JournalSearched] = "Journal consulté",
        [LogAction.TokenIssued] = "Jeton délivré à un logiciel",
        [LogAction.TokenRefused] = "Jeton refusé à un logiciel",
        [LogAction.TokenRevoked] = "Jeton révoqué",
        [LogAction.SignedIn] = "Connexion",
        [LogAction.SignInRefused] = "Connexion refusée",
        [LogAction.SignedOut] = "Déconnexion",
        [LogAction.RegisterLoaded] = "Registre des finalités mis en vigueur",
        [LogAction.RulesLoaded] = "Règles de répartition mises en vigueur",
        [LogAction.OrganisationAdded] = "Organisation ajoutée",
        [LogAction.DepositCancelled] = "Dépôt annulé par son expéditeur",
        [LogAction.CorrectionDelivered] = "Annulation portée à la connaissance d’un destinataire",
        [LogAction.StateFileWritten] = "Actes réécrits en fichier pour EXPLOC ou Alexi",
        [LogAction.OriginOpened] = "Nouveau journal ouvert après une restauration",
        [LogAction.MatchesListed] = "Liste des dossiers à rapprocher affichée",
        [LogAction.MatchDecided] = "Rapprochement de deux dossiers décidé",
        [LogAction.MatchReverted] = "Rapprochement de deux dossiers annulé",
        [LogAction.VaultKeyRotated] = "Clé du coffre renouvelée",
        [LogAction.VaultKeyDestroyed] = "Ancienne clé du coffre détruite",
        [LogAction.SubjectErased] = "Données d’une personne effacées",
        [LogAction.PseudonymsRotated] = "Clé de pseudonymes d’un destinataire renouvelée",
        [LogAction.CorrespondenceGiven] = "Correspondance entre anciens et nouveaux pseudonymes remise à son destinataire",
        [LogAction.ConsentRecorded] = "Accord, refus, retrait ou opposition inscrit",
        [LogAction.ConsentsConsulted] = "Registre des accords consulté",
        [LogAction.RetentionRan] = "Durées de conservation appliquées",
        [LogAction.RetentionErased] = "Données effacées au terme de leur conservation",
        [LogAction.RetentionSigned] = "Durée de conservation signée",
        [LogAction.RetentionConfirmed] = "Durée de conservation confirmée par une seconde personne",
        [LogAction.RetentionConsulted] = "Plan de conservation consulté",
        [LogAction.IndicatorsConsulted] = "Indicateurs consultés",
        [LogAction.RightsRequestRecorded] = "Demande d’une personne enregistrée",
        [LogAction.RightsRequestsConsulted] = "Demandes des personnes consultées",
        [LogAction.RightsReportGiven] = "Rapport d’accès d’une personne établi",
        [LogAction.RightsRequestExtended] = "Délai d’une demande prolongé",
        [LogAction.RightsRequestDecided] = "Demande d’une personne décidée",
        [LogAction.RightsNoticeSent] = "Destinataire averti d’une décision sur les droits d’une personne",
        [LogAction.RightsNoticesListed] = "Avis sur les droits des personnes consultés",
        [LogAction.RightsNoticeAcknowledged] = "Avis sur les droits d’une personne : exécution confirmée",
        [LogAction.PieceRemoved] = "Pièce retirée d’un envoi rectifié",
        [LogAction.QuestionAsked] = "Question posée à un service qui peut savoir",
        [LogAction.QuestionsListed] = "Liste des questions posées affichée",
        [LogAction.QuestionAnswered] = "Réponse d’un service à une question",
        [LogAction.QuestionUnanswered] = "Question restée sans réponse : repli",
        [LogAction.DeliverySentBack] = "Dossier renvoyé par son destinataire",
        [LogAction.SendBackTold] = "Renvoi porté à la connaissance du secrétariat",
        [LogAction.DeliveryAssigned] = "Dossier affecté à un agent",
        [LogAction.DeliveryForwarded] = "Dossier transféré à un collègue",
        [LogAction.CommentAdded] = "Commentaire ajouté",
        [LogAction.CommentsRead] = "Commentaires lus",
        [LogAction.AcknowledgementReminded] = "Accusé de réception relancé",
        [LogAction.AcknowledgementEscalated] = "Absence d’accusé signalée au secrétariat",
        [LogAction.NonDeliveryReported] = "Non-remise signalée",
        [LogAction.WebhookChanged] = "Webhook créé, modifié, essayé ou supprimé",
        [LogAction.DeliveryNotified] = "Dossier annoncé par webhook",
        [LogAction.DossiersListed] = "Échéances de dossiers affichées",
        [LogAction.InformationDelivered] = "Information rendue à un expéditeur",
        [LogAction.SessionPrepared] = "Séance de la CCAPEX préparée",
        [LogAction.SessionConsulted] = "Ordre du jour d’une séance consulté",
        [LogAction.AdviceRecorded] = "Avis de la CCAPEX ou suite à douze mois inscrits",
        [LogAction.LettersPrepared] = "Courriers d’une séance préparés",
        [LogAction.QuotaDrawn] = "Tirage d’une règle à quota",
        [LogAction.QuotasConsulted] = "Quotas consultés",
        [LogAction.RulesProposed] = "Mise en vigueur de règles proposée",
        [LogAction.RulesConfirmed] = "Mise en vigueur de règles confirmée par une seconde personne",
        [LogAction.SimulationRun] = "Règles simulées sur des envois passés ou sur l’année d’essai",
        [LogAction.RightsPieceCopied] = "Pièce copiée pour une personne qui demande l’accès à ses données",
        [LogAction.DepositSeparated] = "Envoi retiré du dossier d’une autre personne",
    };

    private static readonly Dictionary<string, string> DetailNames = new(StringComparer.Ordinal)
    {
        ["type"] = "Nature de l’envoi",
        ["rapprochement"] = "Rapprochement",
        ["elements"] = "Éléments comparés",
        ["decision"] = "Décision",
        ["territoire"] = "Territoire",
        ["faits"] = "Ce qui est demandé",
        ["canal"] = "Voie de la réponse",
        ["tirage"] = "Tirage",
        ["proposition"] = "Proposition de règles",
        ["valideDu"] = "En vigueur à partir du",
        ["contre"] = "Rejoué sur",
        ["instant"] = "Instant prévu",
        ["quota"] = "Quota de la période",
        ["places"] = "Places de ce tirage",
        ["menages"] = "Ménages classés",
        ["retenus"] = "Ménages retenus",
        ["classement"] = "Empreinte du classement",
        ["motif"] = "Motif",
        ["acte"] = "Acte",
        ["demandeDroit"] = "Demande de la personne",
        ["droit"] = "Droit demandé",
        ["avis"] = "Avis donné",
        ["objetAvis"] = "Avis",
        ["effet"] = "Effet",
        ["note"] = "Précision donnée",
        ["categories"] = "Données communiquées",
        ["refus"] = "Cause du refus",
        ["demande"] = "Ce qui était demandé",
        ["objet"] = "Objet",
        ["piece"] = "Pièce",
        ["depot"] = "Envoi",
        ["limitationsEtendues"] = "Limitations étendues par le rapprochement",
        ["envois"] = "Envois déplacés",
        ["avertis"] = "Remises dont le destinataire est averti",
        ["role"] = "Rôle",
        ["facteurs"] = "Facteurs d’authentification",
        ["regle"] = "Règle de répartition",
        ["destinataire"] = "Destinataire",
        ["lignes"] = "Lignes lues",
        ["acceptees"] = "Lignes reçues",
        ["doublons"] = "Lignes déjà reçues",
        ["refusees"] = "Lignes à corriger",
        ["entree"] = "Inscription consultée",
        ["depuis"] = "Recherche à partir du",
        ["jusqua"] = "Recherche jusqu’au",
        ["action"] = "Action recherchée",
        ["organisation"] = "Organisation recherchée",
        ["version"] = "Version",
        ["code"] = "Code",
        ["nature"] = "Nature",
        ["route"] = "Page ou appel",
        ["lot"] = "Par lot",
        ["page"] = "Par les pages",
        ["jours"] = "Jours à venir",
        ["seance"] = "Séance",
        ["lettres"] = "Courriers",
        ["suite"] = "Page suivante d’une recherche",
        ["agent"] = "Agent désigné",
        ["webhook"] = "Webhook",
        ["etape"] = "Étape",
    };

    /// <summary>Actions in the order in which a message meets them, for the form.</summary>
    public static IReadOnlyList<(LogAction Action, string Label)> All { get; } = [.. Actions.OrderBy(a => (int)a.Key).Select(a => (a.Key, a.Value))];

    /// <param name="action">Name of the action as stored; one of a newer gateway is shown as it is.</param>
    public static string Action(string action) => Enum.TryParse<LogAction>(action, out var known) && Actions.TryGetValue(known, out var label) ? label : action;

    public static bool Knows(LogAction action) => Actions.ContainsKey(action);

    public static string Decision(string? decision) => decision switch
    {
        "permis" => "Permis",
        "retenu" => "En attente",
        "refuse" => "Refusé",
        null => "–",
        _ => decision,
    };

    public static string DecisionClass(string? decision) => decision switch
    {
        "permis" => "fr-badge--success",
        "refuse" => "fr-badge--error",
        _ => "fr-badge--info",
    };

    /// <summary>What an entry adds, with words for the codes that have some.</summary>
    public static IEnumerable<(string Name, string Value)> Details(JournalItem item) => item.Details
        .Select(d => (DetailNames.GetValueOrDefault(d.Key, d.Key), Value(d.Key, d.Value)));

    /// <summary>The most telling detail, for a table.</summary>
    public static string? Telling(JournalItem item)
    {
        foreach (var key in (string[])["motif", "refus", "type"])
        {
            if (item.Details.TryGetValue(key, out var value))
                return Value(key, value);
        }

        return null;
    }

    private static string Value(string key, string value) => key switch
    {
        "motif" when SendBackMotifs.Labels.TryGetValue(value, out var sentBack) => sentBack,
        "motif" or "refus" when DisclosureMotifs.Labels.TryGetValue(value, out var motif) => motif,
        "motif" or "refus" when Catalogue.All.TryGetValue(value, out var refusal) => Guidance.Of(refusal).Title,
        "motif" => value switch
        {
            AnnulationMotifs.AgreementWithdrawn or AnnulationMotifs.Accompanied => AnnulationMotifs.Label(value),
            "mot-de-passe" => "Mot de passe incorrect",
            "compte-inconnu" => "Compte inconnu",
            "compte-desactive" => "Compte désactivé",
            "code" => "Code incorrect",
            "second-facteur-absent" => "Second facteur absent",
            _ => value,
        },
        "acte" => ConsentWords.Act(value),
        "effet" => ConsentWords.Effect(value),
        "droit" => RightsWords.Kind(value),
        "avis" => RightsWords.Notice(value),
        "type" => Vocabulary.MessageType(value),
        "categories" => string.Join(", ", value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Vocabulary.Category)),
        "role" => Vocabulary.Role(value),
        "piece" => Vocabulary.PieceName(value),
        "action" => Action(value),
        "objet" or "demande" => value switch
        {
            "depot" => "Un envoi",
            "qualite" => "La qualité des envois",
            "piece" => "Une pièce",
            "remise" => "Un dossier reçu",
            "dossier" => "L’historique d’un dossier",
            "fiche" => "La fiche d’un dossier pour la séance",
            "seance" => "Un dossier inscrit à une séance",
            "courrier" => "Un dossier dont la séance écrit au ménage",
            "avis" => "Les avis de la commission",
            "decisionAide" => "La décision sur l’aide au logement",
            "reexamen" => "L’issue à douze mois",
            "identite" => "Une identité",
            "accuse" => "Un accusé de réception",
            "renvoi" => "Un renvoi",
            "affectation" => "Une affectation",
            "commentaire" => "Des commentaires",
            "preuve" => "La preuve d’une inscription",
            "ouverture" => "Le contenu d’une inscription",
            "consentement" => "Un acte du registre des accords",
            "demandeDroit" => "Une demande d’une personne",
            "confirmationEffacement" => "La confirmation d’un effacement",
            _ => value,
        },
        _ => value,
    };
}
