using System.Security.Cryptography;
using ExchangeGateway.Gateway.Pseudonyms;
using FsCheck;
using FsCheck.Fluent;

namespace ExchangeGateway.Unit.Pseudonyms;

public sealed class PseudonymTests
{
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
    public void Refuses_what_is_no_pseudonym(string text) => Pseudonym.TryReverse(Secret, text, out _).ShouldBeFalse();
}
