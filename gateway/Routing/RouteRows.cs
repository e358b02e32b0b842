using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>The rows that one group of routed work writes: one statement a table.</summary>
internal sealed class RouteRows(DateTimeOffset now)
{
    private readonly OrderedIds _ids = new(now);
    private readonly List<NewDelivery> _deliveries = [];
    private readonly List<(WorkItem Work, string Version, string Explanation, SharedExplanation? Shared)> _results = [];
    private readonly List<(Guid Work, DateTimeOffset Until)> _postponed = [];
    private readonly List<Guid> _done = [];
    private readonly List<(Guid Deposit, string State)> _deposits = [];
    private readonly List<(Guid Delivery, string State)> _closed = [];
    private readonly List<(WorkItem Work, Guid Delivery, Guid Recipient, string Facts, DateTimeOffset Until)> _questions = [];
    private readonly Dictionary<Guid, DateTimeOffset> _extended = [];
    private readonly HashSet<Guid> _unanswered = [];

    /// <summary>What the group writes of quotas.</summary>
    public QuotaRows Quotas { get; } = new(now);

    public sealed record NewDelivery(
        Guid Id, WorkItem Work, Guid Recipient, string RecipientNature, string? OnBehalfOf, string Purpose, string RegisterVersion, string Rule, Categories Categories)
    {
        public string Nature { get; init; } = DeliveryNature.Message;
        public Guid? Corrects { get; init; }
        /// <summary>Codes of what the recipient is warned of, beside the deposit's own flags.</summary>
        public IReadOnlyList<string> Alerts { get; init; } = [];
        public string? Motif { get; init; }
        /// <summary>When the recipient is reminded if it has not acknowledged; <see langword="null"/> for news, which nobody need acknowledge.</summary>
        public DateTimeOffset? DueAt { get; init; }
    }

    /// <summary>Id of the next delivery: in the order of the calls.</summary>
    public Guid NextDelivery() => _ids.Next();

    public void AddDelivery(NewDelivery delivery) => _deliveries.Add(delivery);

    /// <param name="shared">The explanation's common part, when <paramref name="explanation"/> is what this outcome says and nothing was added to it.</param>
    public void AddResult(WorkItem work, string version, RuleExplanation explanation, SharedExplanation? shared) =>
        _results.Add((work, version, shared is null ? explanation.ToJson() : explanation.DatesToJson(), shared));

    /// <summary>What the group writes of explanations that several deposits share; theirs once it is committed.</summary>
    public IReadOnlyList<SharedExplanation> NewlyShared => [.. _results.Select(r => r.Shared).OfType<SharedExplanation>().Where(s => !s.IsKept).Distinct()];

    public void Postpone(Guid work, DateTimeOffset until) => _postponed.Add((work, until));

    public void Remove(Guid work) => _done.Add(work);

    /// <summary>Where the sender sees its deposit stand; an annulled one stays so.</summary>
    public void MarkDeposit(Guid deposit, string state) => _deposits.Add((deposit, state));

    public void MarkDelivery(Guid delivery, string state) => _closed.Add((delivery, state));

    public void AddQuestion(WorkItem work, Guid delivery, Guid recipient, IReadOnlyList<string> facts, DateTimeOffset until) =>
        _questions.Add((work, delivery, recipient, string.Join(' ', facts), until));

    /// <summary>Whether another deposit of this group has just asked a partner for a fact of the same file; its question then stays open as long as both wait.</summary>
    public bool Asks(Guid dossier, Guid recipient, string fact, DateTimeOffset until)
    {
        var at = _questions.FindIndex(q => q.Work.Dossier == dossier && q.Recipient == recipient && q.Facts.Split(' ').Contains(fact, StringComparer.Ordinal));
        if (at < 0)
            return false;
        if (_questions[at].Until < until)
            _questions[at] = _questions[at] with { Until = until };
        return true;
    }

    public void ExtendQuestion(Guid question, DateTimeOffset until) => _extended[question] = _extended.TryGetValue(question, out var known) && known > until ? known : until;

    /// <returns>Whether it was not ended yet by this group.</returns>
    public bool EndQuestion(Guid question) => _unanswered.Add(question);

    /// <summary>The rows that nobody else can be waiting for.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_postponed.Count > 0)
        {
            batch.Add("update routing.work w set kind = 'repli', due_at = p.until from unnest($1, $2) as p(id, until) where w.id = p.id",
                Columns.Of(_postponed, p => p.Work), Columns.Of(_postponed, p => p.Until));
        }

        if (_done.Count > 0)
            batch.Add("delete from routing.work where id = any($1)", Columns.Of(_done, id => id));
        if (_results.Count == 0)
            return;
        // In one order on every node: two that write the same wait for each other, and not in a ring.
        var shared = NewlyShared.OrderBy(s => Convert.ToHexString(s.Digest), StringComparer.Ordinal).ToList();
        if (shared.Count > 0)
        {
            batch.Add("insert into routing.explanation (digest, content) select * from unnest($1, $2) on conflict do nothing",
                Columns.Of(shared, s => s.Digest), Columns.Json(shared, s => s.Content));
        }

        batch.Add(
            "insert into routing.result (id, deposit, territory, rules_version, explanation, shared, decided_at) select id, deposit, territory, version, explanation, shared, $7 from unnest($1, $2, $3, $4, $5, $6) as r(id, deposit, territory, version, explanation, shared)",
            Columns.Of(_results, _ => Guid.CreateVersion7(now)), Columns.Of(_results, r => r.Work.Deposit), Columns.Of(_results, r => r.Work.Territory), Columns.Of(_results, r => r.Version),
            Columns.Json(_results, r => r.Explanation), Columns.Of(_results, r => r.Shared?.Digest), Columns.Value(now));
    }

    /// <summary>The deliveries, and what of other rows changes with them. Last: who inserts deliveries keeps every other router from it until the commit.</summary>
    public void AddDeliveriesTo(NpgsqlBatch batch)
    {
        if (_deliveries.Count > 0)
        {
            batch.Add(
                """
                insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects, alerts, motif, due_at, again, state, created_at)
                select id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects, string_to_array(alerts, ' '), motif, due_at, case nature when 'renvoi' then nextval('delivery.position') else 0 end, $18, $19
                from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
                  as d(id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects, alerts, motif, due_at)
                """,
                Columns.Of(_deliveries, d => d.Id), Columns.Of(_deliveries, d => d.Work.Deposit), Columns.Of(_deliveries, d => d.Work.Dossier), Columns.Of(_deliveries, d => d.Work.Subject),
                Columns.Of(_deliveries, d => d.Work.Territory), Columns.Of(_deliveries, d => d.Recipient), Columns.Of(_deliveries, d => d.RecipientNature), Columns.Of(_deliveries, d => d.OnBehalfOf),
                Columns.Of(_deliveries, d => d.Purpose), Columns.Of(_deliveries, d => d.RegisterVersion), Columns.Of(_deliveries, d => d.Rule), Columns.Of(_deliveries, d => (int)d.Categories),
                Columns.Of(_deliveries, d => d.Nature), Columns.Of(_deliveries, d => d.Corrects), Columns.Of(_deliveries, d => string.Join(' ', d.Alerts)),
                Columns.Of(_deliveries, d => d.Motif), Columns.Of(_deliveries, d => d.DueAt),
                Columns.Value(DeliveryState.Delivered), Columns.Value(now));
        }

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
        AddQuestions(batch);
    }

    private void AddQuestions(NpgsqlBatch batch)
    {
        // First: a new question may take the place of one that ends.
        var ended = _unanswered.Where(q => !_extended.ContainsKey(q)).ToArray();
        if (ended.Length > 0)
            batch.Add("update routing.question set state = 'echue' where id = any($1) and state = 'posee'", Columns.Value(ended));

        if (_questions.Count > 0)
        {
            batch.Add(
                """
                insert into routing.question (id, dossier, subject, territory, deposit, delivery, recipient, facts, state, asked_at, due_at)
                select id, dossier, subject, territory, deposit, delivery, recipient, string_to_array(facts, ' '), 'posee', $10, until
                from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) as q(id, dossier, subject, territory, deposit, delivery, recipient, facts, until)
                """,
                Columns.Of(_questions, _ => Guid.CreateVersion7(now)), Columns.Of(_questions, q => q.Work.Dossier), Columns.Of(_questions, q => q.Work.Subject),
                Columns.Of(_questions, q => q.Work.Territory), Columns.Of(_questions, q => q.Work.Deposit), Columns.Of(_questions, q => q.Delivery),
                Columns.Of(_questions, q => q.Recipient), Columns.Of(_questions, q => q.Facts), Columns.Of(_questions, q => q.Until), Columns.Value(now));
        }

        if (_extended.Count > 0)
        {
            var extended = _extended.ToList();
            batch.Add("update routing.question q set due_at = e.until from unnest($1, $2) as e(id, until) where q.id = e.id and q.due_at < e.until",
                Columns.Of(extended, e => e.Key), Columns.Of(extended, e => e.Value));
        }
    }
}
