using System.Diagnostics;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>Keeps the log: begins it, and round after round holds it against what was signed, integrates and publishes.</summary>
internal sealed partial class JournalKeeper(Databases databases, Sequencer sequencer, Publisher publisher, JournalState state, JournalKey key, JournalOptions options, ILogger<JournalKeeper> logger)
{
    /// <summary>Looks before a contradiction is believed.</summary>
    private const int Looks = 5;

    /// <summary>Begins the log at the first start, and writes the public keys beside the private one.</summary>
    /// <exception cref="InvalidOperationException"><c>Journal:Origin</c> is not the name under which the log began.</exception>
    public async Task InitialiseAsync(CancellationToken ct)
    {
        await using (var insert = databases.Worker.CreateCommand("insert into audit.head (tree, origin, size, frontier) values (1, $1, 0, $2) on conflict do nothing"))
        {
            insert.Parameters.AddWithValue(options.Origin);
            insert.Parameters.AddWithValue(Array.Empty<byte>());
            await insert.ExecuteNonQueryAsync(ct);
        }

        var origins = await OriginsAsync(databases.Worker, ct);
        if (origins[0] != options.Origin)
            throw new InvalidOperationException($"Journal:Origin is « {options.Origin} », but the log of this database began as « {origins[0]} ». Put that name back: it is in every promise already given.");
        key.WritePublicKeys(origins);
    }

    /// <summary>One round. Returns how many entries it integrated; 0 while the log is stopped.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached; nothing is half done.</exception>
    /// <exception cref="IOException">The journal's folder cannot be written; the next round takes it up.</exception>
    public async Task<int> RoundAsync(CancellationToken ct)
    {
        var (head, heads) = await LookAsync(ct);
        switch (heads)
        {
            case KnownHeads.Contradicted contradicted:
                Stop(contradicted.Reason);
                return 0;
            case KnownHeads.Consistent known:
                try
                {
                    return await AdvanceAsync(head, known.Size, ct);
                }
                catch (JournalStoppedException e)
                {
                    Stop(e.Message);
                    return 0;
                }

            default:
                throw new UnreachableException();
        }
    }

    /// <summary>
    /// The database's head and what was signed and published. Another node may integrate and publish between the two
    /// reads, and then looks like a restored backup; a real one looks so every time.
    /// </summary>
    private async Task<(JournalHead Head, KnownHeads Heads)> LookAsync(CancellationToken ct)
    {
        for (var look = 1; ; look++)
        {
            var head = await JournalHead.ReadAsync(databases.Worker, ct);
            var heads = await publisher.KnownAsync(head, ct);
            if (heads is KnownHeads.Consistent || look == Looks)
                return (head, heads);
        }
    }

    /// <summary>Origins of every tree, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> OriginsAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var origins = new List<string>();
        await using var command = source.CreateCommand("select origin from audit.head order by tree");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            origins.Add(reader.GetString(0));
        return origins;
    }

    private async Task<int> AdvanceAsync(JournalHead read, long signed, CancellationToken ct)
    {
        if (state.Standing is JournalStanding.Starting or JournalStanding.Stopped)
        {
            // Nothing is integrated on top of a database that does not give what was published: that would fork the log.
            if (await PublishAsync(read, ct) is Publication.Contradiction before)
            {
                Stop(before.Reason);
                return 0;
            }
        }

        var (head, taken) = await sequencer.IntegrateAsync(read.Tree, signed, ct);
        if (head.Tree != read.Tree || head.Frontier.Size < signed)
            return 0; // Another origin was opened, or a failover happened, between two reads: the next round says which.
        switch (await PublishAsync(head, ct))
        {
            case Publication.Contradiction contradiction:
                Stop(contradiction.Reason);
                return 0;
            case Publication.Elsewhere:
                state.Ring();
                break;
        }

        if (state.Standing is not JournalStanding.Running running || running.Origin != head.Origin)
        {
            LogRunning(head.Origin, head.Frontier.Size);
            state.Standing = new JournalStanding.Running(head.Tree, head.Origin);
        }

        return taken;
    }

    /// <summary>Publishes a head, or what another node has made of the tree since: to it, this one looks like a restored backup.</summary>
    private async Task<Publication> PublishAsync(JournalHead head, CancellationToken ct)
    {
        for (var look = 1; ; look++)
        {
            var outcome = await publisher.PublishAsync(head, ct);
            if (outcome is not Publication.Contradiction || look == Looks)
                return outcome;
            var now = await JournalHead.ReadAsync(databases.Worker, ct);
            if (now.Tree != head.Tree)
                return new Publication.Elsewhere(); // another origin was opened: the next round says which
            head = now;
        }
    }

    private void Stop(string reason)
    {
        if (state.Standing is not JournalStanding.Stopped stopped || stopped.Reason != reason)
            LogStopped(reason);
        state.Standing = new JournalStanding.Stopped(reason);
    }

    [LoggerMessage(1500, LogLevel.Information, "The log is open: origin {Origin}, size {Size}")]
    private partial void LogRunning(string origin, long size);

    [LoggerMessage(1501, LogLevel.Critical, "The log is stopped, the gateway answers 503 until `exchange-gateway log open-origin`: {Reason}")]
    private partial void LogStopped(string reason);
}
