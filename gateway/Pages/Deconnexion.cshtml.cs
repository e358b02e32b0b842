using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>Ends the session, on every machine where it is open.</summary>
[Authorize(Policy = Policies.Partenaire)]
[Journalise(LogAction.SignedOut)]
internal sealed class DeconnexionModel(SignIn signIn) : PersonPage
{
    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        await signIn.OutAsync(HttpContext, ct);
        return LocalRedirect("/");
    }
}
