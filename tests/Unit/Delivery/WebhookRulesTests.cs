using System.Net;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Delivery.Webhooks;

namespace ExchangeGateway.Unit.Delivery;

public class WebhookRulesTests
{
    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    [InlineData("2001:0:a00:1::")]
    [InlineData("2001:db8::1")]
    public void An_address_that_is_not_public_is_not_called(string address) => PublicAddresses.Contain(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("172.32.0.0")]
    [InlineData("100.128.0.0")]
    [InlineData("::ffff:11.0.0.1")]
    [InlineData("2a01:e0a::1")]
    public void A_public_address_is_called(string address) => PublicAddresses.Contain(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public void The_delays_grow_are_spread_and_last_about_three_days()
    {
        foreach (var chance in new[] { 0, 0.5, 1 })
        {
            var delays = Enumerable.Range(1, BackOff.MostFailures - 1).Select(n => BackOff.After(n, chance)).ToList();
            delays.ShouldBe(delays.Order());
            delays.ShouldAllBe(d => d <= TimeSpan.FromDays(1.2));
            delays.Aggregate(TimeSpan.Zero, (sum, d) => sum + d).ShouldBeInRange(TimeSpan.FromDays(2), TimeSpan.FromDays(4));
        }

        BackOff.After(1, 0).ShouldBe(TimeSpan.FromSeconds(12));
        BackOff.After(1, 1).ShouldBe(TimeSpan.FromSeconds(18));
    }

    [Fact]
    public void A_text_with_a_social_security_number_a_control_character_or_too_many_letters_is_not_kept()
    {
        FreeText.Fault(null, 10, "La note").ShouldBeNull();
        FreeText.Fault("bref", 10, "La note").ShouldBeNull();
        FreeText.Fault("beaucoup trop long", 10, "La note").ShouldNotBeNull();
        FreeText.Fault("a\u0000b", 10, "La note").ShouldNotBeNull();
        FreeText.Fault("1 80 01 78 999 001 " + (97 - (1800178999001 % 97)).ToString("00", System.Globalization.CultureInfo.InvariantCulture), 40, "La note").ShouldNotBeNull().ShouldContain("sécurité sociale");
    }
}
