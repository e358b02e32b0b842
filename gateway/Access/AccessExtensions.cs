using System.Globalization;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Access.Tokens;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ExchangeGateway.Gateway.Access;

internal static class AccessExtensions
{
    /// <summary>Page of the first step; the second is its child. The page that was asked for is in <c>retour</c>: redirect to it with LocalRedirect only.</summary>
    public const string SignInPath = "/connexion";

    extension(IServiceCollection services)
    {
        /// <summary>Tokens, sessions, policies and limits. Needs <c>Databases</c>, <c>AuditLog</c> and Data Protection beside it.</summary>
        public IServiceCollection AddAccess(IConfiguration configuration)
        {
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsCheck>();
            services.AddOptions<AccessOptions>().Bind(configuration.GetSection(AccessOptions.Section)).ValidateOnStart();

            services.AddSingleton<CallerLookup>().AddSingleton<TokenLookup>().AddSingleton<AttemptThrottle>().AddSingleton<AuthenticatorKeys>().AddSingleton<OrganisationDirectory>().AddSingleton<DemoDirectory>();
            services.AddSingleton<ClientAuthentication>().AddSingleton<IssueToken>().AddSingleton<IntrospectToken>().AddSingleton<RevokeToken>();
            services.AddHostedService<TokenSweep>();

            services.AddPeople();
            services.AddSchemes();
            services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>();
            services.AddAuthorization(Policies.Define);
            services.AddRateLimiter(static _ => { });
            services.AddSingleton<IConfigureOptions<RateLimiterOptions>, RequestLimits.Setup>();
            return services;
        }

        private void AddPeople()
        {
            services.AddDbContext<PersonContext>(static (provider, options) => options.UseNpgsql(provider.GetRequiredService<Storage.Databases>().Reader));
            services.AddScoped<IPasswordValidator<Person>, PasswordRules>(); // before Identity, whose own rules it replaces
            services.AddIdentityCore<Person>(static options => options.User.AllowedUserNameCharacters = "") // accounts are made by the directory
                .AddUserStore<PersonStore>();
            services.AddScoped<SignIn>().AddScoped<SessionEvents>();
        }

        private void AddSchemes()
        {
            services.AddAuthentication()
                .AddPolicyScheme(Schemes.ByPath, null, static options => options.ForwardDefaultSelector = static http => Schemes.IsApi(http.Request.Path) ? Schemes.Token : Schemes.Session)
                .AddScheme<AuthenticationSchemeOptions, ReferenceTokenHandler>(Schemes.Token, null)
                .AddCookie(Schemes.Session, static options =>
                {
                    Harden(options, "session");
                    // Lax: notices by e-mail link to pages of people who are signed in. Forms carry antiforgery tokens.
                    options.Cookie.SameSite = SameSiteMode.Lax;
                    options.SlidingExpiration = true;
                    options.EventsType = typeof(SessionEvents);
                })
                .AddCookie(Schemes.SessionStep, static options =>
                {
                    Harden(options, "session-etape");
                    options.Cookie.SameSite = SameSiteMode.Strict;
                    options.ExpireTimeSpan = TimeSpan.FromMinutes(5);
                    options.SlidingExpiration = false;
                });
            services.AddOptions<CookieAuthenticationOptions>(Schemes.Session)
                .Configure<IOptions<AccessOptions>>(static (cookie, access) => cookie.ExpireTimeSpan = access.Value.SessionIdle);
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Authorisation, then limits per caller. After <c>UseRefusals()</c> and <c>UseRouting()</c>.</summary>
        public WebApplication UseAccess()
        {
            app.UseAuthorization();
            app.UseRateLimiter();
            var limiter = app.Services.GetRequiredService<IOptions<RateLimiterOptions>>().Value.GlobalLimiter!;
            var limit = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.CallsPerSecond.ToString(CultureInfo.InvariantCulture);
            app.Use((http, next) => RequestLimits.AddHeaders(http, next, limiter, limit));
            return app;
        }

        /// <summary><c>/connect/token</c>, <c>/connect/introspect</c>, <c>/connect/revoke</c>, <c>/.well-known/oauth-authorization-server</c>, <c>/v1/moi</c>.</summary>
        public WebApplication MapAccess()
        {
            IssueToken.Map(app);
            IntrospectToken.Map(app);
            RevokeToken.Map(app);
            DescribeServer.Map(app);
            ShowMyRights.Map(app);
            return app;
        }
    }

    private static void Harden(CookieAuthenticationOptions options, string name)
    {
        options.Cookie.Name = name;
        options.Cookie.HttpOnly = true;
        options.Cookie.IsEssential = true;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest; // Secure whenever the request came by https
        options.LoginPath = SignInPath;
        options.ReturnUrlParameter = "retour";
    }

    private sealed class AccessOptionsCheck : IValidateOptions<AccessOptions>
    {
        public ValidateOptionsResult Validate(string? name, AccessOptions options) =>
            options.Errors().ToList() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
