using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>One rule with a quota, as the secretariat sees it. It holds every file that is counted: counts are exact.</summary>
/// <param name="Cle">Criteria in French, the first decides.</param>
/// <param name="ProchainTirage">When those who wait are drawn.</param>
/// <param name="Dernier">The last draw; <see langword="null"/> before the first.</param>
internal sealed record QuotaLine(
    string Territoire, string Regle, string Libelle, string Destinataire, int Quota, string Periode, string Tirage, IReadOnlyList<string> Cle, string Sinon,
    DateTimeOffset ProchainTirage, long EnAttente, long Ecartes, DrawLine? Dernier);

/// <param name="Places">What this draw could give.</param>
/// <param name="Classes">Households ranked.</param>
/// <param name="AuSinon">Deposits sent where the rule's <c>sinon</c> says.</param>
internal sealed record DrawLine(DateTimeOffset Instant, DateOnly Periode, int Places, int Classes, int Retenus, long AuSinon, string Classement);

internal sealed record QuotaList(IReadOnlyList<QuotaLine> Quotas);

/// <summary>The rules with a quota of some territories, who waits and what the last draw gave.</summary>
internal sealed class ListQuotas(Databases databases, RegistersInForce registers, AuditLog log, TimeProvider clock)
{
    public async Task<QuotaList> RunAsync(Caller caller, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await log.AppendAsync(new AuditEntry { Action = LogAction.QuotasConsulted, Organisation = caller.Organisation, Agent = caller.Agent, Decision = "permis" }, ct);
        var lines = new List<QuotaLine>();
        foreach (var territory in registers.Current.Territories.All.Where(t => caller.Territories.Contains(t.Code, StringComparer.Ordinal)).Select(t => t.At(now)))
        {
            var today = territory.Today(now);
            foreach (var rule in territory.Tables.SelectMany(t => t.Rules).Where(r => r.Active && r.Quota is not null && r.From <= today && (r.To is null || r.To >= today)))
                lines.Add(await LineAsync(territory, rule, rule.Quota!, now, ct));
        }

        return new QuotaList(lines);
    }

    private async Task<QuotaLine> LineAsync(Territory territory, Rule rule, RuleQuota quota, DateTimeOffset now, CancellationToken ct)
    {
        await using var batch = databases.Worker.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select count(*) filter (where state = 'attend'), count(*) filter (where state = 'ecartee') from routing.candidate where territory = $1 and rule = $2")
        {
            Parameters = { Columns.Value(territory.Code), Columns.Value(rule.Id) },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            select d.at, d.period, d.places, d.ranked, d.chosen, encode(d.ranking, 'hex'), (select count(*) from routing.candidate c where c.draw = d.id and c.state in ('sinon', 'nonRetenue'))
            from routing.draw d where d.territory = $1 and d.rule = $2 order by d.at desc limit 1
            """)
        {
            Parameters = { Columns.Value(territory.Code), Columns.Value(rule.Id) },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (waiting, aside) = (reader.GetInt64(0), reader.GetInt64(1));
        await reader.NextResultAsync(ct);
        var last = await reader.ReadAsync(ct)
            ? new DrawLine(reader.GetFieldValue<DateTimeOffset>(0), reader.GetFieldValue<DateOnly>(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt64(6), reader.GetString(5))
            : null;
        return new QuotaLine(
            territory.Code, rule.Id, rule.Label, territory.Designation(((RuleEffect.Deliver)rule.Then).Recipient), quota.Number,
            quota.Period switch { QuotaPeriod.Semaine => "semaine", QuotaPeriod.Annee => "annee", _ => "mois" }, quota.Rhythm is DrawRhythm.Hebdomadaire ? "hebdomadaire" : "mensuel",
            [.. quota.Key.Select(k => Say(k, quota))], Say(quota.Otherwise, territory),
            TimeZoneInfo.ConvertTime(QuotaCalendar.NextDraw(quota, now, territory.TimeZone), territory.TimeZone), waiting, aside, last);
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
