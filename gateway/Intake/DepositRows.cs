using System.Text.Json;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Tables that keep sealed sections; the name is part of what the seal binds.</summary>
internal static class PartTable
{
    public const string Vault = "vault.part";
    public const string Exchange = "exchange.part";
}

/// <summary>The rows of one group, column by column: each table takes one statement whatever the number of messages.</summary>
internal sealed class DepositRows
{
    private readonly List<(KnownSubject Subject, string Territory, DateTimeOffset At)> _subjects = [];
    private readonly List<(Guid Subject, MatchToken Token)> _tokens = [];
    private readonly Dictionary<Guid, (Guid Subject, Candidate Member)> _dossiers = [];
    private readonly List<(Guid Id, Guid Subject, Guid Dossier, Guid Entry, Candidate Member)> _deposits = [];
    private readonly List<(string Table, Guid Deposit, Guid Subject, Categories Category, byte[] Box)> _parts = [];
    private readonly List<(Candidate Member, Guid Deposit, byte[] Receipt)> _idempotency = [];
    private readonly List<(Guid Id, Guid Deposit, DateTimeOffset At)> _work = [];

    public void AddSubject(KnownSubject subject, string territory, DateTimeOffset at) => _subjects.Add((subject, territory, at));

    public void AddTokens(Guid subject, IReadOnlyList<MatchToken> tokens) => _tokens.AddRange(tokens.Select(t => (subject, t)));

    public void AddDossier(Guid id, Guid subject, Candidate member) => _dossiers.TryAdd(id, (subject, member));

    public void AddDeposit(Guid id, Guid subject, Guid dossier, Guid entry, Candidate member) => _deposits.Add((id, subject, dossier, entry, member));

    public void AddPart(string table, Guid deposit, Guid subject, Categories category, byte[] box) => _parts.Add((table, deposit, subject, category, box));

    public void AddIdempotency(Candidate member, Guid deposit, byte[] receipt) => _idempotency.Add((member, deposit, receipt));

    public void AddWork(Guid id, Guid deposit, DateTimeOffset at) => _work.Add((id, deposit, at));

    public void AddTo(NpgsqlBatch batch)
    {
        if (_subjects.Count > 0)
        {
            Add(batch, "insert into vault.subject (id, territory, vault_key, wrapped_key, created_at) select * from unnest($1, $2, $3, $4, $5)",
                Array(_subjects, s => s.Subject.Id), Array(_subjects, s => s.Territory), Array(_subjects, s => s.Subject.VaultKey),
                Array(_subjects, s => s.Subject.WrappedKey), Array(_subjects, s => s.At));
            Add(batch, "insert into consent.subject_state (subject, changed_at) select * from unnest($1, $2)",
                Array(_subjects, s => s.Subject.Id), Array(_subjects, s => s.At));
        }

        Add(batch, "insert into vault.match_token (token, kind, subject) select * from unnest($1, $2, $3) on conflict do nothing",
            Array(_tokens, t => t.Token.Value), Array(_tokens, t => (short)t.Token.Kind), Array(_tokens, t => t.Subject));
        var dossiers = _dossiers.ToList();
        Add(batch, "insert into exchange.dossier (id, subject, dwelling, territory, created_at) select * from unnest($1, $2, $3, $4, $5) on conflict do nothing",
            Array(dossiers, d => d.Key), Array(dossiers, d => d.Value.Subject), Array(dossiers, d => d.Value.Member.Dwelling),
            Array(dossiers, d => d.Value.Member.Territory), Array(dossiers, d => d.Value.Member.ReceivedAt));
        Add(batch,
            """
            insert into exchange.deposit (id, sender, message_type, schema_version, territory, subject, dossier, facts, flags, state, sandbox, purpose, register_version, entry, received_at)
            select id, sender, message_type, schema_version, territory, subject, dossier, facts, string_to_array(flags, ' '), 'recu', sandbox, purpose, register_version, entry, received_at
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
              as d(id, sender, message_type, schema_version, territory, subject, dossier, facts, flags, sandbox, purpose, register_version, entry, received_at)
            """,
            Array(_deposits, d => d.Id), Array(_deposits, d => d.Member.Sender.Organisation), Array(_deposits, d => d.Member.Path),
            Array(_deposits, d => d.Member.Signalement.SchemaVersion), Array(_deposits, d => d.Member.Territory), Array(_deposits, d => d.Subject),
            Array(_deposits, d => d.Dossier), Json(_deposits.Select(d => JsonSerializer.Serialize(d.Member.Signalement.Faits, SignalementJson.Default.Faits))),
            Array(_deposits, d => string.Join(' ', d.Member.Signalement.Drapeaux.Select(f => f.Code))), Array(_deposits, d => d.Member.Sender.Sandbox),
            Array(_deposits, d => d.Member.Purpose), Array(_deposits, d => d.Member.RegisterVersion), Array(_deposits, d => d.Entry),
            Array(_deposits, d => d.Member.ReceivedAt));
        AddParts(batch, PartTable.Vault, "insert into vault.part (deposit, category, subject, sealed) select * from unnest($1, $2, $3, $4)", withSubject: true);
        AddParts(batch, PartTable.Exchange, "insert into exchange.part (deposit, category, sealed) select * from unnest($1, $2, $3)", withSubject: false);
        Add(batch, "insert into exchange.idempotency (organisation, path, key, body, deposit, receipt, created_at) select * from unnest($1, $2, $3, $4, $5, $6, $7)",
            Array(_idempotency, i => i.Member.Sender.Organisation), Array(_idempotency, i => i.Member.Path), Array(_idempotency, i => i.Member.Key),
            Array(_idempotency, i => i.Member.KeyedBody), Array(_idempotency, i => i.Deposit), Array(_idempotency, i => i.Receipt),
            Array(_idempotency, i => i.Member.ReceivedAt));
        Add(batch, "insert into routing.work (id, deposit, kind, due_at, created_at) select id, deposit, 'router', at, at from unnest($1, $2, $3) as w(id, deposit, at)",
            Array(_work, w => w.Id), Array(_work, w => w.Deposit), Array(_work, w => w.At));
    }

    private void AddParts(NpgsqlBatch batch, string table, string sql, bool withSubject)
    {
        var parts = _parts.Where(p => ReferenceEquals(p.Table, table)).ToList();
        if (parts.Count == 0)
            return;
        var (deposits, categories, boxes) = (Array(parts, p => p.Deposit), Array(parts, p => (short)p.Category), Array(parts, p => p.Box));
        if (withSubject)
            Add(batch, sql, deposits, categories, Array(parts, p => p.Subject), boxes);
        else
            Add(batch, sql, deposits, categories, boxes);
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

    private static NpgsqlParameter Json(IEnumerable<string> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };
}
