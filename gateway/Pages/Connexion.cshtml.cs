using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>First step of signing in: account and password.</summary>
[Authorize(Policy = Policies.Public)]
[Journalise(LogAction.SignedIn)]
internal sealed class ConnexionModel(SignIn signIn) : PageModel
{
    /// <summary>The page that was asked for; only a path of this site is followed.</summary>
    [BindProperty(SupportsGet = true, Name = "retour")]
    public string? ReturnTo { get; set; }

    [BindProperty(Name = "identifiant")]
    public string? Account { get; set; }

    public Notice? Notice { get; private set; }

    public void OnGet() => Response.Headers.CacheControl = "no-store";

    public async Task<IActionResult> OnPostAsync([FromForm(Name = "mot-de-passe")] string? password, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        if (string.IsNullOrWhiteSpace(Account) || string.IsNullOrEmpty(password))
        {
            Notice = new(NoticeLevel.Error, "Saisissez votre identifiant et votre mot de passe");
            return Page();
        }

        switch (await signIn.WithPasswordAsync(HttpContext, Account, password, ct))
        {
            case SignInOutcome.SignedIn signedIn:
                return this.Arrive(ReturnTo, signedIn.Caller);
            case SignInOutcome.NeedsCode:
                return RedirectToPage("/ConnexionCode", new { retour = ReturnTo });
            case SignInOutcome.LockedOut locked:
                Notice = SignInNotices.LockedOut(locked.Wait);
                return Page();
            case SignInOutcome.Refused:
                Notice = new(NoticeLevel.Error, "Identifiant ou mot de passe incorrect",
                    "Vérifiez la saisie puis recommencez. Si vous ne pouvez plus vous connecter, adressez-vous à l’administrateur de votre organisation.");
                return Page();
            default:
                throw new UnreachableException();
        }
    }
}

/// <summary>Sentences and ways that both steps of signing in share.</summary>
internal static class SignInNotices
{
    public static Notice LockedOut(TimeSpan wait) => new(NoticeLevel.Warning, "Trop d’essais infructueux",
        $"Par sécurité, la connexion est suspendue. Recommencez dans {French.Wait(wait)}.");

    /// <summary>To the page that was asked for, or to where the role works.</summary>
    public static IActionResult Arrive(this PageModel page, string? returnTo, Caller caller) =>
        page.LocalRedirect(page.Url.IsLocalUrl(returnTo) && returnTo != "/" ? returnTo : Visitor.HomeOf(caller.Role));
}
