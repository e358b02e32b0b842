using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace ExchangeGateway.Gateway.Access.People;

/// <summary>
/// The session cookie names a person and their security stamp, nothing more: who they are, for whom they act and what
/// they may do is read again at each request, so a disabled account, a changed role or a sign-out counts at once.
/// </summary>
internal sealed class SessionEvents(CallerLookup callers) : CookieAuthenticationEvents
{
    private const string StampClaim = "empreinte";

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (context.Principal is { } principal
            && IdOf(principal) is { } person
            && await callers.FindByPersonAsync(person, context.HttpContext.RequestAborted) is { } bearer
            && HasStamp(principal, bearer.SecurityStamp))
        {
            context.HttpContext.Items[typeof(Caller)] = bearer.Caller;
            context.ReplacePrincipal(PrincipalOf(bearer));
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Schemes.Session);
    }

    internal static ClaimsPrincipal PrincipalOf(SessionBearer bearer) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, bearer.Caller.Agent),
            new Claim(StampClaim, bearer.SecurityStamp),
            new Claim(ClaimTypes.Role, bearer.Caller.Role),
            new Claim(ClaimTypes.Name, bearer.DisplayName),
            new Claim("organisation", bearer.OrganisationName),
        ], Schemes.Session));

    internal static Guid? IdOf(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    internal static bool HasStamp(ClaimsPrincipal principal, string stamp) =>
        principal.FindFirstValue(StampClaim) is { } known
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(stamp));
}
