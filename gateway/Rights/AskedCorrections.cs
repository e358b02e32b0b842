using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>A deposit that its sender is asked to mend.</summary>
/// <param name="Categories">What the person contests.</param>
/// <param name="CorrigeLe">When its sender replaced or withdrew it; <see langword="null"/> while it waits.</param>
internal sealed record AskedCorrection(Guid Depot, IReadOnlyList<string> Categories, DateTimeOffset DemandeLe, DateTimeOffset? CorrigeLe, Guid? Remplacement);

/// <summary>
/// Rectification (art. 16 RGPD). The source of the data mends them: the sender of a deposit is asked to, and its mended
/// message goes to everyone who had the first one, as every rectification does.
/// </summary>
internal sealed class AskedCorrections(Databases databases, AuditLog log)
{
    /// <returns>How many deposits, or what to mend in the decision.</returns>
    public static async Task<(int Asked, string? Fault)> AddAsync(
        NpgsqlConnection connection, NpgsqlBatch batch, RightsRequest request, IReadOnlyList<Guid>? deposits, IReadOnlyList<string>? names, DateTimeOffset now, CancellationToken ct)
    {
        var categories = Categories.None;
        foreach (var name in names ?? [])
        {
            if (!CategoryNames.TryParse(name, out var category))
                return (0, $"« categories » ne contient que : {string.Join(", ", CategoryNames.All.ToNames())}.");
            categories |= category;
        }

        if (categories == Categories.None || deposits is not { Count: > 0 })
            return (0, "Une rectification désigne les envois à corriger (« depots ») et ce que la personne conteste (« categories »).");
        var senders = await SendersAsync(connection, request, deposits, ct);
        if (senders.Count != deposits.Distinct().Count())
            return (0, "« depots » ne contient que des envois en vigueur au sujet de cette personne, pour les finalités accordées.");
        batch.Add("insert into rights.correction (request, deposit, sender, categories, asked_at) select $1, c.deposit, c.sender, $4, $5 from unnest($2, $3) as c(deposit, sender)",
            Columns.Value(request.Id), Columns.Of(senders, s => s.Deposit), Columns.Of(senders, s => s.Sender), Columns.Value((int)categories), Columns.Value(now));
        // Its sender reads « à corriger ».
        batch.Add("update exchange.deposit set state = $2 where id = any($1)", Columns.Of(senders, s => s.Deposit), Columns.Value(DepositState.ToMend));
        return (senders.Count, null);
    }

    /// <summary>What an organisation is asked to mend, oldest first. The list is one log entry.</summary>
    public async Task<IReadOnlyList<AskedCorrection>> OfSenderAsync(Caller caller, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add(
            """
            select c.deposit, c.categories, c.asked_at, m.made_at, m.replacement from rights.correction c left join exchange.correction m on m.deposit = c.deposit
            where c.sender = $1 order by c.asked_at, c.deposit limit 200
            """,
            Columns.Value(caller.Organisation));
        var asked = new List<AskedCorrection>();
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                asked.Add(new AskedCorrection(
                    reader.GetGuid(0), ((Categories)reader.GetInt32(1)).ToNames(), reader.GetFieldValue<DateTimeOffset>(2),
                    reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3), reader.IsDBNull(4) ? null : reader.GetGuid(4)));
            }
        }

        await transaction.CommitAsync(ct);
        await log.AppendAsync(new AuditEntry { Action = LogAction.RightsNoticesListed, Organisation = caller.Organisation, Agent = caller.Agent, Decision = "permis" }, ct);
        return asked;
    }

    private static async Task<List<(Guid Deposit, Guid Sender)>> SendersAsync(NpgsqlConnection connection, RightsRequest request, IReadOnlyList<Guid> deposits, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select p.id, p.sender from rights.deposits_of($1) d join exchange.deposit p on p.id = d.deposit
            where p.id = any($2) and p.purpose = any($3) and not exists (select 1 from exchange.correction c where c.deposit = p.id)
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = request.Subject }, new() { Value = deposits.Distinct().ToArray() },
                new() { Value = request.Outcomes.Where(o => o.Accordee).Select(o => o.Finalite).ToArray() },
            },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var found = new List<(Guid, Guid)>();
        while (await reader.ReadAsync(ct))
            found.Add((reader.GetGuid(0), reader.GetGuid(1)));
        return found;
    }
}

internal static class DemandesDeRectificationEndpoint
{
    public static void MapDemandesDeRectification(this RouteGroupBuilder v1) =>
        v1.MapGet("/depots/a-rectifier", HandleAsync)
            .WithName("depotsARectifier")
            .WithTags("Droits des personnes")
            .WithSummary("Les dépôts de votre organisation qu'une personne a fait rectifier : renvoyez-les corrigés")
            .Produces<IReadOnlyList<AskedCorrection>>()
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.RightsNoticesListed);

    private static async Task<IResult> HandleAsync(HttpContext http, AskedCorrections corrections, CancellationToken ct) =>
        TypedResults.Ok(await corrections.OfSenderAsync(Caller.Of(http), ct));
}
