using System.Text.Encodings.Web;
using System.Text.Unicode;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.WebEncoders;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>The pages: Razor Pages in French with the State's design system (DSFR), usable without JavaScript.</summary>
internal static class PagesRegistration
{
    extension(WebApplicationBuilder builder)
    {
        public void AddPages()
        {
            builder.Services.AddRazorPages();
            builder.Services.AddSingleton<CanonicalFields>();
            builder.Services.AddAntiforgery(options => Harden(options.Cookie, "formulaire"));
            builder.Services.Configure<CookieTempDataProviderOptions>(options => Harden(options.Cookie, "avis"));
            builder.Services.AddSingleton(builder.Configuration.GetSection("Look").Get<Look>() ?? new Look());
            // French text as it is, not as character references; what HTML needs escaped still is.
            builder.Services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
            // Run from a build, the static files are where the build found them; a published gateway has them beside it.
            builder.WebHost.UseStaticWebAssets();
        }
    }

    private static void Harden(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.SameSite = SameSiteMode.Strict;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest; // Secure whenever the request came by https
    }

    extension(WebApplication app)
    {
        public void MapPages()
        {
            // A group, because a build adds a fallback endpoint beside the assets.
            app.MapGroup("").RequireAuthorization(Policies.Public).Journalise(LogAction.None).MapStaticAssets();
            // Each page names its own policy and log action.
            app.MapRazorPages();
        }
    }
}
