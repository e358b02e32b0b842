using System.Globalization;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Http.Features;

namespace ExchangeGateway.Gateway.Sandbox;

/// <summary>
/// Faults on demand, for the sandbox only: by the header <c>ExchangeGateway-Simuler</c> a partner makes the gateway fail as it
/// may fail one day, and sees whether its own software tries again as it should. Any other caller's header is ignored.
/// </summary>
internal static class FaultHooks
{
    public const string Header = "ExchangeGateway-Simuler";

    /// <summary>On every answer that was simulated, so that nobody takes it for a real one.</summary>
    public const string Mark = "ExchangeGateway-Simule";

    private const string Slowness = "lenteur";
    private const int DefaultSeconds = 10;
    private const int MaxSeconds = 120;

    private static readonly Dictionary<string, Refusal> Refusals = new(StringComparer.Ordinal)
    {
        ["401"] = Catalogue.NonAuthentifie,
        ["409"] = Catalogue.EnCours,
        ["429"] = Catalogue.TropDAppels,
        ["500"] = Catalogue.ErreurInterne,
        ["503"] = Catalogue.Indisponible,
    };

    /// <summary>Each value of the header and what it does, for the published documentation.</summary>
    public static IReadOnlyDictionary<string, string> Documented { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["401"] = "refuse le jeton, comme s'il avait expiré",
        ["409"] = "répond que le même envoi est déjà en cours",
        ["429"] = "répond que les appels sont trop nombreux, avec `Retry-After`",
        ["500"] = "répond par une erreur interne ; rien n'est enregistré",
        ["503"] = "répond que la passerelle est indisponible, avec `Retry-After` ; rien n'est enregistré",
        ["lenteur"] = "attend 10 secondes avant de traiter l'appel ; `lenteur=30` en attend 30 (120 au plus)",
        ["coupure-avant"] = "coupe la connexion sans rien enregistrer",
        ["coupure-apres"] = "traite l'appel, puis coupe la connexion au lieu de répondre : un renvoi doit rendre le même récépissé",
    };

    extension(WebApplication app)
    {
        /// <summary>After <c>UseAccess()</c>: the caller must be known.</summary>
        public void UseSandboxFaults() => app.Use(static (http, next) =>
            http.Request.Headers[Header].ToString() is { Length: > 0 } wanted && Schemes.IsApi(http.Request.Path) && http.Items[typeof(Caller)] is Caller { Sandbox: true }
                ? FailAsync(http, wanted, next, http.RequestServices.GetRequiredService<TimeProvider>())
                : next(http));
    }

    private static async Task FailAsync(HttpContext http, string wanted, RequestDelegate next, TimeProvider clock)
    {
        if (!Refusals.ContainsKey(wanted) && !Documented.ContainsKey(wanted) && SecondsOf(wanted) is null)
        {
            await new RefusalResult(Catalogue.DemandeInvalide, detail: $"L'en-tête {Header} vaut {string.Join(", ", Documented.Keys)}.").ExecuteAsync(http);
            return;
        }

        http.Response.Headers[Mark] = wanted;
        if (Refusals.TryGetValue(wanted, out var refusal))
        {
            if (refusal.Status == StatusCodes.Status401Unauthorized)
                http.Response.Headers.WWWAuthenticate = "Bearer";
            await new RefusalResult(refusal).ExecuteAsync(http);
        }
        else if (SecondsOf(wanted) is { } seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), clock, http.RequestAborted);
            await next(http);
        }
        else
        {
            if (wanted is "coupure-apres")
            {
                http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
                await next(http);
            }

            http.Abort();
        }
    }

    /// <summary>How long <c>lenteur</c> or <c>lenteur=N</c> waits; <see langword="null"/> when the value is neither.</summary>
    private static int? SecondsOf(string wanted)
    {
        if (wanted is Slowness)
            return DefaultSeconds;
        return wanted.StartsWith(Slowness + "=", StringComparison.Ordinal)
            && int.TryParse(wanted.AsSpan(Slowness.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= MaxSeconds
            ? seconds
            : null;
    }
}
