using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Rapprochements;

/// <summary>Pairs of files that may be of one household: a person looks, says yes or no, and why.</summary>
[Authorize(Policy = Policies.Rapprocher)]
[Journalise(LogAction.MatchesListed)]
internal sealed class IndexModel(ListerRapprochements lister, DeciderRapprochement decider) : PersonPage
{
    private const int PageSize = 20;

    [BindProperty(SupportsGet = true, Name = "curseur")]
    public string? Cursor { get; set; }

    public MatchPage? Pairs { get; private set; }

    /// <summary>The pair whose form is to be mended, and what there is to mend.</summary>
    public (Guid Pair, string Error)? Wrong { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => ShowAsync(ct);

    public async Task<IActionResult> OnPostAsync([FromForm(Name = "paire")] Guid pair, [FromForm(Name = "decision")] string? decision, [FromForm(Name = "motif")] string? reason, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > DeciderRapprochement.LongestMotif || decision is null)
        {
            Wrong = (pair, "Dites pourquoi, en 200 caractères au plus, puis choisissez.");
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return await ShowAsync(ct);
        }

        switch (await decider.RunAsync(Caller, pair, new MatchDecisionRequest(decision, reason), ct))
        {
            case DeliveryOutcome<MatchDecided>.Given given:
                Done(given.Value.Etat == MatchPair.Same ? "Les deux dossiers concernent le même ménage : ils sont liés." : "Les deux dossiers restent séparés.");
                return RedirectToPage();
            case DeliveryOutcome<MatchDecided>.Refused refused:
                return Refused(refused.Refusal, refused.Detail);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        if (!ListerReception.TryReadCursor(Cursor, out var after))
            return Refused(Catalogue.Introuvable);
        Pairs = await lister.RunAsync(Caller, MatchPair.ToConfirm, after, PageSize, ct);
        return Page();
    }
}
