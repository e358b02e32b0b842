using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>What a recipient is told of a person whose data it received.</summary>
/// <param name="Objet">limitation, leveeLimitation, opposition, effacement.</param>
/// <param name="AFaire">What to do, in French.</param>
/// <param name="Pseudonyme">Under which the recipient knows the person for this purpose.</param>
/// <param name="Remises">The deliveries that it is about.</param>
/// <param name="AccuseLe">When the recipient said that it was done; <see langword="null"/> while it is not.</param>
internal sealed record RecipientNotice(Guid Id, string Objet, string AFaire, string Finalite, string Pseudonyme, IReadOnlyList<Guid> Remises, DateTimeOffset EnvoyeLe, DateTimeOffset? AccuseLe);

/// <summary>A recipient reads what it is told about persons (art. 19 RGPD), and says that it has done it. Said twice, it changes and logs nothing more.</summary>
internal sealed class AvisDestinataire(Databases databases, PseudonymDomains pseudonyms, DeliveryAudit audit, TimeProvider clock)
{
    private const int Most = 200;

    private sealed record Row(Guid Id, string Kind, string Purpose, Guid Subject, Guid[] Deliveries, DateTimeOffset SentAt, DateTimeOffset? AcknowledgedAt);

    /// <summary>At most 200, what waits first. The list is one log entry.</summary>
    public async Task<IReadOnlyList<RecipientNotice>> ListAsync(Caller caller, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var rows = await ReadAsync(connection, caller, null, ct);
        var notices = new List<RecipientNotice>(rows.Count);
        foreach (var row in rows)
            notices.Add(await OfAsync(caller, row, ct));
        await audit.CommitAsync(connection, transaction, Entry(caller, LogAction.RightsNoticesListed, rows), ct);
        return notices;
    }

    public async Task<DeliveryOutcome<RecipientNotice>> AcknowledgeAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await ReadAsync(connection, caller, id, ct) is not [var row])
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "avis", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<RecipientNotice>.Refused(Catalogue.Introuvable);
        }

        if (row.AcknowledgedAt is not null)
            return new DeliveryOutcome<RecipientNotice>.Given(await OfAsync(caller, row, ct));
        var now = EntryContent.Instant(clock.GetUtcNow());
        await using var update = new NpgsqlCommand("update rights.notice set acknowledged_at = $2, acknowledged_by = $3 where id = $1 and acknowledged_at is null", connection)
        {
            Parameters = { new() { Value = id }, new() { Value = now }, new() { Value = caller.Agent } },
        };
        if (await update.ExecuteNonQueryAsync(ct) == 0)
        {
            // Another request of this organisation was faster: its time counts.
            await transaction.RollbackAsync(ct);
            return await AcknowledgeAsync(caller, id, ct);
        }

        var done = row with { AcknowledgedAt = now };
        await audit.CommitAsync(connection, transaction, Entry(caller, LogAction.RightsNoticeAcknowledged, [done]), ct);
        return new DeliveryOutcome<RecipientNotice>.Given(await OfAsync(caller, done, ct));
    }

    private static async Task<List<Row>> ReadAsync(NpgsqlConnection connection, Caller caller, Guid? id, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add(
            $"""
            select n.id, n.kind, n.purpose, n.subject, n.deliveries, n.sent_at, n.acknowledged_at from rights.notice n
            where n.recipient = $1 and ($2 or n.id = $3) order by n.acknowledged_at is not null, n.sent_at, n.id limit {Most}
            """,
            Columns.Value(caller.Organisation), Columns.Value(id is null), Columns.Value(id ?? Guid.Empty));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        var rows = new List<Row>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new Row(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetGuid(3), reader.GetFieldValue<Guid[]>(4), reader.GetFieldValue<DateTimeOffset>(5),
                reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6)));
        }

        return rows;
    }

    private async Task<RecipientNotice> OfAsync(Caller caller, Row row, CancellationToken ct) => new(
        row.Id, row.Kind, RightsWords.Notice(row.Kind), row.Purpose, await pseudonyms.OfSubjectAsync(caller.Organisation, row.Purpose, row.Subject, ct), row.Deliveries, row.SentAt, row.AcknowledgedAt);

    private static AuditEntry Entry(Caller caller, LogAction action, IReadOnlyList<Row> rows) => new()
    {
        Action = action,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = [.. rows.Select(r => r.Subject)],
        Purpose = rows is [var one] ? one.Purpose : null,
        Decision = "permis",
        Details = rows is [var only]
            ? new Dictionary<string, string>(StringComparer.Ordinal) { ["avis"] = only.Kind, ["objetAvis"] = only.Id.ToString() }
            : new Dictionary<string, string>(StringComparer.Ordinal),
    };
}

internal static class AvisDestinataireEndpoint
{
    public static void MapAvisDestinataire(this RouteGroupBuilder reception)
    {
        reception.MapGet("", async (HttpContext http, AvisDestinataire notices, CancellationToken ct) => TypedResults.Ok(await notices.ListAsync(Caller.Of(http), ct)))
            .WithName("listerAvis")
            .WithSummary("Les avis sur les droits des personnes dont vous avez reçu des données : limitation, opposition, effacement")
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.RightsNoticesListed);
        reception.MapPost("/{id:guid}/accuse", AcknowledgeAsync)
            .WithName("accuserAvis")
            .WithSummary("Confirme qu'un avis est exécuté")
            .Produces<RecipientNotice>()
            .Refuses(Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.RightsNoticeAcknowledged);
    }

    private static async Task<IResult> AcknowledgeAsync(Guid id, HttpContext http, AvisDestinataire notices, CancellationToken ct) =>
        (await notices.AcknowledgeAsync(Caller.Of(http), id, ct)).ToResult(TypedResults.Ok);
}
