using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// What messages that this node is accepting right now must not share: a single message with the idempotency key of one
/// under way is refused, a group of lines waits. Between nodes the tables' keys and locks decide.
/// </summary>
internal sealed class InFlightKeys
{
    private readonly ConcurrentDictionary<Key, Task> _running = new();

    /// <returns>The claim, to be disposed when the message is done; <see langword="null"/> when its key is running.</returns>
    public IDisposable? TryClaim(Candidate candidate)
    {
        var claim = new Claim(this, [Key.Of(candidate)]);
        return _running.TryAdd(claim.Keys[0], claim.Ended) ? claim : null;
    }

    /// <summary>Claims the keys of a group of lines, and the households that they are about, as soon as all are free: what the lines of one file do to each other follows their order.</summary>
    public async Task<IDisposable> ClaimAsync(IReadOnlyList<Candidate> candidates)
    {
        // In one order for everybody: two groups never wait for each other.
        var keys = new HashSet<Key>(6 * candidates.Count);
        foreach (var candidate in candidates)
        {
            keys.Add(Key.Of(candidate));
            foreach (var household in candidate.Profile.Locks)
                keys.Add(Key.Of(household));
        }

        var claim = new Claim(this, [.. keys]);
        Array.Sort(claim.Keys, Key.Order);
        foreach (var key in claim.Keys)
        {
            while (!_running.TryAdd(key, claim.Ended))
            {
                if (_running.TryGetValue(key, out var running))
                    await running;
            }
        }

        return claim;
    }

    /// <param name="Digest">First half of a keyed digest, or a lock of the matching: two that are equal by chance wait needlessly, no more.</param>
    private readonly record struct Key(UInt128 Digest, Guid Organisation, string Path)
    {
        public static readonly Comparer<Key> Order = Comparer<Key>.Create((a, b) => (a.Digest, a.Organisation).CompareTo((b.Digest, b.Organisation)) is var order and not 0 ? order : string.CompareOrdinal(a.Path, b.Path));

        public static Key Of(Candidate candidate) => new(BinaryPrimitives.ReadUInt128BigEndian(candidate.Key), candidate.Sender.Organisation, candidate.Path);

        public static Key Of(long household) => new((ulong)household, Guid.Empty, "");
    }

    private sealed class Claim(InFlightKeys all, Key[] keys) : IDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Key[] Keys => keys;

        public Task Ended => _ended.Task;

        public void Dispose()
        {
            foreach (var key in keys)
                all._running.TryRemove(key, out _);
            _ended.TrySetResult();
        }
    }
}
