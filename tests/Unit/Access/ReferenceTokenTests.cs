using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Tokens;

namespace ExchangeGateway.Unit.Access;

public sealed class ReferenceTokenTests
{
    private const string Known = "egt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Fact]
    public void Carries_256_bits_behind_its_prefix_and_never_twice_the_same()
    {
        var tokens = Enumerable.Range(0, 100).Select(_ => ReferenceToken.New()).ToList();

        tokens.ShouldAllBe(token => token.StartsWith("egt_", StringComparison.Ordinal) && token.Length == 47);
        tokens.Distinct(StringComparer.Ordinal).Count().ShouldBe(100);
    }

    [Fact]
    public void Is_kept_as_the_sha256_of_its_text()
    {
        ReferenceToken.TryDigest(Known, out var digest).ShouldBeTrue();

        digest.ShouldBe(SHA256.HashData(Encoding.ASCII.GetBytes(Known)));
    }

    [Theory]
    [InlineData("Bearer " + Known)]
    [InlineData("bearer " + Known)]
    [InlineData("BEARER  " + Known + " ")]
    public void Reads_the_header_whatever_the_case_of_the_scheme(string header) =>
        ReferenceToken.TryDigestHeader(header, out _).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData(Known)]
    [InlineData("Basic " + Known)]
    [InlineData("Bearer " + Known + "A")]
    [InlineData("Bearer egt_AAAA")]
    [InlineData("Bearer EGT_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer egt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("Bearer egt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0")]
    [InlineData("Bearer egt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAé")]
    public void Spends_no_look_up_on_what_cannot_be_a_token(string header) =>
        ReferenceToken.TryDigestHeader(header, out _).ShouldBeFalse();

    [Fact]
    public void Refuses_two_authorization_headers() =>
        ReferenceToken.TryDigestHeader(new(["Bearer " + Known, "Bearer " + Known]), out _).ShouldBeFalse();
}
