using System.Text;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;

namespace ExchangeGateway.Integration.Audit;

public sealed class RestoredBackupTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_behind_the_published_head_stops_the_log_until_a_new_origin_is_opened()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        var kept = (await node.AppendAsync(5))[0];
        await node.RoundAsync();
        var backup = await world.SnapshotAsync();
        await node.AppendAsync(4);
        await node.RoundAsync();
        var shown = node.Files.ReadCheckpoint(1)!;

        await world.RestoreAsync(backup);
        var again = await world.StartAsync();

        again.State.Standing.ShouldBeOfType<JournalStanding.Stopped>().Reason.ShouldContain("9");
        await Should.ThrowAsync<JournalStoppedException>(() => again.Log.AppendAsync(JournalNode.Entry(), Ct).AsTask());
        Should.Throw<JournalStoppedException>(again.Log.ThrowIfStopped);
        (await again.RoundAsync()).ShouldBe(0);
        again.Files.ReadCheckpoint(1).ShouldBe(shown);

        var opened = (await again.Opening.OpenAsync(Ct)).ShouldBeOfType<OpeningOutcome.Opened>();
        opened.Origin.ShouldBe(JournalWorld.Origin + "/2");
        await again.RoundAsync();
        again.Log.Origin.ShouldBe(opened.Origin);
        var first = await world.OneAsync<Guid>("select entry from audit.leaf where tree = 2 and rank = 0");
        var content = (await again.Log.OpenAsync(first, Ct)).ShouldBeOfType<OpenedEntry.Opened>().Content;
        content.Action.ShouldBe(nameof(LogAction.OriginOpened));
        content.Details["ancienneTete"].ShouldBe(Encoding.UTF8.GetString(shown));
        content.Details["tailleEnBase"].ShouldBe("5");

        // The new tree grows; what the old one proved, it still proves.
        var id = (await again.AppendAsync(1))[0];
        (await again.RoundAsync()).ShouldBe(1);
        (await again.Proofs.CheckAsync(id, Ct)).ShouldNotBeNull().Verified.ShouldBeTrue();
        (await again.Proofs.CheckAsync(kept, Ct)).ShouldNotBeNull().Head.Size.ShouldBe(9);
        await again.ShouldBeWholeAsync(tree: 2);
        (await again.VerifyAsync(1)).Code.ShouldBe(0);
        (await File.ReadAllLinesAsync(JournalKey.PublicKeysFile(world.Keys), Ct)).ShouldBe([node.Key.For(JournalWorld.Origin).ToString(), node.Key.For(opened.Origin).ToString()]);
        (await again.Opening.OpenAsync(Ct)).ShouldBeOfType<OpeningOutcome.NotStopped>();
    }

    [Fact]
    public async Task A_running_gateway_whose_database_goes_back_stops_at_its_next_round()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        var backup = await world.SnapshotAsync();
        await node.AppendAsync(2);
        await node.RoundAsync();

        await world.RestoreAsync(backup);
        await node.AppendAsync(1);

        (await node.RoundAsync()).ShouldBe(0);
        node.State.Standing.ShouldBeOfType<JournalStanding.Stopped>();
        (await world.OneAsync<long>("select size from audit.head")).ShouldBe(0);
    }

    [Fact]
    public async Task A_restored_database_that_has_grown_past_the_published_head_is_still_recognised()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        await node.AppendAsync(300);
        await node.RoundAsync();
        var backup = await world.SnapshotAsync();
        await node.AppendAsync(3);
        await node.RoundAsync();
        await world.RestoreAsync(backup);
        var unaware = await world.StartAsync("b"); // its folder is empty: nothing tells it
        await unaware.AppendAsync(5);
        await unaware.RoundAsync();
        unaware.Published().Size.ShouldBe(305);

        (await node.RoundAsync()).ShouldBe(0);

        node.State.Standing.ShouldBeOfType<JournalStanding.Stopped>();
        node.Published().Size.ShouldBe(303);
        (await node.VerifyAsync()).Code.ShouldBe(0, "the published log was not touched");
    }

    [Fact]
    public async Task An_empty_database_beside_a_published_log_stops()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        var backup = await world.SnapshotAsync();
        await node.AppendAsync(2);
        await node.RoundAsync();
        await world.RestoreAsync(backup);
        await world.ExecuteAsync("delete from audit.checkpoint");
        await world.ExecuteAsync("delete from audit.head");

        (await world.StartAsync()).State.Standing.ShouldBeOfType<JournalStanding.Stopped>();
    }

    [Fact]
    public async Task A_rewritten_leaf_stops_the_log_before_anything_is_signed_over_it()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        var ids = await node.AppendAsync(3);
        await node.RoundAsync();
        await world.ExecuteAsync("update audit.entry set leaf = $1 where id = $2", new byte[33], ids[1]);
        await node.AppendAsync(1);

        await node.RoundAsync();

        node.State.Standing.ShouldBeOfType<JournalStanding.Stopped>();
        node.Published().Size.ShouldBe(3);
        (await node.VerifyAsync()).Code.ShouldBe(0);
    }

    [Fact]
    public async Task An_entry_deleted_while_it_waits_stops_the_log()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        var id = (await node.AppendAsync(1))[0];
        await world.ExecuteAsync("delete from audit.entry_key where entry = $1", id);
        await world.ExecuteAsync("delete from audit.entry where id = $1", id);

        (await node.RoundAsync()).ShouldBe(0);

        node.State.Standing.ShouldBeOfType<JournalStanding.Stopped>().Reason.ShouldContain("supprimée");
    }

    [Fact]
    public async Task A_published_head_that_this_gateway_did_not_sign_stops_the_log()
    {
        await using var world = await JournalWorld.CreateAsync(postgres);
        var node = await world.StartAsync();
        var note = Encoding.UTF8.GetString(node.Files.ReadCheckpoint(1)!);
        node.Files.WriteCheckpoint(1, Encoding.UTF8.GetBytes(note.Replace("\n0\n", "\n1\n", StringComparison.Ordinal)));

        (await node.RoundAsync()).ShouldBe(0);

        node.State.Standing.ShouldBeOfType<JournalStanding.Stopped>();
    }
}
