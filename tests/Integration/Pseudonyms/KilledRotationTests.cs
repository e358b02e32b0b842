using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Pseudonyms;

/// <summary>kill -9 of the real process in the middle of a rotation: the next one goes on, and every link and every key is kept.</summary>
public sealed class KilledRotationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly int Subjects = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 200_000 : 30_000;

    private readonly string _folder = TestFolders.Create();
    private TestGateway? _gateway;
    private Dictionary<string, string> _settings = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private TestGateway Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        var database = await postgres.CreateDatabaseAsync(Ct);
        _gateway = await TestGateway.StartAsync(database, _folder, _ => { }, [], credentials: null);
        // The process is another node, on the same database and the same keys.
        _settings = database.Configuration.ToDictionary(c => c.Key.Replace(":", "__", StringComparison.Ordinal), c => c.Value!, StringComparer.Ordinal);
        _settings["State__Folder"] = Gateway.State;
        _settings["Registers__Mode"] = "demonstration";
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_killed_rotation_of_pseudonyms_is_taken_up_and_keeps_every_link()
    {
        var adil = (await Gateway.App.Services.GetRequiredService<PseudonymRotation>().FindAsync("adil-75", Ct)).ShouldNotBeNull();
        var domains = Gateway.App.Services.GetRequiredService<PseudonymDomains>();
        var ids = await FillAsync(adil);
        var list = Path.Combine(Gateway.State, "correspondances", adil.ToString(), "P2.2.csv");

        await using (var process = GatewayProcess.Command(_folder, _settings, "pseudonymes", "rotation", "adil-75", "P2"))
        {
            await Processes.UntilAsync(() => File.Exists(list + ".part") && new FileInfo(list + ".part").Length > 100_000, TimeSpan.FromSeconds(60), "the list begun");
            await process.KillAsync();
        }

        File.Exists(list).ShouldBeFalse("what is not whole is nobody's yet");
        (await File.ReadAllLinesAsync(list + ".part", Ct)).Length.ShouldBeLessThan(Subjects, "it was killed on the way");
        (await Gateway.ScalarAsync<string>("select state from vault.pseudonym_domain where version = 2")).ShouldBe("preparee", "the pseudonyms of before are still in use");

        await using (var again = GatewayProcess.Command(_folder, _settings, "pseudonymes", "rotation", "adil-75", "P2"))
            (await again.EndAsync()).ShouldBe(0, again.Output);

        domains.Forget();
        (await domains.CurrentAsync(adil, "P2", Ct)).ShouldBe(2, "one rotation, not two");
        using var old = await SecretAsync(1);
        using var fresh = await SecretAsync(2);
        (await File.ReadAllLinesAsync(list, Ct)).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(ids.Select(id => $"P2;{Pseudonym.Of(old, id)};{Pseudonym.Of(fresh, id)}").Order(StringComparer.Ordinal));
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'PseudonymsRotated'")).ShouldBe(1);

        async Task<Aes> SecretAsync(int version)
        {
            var aes = Aes.Create();
            aes.Key = await domains.SecretAsync(adil, "P2", version, Ct);
            return aes;
        }
    }

    [Fact]
    public async Task A_killed_rotation_of_the_vault_is_taken_up_by_the_next_start_and_loses_no_key()
    {
        var keys = Gateway.App.Services.GetRequiredService<SubjectKeys>();
        var known = Enumerable.Range(0, Subjects).Select(_ => keys.NewSubject()).ToList();
        var probes = known.Select(k => k.Key.Wrap(k.Subject.Id.ToByteArray(), "essai"u8)).ToList();
        known.ForEach(k => k.Key.Dispose());
        await InsertAsync([.. known.Select(k => k.Subject)]);

        await using (var process = GatewayProcess.Command(_folder, _settings, "vault", "rotate"))
        {
            await Processes.UntilAsync(() => Older() < Subjects, TimeSpan.FromSeconds(60), "the first keys wrapped again");
            await process.KillAsync();
        }

        Older().ShouldBeInRange(1, Subjects - 1, "it was killed on the way");
        await using (var serving = await GatewayProcess.Start(GatewayProcess.Build(), _folder, _settings).ServingAsync())
        {
            await Processes.UntilAsync(() => Older() == 0, TimeSpan.FromSeconds(60), "all keys wrapped by the new vault key");
            await serving.StopAsync(15);
        }

        var rows = await RowsAsync();
        rows.Count.ShouldBe(Subjects);
        foreach (var ((subject, _), probe) in known.Zip(probes))
        {
            var (version, wrapped) = rows[subject.Id];
            using var key = keys.Unwrap(subject.Id, version, wrapped);
            key.Unwrap(probe, "essai"u8).ShouldBe(subject.Id.ToByteArray());
        }

        long Older() => Gateway.ScalarAsync<long>("select count(*) from vault.subject where vault_key = 1").GetAwaiter().GetResult();
    }

    private async Task<List<Guid>> FillAsync(Guid recipient)
    {
        await using var batch = Gateway.Databases.Owner.CreateBatch();
        batch.Timeout = 0;
        batch.BatchCommands.Add(new($"insert into vault.subject (id, territory, vault_key, wrapped_key, created_at) select gen_random_uuid(), '75', 1, '', '2026-01-01Z' from generate_series(1, {Subjects})"));
        batch.BatchCommands.Add(new($"""
            insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, purpose, register_version, rule, categories, state, created_at)
            select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), s.id, '75', '{recipient}', 'adil', 'P2', 'x', 'x', 0, 'remise', '2026-01-01Z' from vault.subject s
            """));
        await batch.ExecuteNonQueryAsync(Ct);
        return [.. (await RowsAsync()).Keys];
    }

    private async Task<Dictionary<Guid, (int Version, byte[] Wrapped)>> RowsAsync()
    {
        await using var command = Gateway.Databases.Owner.CreateCommand("select id, vault_key, wrapped_key from vault.subject");
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var rows = new Dictionary<Guid, (int, byte[])>();
        while (await reader.ReadAsync(Ct))
            rows.Add(reader.GetGuid(0), (reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)));
        return rows;
    }

    private async Task InsertAsync(IReadOnlyList<KnownSubject> subjects)
    {
        await using var insert = Gateway.Databases.Owner.CreateCommand("insert into vault.subject (id, territory, vault_key, wrapped_key, created_at) select id, '75', version, wrapped, '2026-11-01Z' from unnest($1, $2, $3) as s(id, version, wrapped)");
        insert.Parameters.Add(Columns.Of(subjects, s => s.Id));
        insert.Parameters.Add(Columns.Of(subjects, s => s.VaultKey));
        insert.Parameters.Add(Columns.Of(subjects, s => s.WrappedKey));
        await insert.ExecuteNonQueryAsync(Ct);
    }
}
