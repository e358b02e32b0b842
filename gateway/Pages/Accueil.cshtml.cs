using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>Says what this is and where to go. It shows nothing about anybody.</summary>
[Authorize(Policies.Public)]
[Journalise(LogAction.None)]
internal sealed class AccueilModel : PageModel
{
    public Task OnGetAsync() => Visitor.RecogniseAsync(HttpContext);
}
