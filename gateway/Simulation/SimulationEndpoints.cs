using System.Diagnostics;
using System.Text.Json;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Simulation;

/// <param name="Contre">passe or annee.</param>
/// <param name="ValideDu">Day whose rules of the draft are taken; tomorrow when it is not given.</param>
/// <param name="Repartition">The draft, of the form of <c>repartition.json</c>.</param>
/// <param name="Echelle">Share of the published counts for the invented year, above 0 and up to 1; 0.1 when it is not given.</param>
internal sealed record SimulationRequest(string Territoire, string Contre, DateOnly? ValideDu, JsonElement Repartition, double? Echelle = null);

/// <param name="ValideDu">From which day deposits follow it.</param>
/// <param name="Motif">The decision that it rests on.</param>
internal sealed record ProposalRequest(string Territoire, DateOnly ValideDu, string Motif, JsonElement Repartition);

/// <summary>Simulating rules and putting them in force, for the secretariat and administrators of a territory.</summary>
internal static class SimulationEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/simulations", SimulateAsync).WithName("simulerRegles").WithTags("Répartition")
            .WithSummary("Rejoue un projet de règles sur les envois des douze derniers mois, ou sur l'année inventée : qui reçoit plus, qui reçoit moins, sans identité")
            .Produces<SimulationResult>().Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.ConfigurationInvalide)
            .RequireAuthorization(Policies.Repartir).Journalise(LogAction.SimulationRun);
        app.MapPost("/v1/repartitions", ProposeAsync).WithName("proposerRegles").WithTags("Répartition")
            .WithSummary("Propose un projet de règles pour une date à venir ; hors démonstration, une seconde personne le confirme")
            .Produces<ProposalOutcome.Recorded>().Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.ConfigurationInvalide)
            .RequireAuthorization(Policies.Repartir).Journalise(LogAction.RulesProposed);
        app.MapPost("/v1/repartitions/{id:guid}/confirmation", ConfirmAsync).WithName("confirmerRegles").WithTags("Répartition")
            .WithSummary("Confirme les règles proposées par une personne d'une autre organisation ou d'un autre rôle : elles entreront en vigueur à leur date")
            .Produces<ProposalOutcome.Recorded>().Refuses(Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Repartir).Journalise(LogAction.RulesConfirmed);
    }

    private static async Task<IResult> SimulateAsync(SimulationRequest request, HttpContext http, Databases databases, RegistersInForce registers, AuditLog log, TimeProvider clock, CancellationToken ct)
    {
        var (caller, now, inForce) = (Caller.Of(http), clock.GetUtcNow(), registers.Current);
        if (!TryGet(caller, inForce, request.Territoire, out var territory))
            return new RefusalResult(Catalogue.Introuvable, detail: "Donnez un territoire de votre organisation.");
        if (request.Contre is not (SimulateRules.Past or SimulateRules.Year) || request.Echelle is <= 0 or > 1)
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "« contre » vaut passe ou annee ; « echelle » va de 0 exclu à 1.");
        try
        {
            var day = request.ValideDu ?? territory.Today(now).AddDays(1);
            var draft = DraftTerritory.With(territory, request.Repartition);
            var result = request.Contre is SimulateRules.Past
                ? await SimulateRules.AgainstPastAsync(databases, inForce, draft, day, now, ct)
                : SimulateRules.AgainstYear(territory.At(now), territory.Today(now), draft, day, inForce.Law, request.Echelle ?? 0.1, seed: 1);
            await log.AppendAsync(new AuditEntry
            {
                Action = LogAction.SimulationRun,
                Organisation = caller.Organisation,
                Agent = caller.Agent,
                Decision = "permis",
                Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["territoire"] = territory.Code, ["version"] = draft.Version, ["contre"] = request.Contre },
            }, ct);
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(result);
        }
        catch (TerritoryException invalid)
        {
            return new RefusalResult(Catalogue.ConfigurationInvalide, detail: invalid.Message);
        }
    }

    private static async Task<IResult> ProposeAsync(ProposalRequest request, HttpContext http, ProposerRegles propose, RegistersInForce registers, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        if (!TryGet(caller, registers.Current, request.Territoire, out var territory))
            return new RefusalResult(Catalogue.Introuvable, detail: "Donnez un territoire de votre organisation.");
        try
        {
            return Answer(await propose.ProposeAsync(caller, territory, request.Repartition, request.ValideDu, request.Motif, ct));
        }
        catch (TerritoryException invalid)
        {
            return new RefusalResult(Catalogue.ConfigurationInvalide, detail: invalid.Message);
        }
    }

    private static async Task<IResult> ConfirmAsync(Guid id, HttpContext http, ProposerRegles propose, CancellationToken ct) => Answer(await propose.ConfirmAsync(Caller.Of(http), id, ct));

    private static bool TryGet(Caller caller, RegisterSet inForce, string code, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Territory? territory)
    {
        territory = null;
        return caller.Territories.Contains(code, StringComparer.Ordinal) && inForce.Territories.TryGet(code, out territory);
    }

    private static IResult Answer(ProposalOutcome outcome) => outcome switch
    {
        ProposalOutcome.Recorded recorded => TypedResults.Ok(recorded),
        ProposalOutcome.Invalid invalid => new RefusalResult(Catalogue.DemandeInvalide, detail: invalid.Detail),
        ProposalOutcome.Conflict conflict => new RefusalResult(Catalogue.EtatIncompatible, detail: conflict.Detail),
        ProposalOutcome.NotFound => new RefusalResult(Catalogue.Introuvable),
        _ => throw new UnreachableException(),
    };
}

internal static class SimulationRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddSimulation() => services.AddSingleton<ProposerRegles>().AddHostedService<RulesPoll>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapSimulation() => SimulationEndpoints.Map(app);
    }
}
