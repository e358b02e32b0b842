using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Tables that keep sealed sections; the name is part of what the seal binds.</summary>
internal static class PartTable
{
    public const string Vault = "vault.part";
    public const string Exchange = "exchange.part";
}

/// <summary>The rows of one group, column by column: each table takes one statement whatever the number of messages.</summary>
/// <param name="members">Messages of the group.</param>
internal sealed class DepositRows(int members)
{
    /// <summary>Sections of a usual message; a group of fuller ones makes its list longer.</summary>
    private const int UsualSections = 8;

    private readonly List<(KnownSubject Subject, string Territory, DateTimeOffset At)> _subjects = new(members);
    private readonly MatchRows _matches = new(members);
    private readonly Dictionary<Guid, (Guid Subject, Candidate Member, bool OfNewSubject)> _dossiers = new(members);
    private readonly List<(Guid Id, Guid Subject, Guid Dossier, Guid Entry, Guid? Replaces, Candidate Member, bool KnownDebt)> _deposits = new(members);
    private readonly List<(string Table, Guid Deposit, Guid Subject, Categories Category, byte[] Box)> _parts = new(UsualSections * members);
    private readonly List<(Candidate Member, Guid Deposit, byte[] Receipt)> _idempotency = new(members);
    private readonly List<(Guid Id, Guid Deposit, DateTimeOffset At)> _work = new(members);
    private readonly List<(Guid Deposit, Guid Replacement, DateTimeOffset At)> _rectifications = [];

    public void AddSubject(KnownSubject subject, string territory, DateTimeOffset at) => _subjects.Add((subject, territory, at));

    public void AddMatch(Attribution attribution, Guid deposit, Candidate member) => _matches.Add(attribution, deposit, member);

    public void AddDossier(Attribution attribution, Candidate member) =>
        _dossiers.TryAdd(attribution.Dossier, (attribution.Subject.Id, member, attribution.NewKey is not null));

    /// <param name="knownDebt">Whether its debt had a row before this group.</param>
    public void AddDeposit(Guid id, Guid subject, Guid dossier, Guid entry, Guid? replaces, Candidate member, bool knownDebt) =>
        _deposits.Add((id, subject, dossier, entry, replaces, member, knownDebt));

    public void AddPart(string table, Guid deposit, Guid subject, Categories category, byte[] box) => _parts.Add((table, deposit, subject, category, box));

    public void AddIdempotency(Candidate member, Guid deposit, byte[] receipt) => _idempotency.Add((member, deposit, receipt));

    public void AddWork(Guid id, Guid deposit, DateTimeOffset at) => _work.Add((id, deposit, at));

    public void AddRectification(Guid deposit, Guid replacement, DateTimeOffset at) => _rectifications.Add((deposit, replacement, at));

    public void AddTo(NpgsqlBatch batch)
    {
        if (_subjects.Count > 0)
        {
            batch.Add("insert into vault.subject (id, territory, vault_key, wrapped_key, created_at) select * from unnest($1, $2, $3, $4, $5)",
                Columns.Of(_subjects, s => s.Subject.Id), Columns.Of(_subjects, s => s.Territory), Columns.Of(_subjects, s => s.Subject.VaultKey),
                Columns.Of(_subjects, s => s.Subject.WrappedKey), Columns.Of(_subjects, s => s.At));
            batch.Add("insert into consent.subject_state (subject, changed_at) select * from unnest($1, $2)",
                Columns.Of(_subjects, s => s.Subject.Id), Columns.Of(_subjects, s => s.At));
        }

        _matches.AddTo(batch);
        // What cannot be there yet is not looked for: a conflict clause costs a row half as much again.
        foreach (var dossiers in _dossiers.GroupBy(d => d.Value.OfNewSubject).Select(g => (New: g.Key, Rows: g.ToList())))
        {
            batch.Add("insert into exchange.dossier (id, subject, dwelling, territory, created_at) select * from unnest($1, $2, $3, $4, $5)" + (dossiers.New ? "" : " on conflict do nothing"),
                Columns.Of(dossiers.Rows, d => d.Key), Columns.Of(dossiers.Rows, d => d.Value.Subject), Columns.Of(dossiers.Rows, d => d.Value.Member.Dwelling),
                Columns.Of(dossiers.Rows, d => d.Value.Member.Territory), Columns.Of(dossiers.Rows, d => d.Value.Member.ReceivedAt));
        }

        batch.Add(
            """
            insert into exchange.deposit (id, sender, message_type, schema_version, territory, subject, dossier, facts, flags, state, sandbox, purpose, register_version, entry, received_at, replaces)
            select id, sender, message_type, schema_version, territory, subject, dossier, facts, string_to_array(flags, ' '), 'recu', sandbox, purpose, register_version, entry, received_at, replaces
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
              as d(id, sender, message_type, schema_version, territory, subject, dossier, facts, flags, sandbox, purpose, register_version, entry, received_at, replaces)
            """,
            Columns.Of(_deposits, d => d.Id), Columns.Of(_deposits, d => d.Member.Sender.Organisation), Columns.Of(_deposits, d => d.Member.Path),
            Columns.Of(_deposits, d => d.Member.SchemaVersion), Columns.Of(_deposits, d => d.Member.Territory), Columns.Of(_deposits, d => d.Subject),
            Columns.Of(_deposits, d => d.Dossier), Columns.Json(_deposits, d => d.Member.Facts),
            Columns.Of(_deposits, d => string.Join(' ', d.Member.Flags.Select(f => f.Code))), Columns.Of(_deposits, d => d.Member.Sender.Sandbox),
            Columns.Of(_deposits, d => d.Member.Purpose), Columns.Of(_deposits, d => d.Member.RegisterVersion), Columns.Of(_deposits, d => d.Entry),
            Columns.Of(_deposits, d => d.Member.ReceivedAt), Columns.Of(_deposits, d => d.Replaces));
        AddDebts(batch);
        Dossiers.DeadlineRows.AddTo(batch, _deposits.Select(d => (d.Id, d.Member)));
        AddParts(batch, PartTable.Vault, "insert into vault.part (deposit, category, subject, sealed) select * from unnest($1, $2, $3, $4)", withSubject: true);
        AddParts(batch, PartTable.Exchange, "insert into exchange.part (deposit, category, sealed) select * from unnest($1, $2, $3)", withSubject: false);
        batch.Add("insert into exchange.idempotency (organisation, path, key, body, deposit, receipt, created_at, lot, lot_line) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            Columns.Of(_idempotency, i => i.Member.Sender.Organisation), Columns.Of(_idempotency, i => i.Member.Path), Columns.Of(_idempotency, i => i.Member.Key),
            Columns.Of(_idempotency, i => i.Member.KeyedBody), Columns.Of(_idempotency, i => i.Deposit), Columns.Of(_idempotency, i => i.Receipt),
            Columns.Of(_idempotency, i => i.Member.ReceivedAt), Columns.Of(_idempotency, i => i.Member.Line?.Lot), Columns.Of(_idempotency, i => i.Member.Line?.Line));
        if (_rectifications.Count > 0)
        {
            batch.Add("insert into exchange.correction (deposit, kind, replacement, made_at) select deposit, 'rectification', replacement, at from unnest($1, $2, $3) as r(deposit, replacement, at)",
                Columns.Of(_rectifications, r => r.Deposit), Columns.Of(_rectifications, r => r.Replacement), Columns.Of(_rectifications, r => r.At));
            batch.Add("select exchange.carry_pieces($1, $2)", Columns.Of(_rectifications, r => r.Deposit), Columns.Of(_rectifications, r => r.Replacement));
        }

        batch.Add("insert into routing.work (id, deposit, kind, due_at, created_at) select id, deposit, 'router', at, at from unnest($1, $2, $3) as w(id, deposit, at)",
            Columns.Of(_work, w => w.Id), Columns.Of(_work, w => w.Deposit), Columns.Of(_work, w => w.At));
    }

    private void AddDebts(NpgsqlBatch batch)
    {
        // The last of a group about one debt: one statement may write a row once.
        var latest = _deposits.Where(d => d.Member.Debt is not null).GroupBy(d => Digest.Of(d.Member.Debt!)).Select(g => g.Last());
        foreach (var debts in latest.GroupBy(d => d.KnownDebt).Select(g => (Known: g.Key, Rows: g.ToList())))
        {
            batch.Add(
                "insert into exchange.debt (token, subject, deposit, ended, seen_at) select * from unnest($1, $2, $3, $4, $5)" + (debts.Known
                    ? " on conflict (token) do update set subject = excluded.subject, deposit = excluded.deposit, ended = excluded.ended, seen_at = excluded.seen_at"
                    : ""),
                Columns.Of(debts.Rows, d => d.Member.Debt!), Columns.Of(debts.Rows, d => d.Subject), Columns.Of(debts.Rows, d => d.Id),
                Columns.Of(debts.Rows, d => d.Member.DebtEnded), Columns.Of(debts.Rows, d => d.Member.ReceivedAt));
        }
    }

    private void AddParts(NpgsqlBatch batch, string table, string sql, bool withSubject)
    {
        var parts = _parts.FindAll(p => ReferenceEquals(p.Table, table));
        if (parts.Count == 0)
            return;
        var (deposits, categories, boxes) = (Columns.Of(parts, p => p.Deposit), Columns.Of(parts, p => (short)p.Category), Columns.Of(parts, p => p.Box));
        if (withSubject)
            batch.Add(sql, deposits, categories, Columns.Of(parts, p => p.Subject), boxes);
        else
            batch.Add(sql, deposits, categories, boxes);
    }
}
