using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Matching;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Rapprochements;

/// <summary>What the score put into a person's file, and a form a message to take it off.</summary>
[Authorize(Policy = Policies.Rapprocher)]
[Journalise(LogAction.MatchesListed)]
internal sealed class AutomatiquesModel(ListerRattachements lister, SeparerDepot separer) : PersonPage
{
    [BindProperty(SupportsGet = true, Name = "dossier")]
    public string? Dossier { get; set; }

    public IReadOnlyList<AttachmentLine>? Lines { get; private set; }

    /// <summary>The message whose form is to be mended.</summary>
    public Guid? Wrong { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => ShowAsync(ct);

    public async Task<IActionResult> OnPostAsync([FromForm(Name = "remise")] Guid remise, [FromForm(Name = "motif")] string? reason, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > DeciderRapprochement.LongestMotif)
        {
            Wrong = remise;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return await ShowAsync(ct);
        }

        switch (await separer.RunAsync(Caller, remise, new SeparationRequest(reason), ct))
        {
            case DeliveryOutcome<DepositSeparated>.Given given:
                Done($"Le message n’est plus dans ce dossier : sa personne a désormais le pseudonyme {given.Value.Pseudonyme}. Ceux qui l’ont reçu sont avertis.");
                return RedirectToPage(new { dossier = Dossier });
            case DeliveryOutcome<DepositSeparated>.Refused refused:
                return Refused(refused.Refusal, refused.Detail);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(Dossier))
            return Page();
        switch (await lister.RunAsync(Caller, null, Dossier.Trim(), ct))
        {
            case DeliveryOutcome<AttachmentList>.Given given:
                Lines = given.Value.Rattachements;
                return Page();
            case DeliveryOutcome<AttachmentList>.Refused refused:
                return Refused(refused.Refusal, refused.Detail);
            default:
                throw new UnreachableException();
        }
    }
}
