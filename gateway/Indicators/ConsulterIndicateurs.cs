using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Indicators;

/// <summary>The indicators of one month for those whom purpose P10 names: aggregates only.</summary>
internal static class ConsulterIndicateurs
{
    /// <summary>Purpose of the indicators.</summary>
    private const string Indicators = "P10";
    private const int FirstYear = 2020;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v1/indicateurs", HandleAsync)
            .WithName("consulterIndicateurs")
            .WithTags("Indicateurs")
            .WithSummary("Les indicateurs d'un mois dans un territoire : nombres arrêtés une fois pour toutes, petits effectifs masqués")
            .WithDescription("Un mois est arrêté quelques jours après sa fin et ne change plus. « null » : effectif sous le secret statistique, ou masqué pour qu'un autre ne puisse être déduit. Les transmissions sont arrondies.")
            .Produces<IndicatorRelease>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.FinaliteNonEnregistree, Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.IndicatorsConsulted);

    private static async Task<IResult> HandleAsync(
        HttpContext http, IndicatorReleases releases, RegistersInForce registers, AuditLog log, TimeProvider clock, [FromQuery] string? territoire, [FromQuery] string? mois, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        if (!DateOnly.TryParseExact(mois + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) || month.Year is < FirstYear or > 9000)
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Donnez le mois : mois=2026-10.");
        if (registers.Current.Purposes.InForce(Indicators, clock.GetUtcNow()) is not { } purpose
            || !purpose.Recipients.Any(r => r.Nature == caller.Nature && r.Roles.Contains(caller.Role, StringComparer.Ordinal)))
        {
            await log.AppendAsync(Entry(LogAction.AccessRefused, "refuse", ("refus", Catalogue.FinaliteNonEnregistree.Code), ("objet", "indicateurs")), ct);
            return new RefusalResult(Catalogue.FinaliteNonEnregistree, detail: "Les indicateurs sont ouverts aux pilotes que la finalité P10 du registre désigne.");
        }

        if (territoire is null || !caller.Territories.Contains(territoire, StringComparer.Ordinal) || !registers.Current.Territories.TryGet(territoire, out _))
            return new RefusalResult(Catalogue.Introuvable, detail: "Donnez un territoire de votre organisation : territoire=75.");
        switch (await releases.FindAsync(territoire, month, ct))
        {
            case ReleaseOutcome.Released released:
                await log.AppendAsync(Entry(LogAction.IndicatorsConsulted, "permis", ("territoire", territoire), ("mois", mois!)), ct);
                http.Response.Headers.CacheControl = "no-store";
                return Results.Text(released.Json, "application/json", Encoding.UTF8);
            case ReleaseOutcome.TooEarly early:
                return new RefusalResult(Catalogue.Introuvable, detail: $"Les nombres de ce mois seront arrêtés le {early.From.AddHours(12):dd/MM/yyyy}.");
            case ReleaseOutcome.Lost:
                return new RefusalResult(Catalogue.Introuvable, detail: "Une partie de ce mois a été effacée au terme de sa conservation avant que ses nombres soient arrêtés : il ne peut plus être compté.");
            default:
                throw new UnreachableException();
        }

        AuditEntry Entry(LogAction action, string decision, params ReadOnlySpan<(string Key, string Value)> details)
        {
            var all = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, value) in details)
                all[key] = value;
            return new() { Action = action, Organisation = caller.Organisation, Agent = caller.Agent, Purpose = Indicators, RegisterVersion = registers.Current.Purposes.Version, Decision = decision, Details = all };
        }
    }
}

internal static class IndicatorsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddIndicators() => services.AddSingleton<IndicatorReleases>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapIndicators() => ConsulterIndicateurs.Map(app);
    }
}
