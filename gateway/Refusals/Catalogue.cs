using System.Reflection;

namespace ExchangeGateway.Gateway.Refusals;

/// <summary>The catalogue of refusals: endpoints, log entries, metrics, pages and the published documentation all read it.</summary>
internal static class Catalogue
{
    public static readonly Refusal NonAuthentifie = new("non-authentifie", 401, "Authentification nécessaire", "Demandez un jeton à /connect/token et présentez-le dans l'en-tête Authorization.");
    public static readonly Refusal HorsHabilitation = new("hors-habilitation", 403, "Votre organisation n'est pas habilitée pour cet envoi", "Vérifiez le type de message et le territoire de vos habilitations sur /v1/moi, ou écrivez à l'administrateur de la passerelle.");
    public static readonly Refusal FinaliteNonEnregistree = new("finalite-non-enregistree", 403, "Aucune finalité enregistrée ne permet cet envoi ou cette lecture", "Le registre des traitements ne prévoit pas cet échange. Adressez-vous au délégué à la protection des données.");
    public static readonly Refusal Introuvable = new("introuvable", 404, "Objet introuvable", "Vérifiez l'identifiant : il doit provenir d'un récépissé ou de votre liste de réception.");
    public static readonly Refusal MethodeNonPermise = new("methode-non-permise", 405, "Méthode non permise", "Consultez /openapi/v1.json pour les appels possibles.");
    public static readonly Refusal EnCours = new("envoi-en-cours", 409, "Le même envoi est déjà en cours de traitement", "Attendez quelques secondes puis renvoyez la même demande : vous recevrez le même récépissé.");
    public static readonly Refusal EtatIncompatible = new("etat-incompatible", 409, "L'état de l'objet ne permet pas cette action", "Relisez l'objet pour connaître son état actuel.");
    public static readonly Refusal JsonInvalide = new("json-invalide", 400, "Le message n'est pas du JSON valide", "Corrigez le message à la position indiquée et renvoyez-le.");
    public static readonly Refusal XmlInvalide = new("xml-invalide", 400, "Le message n'est pas du XML que la passerelle sait lire", "Corrigez le message à la ligne indiquée et renvoyez-le ; le schéma est à /v1/modeles/commissaires-de-justice/actes.xsd.");
    public static readonly Refusal EmpreinteDifferente = new("empreinte-differente", 400, "Le contenu reçu ne correspond pas à son empreinte", "Recalculez l'en-tête Content-Digest (RFC 9530) sur le corps envoyé.");
    public static readonly Refusal DemandeInvalide = new("demande-invalide", 400, "La demande est mal formée", "Corrigez le paramètre indiqué.");
    public static readonly Refusal TropVolumineux = new("trop-volumineux", 413, "L'envoi dépasse la taille permise", "Un message est limité à 1 Mio, une pièce à 10 Mio, un lot à 1 Gio.");
    public static readonly Refusal TypeDeContenu = new("type-de-contenu", 415, "Ce type de contenu n'est pas accepté ici", "Envoyez application/json, ou application/x-ndjson ou text/csv pour un lot.");
    public static readonly Refusal PieceRefusee = new("piece-refusee", 422, "La pièce jointe est refusée", "Envoyez un PDF non chiffré, sans contenu actif ni fichier inclus.");
    public static readonly Refusal SchemaInvalide = new("schema-invalide", 422, "Le message ne respecte pas son schéma", "Corrigez chaque champ listé puis renvoyez le message.");
    public static readonly Refusal NirInterdit = new("nir-interdit", 422, "Le message contient un numéro de sécurité sociale", "Retirez le NIR du champ indiqué : aucune finalité de la passerelle ne permet de le recevoir. Il n'a pas été conservé.");
    public static readonly Refusal DonneeBancaireInterdite = new("donnee-bancaire-interdite", 422, "Le message contient un numéro de carte ou de compte bancaire", "Retirez-le du champ indiqué : aucune finalité de la passerelle n'en a besoin. Il n'a pas été conservé.");
    public static readonly Refusal TerritoireNonServi = new("territoire-non-servi", 422, "La passerelle ne dessert pas le territoire de ce logement", "Adressez l'acte à la CCAPEX du département du logement.");
    public static readonly Refusal CleReutilisee = new("cle-reutilisee", 422, "Cette clé d'idempotence a déjà servi pour un autre contenu", "Utilisez une nouvelle clé Idempotency-Key pour un nouveau message.");
    public static readonly Refusal ConfigurationInvalide = new("configuration-invalide", 422, "Les fichiers de configuration sont refusés", "Corrigez chaque erreur listée ; ce qui était en vigueur le reste.");
    public static readonly Refusal TropDAppels = new("trop-d-appels", 429, "Trop d'appels en peu de temps", "Attendez le délai indiqué par Retry-After.");
    public static readonly Refusal Indisponible = new("indisponible", 503, "La passerelle ne peut pas traiter la demande pour le moment", "Rien n'a été enregistré. Renvoyez la même demande après le délai indiqué par Retry-After.", Refusal.Gateway);

    public static readonly Refusal ErreurInterne = new("erreur-interne", 500, "La passerelle a rencontré une erreur", "L'erreur est enregistrée et ne vient pas de votre envoi. Renvoyez la même demande plus tard : elle ne sera pas prise en compte deux fois.", Refusal.Gateway);

    /// <summary>Every refusal, by code.</summary>
    public static IReadOnlyDictionary<string, Refusal> All { get; } = typeof(Catalogue)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.FieldType == typeof(Refusal))
        .Select(f => (Refusal)f.GetValue(null)!)
        .ToDictionary(r => r.Code, StringComparer.Ordinal);
}
