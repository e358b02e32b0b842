using System.Threading.Channels;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>Whether the log may be appended to.</summary>
internal abstract record JournalStanding
{
    /// <summary>The sequencer has not looked at the log yet.</summary>
    internal sealed record Starting : JournalStanding;

    /// <summary>In order.</summary>
    /// <param name="Tree">Number of the open tree.</param>
    /// <param name="Origin">Its origin.</param>
    internal sealed record Running(int Tree, string Origin) : JournalStanding;

    /// <summary>A head was shown to the world that the database does not contain: a restored backup or a lost failover.</summary>
    /// <param name="Reason">French, for the operator.</param>
    internal sealed record Stopped(string Reason) : JournalStanding;
}

/// <summary>Nothing may be accepted or disclosed while the log is stopped: answer 503.</summary>
internal sealed class JournalStoppedException(string reason) : Exception(reason);

/// <summary>The one place that knows the standing of the log in this process, and the bell that wakes the sequencer.</summary>
internal sealed class JournalState
{
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile JournalStanding _standing = new JournalStanding.Starting();
    private volatile string? _origin;

    public JournalStanding Standing
    {
        get => _standing;
        set
        {
            _standing = value;
            if (value is JournalStanding.Running running)
                _origin = running.Origin;
        }
    }

    /// <summary>Origin of the open tree.</summary>
    /// <exception cref="JournalStoppedException">The log has not been looked at yet.</exception>
    public string Origin => _origin ?? throw new JournalStoppedException("Le journal n'est pas encore ouvert.");

    /// <summary>Throws unless the log is in order.</summary>
    /// <exception cref="JournalStoppedException">It is stopped, or not opened yet.</exception>
    public void ThrowIfStopped()
    {
        switch (_standing)
        {
            case JournalStanding.Stopped stopped: throw new JournalStoppedException(stopped.Reason);
            case JournalStanding.Starting: throw new JournalStoppedException("Le journal n'est pas encore ouvert.");
        }
    }

    /// <summary>Tells the sequencer that something was committed; never blocks.</summary>
    public void Ring() => _bell.Writer.TryWrite(true);

    /// <summary>Waits for the bell, at most <paramref name="longest"/>.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            await _bell.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The poll's turn: another node, or a process that ended before ringing, may have committed.
        }
    }
}
