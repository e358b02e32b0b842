using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>
/// Refusals as people read them: what happened, whether something was lost, what to do now. The catalogue's own sentences
/// speak to the engineers of the interface.
/// </summary>
internal static class Guidance
{
    private static readonly Dictionary<string, (string Title, string Text)> Sentences = new(StringComparer.Ordinal)
    {
        ["hors-habilitation"] = ("Votre organisation ne peut pas faire cet envoi",
            "Elle n’est pas habilitée pour ce type d’envoi dans ce département. Rien n’a été enregistré. Si c’est une erreur, demandez l’habilitation à l’administrateur de la passerelle."),
        ["finalite-non-enregistree"] = ("Cet échange n’est pas prévu au registre des traitements",
            "Aucune finalité enregistrée ne le permet aujourd’hui. Adressez-vous à votre délégué à la protection des données."),
        ["introuvable"] = ("Nous ne trouvons pas cet élément", "Il n’existe pas, ou il n’est pas adressé à votre organisation."),
        ["envoi-en-cours"] = ("Ce même envoi est déjà en cours", "Patientez quelques secondes puis envoyez à nouveau : vous retrouverez le même récépissé, rien ne sera enregistré deux fois."),
        ["etat-incompatible"] = ("Cette action n’est plus possible", "L’état a changé depuis l’affichage de la page. Rechargez-la pour voir où en est l’envoi."),
        ["json-invalide"] = ("Le formulaire n’a pas pu être lu", "Un champ contient un caractère qui ne peut pas être transmis. Saisissez-le à nouveau au clavier."),
        ["demande-invalide"] = ("La demande est incomplète", "Complétez le champ signalé puis recommencez."),
        ["trop-volumineux"] = ("Le fichier est trop volumineux", "Un acte PDF est limité à 10 Mo et un fichier de lot à 30 Mo sur cette page."),
        ["piece-refusee"] = ("Le PDF ne peut pas être joint", "Enregistrez l’acte comme PDF simple, sans mot de passe, sans formulaire actif ni fichier inclus."),
        ["schema-invalide"] = ("Des champs sont à corriger", "Corrigez les champs signalés puis envoyez à nouveau. Rien n’a été enregistré."),
        ["nir-interdit"] = ("Un numéro de sécurité sociale figure dans l’envoi",
            "Retirez-le du champ signalé : la passerelle n’a pas le droit de le recevoir. Rien n’a été enregistré ni conservé."),
        ["donnee-bancaire-interdite"] = ("Un numéro de carte ou de compte bancaire figure dans l’envoi",
            "Retirez-le du champ signalé : aucun destinataire n’en a besoin. Rien n’a été enregistré ni conservé."),
        ["territoire-non-servi"] = ("Ce logement est hors des départements desservis", "Adressez le signalement au secrétariat de la CCAPEX du département du logement, à la préfecture."),
        ["cle-reutilisee"] = ("Ce formulaire a déjà servi à un envoi",
            "L’envoi précédent est enregistré. Pour signaler un autre acte, ouvrez un nouveau formulaire ; pour corriger le précédent, contactez le secrétariat de la CCAPEX."),
        ["trop-d-appels"] = ("Trop de demandes en peu de temps", "Attendez une minute puis recommencez."),
        ["indisponible"] = ("La passerelle est momentanément indisponible", "Rien n’a été enregistré. Recommencez dans quelques minutes : ce que vous avez saisi est encore dans cette page."),
    };

    /// <param name="detail">What the refusal adds about this very case, already French for people.</param>
    public static Notice Of(Refusal refusal, string? detail = null)
    {
        var (title, text) = Sentences.GetValueOrDefault(refusal.Code, (refusal.Title, refusal.WhatToDo));
        return new Notice(NoticeLevel.Error, title, detail ?? text);
    }

    /// <summary>Whether a refusal has words for people; a test holds it for each that a page can meet.</summary>
    public static bool Knows(Refusal refusal) => Sentences.ContainsKey(refusal.Code);
}
