using ExchangeGateway.Gateway.Storage.Protection;

namespace ExchangeGateway.Unit.Storage;

public sealed class KeyRingTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_key_is_valid_at_once() => KeyRing.Next([], Now).ShouldBe((Now, Now.AddDays(90)));

    [Fact]
    public void After_a_long_stop_the_next_is_valid_at_once() => KeyRing.Next([(Now.AddDays(-200), Now.AddDays(-110))], Now)!.Value.From.ShouldBe(Now);

    [Theory]
    [InlineData(90)]
    [InlineData(7.1)]
    public void None_is_due_while_the_last_has_more_than_a_week(double days) => KeyRing.Next([(Now.AddDays(-1), Now.AddDays(days))], Now).ShouldBeNull();

    [Theory]
    [InlineData(7)]
    [InlineData(2)]
    public void The_next_waits_48_hours_so_that_every_node_has_read_it(double days) => KeyRing.Next([(Now.AddDays(-1), Now.AddDays(days))], Now)!.Value.From.ShouldBe(Now.AddHours(48));

    [Theory]
    [InlineData(47)]
    [InlineData(1)]
    public void A_late_next_takes_over_when_the_last_ends(double hours) => KeyRing.Next([(Now.AddDays(-89), Now.AddHours(hours))], Now)!.Value.From.ShouldBe(Now.AddHours(hours));

    [Fact]
    public void A_next_key_already_made_is_enough() => KeyRing.Next([(Now.AddDays(-85), Now.AddDays(5)), (Now.AddDays(1), Now.AddDays(91))], Now).ShouldBeNull();
}
