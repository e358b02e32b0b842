using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>Second step of signing in: the code of the authenticator.</summary>
[Authorize(Policy = Policies.Public)]
[Journalise(LogAction.SignedIn)]
internal sealed class ConnexionCodeModel(SignIn signIn) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "retour")]
    public string? ReturnTo { get; set; }

    public Notice? Notice { get; private set; }

    public void OnGet() => Response.Headers.CacheControl = "no-store";

    public async Task<IActionResult> OnPostAsync([FromForm(Name = "code")] string? code, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        switch (await signIn.WithCodeAsync(HttpContext, code ?? "", ct))
        {
            case SignInOutcome.SignedIn signedIn:
                return this.Arrive(ReturnTo, signedIn.Caller);
            case SignInOutcome.LockedOut locked:
                Notice = SignInNotices.LockedOut(locked.Wait);
                return Page();
            case SignInOutcome.Refused:
                Notice = new(NoticeLevel.Error, "Ce code n’est pas accepté",
                    "Saisissez le code affiché en ce moment par votre application ; un code ne sert qu’une fois. Si plus de cinq minutes ont passé depuis le mot de passe, reprenez la connexion au début.");
                return Page();
            default:
                throw new UnreachableException();
        }
    }
}
