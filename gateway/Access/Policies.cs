using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;

namespace ExchangeGateway.Gateway.Access;

/// <summary>Names of the authorisation policies; each endpoint and page declares one.</summary>
internal static class Policies
{
    /// <summary>Role depositaire: may send.</summary>
    public const string Deposer = "deposer";
    /// <summary>Roles instructeur, secretariat, autorite: may receive.</summary>
    public const string Recevoir = "recevoir";
    /// <summary>Role secretariat: may say whether two files are of one household.</summary>
    public const string Rapprocher = "rapprocher";
    /// <summary>Role secretariat: holds the sessions of the CCAPEX.</summary>
    public const string Seances = "seances";
    /// <summary>Roles secretariat, administrateur: may simulate rules and put them in force, two of them.</summary>
    public const string Repartir = "repartir";
    /// <summary>Roles depositaire, instructeur, secretariat, autorite, dpo: may record what a person agrees to or not.</summary>
    public const string Consentir = "consentir";
    /// <summary>Role dpo: may search the log and read the register.</summary>
    public const string Journal = "journal";
    /// <summary>Role dpo of the gateway's own organisation: may handle what persons ask (art. 15 to 21 RGPD).</summary>
    public const string Droits = "droits";
    /// <summary>Roles dpo, exploitant, administrateur of the gateway's own organisation: may be the second person of an erasure.</summary>
    public const string ConfirmerEffacement = "confirmer-effacement";
    /// <summary>Any authenticated caller.</summary>
    public const string Partenaire = "partenaire";
    /// <summary>Roles exploitant, administrateur.</summary>
    public const string Exploiter = "exploiter";
    /// <summary>Open to anybody, on purpose: hashes, health, metadata, sign-in.</summary>
    public const string Public = "public";

    /// <summary>Every policy that an endpoint may name.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Deposer, Recevoir, Rapprocher, Seances, Repartir, Consentir, Journal, Droits, ConfirmerEffacement, Partenaire, Exploiter, Public,
    };

    internal static void Define(AuthorizationOptions options)
    {
        options.AddPolicy(Deposer, For(Roles.Depositaire));
        options.AddPolicy(Recevoir, For(Roles.Instructeur, Roles.Secretariat, Roles.Autorite));
        options.AddPolicy(Rapprocher, For(Roles.Secretariat));
        options.AddPolicy(Seances, For(Roles.Secretariat));
        options.AddPolicy(Repartir, For(Roles.Secretariat, Roles.Administrateur));
        options.AddPolicy(Consentir, For(Roles.Depositaire, Roles.Instructeur, Roles.Secretariat, Roles.Autorite, Roles.Dpo));
        options.AddPolicy(Journal, For(Roles.Dpo));
        options.AddPolicy(Droits, OfGateway(Roles.Dpo));
        options.AddPolicy(ConfirmerEffacement, OfGateway(Roles.Dpo, Roles.Exploitant, Roles.Administrateur));
        options.AddPolicy(Partenaire, For([.. Roles.All]));
        options.AddPolicy(Exploiter, For(Roles.Exploitant, Roles.Administrateur));
        // No scheme: nobody is looked up for what anybody may read.
        options.AddPolicy(Public, new AuthorizationPolicyBuilder().RequireAssertion(static _ => true).Build());

        // Default-deny. What runs without an endpoint of ours (no route matched, or the router's own 405 and 415) only
        // writes a status; a route without a policy is refused to everybody, and EndpointRules has stopped the start before.
        options.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAssertion(static context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)
            .Build();
        options.DefaultPolicy = For([.. Roles.All]);
    }

    /// <summary>A request of a person reaches across organisations: no organisation's own DPO may see the others.</summary>
    private static AuthorizationPolicy OfGateway(params string[] roles) =>
        new AuthorizationPolicyBuilder(For(roles))
            .RequireAssertion(static context => context.Resource is HttpContext http && http.Items[typeof(Caller)] is Caller { Nature: JournalSearch.GatewayNature })
            .Build();

    private static AuthorizationPolicy For(params string[] roles) =>
        new AuthorizationPolicyBuilder(Schemes.ByPath).RequireAuthenticatedUser().RequireRole(roles).Build();
}
