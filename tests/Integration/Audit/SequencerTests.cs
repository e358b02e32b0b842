using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using Npgsql;

namespace ExchangeGateway.Integration.Audit;

public sealed class SequencerTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begins_with_a_signed_empty_tree()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();

        node.Published().Size.ShouldBe(0);
        node.Log.Origin.ShouldBe(JournalWorld.Origin);
        await node.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Integrates_every_appended_entry_once_and_proves_it()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        var ids = await node.AppendAsync(20);

        (await node.RoundAsync()).ShouldBe(20);
        (await node.RoundAsync()).ShouldBe(0);

        node.Published().Size.ShouldBe(20);
        await node.ShouldBeWholeAsync();
        foreach (var id in ids)
            (await node.Proofs.CheckAsync(id, Ct)).ShouldNotBeNull().Verified.ShouldBeTrue();
        (await world.OneAsync<long>("select count(*) from audit.pending")).ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_of_entries_is_written_by_four_statements_in_the_callers_transaction()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        var prepared = new List<PreparedEntry>();
        for (var i = 0; i < 300; i++)
            prepared.Add(await node.Log.PrepareAsync(JournalNode.Entry(Guid.NewGuid(), Guid.NewGuid()), DateTimeOffset.UnixEpoch.AddDays(i), Ct));

        await using (var connection = await world.Databases.Intake.OpenConnectionAsync(Ct))
        await using (var transaction = await connection.BeginTransactionAsync(Ct))
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            node.Log.AddTo(batch, prepared);
            batch.BatchCommands.Count.ShouldBe(4);
            await batch.ExecuteNonQueryAsync(Ct);
            (await node.RoundAsync()).ShouldBe(0);
            await transaction.RollbackAsync(Ct);
        }

        (await node.RoundAsync()).ShouldBe(0, "a rolled back transaction leaves no entry");
        await using (var batch = world.Databases.Intake.CreateBatch())
        {
            node.Log.AddTo(batch, prepared);
            await batch.ExecuteNonQueryAsync(Ct);
        }

        (await node.RoundAsync()).ShouldBe(300);
        await node.ShouldBeWholeAsync();
        (await node.Log.OpenAsync(prepared[7].Id, Ct)).ShouldBeOfType<OpenedEntry.Opened>().Conform.ShouldBeTrue();
    }

    [Fact]
    public async Task A_transaction_that_commits_late_is_not_passed_over()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        var early = await node.Log.PrepareAsync(JournalNode.Entry(), DateTimeOffset.UnixEpoch, Ct);
        await using var connection = await world.Databases.Intake.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            node.Log.AddTo(batch, [early]);
            await batch.ExecuteNonQueryAsync(Ct);
        }

        var late = (await node.AppendAsync(1))[0];
        (await node.RoundAsync()).ShouldBe(1);
        await transaction.CommitAsync(Ct);
        (await node.RoundAsync()).ShouldBe(1);

        (await world.OneAsync<long>("select rank from audit.leaf where entry = $1", late)).ShouldBe(0);
        (await world.OneAsync<long>("select rank from audit.leaf where entry = $1", early.Id)).ShouldBe(1);
        await node.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Two_nodes_that_sequence_and_append_at_once_make_one_tree()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        JournalNode[] nodes = [await world.StartAsync("a", group: 4), await world.StartAsync("b", group: 3)];
        using var appended = new CancellationTokenSource();

        var appenders = Enumerable.Range(0, 8).Select(i => Task.Run(() => nodes[i % 2].AppendAsync(60), Ct)).ToList();
        var keepers = nodes.Select(n => Task.Run(async () =>
        {
            var taken = 0;
            while (!appended.IsCancellationRequested)
                taken += await n.RoundAsync();
            return taken;
        }, Ct)).ToList();
        var ids = (await Task.WhenAll(appenders)).SelectMany(i => i).ToList();
        await appended.CancelAsync();
        var taken = (await Task.WhenAll(keepers)).Sum();
        foreach (var node in nodes)
        {
            while (await node.RoundAsync() is > 0 and var more)
                taken += more;
        }

        taken.ShouldBe(480);
        (await world.OneAsync<long>("select count(*) from audit.leaf where entry = any($1)", ids.ToArray())).ShouldBe(480);
        await nodes[0].RoundAsync();
        foreach (var node in nodes)
        {
            node.Published().Size.ShouldBe(480);
            await node.ShouldBeWholeAsync();
        }

        nodes[0].Published().Root.ShouldBe(nodes[1].Published().Root);
    }

    [Fact]
    public async Task Every_head_ever_signed_is_extended_by_the_last()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync(group: 17);
        await node.AppendAsync(300);
        while (await node.RoundAsync() > 0)
        {
        }

        var kept = new List<string>();
        await using (var command = world.Databases.Owner.CreateCommand("select note from audit.checkpoint order by size"))
        await using (var reader = await command.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct))
            {
                var path = Path.Combine(node.Files.Root, $"kept-{kept.Count / 2}.txt");
                await File.WriteAllTextAsync(path, reader.GetString(0), Ct);
                kept.AddRange(["--since", path]);
            }
        }

        kept.Count.ShouldBe(2 * 19); // the empty tree, seventeen whole groups and the rest
        var (code, said) = await node.VerifyAsync(1, [.. kept]);
        code.ShouldBe(0, said);
    }

    [Fact]
    public async Task A_crash_between_commit_and_publication_is_repaired_at_the_next_start()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        await node.AppendAsync(300);
        await node.RoundAsync();
        await node.AppendAsync(300);
        (await node.Sequencer.IntegrateAsync(1, 300, Ct)).Taken.ShouldBe(300);
        node.Published().Size.ShouldBe(300);

        var again = await world.StartAsync();

        again.Published().Size.ShouldBe(600);
        await again.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task A_crash_between_the_stored_and_the_published_head_is_repaired_at_the_next_start()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        await node.AppendAsync(3);
        await node.RoundAsync();
        var old = node.Files.ReadCheckpoint(1)!;
        await node.AppendAsync(3);
        await node.RoundAsync();
        node.Files.WriteCheckpoint(1, old);

        var again = await world.StartAsync();

        again.State.Standing.ShouldBeOfType<JournalStanding.Running>();
        again.Published().Size.ShouldBe(6);
        await again.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task A_lost_or_damaged_folder_is_made_anew_from_the_database()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        await node.AppendAsync(600);
        await node.RoundAsync();

        // An edge tile is damaged: the next round notices, for it does not lead to the published root.
        var edge = Path.Combine(node.Files.Root, "tile/1/000.p/2");
        var bytes = await File.ReadAllBytesAsync(edge, Ct);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(edge, bytes, Ct);
        await node.AppendAsync(1);
        await node.RoundAsync();
        node.Published().Size.ShouldBe(601);
        await node.ShouldBeWholeAsync();

        var elsewhere = await world.StartAsync("b");
        elsewhere.Published().Says(node.Published()).ShouldBeTrue();
        await elsewhere.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Partial_tiles_go_when_the_full_one_is_there()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        await node.AppendAsync(250);
        await node.RoundAsync();
        Directory.Exists(Path.Combine(node.Files.Root, "tile/0/000.p")).ShouldBeTrue();

        await node.AppendAsync(10);
        await node.RoundAsync();

        Directory.Exists(Path.Combine(node.Files.Root, "tile/0/000.p")).ShouldBeFalse();
        Directory.Exists(Path.Combine(node.Files.Root, "tile/entries/000.p")).ShouldBeFalse();
        await node.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Another_publisher_of_the_same_folder_waits_its_turn()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        await node.AppendAsync(1);
        using (node.Files.TryLock().ShouldNotBeNull())
        {
            (await node.RoundAsync()).ShouldBe(1);
            node.Published().Size.ShouldBe(0);
        }

        await node.RoundAsync();
        node.Published().Size.ShouldBe(1);
    }

    [Fact]
    public async Task Refuses_to_start_under_another_name_than_the_one_it_began_with()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        await world.StartAsync();
        await world.ExecuteAsync("update audit.head set origin = 'ancien.test/journal'");

        (await Should.ThrowAsync<InvalidOperationException>(() => world.StartAsync("b"))).Message.ShouldContain("ancien.test/journal");
    }
}
