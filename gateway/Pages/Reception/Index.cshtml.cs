using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Reception;

/// <summary>The files that the organisation has received, oldest first, under pseudonyms. Showing a page of the list is logged.</summary>
[Authorize(Policy = Policies.Recevoir)]
[Journalise(LogAction.InboxListed)]
internal sealed class IndexModel(ListerReception lister, RegistersInForce registers, TimeProvider clock) : PersonPage
{
    private const int PageSize = 25;

    /// <summary>remise, accusee, or empty for both. What waits comes first in the morning.</summary>
    [BindProperty(SupportsGet = true, Name = "etat")]
    public string? State { get; set; }

    [BindProperty(SupportsGet = true, Name = "curseur")]
    public string? Cursor { get; set; }

    public InboxPage? Inbox { get; private set; }

    public string Me => Caller.Agent;

    public string PurposeTitle(string purpose) => registers.Current.Purposes.InForce(purpose, clock.GetUtcNow())?.Title ?? purpose;

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        State ??= Request.Query.ContainsKey("etat") ? "" : DeliveryState.Delivered;
        if ((State.Length > 0 && !DeliveryState.Exists(State)) || !ListerReception.TryReadPlace(Cursor, out var after))
            return Refused(Catalogue.Introuvable);
        Inbox = await lister.RunAsync(Caller, new InboxQuery(State.Length == 0 ? null : State, null, after, PageSize), ct);
        return Page();
    }
}
