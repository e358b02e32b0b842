using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>The rows that one group of routed work writes: one statement a table.</summary>
internal sealed class RouteRows
{
    private readonly List<NewDelivery> _deliveries = [];
    private readonly List<(WorkItem Work, string Version, string Explanation)> _results = [];
    private readonly List<(Guid Work, DateTimeOffset Until)> _postponed = [];
    private readonly List<Guid> _done = [];
    private readonly List<Guid> _transmitted = [];

    public sealed record NewDelivery(
        Guid Id, WorkItem Work, Guid Recipient, string RecipientNature, string? OnBehalfOf, string Purpose, string RegisterVersion, string Rule, Categories Categories);

    public void AddDelivery(NewDelivery delivery) => _deliveries.Add(delivery);

    public void AddResult(WorkItem work, string version, string explanation) => _results.Add((work, version, explanation));

    public void Postpone(Guid work, DateTimeOffset until) => _postponed.Add((work, until));

    public void Remove(Guid work) => _done.Add(work);

    public void MarkTransmitted(Guid deposit) => _transmitted.Add(deposit);

    public void AddTo(NpgsqlBatch batch, DateTimeOffset now)
    {
        if (_deliveries.Count > 0)
        {
            Add(batch,
                """
                insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, state, created_at)
                select id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, $13, $14
                from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                  as d(id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories)
                """,
                Array(_deliveries, d => d.Id), Array(_deliveries, d => d.Work.Deposit), Array(_deliveries, d => d.Work.Dossier), Array(_deliveries, d => d.Work.Subject),
                Array(_deliveries, d => d.Work.Territory), Array(_deliveries, d => d.Recipient), Array(_deliveries, d => d.RecipientNature), Array(_deliveries, d => d.OnBehalfOf),
                Array(_deliveries, d => d.Purpose), Array(_deliveries, d => d.RegisterVersion), Array(_deliveries, d => d.Rule), Array(_deliveries, d => (int)d.Categories),
                new() { Value = DeliveryState.Delivered }, new() { Value = now });
        }

        Add(batch,
            "insert into routing.result (id, deposit, territory, rules_version, explanation, decided_at) select id, deposit, territory, version, explanation, $6 from unnest($1, $2, $3, $4, $5) as r(id, deposit, territory, version, explanation)",
            Array(_results, _ => Guid.CreateVersion7(now)), Array(_results, r => r.Work.Deposit), Array(_results, r => r.Work.Territory), Array(_results, r => r.Version),
            new() { Value = _results.Select(r => r.Explanation).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb }, new() { Value = now });
        if (_postponed.Count > 0)
        {
            Add(batch, "update routing.work w set kind = 'repli', due_at = p.until from unnest($1, $2) as p(id, until) where w.id = p.id",
                Array(_postponed, p => p.Work), Array(_postponed, p => p.Until));
        }

        if (_done.Count > 0)
            Add(batch, "delete from routing.work where id = any($1)", Array(_done, id => id));
        if (_transmitted.Count > 0)
            Add(batch, "update exchange.deposit set state = 'transmis' where id = any($1) and state = 'recu'", Array(_transmitted, id => id));
    }

    private static void Add(NpgsqlBatch batch, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Array<TRow, T>(List<TRow> rows, Func<TRow, T> column) =>
        new NpgsqlParameter<T[]> { TypedValue = [.. rows.Select(column)] };
}
