using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Dossiers.Sessions;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Seances;

/// <summary>The attendance sheet, to be printed and signed: it recalls professional secrecy (226-13 CP) and names no household.</summary>
[Authorize(Policy = Policies.Seances)]
[Journalise(LogAction.SessionConsulted)]
internal sealed class EmargementModel(ConsulterSeance sessions) : PersonPage
{
    [BindProperty(SupportsGet = true, Name = "id")]
    public Guid Id { get; set; }

    public SessionView? View { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (await sessions.RunAsync(Caller, Id, ct) is not DeliveryOutcome<SessionView>.Given given)
            return Refused(Catalogue.Introuvable);
        View = given.Value;
        return Page();
    }
}
