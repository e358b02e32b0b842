using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>What this organisation may send, and how.</summary>
[Authorize(Policy = Policies.Deposer)]
[Journalise(LogAction.None)]
internal sealed class IndexModel : PersonPage
{
    public bool MaySendAct { get; private set; }

    public bool MaySendBatch { get; private set; }

    public string? NumberError { get; private set; }

    [BindProperty(SupportsGet = true, Name = "numero")]
    public string? Number { get; set; }

    public IActionResult OnGet()
    {
        MaySendAct = Caller.Deposits.AllowAnywhere(CommandementModel.Type);
        MaySendBatch = PartnerMessages.All.Any(m => m.Columns is not null && Caller.Deposits.AllowAnywhere(m.Type));
        if (Number is null)
            return Page();
        if (Guid.TryParse(Number.Trim(), out var id))
            return RedirectToPage("/Depot/Envoi", new { id });
        NumberError = "Ce numéro n’a pas la bonne forme : recopiez celui du récépissé en entier.";
        return Page();
    }
}
