using ExchangeGateway.Gateway.Access.People;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>What the form of a commandement de payer asks, in the order in which the act itself gives it.</summary>
internal static class CommandementFields
{
    public const int MaxPersons = 6;
    public const int MaxMonths = 36;

    public static readonly FormGroup Act = new("acte", "Le commandement",
    [
        new("/motif", "Motif", FieldKind.Choice, Required: true, Words: "motif"),
        new("/acte/signifieLe", "Date de signification", FieldKind.Date, Required: true),
        new("/acte/modaliteRemise", "L’acte a été signifié", FieldKind.Choice, Required: true, Words: "modaliteRemise"),
        new("/acte/referenceEtude", "Référence de l’acte à l’étude", Required: true, MaxLength: 40),
        new("/acte/requerant", "Requérant", Hint: "La personne pour qui l’acte est signifié."),
        new("/acte/mandataire", "Avocat ou mandataire du requérant"),
        new("/acte/clauseResolutoireVisee", "L’acte vise la clause résolutoire", FieldKind.YesNo),
        new("/acte/delaiVise", "Délai indiqué dans l’acte", FieldKind.Choice, Words: "delaiVise"),
        new("/acte/noticeAnnexee", "Notice d’information annexée", FieldKind.Choice, Words: "noticeAnnexee"),
        new("/acte/versionNotice", "Version de la notice", Hint: "Telle qu’elle est imprimée sur la notice.", MaxLength: 40),
        new("/acte/coutActe", "Coût de l’acte, en euros", FieldKind.Amount, Hint: "Hors de la dette locative. Exemple : 142,35"),
        new("/acte/referenceExploc", "Référence EXPLOC", Hint: "Sans référence EXPLOC ou Alexi, la formalité est affichée comme non prouvée.", MaxLength: 40),
        new("/acte/referenceAlexi", "Référence Alexi", MaxLength: 40),
        new("/acte/recepisseEtat", "Récépissé EXPLOC ou Alexi", MaxLength: 128),
        new("/acte/fondement", "Fondement du signalement", FieldKind.Choice, Hint: "Laissez vide : il est déduit du type de bailleur.", Words: "fondement"),
    ]);

    public static readonly FormGroup Office = new("etude", "L’étude",
    [
        new("/etude/nom", "Nom de l’étude", Required: true),
        new("/etude/ville", "Ville", MaxLength: 60),
        new("/etude/siret", "SIRET", FieldKind.Digits, Hint: "Quatorze chiffres.", MaxLength: 20),
        new("/etude/contact", "Téléphone ou courriel de l’étude"),
    ]);

    /// <summary>Repeated for each person.</summary>
    public static readonly IReadOnlyList<FormField> Person =
    [
        new("/personnes/*/qualite", "Qualité", FieldKind.Choice, Words: "qualite", Required: true),
        new("/personnes/*/civilite", "Civilité", FieldKind.Choice, Words: "civilite"),
        new("/personnes/*/nom", "Nom de naissance", Hint: "Ou le seul nom connu.", Required: true, MaxLength: 80),
        new("/personnes/*/nomUsage", "Nom d’usage", Hint: "S’il est différent.", MaxLength: 80),
        new("/personnes/*/prenoms", "Prénoms", Required: true),
        new("/personnes/*/dateNaissance", "Date de naissance", FieldKind.Date, Hint: "Si elle est connue."),
    ];

    public static readonly FormGroup Dwelling = new("logement", "Le logement",
    [
        new("/logement/numero", "Numéro", Hint: "Exemple : 12 bis", MaxLength: 10, Width: 3),
        new("/logement/voie", "Voie", Hint: "Exemple : rue de la Folie-Méricourt", Required: true, MaxLength: 80, Width: 9),
        new("/logement/complement", "Bâtiment, escalier, appartement", MaxLength: 80),
        new("/logement/etage", "Étage ou porte", MaxLength: 20),
        new("/logement/codePostal", "Code postal", FieldKind.Digits, Required: true, MaxLength: 7, Width: 3),
        new("/logement/commune", "Commune", Required: true, MaxLength: 60, Width: 5),
        new("/logement/codeCommune", "Code INSEE de la commune", Hint: "Laissez vide : il est déduit du code postal.", MaxLength: 5, Width: 4),
    ]);

    public static readonly FormGroup Contact = new("telephoneConnu", "Joindre le ménage",
    [
        new("/telephoneConnu", "Un téléphone est connu", FieldKind.Choice, Words: "telephoneConnu", Required: true),
        new("/telephones/0/numero", "Numéro de téléphone", FieldKind.Digits, Hint: "Exemple : 06 39 98 01 01", MaxLength: 20),
        new("/telephones/0/source", "Qui a donné le numéro", FieldKind.Choice, Words: "source"),
        new("/telephones/0/constateLe", "Numéro vérifié le", FieldKind.Date),
        new("/courriels/0", "Courriel"),
    ], "Un numéro change tout pour les services qui vont contacter le ménage. Il n’est jamais communiqué au bailleur.");

    public static readonly FormGroup Landlord = new("bailleur", "Le bailleur",
    [
        new("/bailleur/type", "Type de bailleur", FieldKind.Choice, Words: "typeBailleur", Required: true),
        new("/bailleur/parc", "Parc", FieldKind.Choice, Hint: "Laissez vide si vous ne savez pas.", Words: "parc"),
        new("/bailleur/nom", "Nom ou raison sociale"),
        new("/bailleur/gestion", "Gestion", FieldKind.Choice, Words: "gestion"),
        new("/bailleur/mandataire", "Agence ou administrateur de biens"),
    ]);

    public static readonly FormGroup Lease = new("bail", "Le bail",
    [
        new("/bail/signeLe", "Bail signé le", FieldKind.Date, Hint: "Cette date fixe le délai du commandement."),
        new("/bail/typeBail", "Type de bail", FieldKind.Choice, Words: "typeBail"),
        new("/bail/clauseResolutoire", "Le bail contient une clause résolutoire", FieldKind.YesNo),
        new("/bail/garantie", "Garantie des loyers", FieldKind.Choice, Words: "garantie"),
        new("/bail/referenceLogement", "Référence du logement chez le bailleur", MaxLength: 40),
    ]);

    public static readonly FormGroup Debt = new("dette", "La dette",
    [
        new("/dette/total", "Total de la dette, en euros", FieldKind.Amount, Hint: "Hors frais. Exemple : 2 820,00", MaxLength: 20),
        new("/dette/loyerHorsCharges", "Loyer mensuel hors charges, en euros", FieldKind.Amount, MaxLength: 20),
        new("/dette/charges", "Charges mensuelles, en euros", FieldKind.Amount, MaxLength: 20),
        new("/dette/premierMoisImpaye", "Premier mois impayé", FieldKind.Month, Hint: "Exemple : 08/2026", MaxLength: 7),
        new("/dette/moisImpayes", "Nombre de mois impayés", FieldKind.Integer, Hint: "Même en partie.", MaxLength: 3),
        new("/dette/natureAide", "Aide au logement", FieldKind.Choice, Hint: "Laissez vide si vous ne savez pas.", Words: "natureAide"),
        new("/dette/aideAuLogement", "Montant mensuel de l’aide, en euros", FieldKind.Amount, MaxLength: 20),
        new("/dette/tiersPayant", "L’aide est versée au bailleur", FieldKind.YesNo),
        new("/dette/planApurement/etat", "Plan d’apurement", FieldKind.Choice, Words: "etat"),
        new("/dette/planApurement/echeance", "Dernière échéance du plan", FieldKind.Date),
    ], "À remplir quand le motif est un impayé ; à laisser vide sinon.");

    /// <summary>One month of the statement; repeated.</summary>
    public static readonly IReadOnlyList<FormField> Month =
    [
        new("/dette/decompte/*/mois", "Mois", FieldKind.Month, MaxLength: 7),
        new("/dette/decompte/*/loyer", "Loyer", FieldKind.Amount, MaxLength: 20),
        new("/dette/decompte/*/provisions", "Provisions pour charges", FieldKind.Amount, MaxLength: 20),
        new("/dette/decompte/*/regularisation", "Régularisation", FieldKind.Amount, MaxLength: 20),
        new("/dette/decompte/*/aideRecue", "Aide reçue", FieldKind.Amount, MaxLength: 20),
        new("/dette/decompte/*/versements", "Versements", FieldKind.Amount, MaxLength: 20),
        new("/dette/decompte/*/frais", "Frais", FieldKind.Amount, MaxLength: 20),
    ];

    public static IEnumerable<FormField> All(int persons, int months) =>
    [
        .. Act.Fields, .. Office.Fields,
        .. Enumerable.Range(0, persons).SelectMany(i => Person.Select(f => f.At(i))),
        .. Dwelling.Fields, .. Contact.Fields, .. Landlord.Fields, .. Lease.Fields, .. Debt.Fields,
        .. Enumerable.Range(0, months).SelectMany(i => Month.Select(f => f.At(i))),
    ];
}
