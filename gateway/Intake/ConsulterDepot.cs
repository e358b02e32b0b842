using System.Diagnostics;
using System.Text.Json.Serialization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Where a deposit stands, as its sender may know it (purpose P11): never who holds or follows the file.</summary>
/// <param name="Etat">recu, a-corriger, transmis, annule.</param>
/// <param name="Drapeaux">Codes of the quality flags.</param>
/// <param name="Pieces">Names of the attachments that the sender has joined so far, for its own page; the interface gives what P11 names.</param>
internal sealed record DepositStatus(Guid Depot, string Type, string Etat, DateTimeOffset RecuLe, IReadOnlyList<string> Drapeaux, [property: JsonIgnore] IReadOnlyList<string> Pieces)
{
    /// <summary>True for a trial, which goes to nobody and stays <c>recu</c>. Absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? BacASable { get; init; }
}

/// <summary>How the question where a deposit stands ended.</summary>
internal abstract record DepositStatusOutcome
{
    /// <summary>Logged durably, then given.</summary>
    public sealed record Given(DepositStatus Status) : DepositStatusOutcome;

    public sealed record Refused(IntakeOutcome.Refused Why) : DepositStatusOutcome;
}

/// <summary>Tells a sender where its deposit stands, and nothing of who holds it.</summary>
internal sealed class ConsulterDepot(Databases databases, RegistersInForce registers, AuditLog log, TimeProvider clock)
{
    public async Task<DepositStatusOutcome> RunAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await ReadAsync(connection, caller, id, ct) is not { } own)
        {
            await transaction.RollbackAsync(ct);
            return new DepositStatusOutcome.Refused(new(Catalogue.Introuvable));
        }

        var register = registers.Current.Purposes;
        var decision = PurposeDecision.MayDisclose(register, registers.ToSender(caller, MessageType.Parse(own.Status.Type), own.Territory, own.Restricted, clock.GetUtcNow()));
        if (decision is not DisclosureDecision.Permit)
        {
            await transaction.RollbackAsync(ct);
            return new DepositStatusOutcome.Refused(new(Catalogue.FinaliteNonEnregistree));
        }

        await using var batch = new NpgsqlBatch(connection);
        var entry = new AuditEntry
        {
            Action = LogAction.DepositConsulted,
            Organisation = caller.Organisation,
            Agent = caller.Agent,
            Subjects = [own.Subject],
            Deposit = id,
            Purpose = RegistersInForce.BackToSender,
            RegisterVersion = register.Version,
            Decision = "permis",
            TraceId = Activity.Current?.TraceId.ToString(),
        };
        log.AddTo(batch, [await log.PrepareAsync(entry, clock.GetUtcNow(), ct)]);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        return new DepositStatusOutcome.Given(own.Status);
    }

    private static async Task<OwnDeposit?> ReadAsync(NpgsqlConnection connection, Caller caller, Guid id, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"""
            select d.message_type, case when c.deposit is null then d.state else 'annule' end, d.received_at, d.flags, d.subject, d.territory, s.restricted,
              array(select p.name from exchange.piece p where p.deposit = d.id order by p.name), {PieceFlags.Column("d")}, d.sandbox
            from exchange.deposit d join consent.subject_state s on s.subject = d.subject
              left join exchange.correction c on c.deposit = d.id
            where d.id = $1 and d.sender = $2
            for share of s
            """)
        {
            Parameters = { new() { Value = id }, new() { Value = caller.Organisation } },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct)
            ? new OwnDeposit(
                new DepositStatus(id, reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), PieceFlags.Of(reader, 3, 8), reader.GetFieldValue<string[]>(7)) { BacASable = reader.GetBoolean(9) ? true : null },
                reader.GetGuid(4), reader.GetString(5), reader.GetBoolean(6))
            : null;
    }

    private sealed record OwnDeposit(DepositStatus Status, Guid Subject, string Territory, bool Restricted);
}

internal static class ConsulterDepotEndpoint
{
    public static void MapConsulterDepot(this RouteGroupBuilder v1) =>
        v1.MapGet("/depots/{id:guid}", HandleAsync)
            .WithName("consulterDepot")
            .WithTags("Dépôts")
            .WithSummary("Où en est un dépôt de votre organisation")
            .Produces<DepositStatus>()
            .Refuses(Catalogue.FinaliteNonEnregistree, Catalogue.Introuvable)
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.DepositConsulted);

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, ConsulterDepot consulter, RefusalLog refusals, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        return await consulter.RunAsync(caller, id, ct) switch
        {
            DepositStatusOutcome.Given given => TypedResults.Ok(given.Status),
            DepositStatusOutcome.Refused refused => await refusals.RefuseAsync(
                caller, LogAction.AccessRefused, refused.Why, new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "depot" }, ct),
            _ => throw new UnreachableException(),
        };
    }
}
