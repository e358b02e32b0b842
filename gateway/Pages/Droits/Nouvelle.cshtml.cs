using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Rights;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Droits;

/// <summary>The data protection officer records what a person asks.</summary>
[Authorize(Policy = Policies.Droits)]
[Journalise(LogAction.RightsRequestRecorded)]
internal sealed class NouvelleModel(CreerDemande creer, TimeProvider clock) : PersonPage
{
    [BindProperty(Name = "droit")]
    public string? Right { get; set; }

    [BindProperty(Name = "canal")]
    public string? Channel { get; set; }

    [BindProperty(Name = "recueLe")]
    public string? Received { get; set; }

    [BindProperty(Name = "verification")]
    public string? Verification { get; set; }

    [BindProperty(Name = "nom")]
    public string? Name { get; set; }

    [BindProperty(Name = "prenoms")]
    public string? GivenNames { get; set; }

    [BindProperty(Name = "dateNaissance")]
    public string? Birth { get; set; }

    [BindProperty(Name = "depot")]
    public string? Deposit { get; set; }

    public IActionResult OnGet()
    {
        Received = RightsClock.Today(clock).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        DateOnly? received = French.TryDate(Received ?? "", out var day) ? day : null;
        DateOnly? birth = French.TryDate(Birth ?? "", out var born) ? born : null;
        Guid? deposit = Guid.TryParse(Deposit, out var id) ? id : null;
        if (received is null || (deposit is null && !string.IsNullOrWhiteSpace(Deposit)))
        {
            Notice = Guidance.Of(Catalogue.DemandeInvalide, received is null ? "Donnez le jour de réception." : "La référence d’un envoi ne se lit pas : copiez-la d’un récépissé.");
            return Mend();
        }

        switch (await creer.RunAsync(Caller, new RightsDemand(Right, received, Channel, Name, GivenNames, birth, Verification, null, deposit, null, null), ct))
        {
            case DeliveryOutcome<RightsRecorded>.Given given:
                Done($"Demande enregistrée. Réponse due le {French.Date(given.Value.EcheanceLe)}.");
                return LocalRedirect($"/droits/{given.Value.Id}");
            case DeliveryOutcome<RightsRecorded>.Refused refused:
                // Nobody found is an answer to what was typed, not a missing page.
                Notice = Guidance.Of(refused.Refusal, refused.Detail);
                return Mend();
            default:
                throw new UnreachableException();
        }
    }
}
