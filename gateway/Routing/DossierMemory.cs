using ExchangeGateway.Gateway.Routing.Questions;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>What the gateway remembers of the files that a group of deposits belongs to; read in the router's transaction, never from an identity.</summary>
internal sealed class DossierMemory
{
    public static readonly MessageType FollowUp = new("instances", "suivis");

    private readonly Dictionary<Guid, DossierHistory> _history = [];
    private readonly Dictionary<Guid, List<Question>> _questions = [];

    /// <summary>What was asked about a file, oldest first.</summary>
    public IReadOnlyList<Question> QuestionsOf(Guid dossier) => _questions.GetValueOrDefault(dossier, []);

    /// <summary>A deposit's facts with what its file adds to them.</summary>
    public RuleFacts FactsOf(WorkItem item, Territory territory, DateTimeOffset now) => Learnt.Add(
        new RuleFacts { Message = item.Faits, Flags = item.Flags, History = _history.GetValueOrDefault(item.Deposit) },
        QuestionsOf(item.Dossier), territory, now);

    /// <param name="looking">Deposits of territories whose rules look at the file's history.</param>
    /// <param name="asking">Deposits of territories whose rules ask partners.</param>
    public static async Task<DossierMemory> ReadAsync(NpgsqlConnection connection, IReadOnlyList<WorkItem> looking, IReadOnlyList<WorkItem> asking, CancellationToken ct)
    {
        var memory = new DossierMemory();
        if (looking.Count > 0)
            await memory.ReadHistoryAsync(connection, looking, ct);
        if (asking.Count > 0)
            await memory.ReadQuestionsAsync(connection, asking, ct);
        return memory;
    }

    /// <summary>Reads again what was asked, after the lock of the files.</summary>
    public async Task ReadQuestionsAsync(NpgsqlConnection connection, IReadOnlyList<WorkItem> work, CancellationToken ct)
    {
        var dossiers = work.Select(w => w.Dossier).Distinct().ToArray();
        foreach (var dossier in dossiers)
            _questions.Remove(dossier);
        await using var select = new NpgsqlCommand($"select {Question.Columns} from {Question.Source} where q.dossier = any($1) order by q.id", connection)
        {
            Parameters = { new() { Value = dossiers } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        foreach (var question in await Question.ReadAllAsync(reader, ct))
        {
            if (!_questions.TryGetValue(question.Dossier, out var known))
                _questions.Add(question.Dossier, known = []);
            known.Add(question);
        }
    }

    private async Task ReadHistoryAsync(NpgsqlConnection connection, IReadOnlyList<WorkItem> work, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select i.deposit, f.created_at,
              (select count(*) from exchange.deposit p where p.dossier = i.dossier and p.id < i.deposit and not p.sandbox),
              (select (p.facts->>'menageRencontre')::boolean from exchange.deposit p
               where p.dossier = i.dossier and p.id < i.deposit and not p.sandbox and p.facts->>'menageRencontre' is not null order by p.id desc limit 1),
              exists (select 1 from exchange.deposit p where p.dossier = i.dossier and p.id < i.deposit and not p.sandbox and p.message_type = $5)
                or exists (select 1 from delivery.delivery d where d.dossier = i.dossier and d.deposit <> i.deposit and d.nature = 'remise' and d.acknowledged_at is not null
                           and d.state in ('remise', 'accusee') and d.recipient_role = any($3) and d.purpose = any($4)),
              array(select distinct o.code from delivery.delivery d join access.organisation o on o.id = d.recipient
                    where d.dossier = i.dossier and d.deposit <> i.deposit and d.nature = 'remise' and d.state in ('remise', 'accusee')
                      and d.recipient_role = any($3) and d.purpose = any($4) order by o.code)
            from unnest($1, $2) as i(deposit, dossier) join exchange.dossier f on f.id = i.dossier
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = work.Select(w => w.Deposit).ToArray() }, new() { Value = work.Select(w => w.Dossier).ToArray() },
                new() { Value = Orientations.Accompanying.ToArray() }, new() { Value = Orientations.Purposes.ToArray() }, new() { Value = FollowUp.ToString() },
            },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var received = work.ToDictionary(w => w.Deposit, w => w.ReceivedAt);
        while (await reader.ReadAsync(ct))
        {
            var deposit = reader.GetGuid(0);
            _history[deposit] = new DossierHistory(
                reader.GetBoolean(4), Math.Max(0, (int)(received[deposit] - reader.GetFieldValue<DateTimeOffset>(1)).TotalDays), (int)Math.Min(int.MaxValue, reader.GetInt64(2)),
                reader.IsDBNull(3) ? null : reader.GetBoolean(3), reader.GetFieldValue<string[]>(5));
        }
    }
}
