namespace ExchangeGateway.Gateway.Access.People;

/// <summary>
/// Counts failed attempts per key and pauses a key that fails too often. In memory, at most <see cref="Capacity"/> keys:
/// the least recently failed one is forgotten first, so that inventing keys costs the attacker his own history only.
/// </summary>
/// <remarks>Each node counts for itself: a cluster of n nodes allows n times as many. People's lockout is in the database.</remarks>
internal sealed class AttemptThrottle(TimeProvider clock)
{
    public const int Capacity = 20_000;
    private const int KeyLength = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _oldestFirst = new();

    /// <summary>How long the key must still wait; <see cref="TimeSpan.Zero"/> when it may try.</summary>
    public TimeSpan Wait(string key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(Short(key), out var node))
                return TimeSpan.Zero;
            var left = node.Value.Until - clock.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Records a failure; from the <paramref name="allowed"/>th on the key pauses. Failures are forgotten after one pause's length.</summary>
    public void Fail(string key, int allowed, TimeSpan pause)
    {
        key = Short(key);
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var failures = 1;
            if (_entries.Remove(key, out var known))
            {
                _oldestFirst.Remove(known);
                if (now - known.Value.LastFailure < pause)
                    failures = known.Value.Failures + 1;
            }
            else if (_entries.Count >= Capacity && _oldestFirst.First is { } oldest)
            {
                _oldestFirst.RemoveFirst();
                _entries.Remove(oldest.Value.Key);
            }

            _entries[key] = _oldestFirst.AddLast(new Entry(key, failures, now, failures >= allowed ? now + pause : DateTimeOffset.MinValue));
        }
    }

    /// <summary>The key has proved itself.</summary>
    public void Forget(string key)
    {
        lock (_lock)
        {
            if (_entries.Remove(Short(key), out var node))
                _oldestFirst.Remove(node);
        }
    }

    /// <summary>Keys come from the client: their length is bounded too.</summary>
    private static string Short(string key) => key.Length <= KeyLength ? key : key[..KeyLength];

    private sealed record Entry(string Key, int Failures, DateTimeOffset LastFailure, DateTimeOffset Until);
}
