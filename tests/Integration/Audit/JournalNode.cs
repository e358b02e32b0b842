using System.Globalization;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Verifier;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ExchangeGateway.Integration.Audit;

/// <summary>The keys and the database that the nodes of one gateway share.</summary>
internal sealed class JournalWorld(TestDatabase database) : IAsyncDisposable
{
    public const string Origin = "passerelle.test/journal";
    private readonly string _folder = TestFolders.Create();

    public Databases Databases => database.Databases;
    public IDataProtectionProvider Protection { get; } = new EphemeralDataProtectionProvider();
    public string Keys => Path.Combine(_folder, "keys");

    public static async Task<JournalWorld> CreateAsync(PostgresFixture postgres) => new(await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken));

    /// <summary>A node that has begun the log and done its first round; each name has its own published folder.</summary>
    public async Task<JournalNode> StartAsync(string name = "a", int group = 5_000)
    {
        var node = new JournalNode(this, Path.Combine(_folder, name), group);
        await node.Keeper.InitialiseAsync(TestContext.Current.CancellationToken);
        await node.Keeper.RoundAsync(TestContext.Current.CancellationToken);
        return node;
    }

    public async Task<T> OneAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Databases.Owner.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>What only somebody with the owner's password can do: the tests of tampering and of restored backups.</summary>
    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Databases.Owner.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Where the log is in the database: what a backup taken now would restore.</summary>
    public async Task<(long Size, byte[] Frontier)> SnapshotAsync() =>
        (await OneAsync<long>("select size from audit.head where not closed"), await OneAsync<byte[]>("select frontier from audit.head where not closed"));

    /// <summary>Puts the log's tables back to a snapshot, as restoring a backup does: what came later never was.</summary>
    public async Task RestoreAsync((long Size, byte[] Frontier) snapshot)
    {
        await ExecuteAsync("delete from audit.checkpoint where size > $1", snapshot.Size);
        await ExecuteAsync("with lost as (delete from audit.leaf where rank >= $1 returning entry), k as (delete from audit.entry_key where entry in (select entry from lost)), s as (delete from audit.entry_subject where entry in (select entry from lost)) select count(*) from lost", snapshot.Size);
        await ExecuteAsync("delete from audit.entry e where not exists (select 1 from audit.leaf l where l.entry = e.id)");
        await ExecuteAsync("update audit.head set size = $1, frontier = $2 where not closed", snapshot.Size, snapshot.Frontier);
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>One node's log, round by round in the hands of the test.</summary>
internal sealed class JournalNode
{
    private readonly JournalWorld _world;

    public JournalNode(JournalWorld world, string folder, int group)
    {
        _world = world;
        Options = new() { Origin = JournalWorld.Origin, Group = group };
        Files = new(folder);
        Key = new(world.Keys, world.Protection);
        Seal = new(new VaultKeys(world.Keys, world.Protection));
        Pseudonyms = new(new Secrets(world.Databases, world.Protection, TimeProvider.System));
        Log = new(world.Databases, Seal, Pseudonyms, State, TimeProvider.System);
        Sequencer = new(world.Databases, Options);
        Publisher = new(world.Databases, Files, Key, TimeProvider.System);
        Keeper = new(world.Databases, Sequencer, Publisher, State, Key, Options, NullLogger<JournalKeeper>.Instance);
        Opening = new(world.Databases, Publisher, Files, Log, Key, Options, TimeProvider.System);
        Proofs = new(world.Databases, Files, Key);
        Search = new(world.Databases, Log, Pseudonyms, Seal);
    }

    public JournalOptions Options { get; }
    public JournalFiles Files { get; }
    public JournalKey Key { get; }
    public JournalState State { get; } = new();
    public EntrySeal Seal { get; }
    public AuditPseudonyms Pseudonyms { get; }
    public AuditLog Log { get; }
    public Sequencer Sequencer { get; }
    public Publisher Publisher { get; }
    public JournalKeeper Keeper { get; }
    public OriginOpening Opening { get; }
    public JournalProofs Proofs { get; }
    public JournalSearch Search { get; }

    public static AuditEntry Entry(Guid? organisation = null, Guid? subject = null, LogAction action = LogAction.DeliveryConsulted) => new()
    {
        Action = action,
        Organisation = organisation,
        Agent = "agent-1",
        Subjects = subject is { } s ? [s] : [],
        Purpose = "P2",
        Decision = "permis",
    };

    public async Task<List<Guid>> AppendAsync(int count)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
            ids.Add(await Log.AppendAsync(Entry(), TestContext.Current.CancellationToken));
        return ids;
    }

    public Task<int> RoundAsync() => Keeper.RoundAsync(TestContext.Current.CancellationToken);

    public Checkpoint Published(int tree = 1)
    {
        SignedNote.TryParse(Files.ReadCheckpoint(tree).ShouldNotBeNull(), out var note).ShouldBeTrue();
        Checkpoint.TryParse(note.Text, out var head).ShouldBeTrue();
        note.IsSignedBy(Key.For(head.Origin)).ShouldBeTrue();
        return head;
    }

    /// <summary>What the independent verifier says of the published folder.</summary>
    public async Task<(int Code, string Said)> VerifyAsync(int tree = 1, params string[] more)
    {
        using StringWriter said = new(CultureInfo.InvariantCulture);
        var key = Key.For(Options.OriginOf(tree)).ToString();
        return (await CommandLine.RunAsync([Files.FolderOf(tree), "--key", key, .. more], said, said, TestContext.Current.CancellationToken), said.ToString());
    }

    public async Task ShouldBeWholeAsync(int tree = 1)
    {
        var (code, said) = await VerifyAsync(tree);
        code.ShouldBe(0, said);
        (await _world.OneAsync<bool>("select coalesce(bool_and(rank = n), true) from (select rank, row_number() over (order by rank) - 1 as n from audit.leaf where tree = $1) t", (short)tree)).ShouldBeTrue("ranks have no gap");
    }
}
