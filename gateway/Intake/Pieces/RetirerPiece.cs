using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// The sender removes a piece that its rectified deposit carries from the first one. What was joined to a deposit itself is
/// part of what was sent: a rectification leaves it behind.
/// </summary>
internal sealed class RetirerPiece(Databases databases, AuditLog log, TimeProvider clock)
{
    /// <returns>The refusal; <see langword="null"/> when nobody opens the piece any more.</returns>
    public async Task<IntakeOutcome.Refused?> RunAsync(Caller caller, Guid deposit, string name, CancellationToken ct)
    {
        if (await OwnDeposit.ReadAsync(databases, caller, deposit, ct) is not { } own)
            return new(Catalogue.Introuvable);
        await using var connection = await databases.Intake.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (!await JoindrePiece.DropCarriedAsync(connection, deposit, name, ct))
            return new(Catalogue.EtatIncompatible, Detail: "Seule une pièce reprise du dépôt rectifié se retire. Pour les autres, rectifiez le dépôt puis retirez la pièce du nouveau.");
        await using var batch = new NpgsqlBatch(connection);
        log.AddTo(batch, [await log.PrepareAsync(Entry(caller, own, name), clock.GetUtcNow(), ct)]);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        return null;
    }

    private static AuditEntry Entry(Caller caller, OwnDeposit own, string name) => new()
    {
        Action = LogAction.PieceRemoved,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = [own.Subject.Id],
        Deposit = own.Id,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["piece"] = name },
        TraceId = Activity.Current?.TraceId.ToString(),
    };
}

internal static class RetirerPieceEndpoint
{
    public static void MapRetirerPiece(this RouteGroupBuilder v1) =>
        v1.MapDelete("/depots/{id:guid}/pieces/{nom}", HandleAsync)
            .WithName("retirerPiece")
            .WithTags("Dépôts")
            .WithSummary("Retire une pièce que le dépôt a reprise de celui qu'il rectifie")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.PieceRemoved);

    private static async Task<IResult> HandleAsync(Guid id, string nom, HttpContext http, RetirerPiece retirer, RefusalLog refusals, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        return await retirer.RunAsync(caller, id, nom, ct) is { } refused
            ? await refusals.RefuseAsync(caller, LogAction.AccessRefused, refused, new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "piece" }, ct)
            : TypedResults.NoContent();
    }
}
