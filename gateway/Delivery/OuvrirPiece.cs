using System.Security.Cryptography;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>Opens an attachment through a delivery. It carries identities, so it takes a reason and an entry, and all of its categories must be permitted.</summary>
internal sealed class OuvrirPiece(Databases databases, SubjectKeys keys, PayloadStore payloads, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    private const string NotCommunicable = "Pièce non communicable à votre organisation pour cette finalité.";

    public async Task<DeliveryOutcome<byte[]>> RunAsync(Caller caller, Guid id, string name, string? motif, CancellationToken ct)
    {
        if (motif is null || !DisclosureMotifs.Of(caller.Role).Contains(motif, StringComparer.Ordinal))
            return new DeliveryOutcome<byte[]>.Refused(Catalogue.DemandeInvalide, Detail: $"Donnez un motif parmi : {string.Join(", ", DisclosureMotifs.Of(caller.Role))}.");

        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var delivery = await DeliveryRecord.ReadAsync(connection, caller, id, ct);
        var piece = delivery is null ? null : await PieceAsync(connection, delivery.Deposit, name, ct);
        if (delivery is null || piece is null || !delivery.IsReadable)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, delivery, "piece", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<byte[]>.Refused(Catalogue.Introuvable);
        }

        var decision = delivery.Decide(registers, caller, piece.Categories, clock.GetUtcNow());
        if (decision is not DisclosureDecision.Permit permit || permit.Categories != piece.Categories)
        {
            await transaction.RollbackAsync(ct);
            var reason = decision is DisclosureDecision.Permit ? DenialReason.CategoriesNonPermises.Code : DecisionCodes.Of(decision);
            await audit.RefusedAsync(caller, delivery, "piece", reason, ct);
            return new DeliveryOutcome<byte[]>.Refused(Catalogue.FinaliteNonEnregistree, reason, NotCommunicable);
        }

        await audit.CommitAsync(connection, transaction, audit.Entry(caller, LogAction.PieceDisclosed, delivery, ("piece", name), ("motif", motif)), ct);
        using var dataKey = keys.Unwrap(delivery.Subject, delivery.VaultKey, delivery.WrappedKey);
        var context = JoindrePiece.Context(piece.JoinedTo, name);
        var contentKey = dataKey.Unwrap(piece.WrappedKey, context);
        await using var stored = await payloads.OpenAsync(piece.Blob, ct);
        using var box = new MemoryStream();
        await stored.CopyToAsync(box, ct);
        try
        {
            return new DeliveryOutcome<byte[]>.Given(AesGcmSeal.Open(contentKey, box.ToArray(), context));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    private static async Task<Piece?> PieceAsync(NpgsqlConnection connection, Guid deposit, string name, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select blob, wrapped_key, categories, coalesce(carried_from, deposit) from exchange.piece where deposit = $1 and name = $2", connection)
        {
            Parameters = { new() { Value = deposit }, new() { Value = name } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new Piece(reader.GetString(0), reader.GetFieldValue<byte[]>(1), (Categories)reader.GetInt32(2), reader.GetGuid(3))
            : null;
    }

    /// <param name="JoinedTo">The deposit that it was joined to: this one, or one that this one takes the place of.</param>
    private sealed record Piece(string Blob, byte[] WrappedKey, Categories Categories, Guid JoinedTo);
}

internal static class OuvrirPieceEndpoint
{
    public static void MapOuvrirPiece(this RouteGroupBuilder reception) =>
        reception.MapGet("/{id:guid}/pieces/{nom}", HandleAsync)
            .WithName("ouvrirPiece")
            .WithSummary("Ouvre une pièce d'une remise, avec un motif")
            .Produces<byte[]>(StatusCodes.Status200OK, "application/pdf")
            .Refuses(Catalogue.DemandeInvalide, Catalogue.FinaliteNonEnregistree, Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.PieceDisclosed);

    private static async Task<IResult> HandleAsync(Guid id, string nom, string? motif, HttpContext http, OuvrirPiece ouvrir, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return (await ouvrir.RunAsync(Caller.Of(http), id, nom, motif, ct)).ToResult(content => TypedResults.File(content, "application/pdf", nom + ".pdf"));
    }
}
