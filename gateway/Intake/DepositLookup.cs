using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>What the database knows of a group before it is written, and what the group itself adds on its way: earlier receipts, and subjects that share a blocking key.</summary>
internal sealed class DepositLookup : IDisposable
{
    private readonly Dictionary<(Guid, string, Digest), EarlierDeposit> _earlier = [];
    private readonly Dictionary<Guid, KnownSubject> _subjects = [];
    private readonly Dictionary<long, List<Guid>> _byKey = [];
    private readonly Dictionary<Guid, DataKey> _dataKeys = [];
    private readonly Dictionary<Digest, Guid> _debts = [];
    private readonly HashSet<Digest> _keptDebts = [];
    private readonly HashSet<(Guid, Guid)> _apart = [];

    /// <summary>One round trip: takes the locks of the messages in order, reads candidates and earlier receipts.</summary>
    public static async Task<DepositLookup> ReadAsync(NpgsqlConnection connection, IReadOnlyList<Candidate> members, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        // Held to the commit: an erasure waits for it, and what comes after it finds nobody (vault.erase).
        batch.Add("select pg_advisory_xact_lock_shared(hashtextextended('vault.erase', 0))");
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "select subject, vault_key, wrapped_key, holder, dossier, keys, profile from vault.find_subjects($1, $2)")
        {
            Parameters =
            {
                new NpgsqlParameter<long[]> { TypedValue = [.. members.SelectMany(m => m.Profile.Sought)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. members.SelectMany(m => m.Profile.Locks)] },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "select i.organisation, i.path, i.key, i.body, i.deposit, i.receipt, i.lot, i.lot_line from unnest($1, $2, $3) as k(organisation, path, key) join exchange.idempotency i using (organisation, path, key)")
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = [.. members.Select(m => m.Sender.Organisation)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. members.Select(m => m.Path)] },
                new NpgsqlParameter<byte[][]> { TypedValue = [.. members.Select(m => m.Key)] },
            },
        });

        // After the locks: a household's number is one of the locked tokens, so nobody else writes its debts now.
        var debts = members.Select(m => m.Debt).OfType<byte[]>().ToArray();
        if (debts.Length > 0)
            batch.Add("select token, deposit from exchange.debt where token = any($1)", new NpgsqlParameter<byte[][]> { TypedValue = debts });

        var lookup = new DepositLookup();
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var subject = new KnownSubject(reader.GetGuid(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2));
            lookup.Learn(subject, new KnownProfile(reader.GetGuid(3), reader.GetGuid(4), reader.GetFieldValue<long[]>(5), reader.GetFieldValue<byte[]>(6)));
        }

        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            lookup._earlier[(reader.GetGuid(0), reader.GetString(1), Digest.Of(reader.GetFieldValue<byte[]>(2)))] =
                new EarlierDeposit(reader.GetFieldValue<byte[]>(3), reader.GetGuid(4), reader.GetFieldValue<byte[]>(5), reader.IsDBNull(6) ? null : new LotLine(reader.GetGuid(6), reader.GetInt64(7)));
        }

        if (debts.Length > 0)
        {
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct))
                lookup._debts[Digest.Of(reader.GetFieldValue<byte[]>(0))] = reader.GetGuid(1);
            lookup._keptDebts.UnionWith(lookup._debts.Keys);
        }

        await reader.CloseAsync();
        // One candidate has nobody to be taken for.
        if (lookup._subjects.Count > 1)
            await lookup.ReadApartAsync(connection, ct);
        return lookup;
    }

    private async Task ReadApartAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var holders = _subjects.Values.SelectMany(s => s.Profiles.Select(p => p.Holder)).Distinct().ToArray();
        await using var select = new NpgsqlCommand("select subject, other from vault.told_apart($1)", connection) { Parameters = { new() { Value = holders } } };
        await using var reader = await select.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            _apart.UnionWith([(reader.GetGuid(0), reader.GetGuid(1)), (reader.GetGuid(1), reader.GetGuid(0))]);
    }

    /// <summary>Whether a person has said of two candidates, or of a subject joined to one of them, that they are two people.</summary>
    public bool ToldApart(KnownSubject one, KnownSubject other) =>
        _apart.Count > 0 && one.Profiles.Any(p => other.Profiles.Any(o => _apart.Contains((p.Holder, o.Holder))));

    /// <summary>The deposit that a new one about the same debt takes the place of; <see langword="null"/> when it is the first. From now on the new one is the latest.</summary>
    public Guid? Replace(Candidate member, Guid deposit)
    {
        if (member.Debt is not { } debt)
            return null;
        var key = Digest.Of(debt);
        Guid? replaced = _debts.TryGetValue(key, out var before) ? before : null;
        _debts[key] = deposit;
        return replaced;
    }

    /// <summary>Whether the database held a row of the message's debt before this group.</summary>
    public bool IsKept(byte[]? debt) => debt is not null && _keptDebts.Contains(Digest.Of(debt));

    public EarlierDeposit? Earlier(Candidate member) => _earlier.GetValueOrDefault(KeyOf(member));

    /// <summary>Makes a deposit of this group known to its later members.</summary>
    public void Remember(Candidate member, Guid deposit, byte[] sealedReceipt) =>
        _earlier[KeyOf(member)] = new EarlierDeposit(member.KeyedBody, deposit, sealedReceipt, member.Line);

    /// <summary>Subjects that share a blocking key with a message.</summary>
    public IReadOnlyList<KnownSubject> Candidates(Candidate member)
    {
        HashSet<Guid>? found = null;
        foreach (var key in member.Profile.Sought)
        {
            if (_byKey.TryGetValue(key, out var holders) && holders.Count <= Blocking.MostHolders)
                (found ??= []).UnionWith(holders);
        }

        return found is null ? [] : [.. found.Select(id => _subjects[id])];
    }

    /// <summary>Adds a profile to what is known of a subject.</summary>
    public void Learn(KnownSubject subject, KnownProfile profile)
    {
        var held = _subjects.GetValueOrDefault(subject.Id, subject);
        _subjects[subject.Id] = held with { Profiles = held.Profiles.Count == 0 ? [profile] : [.. held.Profiles, profile] };
        foreach (var key in profile.Keys)
        {
            if (!_byKey.TryGetValue(key, out var holders))
                _byKey[key] = holders = new List<Guid>(1);
            if (!holders.Contains(subject.Id))
                holders.Add(subject.Id);
        }
    }

    /// <summary>The subject's data key, unwrapped once for the group and forgotten with it.</summary>
    public DataKey DataKey(KnownSubject subject, SubjectKeys keys) =>
        _dataKeys.TryGetValue(subject.Id, out var key)
            ? key
            : _dataKeys[subject.Id] = keys.Unwrap(subject.Id, subject.VaultKey, subject.WrappedKey);

    /// <summary>Keeps a new subject's key for the group's later members.</summary>
    public void Hold(Guid subject, DataKey key) => _dataKeys[subject] = key;

    public void Dispose()
    {
        foreach (var key in _dataKeys.Values)
            key.Dispose();
    }

    private static (Guid, string, Digest) KeyOf(Candidate member) => (member.Sender.Organisation, member.Path, Digest.Of(member.Key));
}

/// <summary>A deposit accepted earlier under the same key.</summary>
internal sealed record EarlierDeposit(byte[] KeyedBody, Guid Deposit, byte[] SealedReceipt, LotLine? Line);
