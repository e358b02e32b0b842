using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Indicators;

/// <summary>Deposits that are alike for the indicators.</summary>
/// <param name="Emptied">Whether their facts were erased meanwhile: the month can no longer be counted.</param>
internal sealed record DepositGroupCount(string Type, string? Parc, string? Landlord, IReadOnlyList<string> Flags, bool? Phone, bool Emptied, long Count);

/// <param name="Nature">Nature of the recipient.</param>
/// <param name="Delay">One of <see cref="MonthCounts.Delays"/>.</param>
internal sealed record DeliveryGroupCount(string Nature, string Delay, long Count);

/// <summary>
/// The true counts of one month in one territory: of deposits neither withdrawn nor replaced, without those of the sandbox.
/// </summary>
internal sealed record MonthCounts(IReadOnlyList<DepositGroupCount> Deposits, IReadOnlyList<DeliveryGroupCount> Deliveries)
{
    /// <summary>Days from transmission to acknowledgement; what is acknowledged later than 15 days, or not at all, no longer changes.</summary>
    public static IReadOnlyList<string> Delays { get; } = ["2 jours au plus", "3 à 7 jours", "8 à 15 jours", "plus de 15 jours ou sans accusé"];

    /// <summary>Longest time between an instant and the time in the id of what was made then.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    public static async Task<MonthCounts> ReadAsync(NpgsqlConnection connection, string territory, DateTimeOffset first, DateTimeOffset until, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 600 };
        batch.Add(
            $"""
            select d.message_type, d.facts->>'parc', d.facts->>'typeBailleur', d.flags, {PieceFlags.Column("d")}, (d.facts->>'telephoneConnu')::boolean, d.facts = '{"{}"}', count(*)
            from exchange.deposit d
            where d.id >= $1 and d.id < $2 and d.received_at >= $3 and d.received_at < $4 and d.territory = $5 and not d.sandbox and d.state <> 'annule'
              and not exists (select 1 from exchange.correction c where c.deposit = d.id)
            group by 1, 2, 3, 4, 5, 6, 7
            """, Period(territory, first, until));
        batch.Add(
            """
            select l.recipient_role, case when l.acknowledged_at < l.created_at + interval '2 days' then 0 when l.acknowledged_at < l.created_at + interval '7 days' then 1
              when l.acknowledged_at < l.created_at + interval '15 days' then 2 else 3 end, count(*)
            from delivery.delivery l join exchange.deposit d on d.id = l.deposit
            where l.id >= $1 and l.id < $2 and l.created_at >= $3 and l.created_at < $4 and l.territory = $5
              and l.nature = 'remise' and l.state in ('remise', 'accusee') and not d.sandbox
            group by 1, 2
            """, Period(territory, first, until));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var deposits = new List<DepositGroupCount>();
        while (await reader.ReadAsync(ct))
        {
            deposits.Add(new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                PieceFlags.Of(reader, 3, 4), reader.IsDBNull(5) ? null : reader.GetBoolean(5), reader.GetBoolean(6), reader.GetInt64(7)));
        }

        await reader.NextResultAsync(ct);
        var deliveries = new List<DeliveryGroupCount>();
        while (await reader.ReadAsync(ct))
            deliveries.Add(new(reader.GetString(0), Delays[reader.GetInt32(1)], reader.GetInt64(2)));
        return new MonthCounts(deposits, deliveries);
    }

    private static NpgsqlParameter[] Period(string territory, DateTimeOffset first, DateTimeOffset until) =>
        [Columns.Value(IdTime.First(first - Slack)), Columns.Value(IdTime.First(until + Slack)), Columns.Value(first), Columns.Value(until), Columns.Value(territory)];
}
