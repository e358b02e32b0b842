using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>An error as people read it: what happened and what to do; nothing of the machine. Touches no store: one may be what is down.</summary>
[Authorize(Policy = Policies.Public)]
[Journalise(LogAction.None)]
// It is shown in place of an answer to any method, a form that has expired included.
[IgnoreAntiforgeryToken]
internal sealed class ErreurModel : PageModel
{
    public string Heading { get; private set; } = "";

    public string What { get; private set; } = "";

    public string Advice { get; private set; } = "";

    public void OnGet(int code)
    {
        Response.Headers.CacheControl = "no-store";
        // Opened by its address, it is a page that exists; shown in place of an answer, it keeps that answer's status.
        if (Response.StatusCode == StatusCodes.Status200OK && code is >= 400 and < 600)
            Response.StatusCode = code;
        (Heading, What, Advice) = code switch
        {
            401 => ("Vous n’êtes pas connecté", "Cette page demande une connexion.", "Connectez-vous puis recommencez."),
            403 => ("Cette page n’est pas ouverte à votre rôle", "Votre compte ne donne pas accès à cette fonction. La demande a été inscrite au journal.",
                "Revenez à l’accueil. Si vous devriez y avoir accès, adressez-vous à l’administrateur de votre organisation."),
            404 => ("Page introuvable", "L’adresse est incorrecte, ou l’élément n’est pas adressé à votre organisation.", "Vérifiez l’adresse, ou repartez de l’accueil."),
            405 => ("Cette action n’existe pas à cette adresse", "La page a été demandée d’une façon qu’elle ne prévoit pas.", "Repartez de l’accueil."),
            413 => ("Le fichier est trop volumineux", "Rien n’a été enregistré.", "Un acte PDF est limité à 10 Mo et un fichier de lot à 30 Mo sur ces pages. Revenez en arrière et choisissez un fichier plus léger."),
            429 => ("Trop de demandes en peu de temps", "La passerelle a mis cette demande de côté.", "Attendez une minute puis recommencez."),
            503 => ("Service momentanément indisponible", "La passerelle ne peut rien enregistrer ni afficher pour le moment. Rien n’a été enregistré.", "Recommencez dans quelques minutes."),
            >= 500 => ("Une erreur est survenue de notre côté", "L’incident a été noté pour les personnes qui exploitent la passerelle.",
                "Recommencez dans quelques minutes. Avant de refaire un envoi, vérifiez que vous n’avez pas déjà un récépissé."),
            _ => ("La demande n’a pas pu être comprise", "Le formulaire était peut-être ouvert depuis trop longtemps, ou un fichier dépassait la taille permise. Rien n’a été enregistré.",
                "Revenez à la page précédente, rechargez-la et recommencez."),
        };
    }
}
