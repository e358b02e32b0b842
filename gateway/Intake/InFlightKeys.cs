using System.Collections.Concurrent;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>The idempotency keys whose message is being accepted by this node right now. Between nodes the table's primary key decides.</summary>
internal sealed class InFlightKeys
{
    private readonly ConcurrentDictionary<(Guid, string, string), TaskCompletionSource> _running = new();

    /// <returns>The claim, to be disposed when the message is done; <see langword="null"/> when the key is running.</returns>
    public IDisposable? TryClaim(Candidate candidate)
    {
        var claim = new Claim(this, KeyOf(candidate));
        return _running.TryAdd(claim.Key, claim.Ended) ? claim : null;
    }

    /// <summary>Claims the key as soon as it is free: two equal lines of one batch follow each other.</summary>
    public async Task<IDisposable> ClaimAsync(Candidate candidate, CancellationToken ct)
    {
        while (true)
        {
            if (TryClaim(candidate) is { } claim)
                return claim;
            if (_running.TryGetValue(KeyOf(candidate), out var running))
                await running.Task.WaitAsync(ct);
        }
    }

    private static (Guid, string, string) KeyOf(Candidate candidate) =>
        (candidate.Sender.Organisation, candidate.Path, Convert.ToHexString(candidate.Key));

    private sealed class Claim(InFlightKeys keys, (Guid, string, string) key) : IDisposable
    {
        public (Guid, string, string) Key => key;
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            keys._running.TryRemove(key, out _);
            Ended.TrySetResult();
        }
    }
}
