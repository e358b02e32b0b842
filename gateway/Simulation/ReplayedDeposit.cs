using System.Text.Json;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Gateway.SyntheticYear;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;
using Npgsql;

namespace ExchangeGateway.Gateway.Simulation;

/// <summary>What a simulation sees of a deposit: banded facts and days, never a section of it.</summary>
/// <param name="Household">Its file, or the number of the invented household.</param>
internal sealed record ReplayedDeposit(Guid Id, string Household, Faits Faits, DateTimeOffset ReceivedAt)
{
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    /// <summary>The deposits of a territory since an instant that were neither withdrawn, replaced nor erased, without the sandbox's.</summary>
    public static async Task<List<ReplayedDeposit>> PastAsync(Databases databases, string territory, DateTimeOffset since, DateTimeOffset now, CancellationToken ct)
    {
        await using var select = databases.Worker.CreateCommand(
            """
            select d.id, d.dossier, d.facts, d.received_at from exchange.deposit d
            where d.id >= $1 and d.id < $2 and d.received_at >= $3 and d.territory = $4 and not d.sandbox and d.state <> 'annule' and d.facts <> '{}'
              and not exists (select 1 from exchange.correction c where c.deposit = d.id)
            order by d.id
            """);
        foreach (var value in (ReadOnlySpan<object>)[IdTime.First(since - Slack), IdTime.First(now + Slack), since, territory])
            select.Parameters.Add(Columns.Value(value));
        select.CommandTimeout = 600;
        await using var reader = await select.ExecuteReaderAsync(ct);
        var deposits = new List<ReplayedDeposit>();
        while (await reader.ReadAsync(ct))
        {
            deposits.Add(new(
                reader.GetGuid(0), reader.GetGuid(1).ToString(), JsonSerializer.Deserialize(reader.GetString(2), SignalementJson.Default.Faits)!, reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return deposits;
    }

    /// <summary>The invented year, through the real adapters.</summary>
    public static List<ReplayedDeposit> Year(Territory territory, FrenchLaw law, int year, double scale, long seed)
    {
        var schemas = YearMessages.Types.Values.Distinct().ToDictionary(t => t, t => PartnerMessages.TryGet(t, out var message) ? message : throw new InvalidOperationException($"No adapter for {t}."));
        var number = 0;
        return
        [
            .. YearFlow.Make(territory, YearFigures.Known.Max(), year, scale, seed).Select(act =>
            {
                var at = new DateTimeOffset(act.Day.ToDateTime(new TimeOnly(8, 0)), TimeSpan.Zero);
                var signalement = schemas[YearMessages.Types[act.Stage]].Adapt(YearMessages.Bytes(act), new AdaptContext(act.Day, "1", territory.Notices, law));
                return new ReplayedDeposit(new Guid(++number, 0, 0, new byte[8]), act.Household.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), signalement.Faits, at);
            }),
        ];
    }
}
