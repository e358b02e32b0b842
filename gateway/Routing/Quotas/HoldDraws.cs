using System.Globalization;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>
/// Holds the draws that are due. One transaction ranks the candidates, keeps the ranking and the cut, and gives each
/// candidate its work item; routers do the rest. Cut anywhere, there is the whole draw or none of it, and what routers
/// have not done yet is a row that waits for them: the result never depends on when, or on which node, it ends.
/// </summary>
internal sealed class HoldDraws(Databases databases, RegistersInForce registers, AuditLog log, TimeProvider clock)
{
    /// <summary>How long after its instant a draw is held: what was received before has then been written, also by a node whose clock is late.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    /// <summary>Holds every draw that is due.</summary>
    /// <returns>Draws held by this call.</returns>
    /// <exception cref="AggregateException">Some could not be held; the others were.</exception>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var (held, failures) = (0, new List<Exception>());
        foreach (var (territory, rule) in await DueAsync(ct))
        {
            try
            {
                held += await HoldAllAsync(territory, rule, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                failures.Add(failure);
            }
        }

        return failures.Count == 0 ? held : throw new AggregateException(failures);
    }

    /// <summary>Several when the gateway was stopped over a draw: each with the quota of its own period, in order.</summary>
    private async Task<int> HoldAllAsync(string territory, string rule, CancellationToken ct)
    {
        var held = 0;
        for (var step = Step.Moved; step is not Step.None;)
        {
            step = await HoldAsync(territory, rule, ct);
            held += step is Step.Held ? 1 : 0;
        }

        return held;
    }

    private enum Step
    {
        None,
        /// <summary>Who came after the draw of its day waits for the next.</summary>
        Moved,
        Held,
    }

    private async Task<IReadOnlyList<(string Territory, string Rule)>> DueAsync(CancellationToken ct)
    {
        await using var select = databases.Worker.CreateCommand("select distinct territory, rule from routing.candidate where state = 'attend' and draw_at <= $1 order by 1, 2");
        select.Parameters.AddWithValue(clock.GetUtcNow() - Settling);
        await using var reader = await select.ExecuteReaderAsync(ct);
        var due = new List<(string, string)>();
        while (await reader.ReadAsync(ct))
            due.Add((reader.GetString(0), reader.GetString(1)));
        return due;
    }

    private async Task<Step> HoldAsync(string territoryCode, string rule, CancellationToken ct)
    {
        var inForce = registers.Current;
        if (!inForce.Territories.TryGet(territoryCode, out var known))
            return Step.None;
        var now = EntryContent.Instant(clock.GetUtcNow());
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (!await LeadsAsync(connection, territoryCode, rule, ct) || await NextDueAsync(connection, territoryCode, rule, now - Settling, ct) is not { } at)
            return Step.None;
        if (await MoveLateAsync(connection, territoryCode, rule, at, ct))
        {
            await transaction.CommitAsync(ct);
            return Step.Moved;
        }

        if (await HasBacklogAsync(connection, territoryCode, at, now, ct))
            return Step.None;
        var territory = known.At(at.AddTicks(-1));
        var inDay = QuotaPass.InForce(territory, rule, territory.Today(at.AddTicks(-1)));
        var all = await DrawEntrants.ReadAsync(connection, territory, rule, at, ct);
        // A rule that has lost its quota meanwhile limits nobody.
        var lifted = inDay is { Quota: null };
        var quota = lifted ? RuleQuota.None(all.Count) : inDay?.Quota;
        // Without its rule nobody knows how many may go to the recipient: nobody does, and "sinon" says where they go.
        var judged = all.ConvertAll(e => (Entrant: e, Refusal: quota is null ? "regleRetiree" : e.Refusal(inForce, territory, now, registers.Mode)));
        var (period, next, places, number) = quota is null
            ? (territory.Today(at.AddTicks(-1)), QuotaCalendar.NextDraw(RuleQuota.None(0), at, territory.TimeZone), 0, 0)
            : (QuotaCalendar.PeriodOf(quota, at, territory.TimeZone), QuotaCalendar.NextDraw(quota, at, territory.TimeZone), 0, quota.Number);
        var placed = new HashSet<Guid>();
        if (quota is not null)
        {
            places = lifted ? all.Count : Math.Max(0, QuotaCalendar.ShareAt(quota, at, territory.TimeZone) - await TakenAsync(connection, territoryCode, rule, period, ct));
            placed = await PlacedAsync(connection, territoryCode, rule, period, ct);
        }

        var cut = DrawCut.Of(
            judged.Where(j => j.Refusal is null).Select(j => new DrawEntrant(
                j.Entrant.Candidate, j.Entrant.Dossier, SelectionKey.Of(quota!, j.Entrant.Faits!, territory.Today(j.Entrant.FileSince), j.Entrant.Deposit), placed.Contains(j.Entrant.Dossier))),
            places);
        var draw = Guid.CreateVersion7(now);
        var entry = await log.PrepareAsync(Entry(draw, territory, rule, at, number, places, cut), now, ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            "insert into routing.draw (id, territory, rule, at, period, next_at, quota, places, ranked, chosen, rules_version, ranking, held_at, entry) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            Columns.Value(draw), Columns.Value(territoryCode), Columns.Value(rule), Columns.Value(at), Columns.Value(period), Columns.Value(next), Columns.Value(number), Columns.Value(places),
            Columns.Value(cut.Ranked), Columns.Value(cut.Chosen), Columns.Value(territory.Version), Columns.Value(cut.Ranking), Columns.Value(now), Columns.Value(entry.Id));
        new DrawRows(draw, now, next, judged, cut).AddTo(batch);
        log.AddTo(batch, [entry]);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        return Step.Held;
    }

    /// <summary>One node holds a rule's draw; the others leave it, and find it done.</summary>
    private static async Task<bool> LeadsAsync(NpgsqlConnection connection, string territory, string rule, CancellationToken ct)
    {
        await using var lockIt = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended('tirage ' || $1 || ' ' || $2, 0))", connection) { Parameters = { Columns.Value(territory), Columns.Value(rule) } };
        return (bool)(await lockIt.ExecuteScalarAsync(ct))!;
    }

    private static async Task<DateTimeOffset?> NextDueAsync(NpgsqlConnection connection, string territory, string rule, DateTimeOffset until, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select min(draw_at) from routing.candidate where state = 'attend' and territory = $1 and rule = $2 and draw_at <= $3", connection)
        {
            Parameters = { Columns.Value(territory), Columns.Value(rule), Columns.Value(until) },
        };
        return await select.ExecuteScalarAsync(ct) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }

    /// <summary>A file that was held or restricted while its draw took place: a draw is held once, so it waits for the one after the last.</summary>
    private static async Task<bool> MoveLateAsync(NpgsqlConnection connection, string territory, string rule, DateTimeOffset at, CancellationToken ct)
    {
        await using var update = new NpgsqlCommand(
            """
            update routing.candidate c set draw_at = l.next_at from (select at, next_at from routing.draw where territory = $1 and rule = $2 and at >= $3 order by at desc limit 1) l
            where c.state = 'attend' and c.territory = $1 and c.rule = $2 and c.draw_at <= l.at
            """, connection)
        {
            Parameters = { Columns.Value(territory), Columns.Value(rule), Columns.Value(at) },
        };
        return await update.ExecuteNonQueryAsync(ct) > 0;
    }

    /// <summary>Whether deposits received before the draw are still to be routed: who came in time is ranked, however slow the night was. One that cannot be routed holds nobody up.</summary>
    private static async Task<bool> HasBacklogAsync(NpgsqlConnection connection, string territory, DateTimeOffset at, DateTimeOffset now, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            "select exists (select 1 from routing.work w join exchange.deposit d on d.id = w.deposit where w.due_at <= $3 and w.kind = 'router' and w.attempts = 0 and d.territory = $1 and d.received_at < $2)", connection)
        {
            Parameters = { Columns.Value(territory), Columns.Value(at), Columns.Value(now) },
        };
        return (bool)(await select.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Places that earlier draws of the period gave. They are counted in the draws: an erased household frees no place.</summary>
    private static async Task<int> TakenAsync(NpgsqlConnection connection, string territory, string rule, DateOnly period, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select coalesce(sum(chosen), 0)::integer from routing.draw where territory = $1 and rule = $2 and period = $3", connection)
        {
            Parameters = { Columns.Value(territory), Columns.Value(rule), Columns.Value(period) },
        };
        return (int)(await select.ExecuteScalarAsync(ct))!;
    }

    private static async Task<HashSet<Guid>> PlacedAsync(NpgsqlConnection connection, string territory, string rule, DateOnly period, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            "select distinct c.dossier from routing.draw d join routing.candidate c on c.draw = d.id where d.territory = $1 and d.rule = $2 and d.period = $3 and c.rank <= d.places", connection)
        {
            Parameters = { Columns.Value(territory), Columns.Value(rule), Columns.Value(period) },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var placed = new HashSet<Guid>();
        while (await reader.ReadAsync(ct))
            placed.Add(reader.GetGuid(0));
        return placed;
    }

    private AuditEntry Entry(Guid draw, Territory territory, string rule, DateTimeOffset at, int quota, int places, DrawCut cut) => new()
    {
        Action = LogAction.QuotaDrawn,
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["tirage"] = draw.ToString(),
            ["territoire"] = territory.Code,
            ["regle"] = rule,
            ["instant"] = at.ToString("O", CultureInfo.InvariantCulture),
            ["version"] = territory.Version,
            ["quota"] = quota.ToString(CultureInfo.InvariantCulture),
            ["places"] = places.ToString(CultureInfo.InvariantCulture),
            ["menages"] = cut.Ranked.ToString(CultureInfo.InvariantCulture),
            ["retenus"] = cut.Chosen.ToString(CultureInfo.InvariantCulture),
            ["classement"] = Convert.ToHexStringLower(cut.Ranking),
        },
    };
}
