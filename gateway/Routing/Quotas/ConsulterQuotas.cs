using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Indicators;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>
/// One rule with a quota. For the CCAPEX's secretariat, which holds every file that is counted, counts are exact; for another,
/// rounded down to a multiple of <see cref="QuotaList.Arrondi"/>: places and rules are public and tie them to each other.
/// </summary>
/// <param name="AVerifier">Whether nobody who answers for it has fixed the number yet.</param>
/// <param name="Cle">Criteria in French, the first decides.</param>
/// <param name="ProchainTirage">When those who wait are drawn.</param>
/// <param name="Retenus">Households that took a place in the period of the next draw.</param>
/// <param name="PlacesRestantes">Of that period; rounded like the others, since it tells them.</param>
/// <param name="Dernier">The last draw; <see langword="null"/> before the first.</param>
internal sealed record QuotaLine(
    string Territoire, string Regle, string Libelle, string Destinataire, int Quota, bool AVerifier, string Periode, string Tirage, IReadOnlyList<string> Cle, string Sinon,
    DateTimeOffset ProchainTirage, long EnAttente, long Retenus, long PlacesRestantes, long Ecartes, DrawLine? Dernier);

/// <param name="Places">What this draw could give.</param>
/// <param name="Classes">Households ranked.</param>
/// <param name="AuSinon">Deposits sent where the rule's <c>sinon</c> says.</param>
internal sealed record DrawLine(DateTimeOffset Instant, DateOnly Periode, int Places, long Classes, long Retenus, long AuSinon, string Classement);

/// <param name="Arrondi">1 for exact counts.</param>
internal sealed record QuotaList(int Arrondi, IReadOnlyList<QuotaLine> Quotas);

/// <summary>The rules with a quota of some territories, who waits and what the last draw gave.</summary>
internal sealed class ListQuotas(Databases databases, RegistersInForce registers, AuditLog log, TimeProvider clock)
{
    /// <summary>The list as somebody reads it: one entry of the log.</summary>
    public async Task<QuotaList> RunAsync(Caller caller, CancellationToken ct)
    {
        await log.AppendAsync(new AuditEntry { Action = LogAction.QuotasConsulted, Organisation = caller.Organisation, Agent = caller.Agent, Decision = "permis" }, ct);
        return await ReadAsync(caller, ct);
    }

    /// <summary>The same for a page that has its own entry.</summary>
    public async Task<QuotaList> ReadAsync(Caller caller, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var inForce = registers.Current;
        var round = caller.Nature is "ccapex" ? 1 : (inForce.Purposes.CommonInForce(now)?.SmallCells ?? SmallCells.Default).Minimum;
        var lines = new List<QuotaLine>();
        foreach (var territory in inForce.Territories.All.Where(t => caller.Territories.Contains(t.Code, StringComparer.Ordinal)).Select(t => t.At(now)))
        {
            var today = territory.Today(now);
            foreach (var rule in territory.Tables.SelectMany(t => t.Rules).Where(r => r.Active && r.Quota is not null && r.From <= today && (r.To is null || r.To >= today)))
                lines.Add(await LineAsync(territory, rule, rule.Quota!, round, now, ct));
        }

        return new QuotaList(round, lines);
    }

    private async Task<QuotaLine> LineAsync(Territory territory, Rule rule, RuleQuota quota, int round, DateTimeOffset now, CancellationToken ct)
    {
        long Counted(long count) => PublishedCount.Rounded(count, round);
        var next = QuotaCalendar.NextDraw(quota, now, territory.TimeZone);
        await using var batch = databases.Worker.CreateBatch();
        batch.Add("select count(*) filter (where state = 'attend'), count(*) filter (where state = 'ecartee') from routing.candidate where territory = $1 and rule = $2",
            Columns.Value(territory.Code), Columns.Value(rule.Id));
        batch.Add("select coalesce(sum(chosen), 0)::bigint from routing.draw where territory = $1 and rule = $2 and period = $3",
            Columns.Value(territory.Code), Columns.Value(rule.Id), Columns.Value(QuotaCalendar.PeriodOf(quota, next, territory.TimeZone)));
        batch.Add(
            """
            select d.at, d.period, d.places, d.ranked, d.chosen, encode(d.ranking, 'hex'), (select count(*) from routing.candidate c where c.draw = d.id and c.state in ('sinon', 'nonRetenue'))
            from routing.draw d where d.territory = $1 and d.rule = $2 order by d.at desc limit 1
            """, Columns.Value(territory.Code), Columns.Value(rule.Id));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (waiting, aside) = (reader.GetInt64(0), reader.GetInt64(1));
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        var taken = Counted(reader.GetInt64(0));
        await reader.NextResultAsync(ct);
        var last = await reader.ReadAsync(ct)
            ? new DrawLine(TimeZoneInfo.ConvertTime(reader.GetFieldValue<DateTimeOffset>(0), territory.TimeZone), reader.GetFieldValue<DateOnly>(1), reader.GetInt32(2), Counted(reader.GetInt32(3)), Counted(reader.GetInt32(4)), Counted(reader.GetInt64(6)), reader.GetString(5))
            : null;
        return new QuotaLine(
            territory.Code, rule.Id, rule.Label, territory.Designation(((RuleEffect.Deliver)rule.Then).Recipient), quota.Number, !quota.Established,
            quota.Period switch { QuotaPeriod.Semaine => "semaine", QuotaPeriod.Annee => "annee", _ => "mois" }, quota.Rhythm is DrawRhythm.Hebdomadaire ? "hebdomadaire" : "mensuel",
            [.. quota.Key.Select(k => Say(k, quota))], Say(quota.Otherwise, territory),
            TimeZoneInfo.ConvertTime(next, territory.TimeZone), Counted(waiting), taken, Math.Max(0, quota.Number - taken), Counted(aside), last);
    }

    private static string Say(string criterion, RuleQuota quota) => criterion switch
    {
        KeyCriterion.Debt => "dette la plus élevée, puis le plus de mois impayés",
        KeyCriterion.Vulnerability => $"le plus de vulnérabilités : {RulePhrase.List(quota.Vulnerabilities.Select(v => v.Label))}",
        _ => "dossier le plus ancien",
    };

    private static string Say(QuotaOtherwise otherwise, Territory territory) => otherwise switch
    {
        QuotaOtherwise.Replace { Effect: RuleEffect.Deliver deliver } => $"remise à : {territory.Designation(deliver.Recipient)}",
        QuotaOtherwise.Replace { Effect: RuleEffect.Inform inform } => inform.Text,
        _ => "attend le tirage suivant",
    };
}

/// <summary>The quotas of the secretariat's territories.</summary>
internal static class ConsulterQuotas
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v1/quotas", HandleAsync)
            .WithName("consulterQuotas")
            .WithTags("Répartition")
            .WithSummary("Les règles à quota de vos territoires : qui attend, quand a lieu le tirage, ce que le dernier a donné (secrétariat)")
            .Produces<QuotaList>()
            .RequireAuthorization(Policies.Rapprocher)
            .Journalise(LogAction.QuotasConsulted);

    private static async Task<IResult> HandleAsync(HttpContext http, ListQuotas list, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await list.RunAsync(Caller.Of(http), ct));
    }
}
