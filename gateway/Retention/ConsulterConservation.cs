using System.Diagnostics;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Indicators;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Retention;

/// <param name="Regle">The rule in French.</param>
/// <param name="EffectifMinimal">Counts from 1 to below this are not shown (<see langword="null"/>).</param>
internal sealed record ConservationView(string Regle, string Journal, int EffectifMinimal, RetentionPlan Plan, IReadOnlyList<RunLine> Executions);

/// <param name="Etat">terminee, enCours.</param>
internal sealed record RunLine(Guid Id, DateTimeOffset Instant, string Etat, DateTimeOffset? TermineeLe, IReadOnlyDictionary<string, long?> Sections, long? Personnes, long? InscriptionsOubliees);

/// <summary>What a signature asks for.</summary>
/// <param name="Finalite">Purpose id, <c>P1</c>.</param>
/// <param name="Duree">ISO 8601, one unit.</param>
/// <param name="Reference">The decision that it rests on.</param>
internal sealed record SignatureRequest(string Finalite, string Duree, string Reference);

/// <summary>The plan and the runs for the gateway's data protection officer; the signatures for its operators.</summary>
internal static class ConsulterConservation
{
    private const int Runs = 30;
    private const int LongestHorizon = 120;

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/conservation").WithTags("Conservation");
        group.MapGet("", ReadAsync).WithName("consulterConservation").WithSummary("Ce qui sera effacé et quand, et les dernières exécutions (délégué à la protection des données de la passerelle)")
            .Produces<ConservationView>().Refuses(Catalogue.HorsHabilitation, Catalogue.DemandeInvalide).RequireAuthorization(Policies.Journal).Journalise(LogAction.RetentionConsulted);
        group.MapPost("/signatures", SignAsync).WithName("signerDuree").WithSummary("Signe la durée qu'aucun texte ne fixe pour une finalité ; hors démonstration, une autre personne la confirme")
            .Produces<SigningOutcome.Signed>().Refuses(Catalogue.DemandeInvalide).RequireAuthorization(Policies.Exploiter).Journalise(LogAction.RetentionSigned);
        group.MapPost("/signatures/{id:guid}/confirmation", ConfirmAsync).WithName("confirmerDuree").WithSummary("Confirme une durée signée par une autre personne : elle entre en vigueur")
            .Produces<SigningOutcome.Signed>().Refuses(Catalogue.Introuvable, Catalogue.EtatIncompatible).RequireAuthorization(Policies.Exploiter).Journalise(LogAction.RetentionConfirmed);
    }

    private static async Task<IResult> ReadAsync(
        HttpContext http, PlanRetention plan, RetentionRuns runs, RegistersInForce registers, AuditLog log, TimeProvider clock, [FromQuery] int? mois, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        if (caller.Nature != JournalSearch.GatewayNature)
            return new RefusalResult(Catalogue.HorsHabilitation, detail: "Le plan de conservation porte sur toutes les organisations : il est ouvert au délégué à la protection des données de la passerelle.");
        if (mois is < 0 or > LongestHorizon)
            return new RefusalResult(Catalogue.DemandeInvalide, detail: $"« mois » va de 0 à {LongestHorizon}.");
        await log.AppendAsync(new AuditEntry { Action = LogAction.RetentionConsulted, Organisation = caller.Organisation, Agent = caller.Agent, Decision = "permis" }, ct);
        http.Response.Headers.CacheControl = "no-store";
        var rule = (registers.Current.Purposes.CommonInForce(clock.GetUtcNow())?.SmallCells ?? SmallCells.Default).Minimum;
        var computed = await plan.RunAsync(mois ?? 12, ct);
        List<PlanLine> Hidden(IReadOnlyList<PlanLine> lines) => [.. lines.Select(l => l with { Sections = PublishedCount.Of(l.Sections ?? 0, rule) })];
        var log12 = registers.Current.Purposes.CommonInForce(clock.GetUtcNow())?.LogRetention ?? RegisterCommon.DefaultLog;
        return TypedResults.Ok(new ConservationView(
            RetentionWords.Rule, $"{log12.Period} : {log12.Source}", rule,
            computed with { Echeances = Hidden(computed.Echeances), SansDuree = Hidden(computed.SansDuree), Suspendues = Hidden(computed.Suspendues) },
            [.. (await runs.LastAsync(Runs, ct)).Select(r => new RunLine(
                r.Id, r.AsOf, r.FinishedAt is null ? "enCours" : "terminee", r.FinishedAt,
                r.Counts.Sections.ToDictionary(s => s.Key, s => PublishedCount.Of(s.Value, rule), StringComparer.Ordinal),
                PublishedCount.Of(r.Counts.Personnes, rule), PublishedCount.Of(r.Counts.InscriptionsConsultation + r.Counts.InscriptionsDossier, rule)))]));
    }

    private static async Task<IResult> SignAsync(SignatureRequest request, HttpContext http, SignerDuree sign, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        return Answer(await sign.SignAsync(request.Finalite, request.Duree, request.Reference, caller.Agent, caller.Organisation, ct));
    }

    private static async Task<IResult> ConfirmAsync(Guid id, HttpContext http, SignerDuree sign, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        return Answer(await sign.ConfirmAsync(id, caller.Agent, caller.Organisation, ct));
    }

    private static IResult Answer(SigningOutcome outcome) => outcome switch
    {
        SigningOutcome.Signed signed => TypedResults.Ok(signed),
        SigningOutcome.Invalid invalid => new RefusalResult(Catalogue.DemandeInvalide, detail: invalid.Detail),
        SigningOutcome.Conflict conflict => new RefusalResult(Catalogue.EtatIncompatible, detail: conflict.Detail),
        SigningOutcome.NotFound => new RefusalResult(Catalogue.Introuvable),
        _ => throw new UnreachableException(),
    };
}
