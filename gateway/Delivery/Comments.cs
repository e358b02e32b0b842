using System.Text;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <param name="Texte">At most 1,000 characters, without a social-security number.</param>
internal sealed record CommentRequest(string? Texte);

/// <param name="Auteur">Agent who wrote it.</param>
internal sealed record CommentLine(Guid Id, Guid Auteur, DateTimeOffset EcritLe, string Texte);

/// <summary>Oldest first.</summary>
internal sealed record CommentList(IReadOnlyList<CommentLine> Commentaires);

/// <summary>What the people of one recipient write to each other about a file: sealed with the person's key, read by nobody else, erased with the person.</summary>
internal sealed class Comments(Databases databases, SubjectKeys keys, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    public const int Longest = 1_000;
    private const int Most = 200;
    private const string Table = "delivery.comment";

    public async Task<DeliveryOutcome<CommentLine>> WriteAsync(Caller caller, Guid id, CommentRequest request, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Texte))
            return new DeliveryOutcome<CommentLine>.Refused(Catalogue.DemandeInvalide, Detail: "Écrivez un commentaire.");
        if (FreeText.Fault(request.Texte, Longest, "Le commentaire") is { } fault)
            return new DeliveryOutcome<CommentLine>.Refused(Catalogue.DemandeInvalide, Detail: fault);
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await PermittedAsync(connection, caller, id, ct) is not { } delivery)
            return new DeliveryOutcome<CommentLine>.Refused(Catalogue.Introuvable);

        var now = EntryContent.Instant(clock.GetUtcNow());
        await using var batch = new NpgsqlBatch(connection);
        var comment = Add(batch, keys, caller, delivery, request.Texte, now);
        await batch.ExecuteNonQueryAsync(ct);
        await audit.CommitAsync(connection, transaction, audit.Entry(caller, LogAction.CommentAdded, delivery), ct);
        return new DeliveryOutcome<CommentLine>.Given(new CommentLine(comment, Guid.Parse(caller.Agent), now, request.Texte));
    }

    public async Task<DeliveryOutcome<CommentList>> ReadAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await PermittedAsync(connection, caller, id, ct) is not { } delivery)
            return new DeliveryOutcome<CommentList>.Refused(Catalogue.Introuvable);
        var boxes = new List<(Guid Id, Guid Author, DateTimeOffset At, byte[] Box)>();
        await using (var select = new NpgsqlCommand("select id, author, created_at, sealed from delivery.comment where delivery = $1 and recipient = $2 order by id limit $3", connection))
        {
            select.Parameters.AddWithValue(id);
            select.Parameters.AddWithValue(caller.Organisation);
            select.Parameters.AddWithValue(Most);
            await using var rows = await select.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
                boxes.Add((rows.GetGuid(0), rows.GetGuid(1), rows.GetFieldValue<DateTimeOffset>(2), rows.GetFieldValue<byte[]>(3)));
        }

        await audit.CommitAsync(connection, transaction, audit.Entry(caller, LogAction.CommentsRead, delivery), ct);
        using var key = keys.Unwrap(delivery.Subject, delivery.VaultKey, delivery.WrappedKey);
        return new DeliveryOutcome<CommentList>.Given(new CommentList(
            [.. boxes.Select(b => new CommentLine(b.Id, b.Author, b.At, Encoding.UTF8.GetString(key.Open(Table, b.Id, Categories.None, b.Box))))]));
    }

    /// <summary>Adds a comment to the caller's batch; its text has been checked.</summary>
    public static Guid Add(NpgsqlBatch batch, SubjectKeys keys, Caller caller, DeliveryRecord delivery, string text, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        using var key = keys.Unwrap(delivery.Subject, delivery.VaultKey, delivery.WrappedKey);
        batch.Add("insert into delivery.comment (id, delivery, subject, recipient, author, sealed, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
            Columns.Value(id), Columns.Value(delivery.Id), Columns.Value(delivery.Subject), Columns.Value(caller.Organisation), Columns.Value(Guid.Parse(caller.Agent)),
            Columns.Value(key.Seal(Table, id, Categories.None, Encoding.UTF8.GetBytes(text))), Columns.Value(now));
        return id;
    }

    /// <summary>The delivery when the caller may read it now; its refusal is logged otherwise.</summary>
    private async Task<DeliveryRecord?> PermittedAsync(NpgsqlConnection connection, Caller caller, Guid id, CancellationToken ct)
    {
        var delivery = await DeliveryRecord.ReadAsync(connection, caller, id, ct);
        if (delivery?.Decide(registers, caller, CategoryNames.All, clock.GetUtcNow()) is DisclosureDecision.Permit)
            return delivery;
        await audit.RefusedAsync(caller, delivery, "commentaire", Catalogue.Introuvable.Code, ct);
        return null;
    }
}

internal static class CommentsEndpoints
{
    public static void MapComments(this RouteGroupBuilder reception)
    {
        reception.MapGet("/{id:guid}/commentaires", ReadAsync)
            .WithName("lireCommentaires")
            .WithSummary("Les commentaires de votre organisation sur une remise")
            .Produces<CommentList>()
            .Refuses(Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.CommentsRead);
        reception.MapPost("/{id:guid}/commentaires", WriteAsync)
            .WithName("commenterRemise")
            .WithSummary("Ajoute un commentaire, lu dans votre organisation seulement")
            .Produces<CommentLine>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.CommentAdded);
    }

    private static async Task<IResult> ReadAsync(Guid id, HttpContext http, Comments comments, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return (await comments.ReadAsync(Caller.Of(http), id, ct)).ToResult(TypedResults.Ok);
    }

    private static async Task<IResult> WriteAsync(Guid id, CommentRequest request, HttpContext http, Comments comments, CancellationToken ct) =>
        (await comments.WriteAsync(Caller.Of(http), id, request, ct)).ToResult(TypedResults.Ok);
}
