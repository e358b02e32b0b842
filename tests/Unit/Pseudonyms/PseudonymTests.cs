using System.Numerics;
using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;
using FsCheck;
using FsCheck.Fluent;

namespace ExchangeGateway.Unit.Pseudonyms;

public sealed class PseudonymTests
{
    private const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void Goes_back_to_its_subject_under_its_own_secret_only() =>
        Prop.ForAll<Guid>(subject =>
        {
            var text = Pseudonym.Of(Secret, subject);
            text.Length.ShouldBe(27);
            Pseudonym.TryReverse(Secret, text, out var back).ShouldBeTrue();
            back.ShouldBe(subject);
            Pseudonym.TryReverse(RandomNumberGenerator.GetBytes(32), text, out var other).ShouldBeTrue();
            other.ShouldNotBe(subject);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Stays_the_same_from_one_version_of_the_gateway_to_the_next()
    {
        byte[] secret = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
        var subject = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

        // Computed apart: AES-256 of the sixteen bytes of the id, in base 32, and the number modulo 37.
        Pseudonym.Of(secret, subject).ShouldBe("55DE44QHJGQ32FDBXNGKZRZBKQ*");
        Pseudonym.TryReverse(secret, "55DE44QHJGQ32FDBXNGKZRZBKQ*", out var back).ShouldBeTrue();
        back.ShouldBe(subject);
    }

    [Fact]
    public void One_that_begins_with_zeros_is_read_back_too()
    {
        using var aes = Aes.Create();
        aes.Key = Secret;
        // The number 1 and the number 37: what has the fewest digits, and a check symbol of zero.
        foreach (var (text, last) in new[] { ("000000000000000000000000011", 1), ("000000000000000000000000150", 37) })
        {
            Pseudonym.TryReverse(Secret, text, out var id).ShouldBeTrue();
            Pseudonym.Of(Secret, id).ShouldBe(text);
            aes.DecryptEcb([.. new byte[15], (byte)last], PaddingMode.None).ShouldBe(id.ToByteArray());
        }
    }

    [Theory]
    [InlineData("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", true)]
    [InlineData("80000000000000000000000000", false)]
    public void The_greatest_is_the_greatest_number_of_sixteen_bytes(string digits, bool read) =>
        Pseudonym.TryReverse(Secret, digits + Check(digits), out _).ShouldBe(read);

    [Theory]
    [InlineData(26)]
    [InlineData(28)]
    public void One_symbol_too_few_or_too_many_is_refused_even_when_the_number_is_right(int length)
    {
        var digits = new string('0', length - 1);
        Pseudonym.TryReverse(Secret, digits + "0", out _).ShouldBeFalse();
        Pseudonym.TryReverse(Secret, digits[..^1] + "11", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_check_symbol_is_no_digit()
    {
        for (var i = 1; i < 26; i++)
        {
            foreach (var sign in "*~$=U")
            {
                var digits = new string('0', i) + sign + new string('0', 25 - i);
                Pseudonym.TryReverse(Secret, digits + Check(digits), out _).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public void Two_domains_give_unrelated_pseudonyms_of_one_subject()
    {
        var subject = Guid.NewGuid();
        Pseudonym.Of(Secret, subject).ShouldNotBe(Pseudonym.Of(RandomNumberGenerator.GetBytes(32), subject));
    }

    [Fact]
    public void One_mistyped_character_or_two_swapped_neighbours_are_detected()
    {
        for (var i = 0; i < 50; i++)
        {
            var text = Pseudonym.Of(Secret, Guid.NewGuid());
            for (var at = 0; at < 26; at++)
            {
                var typed = text.ToCharArray();
                typed[at] = typed[at] == '7' ? '8' : '7';
                Pseudonym.TryReverse(Secret, new string(typed), out _).ShouldBeFalse();
                if (at == 0 || text[at] == text[at - 1])
                    continue;
                typed = text.ToCharArray();
                (typed[at], typed[at - 1]) = (typed[at - 1], typed[at]);
                Pseudonym.TryReverse(Secret, new string(typed), out _).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public void Is_read_as_people_write_it()
    {
        var subject = Guid.NewGuid();
        var text = Pseudonym.Of(Secret, subject);
        Pseudonym.TryReverse(Secret, string.Join('-', text.ToLowerInvariant().Chunk(5).Select(c => new string(c))).Replace('0', 'O').Replace('1', 'l'), out var back).ShouldBeTrue();
        back.ShouldBe(subject);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ZZZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    [InlineData("0000000000000000000000000000000000000000")]
    [InlineData("é")]
    [InlineData("U")]
    public void Refuses_what_is_no_pseudonym(string text)
    {
        Pseudonym.TryReverse(Secret, text, out var id).ShouldBeFalse();
        id.ShouldBe(Guid.Empty);
    }

    private static char Check(string digits) =>
        Symbols[(int)(digits.Aggregate(BigInteger.Zero, (sum, c) => (sum * 32) + Symbols.IndexOf(c, StringComparison.Ordinal)) % 37)];
}
