using System.Collections.Concurrent;
using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Unit.Pseudonyms;

/// <summary>What a thread keeps of keys and random bytes changes no digest and gives no byte twice.</summary>
public sealed class KeyedHashTests
{
    [Fact]
    public void It_is_the_HMAC_of_the_framework_for_many_keys_in_turn_on_many_threads()
    {
        // More keys than a thread keeps, so that some are set up anew.
        var keys = Enumerable.Range(0, 300).Select(n => SHA256.HashData(BitConverter.GetBytes(n))).ToArray();
        Parallel.For(0, 3_000, n =>
        {
            var key = keys[n * 7 % keys.Length];
            var data = SHA256.HashData(BitConverter.GetBytes(-n)).Take(n % 33).ToArray();
            KeyedHash.Of(key, data).ShouldBe(HMACSHA256.HashData(key, data));
        });
    }

    [Fact]
    public void No_random_byte_serves_twice()
    {
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        Parallel.For(0, 5_000, n =>
        {
            // Sizes that end a supply in the middle; 12 bytes are the least, so that chance repeats none.
            var bytes = RandomSupply.GetBytes(12 + n % 60);
            bytes.ShouldContain(b => b != 0);
            seen.TryAdd(Convert.ToHexString(bytes.AsSpan(0, 12)), true).ShouldBeTrue();
        });
        RandomSupply.GetBytes(1024).Chunk(12).Select(Convert.ToHexString).ShouldBeUnique();
        Should.Throw<ArgumentException>(() => RandomSupply.GetBytes(1025));
    }
}
