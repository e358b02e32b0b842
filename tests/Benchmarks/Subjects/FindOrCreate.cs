using System.Diagnostics;
using ExchangeGateway.Benchmarks.Intake;
using ExchangeGateway.Gateway.Matching;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Benchmarks.Subjects;

/// <summary>
/// Times the search for a subject in a database that knows many: normalising, locks, candidates, comparison, decision, the rows
/// of a new message, durable commit. Half of the messages are about households that the database knows.
/// </summary>
internal sealed class FindOrCreate(Figures figures, int seed, int subjects)
{
    private const int Messages = 2000;
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    public async Task RunAsync(CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        await using var gateway = await GatewayUnderTest.StartAsync(IntakeOptions.Parse([]), http, ct);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(gateway.Database) { Pooling = true, MaxAutoPrepare = 200, AutoPrepareMinUsages = 2 });
        var clock = Stopwatch.StartNew();
        var households = await FillAsync(source, ct);
        figures.Say($"{subjects} subjects written in {clock.Elapsed.TotalSeconds:F0} s");

        var strangers = Population.Make(seed + 1000, Messages);
        var errors = new ErrorModel(new Draw((ulong)seed + 5));
        var draw = new Draw((ulong)seed + 6);
        var (times, floor) = (new List<double>(Messages), new List<double>(Messages));
        var stages = (Find: new List<double>(Messages), Write: new List<double>(Messages));
        var found = 0;
        for (var i = -200; i < Messages; i++)
        {
            var household = i % 2 == 0 ? households[draw.Int(households.Count)] : strangers[Math.Abs(i)];
            var message = errors.Message(household, household.Homes[0], moved: false);
            var start = Stopwatch.GetTimestamp();
            var (same, find, write) = await OneAsync(source, message, ct);
            var taken = Stopwatch.GetElapsedTime(start);
            // What the machine takes at this moment for one durable row, whoever else is on it.
            start = Stopwatch.GetTimestamp();
            await ExecuteAsync(source, "insert into vault.match_key (key, subject) values (1, gen_random_uuid())", ct);
            if (i < 0)
                continue;
            floor.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            times.Add(taken.TotalMilliseconds);
            stages.Find.Add(find.TotalMilliseconds);
            stages.Write.Add(write.TotalMilliseconds);
            found += same ? 1 : 0;
        }

        figures.Say($"find or create among {subjects}: {Messages} messages one after the other, {found} found");
        foreach (var (name, list) in new[] { ("in all", times), ("search for candidates", stages.Find), ("rows and durable commit", stages.Write), ("floor, one durable row by itself", floor) })
        {
            list.Sort();
            figures.Say($"{name}: p50 {list[Messages / 2]:F2} ms, p95 {list[Messages * 95 / 100]:F2} ms, p99 {list[Messages * 99 / 100]:F2} ms, worst {list[^1]:F2} ms");
        }

        figures.Print("find_or_create_p99_ms", times[Messages * 99 / 100], "ms");
    }

    private static async Task<(bool Same, TimeSpan Find, TimeSpan Write)> OneAsync(NpgsqlDataSource source, Schemas.Signalement message, CancellationToken ct)
    {
        var profile = ProfileForms.Of(Secret, message);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var known = new Dictionary<Guid, List<Profile>>();
        var start = Stopwatch.GetTimestamp();
        await using (var find = new NpgsqlCommand("select subject, profile from vault.find_subjects($1, $2)", connection) { Parameters = { new() { Value = profile.Sought }, new() { Value = profile.Locks } } })
        await using (var reader = await find.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                if (!known.TryGetValue(reader.GetGuid(0), out var profiles))
                    known[reader.GetGuid(0)] = profiles = [];
                profiles.Add(Profile.Read(reader.GetFieldValue<byte[]>(1)));
            }
        }

        var searched = Stopwatch.GetElapsedTime(start);
        var decision = new Decider(new MatchWeights()).Decide(profile.Marks, known.Select(k => (k.Key, (IReadOnlyList<Profile>)k.Value)));
        var same = decision as Decision<Guid>.Same;
        var subject = same?.Subject ?? Guid.NewGuid();
        start = Stopwatch.GetTimestamp();
        await using var batch = new NpgsqlBatch(connection);
        if (same is null)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into vault.subject (id, territory, vault_key, wrapped_key, created_at) values ($1, '75', 1, $2, now())")
            {
                Parameters = { new() { Value = subject }, new() { Value = new byte[60] } },
            });
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into vault.match_profile (subject, digest, dossier, keys, profile, created_at) values ($1, $2, $1, $3, $4, now()) on conflict do nothing")
        {
            Parameters = { new() { Value = subject }, new() { Value = profile.Digest }, new() { Value = profile.Keys }, new() { Value = profile.Profile } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into vault.match_key (key, subject) select k, $2 from unnest($1) k where not exists (select 1 from vault.match_key m where m.key = k and m.subject = $2)")
        {
            Parameters = { new() { Value = profile.Keys }, new() { Value = subject } },
        });
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return (same is not null, searched, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>One profile for each household; indexes are made after the rows, as for any large load, but for the key that other tables refer to.</summary>
    /// <returns>Some of the households, to ask for.</returns>
    private async Task<List<TrueHousehold>> FillAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await ExecuteAsync(source, "drop index vault.match_key_lookup; alter table vault.match_profile drop constraint match_profile_pkey", ct);
        var kept = new List<TrueHousehold>();
        var errors = new ErrorModel(new Draw((ulong)seed + 4));
        const int Part = 50_000;
        for (var done = 0; done < subjects; done += Part)
        {
            var households = Population.Make(seed + done + 1, Math.Min(Part, subjects - done));
            kept.AddRange(households.Where(h => h.Id % 50 == 0));
            var made = households.Select(h => (Id: Guid.NewGuid(), Profile: ProfileForms.Of(Secret, errors.Message(h, h.Homes[0], moved: false)))).ToList();
            await CopyAsync(source, "copy vault.subject (id, territory, vault_key, wrapped_key, created_at) from stdin (format binary)", made, async (writer, m) =>
            {
                await writer.StartRowAsync(ct);
                await writer.WriteAsync(m.Id, NpgsqlDbType.Uuid, ct);
                await writer.WriteAsync("75", NpgsqlDbType.Text, ct);
                await writer.WriteAsync(1, NpgsqlDbType.Integer, ct);
                await writer.WriteAsync(new byte[60], NpgsqlDbType.Bytea, ct);
                await writer.WriteAsync(DateTimeOffset.UnixEpoch, NpgsqlDbType.TimestampTz, ct);
            }, ct);
            await CopyAsync(source, "copy vault.match_profile (subject, digest, dossier, keys, profile, created_at) from stdin (format binary)", made, async (writer, m) =>
            {
                await writer.StartRowAsync(ct);
                await writer.WriteAsync(m.Id, NpgsqlDbType.Uuid, ct);
                await writer.WriteAsync(m.Profile.Digest, NpgsqlDbType.Bigint, ct);
                await writer.WriteAsync(m.Id, NpgsqlDbType.Uuid, ct);
                await writer.WriteAsync(m.Profile.Keys, NpgsqlDbType.Array | NpgsqlDbType.Bigint, ct);
                await writer.WriteAsync(m.Profile.Profile, NpgsqlDbType.Bytea, ct);
                await writer.WriteAsync(DateTimeOffset.UnixEpoch, NpgsqlDbType.TimestampTz, ct);
            }, ct);
            await CopyAsync(source, "copy vault.match_key (key, subject) from stdin (format binary)", made, async (writer, m) =>
            {
                foreach (var key in m.Profile.Keys)
                {
                    await writer.StartRowAsync(ct);
                    await writer.WriteAsync(key, NpgsqlDbType.Bigint, ct);
                    await writer.WriteAsync(m.Id, NpgsqlDbType.Uuid, ct);
                }
            }, ct);
        }

        await ExecuteAsync(source, "create index match_key_lookup on vault.match_key using hash (key); alter table vault.match_profile add primary key (subject, digest)", ct);
        // As autovacuum leaves a database that grew to this size: without it each key found would be looked up in its table too.
        await ExecuteAsync(source, "vacuum (analyze) vault.match_key, vault.match_profile, vault.subject", ct);
        await ExecuteAsync(source, "checkpoint", ct);
        await using var size = source.CreateCommand("select string_agg(c.relname || ' ' || pg_total_relation_size(c.oid) / 1048576 || ' MiB, of which indexes ' || pg_indexes_size(c.oid) / 1048576, '; ' order by c.relname) from pg_class c where c.oid in ('vault.match_key'::regclass, 'vault.match_profile'::regclass, 'vault.subject'::regclass)");
        figures.Say($"on disk: {await size.ExecuteScalarAsync(ct)}");
        return kept;
    }

    private static async Task CopyAsync<T>(NpgsqlDataSource source, string sql, List<T> rows, Func<NpgsqlBinaryImporter, T, Task> write, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var writer = await connection.BeginBinaryImportAsync(sql, ct);
        foreach (var row in rows)
            await write(writer, row);
        await writer.CompleteAsync(ct);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(ct);
    }
}
