using System.Buffers.Binary;
using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Unit.Pseudonyms;

/// <summary>
/// Two recipients that put their pseudonyms together learn nothing: a pair of one household looks like a pair of two.
/// The draw is fixed, so a failure is a fault and not bad luck; each threshold is at 5 standard deviations or more
/// (a chance under 1 in 1.7 million).
/// </summary>
public sealed class UnlinkabilityTests
{
    private const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
    private const int Length = 26;
    private const double Deviations = 5;

    private static readonly int Pairs = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 1_000_000 : 50_000;

    [Fact]
    public void No_test_tells_one_household_at_two_recipients_from_two_households()
    {
        using var first = Secret(1);
        using var second = Secret(2);
        var (same, different) = (new Comparison(), new Comparison());
        for (var i = 0; i < Pairs; i++)
        {
            var (subject, other) = (Id(2 * i), Id((2 * i) + 1));
            var here = Pseudonym.Of(first, subject);
            same.Add(here, Pseudonym.Of(second, subject));
            different.Add(here, Pseudonym.Of(second, other));
        }

        foreach (var (name, of) in new[] { ("one household", same), ("two households", different) })
            of.ShouldLookLikeChance(name, Pairs);
        // The best guess that any of the tests allows is no better than a coin.
        Advantage(same.Agreeing, different.Agreeing).ShouldBeLessThan(Deviations * Math.Sqrt(2.0 / Pairs));
        Advantage(same.Prefixes, different.Prefixes).ShouldBeLessThan(Deviations * Math.Sqrt(2.0 / Pairs));
    }

    [Fact]
    public void The_tests_would_see_a_link_if_there_were_one()
    {
        using var first = Secret(1);
        var linked = new Comparison();
        for (var i = 0; i < 20_000; i++)
        {
            var id = Id(i);
            // One symbol in common of 26: the household's, copied from one recipient's pseudonym to the other's.
            var here = Pseudonym.Of(first, id);
            var there = Pseudonym.Of(first, Id(i + 1_000_000));
            linked.Add(here, there[..20] + here[20] + there[21..]);
        }

        Should.Throw<ShouldAssertException>(() => linked.ShouldLookLikeChance("linked", 20_000));
    }

    private static Aes Secret(int number)
    {
        var aes = Aes.Create();
        aes.Key = SHA256.HashData([(byte)number, .. "secret"u8]);
        return aes;
    }

    private static Guid Id(int number)
    {
        Span<byte> seed = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(seed, number);
        return new(SHA256.HashData(seed).AsSpan(0, 16));
    }

    /// <summary>How far two distributions are apart: twice the best advantage over a coin of who sees the statistic alone, less what chance gives.</summary>
    private static double Advantage(long[] one, long[] other)
    {
        var (best, a, b) = (0.0, 0L, 0L);
        for (var i = 0; i < one.Length; i++)
        {
            (a, b) = (a + one[i], b + other[i]);
            best = Math.Max(best, Math.Abs(a - b) / (double)Pairs);
        }

        return best;
    }

    /// <summary>What is seen of pairs: bits that agree, equal symbols place by place, length of the common prefix, symbol against symbol.</summary>
    private sealed class Comparison
    {
        private readonly long[] _bits = new long[128];
        private readonly long[] _places = new long[Length + 1];
        private readonly long[,] _symbols = new long[32, 32];
        private double _agreed;

        /// <summary>Pairs by how many of their 128 bits agree.</summary>
        public long[] Agreeing { get; } = new long[129];

        /// <summary>Pairs by how many symbols at their beginning are equal.</summary>
        public long[] Prefixes { get; } = new long[Length + 2];

        public void Add(string one, string other)
        {
            var (a, b) = (Value(one), Value(other));
            var equal = ~(a ^ b);
            for (var i = 0; i < 128; i++)
                _bits[i] += (long)((equal >> i) & 1);
            var agreeing = (int)UInt128.PopCount(equal);
            Agreeing[agreeing]++;
            _agreed += agreeing;
            var prefix = 0;
            while (prefix < one.Length && one[prefix] == other[prefix])
                prefix++;
            Prefixes[prefix]++;
            for (var i = 0; i < one.Length; i++)
                _places[i] += one[i] == other[i] ? 1 : 0;
            // The last place is a whole symbol of 5 bits in both.
            _symbols[Symbols.IndexOf(one[Length - 1], StringComparison.Ordinal), Symbols.IndexOf(other[Length - 1], StringComparison.Ordinal)]++;
        }

        public void ShouldLookLikeChance(string name, int pairs)
        {
            for (var i = 0; i < 128; i++)
                Near(_bits[i], pairs, 0.5, $"{name}: bit {i} agrees");
            // The first symbol carries 3 bits of the 128 (26 × 5 = 130); the check symbol is nearly uniform over 37.
            for (var i = 0; i <= Length; i++)
                Near(_places[i], pairs, i == 0 ? 1 / 8.0 : i == Length ? 1 / 37.0 : 1 / 32.0, $"{name}: symbol {i} is the same");
            Near(Prefixes.Skip(2).Sum(), pairs, 1 / 256.0, $"{name}: two symbols in common at the beginning");
            (Math.Abs(_agreed - (64.0 * pairs)) / Math.Sqrt(32.0 * pairs)).ShouldBeLessThan(Deviations, $"{name}: agreeing bits on the whole");
            // χ² against the uniform law of 32 × 32 cells: 1023 degrees of freedom, variance twice that.
            var expected = pairs / 1024.0;
            var chi = _symbols.Cast<long>().Sum(n => (n - expected) * (n - expected) / expected);
            (Math.Abs(chi - 1023) / Math.Sqrt(2 * 1023)).ShouldBeLessThan(Deviations, $"{name}: χ² of symbol against symbol is {chi:F0}");
        }

        private static void Near(long count, int pairs, double chance, string what) =>
            (Math.Abs(count - (pairs * chance)) / Math.Sqrt(pairs * chance * (1 - chance))).ShouldBeLessThan(Deviations, what);

        private static UInt128 Value(string text)
        {
            UInt128 value = 0;
            foreach (var c in text.AsSpan(0, Length))
                value = (value << 5) | (UInt128)Symbols.IndexOf(c, StringComparison.Ordinal);
            return value;
        }
    }
}
