using System.Diagnostics;
using System.Globalization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>How the question about the quality of one's own deposits ended.</summary>
internal abstract record QualityOutcome
{
    /// <summary>Logged durably, then given.</summary>
    public sealed record Given(QualityReport Report) : QualityOutcome;

    public sealed record Refused(IntakeOutcome.Refused Why) : QualityOutcome;
}

/// <summary>Tells a sender how good its own deposits were (purpose P11): counts by period, never a deposit, never another's.</summary>
internal sealed class ConsulterQualite(Databases databases, RegistersInForce registers, AuditLog log, TimeProvider clock)
{
    /// <param name="step">mois or trimestre.</param>
    /// <param name="from">First month, <c>2026-01</c>.</param>
    /// <param name="to">Last month.</param>
    public async Task<QualityOutcome> RunAsync(Caller caller, string? step, string? from, string? to, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!QualitySpan.TryRead(step, from, to, now, out var span, out var error))
            return new QualityOutcome.Refused(new(Catalogue.DemandeInvalide, Detail: error));

        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var rows = await ReadAsync(connection, caller, span, ct);
        var register = registers.Current.Purposes;
        // Whether one person's data is restricted must not show in a count: the decision is asked for the type and territory.
        var permitted = rows.Select(r => (r.Group.Type, r.Territory)).Distinct()
            .Where(k => PurposeDecision.MayDisclose(register, registers.ToSender(caller, k.Type, k.Territory, restricted: false, now)) is DisclosureDecision.Permit)
            .ToHashSet();
        if (rows.Count > 0 && permitted.Count == 0)
        {
            await transaction.RollbackAsync(ct);
            return new QualityOutcome.Refused(new(Catalogue.FinaliteNonEnregistree));
        }

        await using var batch = new NpgsqlBatch(connection);
        log.AddTo(batch, [await log.PrepareAsync(Entry(caller, span, register.Version), now, ct)]);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        return new QualityOutcome.Given(QualityTally.Report(
            caller.OrganisationCode, span, [.. rows.Where(r => permitted.Contains((r.Group.Type, r.Territory))).Select(r => r.Group)]));
    }

    private static async Task<List<(QualityGroup Group, string Territory)>> ReadAsync(NpgsqlConnection connection, Caller caller, QualitySpan span, CancellationToken ct)
    {
        var (first, until) = span.Instants();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"""
            select date_trunc('month', d.received_at at time zone 'Europe/Paris')::date, d.message_type, d.territory, d.flags,
              {PieceFlags.Column("d")}, (d.facts->>'telephoneConnu')::boolean, count(*)
            from exchange.deposit d
            where d.sender = $1 and d.received_at >= $2 and d.received_at < $3 and d.state <> $4
            group by 1, 2, 3, 4, 5, 6
            """)
        {
            Parameters = { new() { Value = caller.Organisation }, new() { Value = first }, new() { Value = until }, new() { Value = DepositState.Cancelled } },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        var rows = new List<(QualityGroup, string)>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add((
                new QualityGroup(reader.GetFieldValue<DateOnly>(0), MessageType.Parse(reader.GetString(1)), PieceFlags.Of(reader, 3, 4), reader.IsDBNull(5) ? null : reader.GetBoolean(5), reader.GetInt64(6)),
                reader.GetString(2)));
        }

        return rows;
    }

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private static AuditEntry Entry(Caller caller, QualitySpan span, string register) => new()
    {
        Action = LogAction.QualityConsulted,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Purpose = RegistersInForce.BackToSender,
        RegisterVersion = register,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["depuis"] = Day(span.First), ["jusqua"] = Day(span.LastDay) },
        TraceId = Activity.Current?.TraceId.ToString(),
    };
}

internal static class ConsulterQualiteEndpoint
{
    public static void MapConsulterQualite(this RouteGroupBuilder v1) =>
        v1.MapGet("/moi/qualite", HandleAsync)
            .WithName("consulterQualite")
            .WithTags("Dépôts")
            .WithSummary("La qualité de vos envois, par mois ou par trimestre : notices à jour, téléphones donnés, drapeaux (JSON, ou CSV par Accept: text/csv)")
            .Produces<QualityReport>()
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .Refuses(Catalogue.DemandeInvalide, Catalogue.FinaliteNonEnregistree)
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.QualityConsulted);

    private static async Task<IResult> HandleAsync(string? pas, string? du, string? au, HttpContext http, ConsulterQualite consulter, RefusalLog refusals, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        http.Response.Headers.CacheControl = "no-store";
        return await consulter.RunAsync(caller, pas, du, au, ct) switch
        {
            QualityOutcome.Given given when WantsCsv(http.Request) => TypedResults.File(QualityCsv.Of(given.Report), QualityCsv.MediaType, "qualite.csv"),
            QualityOutcome.Given given => TypedResults.Json(given.Report, QualityJson.Default.QualityReport),
            QualityOutcome.Refused refused => await refusals.RefuseAsync(
                caller, LogAction.AccessRefused, refused.Why, new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "qualite" }, ct),
            _ => throw new UnreachableException(),
        };
    }

    private static bool WantsCsv(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) && accepted.Any(a => a.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase));
}
