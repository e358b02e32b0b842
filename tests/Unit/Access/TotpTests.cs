using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.People;

namespace ExchangeGateway.Unit.Access;

public sealed class TotpTests
{
    /// <summary>The key of RFC 6238 appendix B, "12345678901234567890".</summary>
    private const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59L, "287082")]
    [InlineData(1111111109L, "081804")]
    [InlineData(1111111111L, "050471")]
    [InlineData(1234567890L, "005924")]
    [InlineData(2000000000L, "279037")]
    [InlineData(20000000000L, "353130")]
    public void Gives_the_codes_of_RFC_6238(long seconds, string code) =>
        Totp.Code(Key, DateTimeOffset.FromUnixTimeSeconds(seconds)).ShouldBe(code);

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void Accepts_one_step_of_drift(int seconds, bool accepted)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        (Totp.Match(Key, Totp.Code(Key, now.AddSeconds(seconds)), now) is not null).ShouldBe(accepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870822")]
    [InlineData("28708a")]
    [InlineData("٢٨٧٠٨٢")]
    public void Refuses_what_is_no_code(string code) =>
        Totp.Match(Key, code, DateTimeOffset.FromUnixTimeSeconds(59)).ShouldBeNull();

    [Fact]
    public void Accepts_the_space_that_applications_show() =>
        Totp.Match(Key, "287 082", DateTimeOffset.FromUnixTimeSeconds(59)).ShouldBe(1);

    [Fact]
    public void Makes_keys_of_160_bits() => Totp.NewKey().ShouldMatch("^[A-Z2-7]{32}$");
}
