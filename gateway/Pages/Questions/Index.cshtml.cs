using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Routing.Questions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Questions;

/// <summary>What the organisation is asked, oldest first, under pseudonyms; one form of radio buttons a question.</summary>
[Authorize(Policy = Policies.Recevoir)]
[Journalise(LogAction.QuestionsListed)]
internal sealed class IndexModel(ListerQuestions lister, RepondreQuestion repondre) : PersonPage
{
    /// <summary>posee, repondue, echue. What waits comes first.</summary>
    [BindProperty(SupportsGet = true, Name = "etat")]
    public string? State { get; set; }

    public QuestionPage? Questions { get; private set; }

    /// <summary>The question whose form is to be mended.</summary>
    public Guid? Faulty { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        State ??= QuestionState.Asked;
        if (!QuestionState.All.Contains(State, StringComparer.Ordinal))
            return Refused(Catalogue.Introuvable);
        Questions = await lister.RunAsync(Caller, State, ct);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(
        [FromForm(Name = "question")] Guid question, [FromForm(Name = "connu")] string? known, [FromForm(Name = "aide")] string? aid, [FromForm(Name = "composition")] string? household, CancellationToken ct)
    {
        State = QuestionState.Asked;
        switch (await repondre.RunAsync(Caller, question, new Answer(known, aid, household), "page", ct))
        {
            case DeliveryOutcome<AnswerRecorded>.Given { Value.Effet: RepondreQuestion.Late }:
                Done("Réponse enregistrée. Le délai était passé : elle servira aux prochains messages de ce dossier.");
                return RedirectToPage();
            case DeliveryOutcome<AnswerRecorded>.Given:
                Done("Réponse enregistrée : le dossier est réparti aussitôt.");
                return RedirectToPage();
            case DeliveryOutcome<AnswerRecorded>.Refused { Refusal.Status: StatusCodes.Status404NotFound } missing:
                return Refused(missing.Refusal);
            case DeliveryOutcome<AnswerRecorded>.Refused refused:
                Faulty = question;
                Questions = await lister.RunAsync(Caller, State, ct);
                return Refused(refused.Refusal, refused.Detail);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>What is asked, in words for people.</summary>
    public static string Legend(string fact) => fact switch
    {
        "connuDesServices" => "Ce ménage est-il connu de vos services ?",
        "aideAuLogement" => "Reçoit-il une aide au logement ?",
        _ => "Quelle est la composition du ménage ?",
    };

    public static string Label(string value) => value switch
    {
        "connu" => "Connu",
        "inconnu" => "Inconnu",
        "suiviEnCours" => "Suivi en cours",
        "oui" => "Oui",
        "non" => "Non",
        "familleAvecEnfants" => "Famille avec enfants",
        "coupleSansEnfant" => "Couple sans enfant",
        "personneSeule" => "Personne seule",
        _ => "Ne sait pas",
    };
}
