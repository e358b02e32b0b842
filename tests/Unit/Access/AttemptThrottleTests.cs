using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.People;

namespace ExchangeGateway.Unit.Access;

public sealed class AttemptThrottleTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private readonly SetClock _clock = new();

    [Fact]
    public void Pauses_a_key_from_its_last_allowed_failure_and_lets_it_try_again_afterwards()
    {
        var throttle = new AttemptThrottle(_clock);

        throttle.Fail("a", 2, Pause);
        throttle.Wait("a").ShouldBe(TimeSpan.Zero);
        throttle.Fail("a", 2, Pause);
        throttle.Wait("a").ShouldBe(Pause);
        throttle.Wait("b").ShouldBe(TimeSpan.Zero);

        _clock.Now += Pause;
        throttle.Wait("a").ShouldBe(TimeSpan.Zero);
        throttle.Fail("a", 2, Pause);
        throttle.Wait("a").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Forgets_the_failures_of_a_key_that_has_proved_itself()
    {
        var throttle = new AttemptThrottle(_clock);
        throttle.Fail("a", 2, Pause);

        throttle.Forget("a");
        throttle.Fail("a", 2, Pause);

        throttle.Wait("a").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Keeps_a_bounded_number_of_keys_and_forgets_the_oldest_first()
    {
        var throttle = new AttemptThrottle(_clock);
        throttle.Fail("first", 1, Pause);
        for (var i = 1; i < AttemptThrottle.Capacity; i++)
            throttle.Fail("key" + i, 1, Pause);
        throttle.Wait("first").ShouldBe(Pause);

        throttle.Fail("one more", 1, Pause);

        throttle.Wait("first").ShouldBe(TimeSpan.Zero);
        throttle.Wait("key1").ShouldBe(Pause);
        throttle.Wait("one more").ShouldBe(Pause);
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
