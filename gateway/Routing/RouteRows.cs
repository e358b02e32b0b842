using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>The rows that one group of routed work writes: one statement a table.</summary>
internal sealed class RouteRows(DateTimeOffset now)
{
    private readonly OrderedIds _ids = new(now);
    private readonly List<NewDelivery> _deliveries = [];
    private readonly List<(WorkItem Work, string Version, string Explanation)> _results = [];
    private readonly List<(Guid Work, DateTimeOffset Until)> _postponed = [];
    private readonly List<Guid> _done = [];
    private readonly List<(Guid Deposit, string State)> _deposits = [];
    private readonly List<(Guid Delivery, string State)> _closed = [];

    /// <summary>What the group writes of quotas.</summary>
    public QuotaRows Quotas { get; } = new(now);

    public sealed record NewDelivery(
        Guid Id, WorkItem Work, Guid Recipient, string RecipientNature, string? OnBehalfOf, string Purpose, string RegisterVersion, string Rule, Categories Categories)
    {
        public string Nature { get; init; } = DeliveryNature.Message;
        public Guid? Corrects { get; init; }
    }

    /// <summary>Id of the next delivery: in the order of the calls.</summary>
    public Guid NextDelivery() => _ids.Next();

    public void AddDelivery(NewDelivery delivery) => _deliveries.Add(delivery);

    public void AddResult(WorkItem work, string version, string explanation) => _results.Add((work, version, explanation));

    public void Postpone(Guid work, DateTimeOffset until) => _postponed.Add((work, until));

    public void Remove(Guid work) => _done.Add(work);

    /// <summary>Where the sender sees its deposit stand; an annulled one stays so.</summary>
    public void MarkDeposit(Guid deposit, string state) => _deposits.Add((deposit, state));

    public void MarkDelivery(Guid delivery, string state) => _closed.Add((delivery, state));

    public void AddTo(NpgsqlBatch batch)
    {
        if (_deliveries.Count > 0)
        {
            batch.Add(
                """
                insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects, state, created_at)
                select id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects, $15, $16
                from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                  as d(id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects)
                """,
                Columns.Of(_deliveries, d => d.Id), Columns.Of(_deliveries, d => d.Work.Deposit), Columns.Of(_deliveries, d => d.Work.Dossier), Columns.Of(_deliveries, d => d.Work.Subject),
                Columns.Of(_deliveries, d => d.Work.Territory), Columns.Of(_deliveries, d => d.Recipient), Columns.Of(_deliveries, d => d.RecipientNature), Columns.Of(_deliveries, d => d.OnBehalfOf),
                Columns.Of(_deliveries, d => d.Purpose), Columns.Of(_deliveries, d => d.RegisterVersion), Columns.Of(_deliveries, d => d.Rule), Columns.Of(_deliveries, d => (int)d.Categories),
                Columns.Of(_deliveries, d => d.Nature), Columns.Of(_deliveries, d => d.Corrects),
                Columns.Value(DeliveryState.Delivered), Columns.Value(now));
        }

        if (_results.Count > 0)
        {
            batch.Add(
                "insert into routing.result (id, deposit, territory, rules_version, explanation, decided_at) select id, deposit, territory, version, explanation, $6 from unnest($1, $2, $3, $4, $5) as r(id, deposit, territory, version, explanation)",
                Columns.Of(_results, _ => Guid.CreateVersion7(now)), Columns.Of(_results, r => r.Work.Deposit), Columns.Of(_results, r => r.Work.Territory), Columns.Of(_results, r => r.Version),
                Columns.Json(_results, r => r.Explanation), Columns.Value(now));
        }

        if (_postponed.Count > 0)
        {
            batch.Add("update routing.work w set kind = 'repli', due_at = p.until from unnest($1, $2) as p(id, until) where w.id = p.id",
                Columns.Of(_postponed, p => p.Work), Columns.Of(_postponed, p => p.Until));
        }

        if (_done.Count > 0)
            batch.Add("delete from routing.work where id = any($1)", Columns.Of(_done, id => id));
        if (_deposits.Count > 0)
        {
            batch.Add("update exchange.deposit d set state = m.state from unnest($1, $2) as m(id, state) where d.id = m.id and (d.state = 'recu' or m.state = 'annule')",
                Columns.Of(_deposits, d => d.Deposit), Columns.Of(_deposits, d => d.State));
        }

        if (_closed.Count > 0)
        {
            batch.Add("update delivery.delivery d set state = c.state from unnest($1, $2) as c(id, state) where d.id = c.id",
                Columns.Of(_closed, c => c.Delivery), Columns.Of(_closed, c => c.State));
        }

        Quotas.AddTo(batch);
    }
}
