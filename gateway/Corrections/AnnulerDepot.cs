using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Messaging;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Corrections;

/// <param name="Motif">A code of <see cref="AnnulationMotifs"/>.</param>
internal sealed record CancellationRequest(string? Motif);

internal sealed record CancellationView(Guid Depot, string Etat);

/// <summary>
/// The sender withdraws a deposit. From the commit on nobody reads it; each recipient who received it is told by a line of
/// its own. Said twice, it changes and logs nothing more.
/// </summary>
internal sealed class AnnulerDepot(Databases databases, AuditLog log, WakeUp wakeUp, TimeProvider clock)
{
    /// <returns>The refusal; <see langword="null"/> when the withdrawal is durable.</returns>
    public async Task<IntakeOutcome.Refused?> RunAsync(Caller caller, Guid id, string? motif, CancellationToken ct)
    {
        if (motif is null || !AnnulationMotifs.All.ContainsKey(motif))
            return new(Catalogue.DemandeInvalide, Detail: $"Donnez un motif parmi : {string.Join(", ", AnnulationMotifs.All.Keys)}.");
        if (await OwnDeposit.ReadAsync(databases, caller, id, ct) is not { } own)
            return new(Catalogue.Introuvable);
        if (own.Corrected is CorrectionKind.Annulation)
            return null;
        if (own.Corrected is CorrectionKind.Rectification)
            return new(Catalogue.EtatIncompatible, Detail: $"Ce dépôt a été remplacé par le dépôt {own.Replacement} : c'est lui qu'il faut annuler.");

        await using var connection = await databases.Intake.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        await using var insert = new NpgsqlCommand(
            "insert into exchange.correction (deposit, kind, motif, made_at) values ($1, $2, $3, $4) on conflict do nothing", connection)
        {
            Parameters = { new() { Value = id }, new() { Value = CorrectionKind.Annulation }, new() { Value = motif }, new() { Value = now } },
        };
        if (await insert.ExecuteNonQueryAsync(ct) == 0)
        {
            // Another request of this organisation was faster: what it did counts.
            await transaction.RollbackAsync(ct);
            return await RunAsync(caller, id, motif, ct);
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.Add("insert into routing.work (id, deposit, kind, due_at, created_at) values ($1, $2, 'correction', $3, $3)",
            Columns.Value(Guid.CreateVersion7(now)), Columns.Value(id), Columns.Value(now));
        log.AddTo(batch, [await log.PrepareAsync(Entry(caller, own, motif), now, ct)]);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        wakeUp.WorkIsWaiting();
        return null;
    }

    private static AuditEntry Entry(Caller caller, OwnDeposit own, string motif) => new()
    {
        Action = LogAction.DepositCancelled,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = [own.Subject.Id],
        Deposit = own.Id,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["motif"] = motif },
        TraceId = Activity.Current?.TraceId.ToString(),
    };
}

internal static class AnnulerDepotEndpoint
{
    public static void MapAnnulerDepot(this RouteGroupBuilder v1) =>
        v1.MapPost("/depots/{id:guid}/annulation", HandleAsync)
            .WithName("annulerDepot")
            .WithTags("Dépôts")
            .WithSummary("Annule un dépôt : ceux qui l'ont reçu en sont avertis et ne le lisent plus")
            .Produces<CancellationView>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.DepositCancelled);

    private static async Task<IResult> HandleAsync(Guid id, CancellationRequest request, HttpContext http, AnnulerDepot annuler, RefusalLog refusals, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        return await annuler.RunAsync(caller, id, request.Motif, ct) is { } refused
            ? await refusals.RefuseAsync(caller, LogAction.AccessRefused, refused, new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "annulation" }, ct)
            : TypedResults.Ok(new CancellationView(id, DepositState.Cancelled));
    }
}
