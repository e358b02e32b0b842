using ExchangeGateway.Gateway.Delivery.Deadlines;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Unit.Law;
using ExchangeGateway.Unit.Routing;

namespace ExchangeGateway.Unit.Delivery;

/// <summary>Reminders come at eight in the morning of a working day, in the recipient's own time.</summary>
public sealed class AcknowledgementDatesTests
{
    [Theory]
    // Received on a Friday, seven days: the Friday after is over, so the Monday. 8:00 is 7:00 UTC in Paris in winter, 4:00 on La Réunion.
    [InlineData("75", "2026-11-20T10:00:00Z", 7, "2026-11-30T07:00:00Z")]
    [InlineData("974", "2026-11-20T10:00:00Z", 7, "2026-11-30T04:00:00Z")]
    // 20 December, abolition of slavery, is a day off there only.
    [InlineData("75", "2027-12-10T10:00:00Z", 9, "2027-12-21T07:00:00Z")]
    [InlineData("974", "2027-12-10T10:00:00Z", 9, "2027-12-22T04:00:00Z")]
    // 22:00 in Paris is the next day already there.
    [InlineData("75", "2026-11-23T21:00:00Z", 1, "2026-11-25T07:00:00Z")]
    [InlineData("974", "2026-11-23T21:00:00Z", 1, "2026-11-26T04:00:00Z")]
    public void A_reminder_comes_on_the_working_morning_after_the_delay(string territory, string received, int days, string due) =>
        new AcknowledgementDates(ShippedLaw.France.Calendar, At(received)).Reminder(Of(territory), days).ShouldBe(At(due));

    [Fact]
    public void A_message_that_updates_another_is_not_waited_for() =>
        new AcknowledgementDates(ShippedLaw.France.Calendar, At("2026-11-20T10:00:00Z")).Reminder(Of("75"), 0).ShouldBeNull();

    [Theory]
    [InlineData("75", "2026-11-23T06:59:59Z", false)]
    [InlineData("75", "2026-11-23T07:00:00Z", true)]
    [InlineData("974", "2026-11-23T03:59:59Z", false)]
    [InlineData("974", "2026-11-23T04:00:00Z", true)]
    [InlineData("75", "2027-12-20T10:00:00Z", true)]
    [InlineData("974", "2027-12-20T10:00:00Z", false)]
    public void Somebody_works_from_eight_on_working_days(string territory, string now, bool works) =>
        new AcknowledgementDates(ShippedLaw.France.Calendar, At(now)).IsWorkingHour(Of(territory)).ShouldBe(works);

    private static Territory Of(string code) => Distribution.Catalogue.TryGet(code, out var territory) ? territory : throw new InvalidOperationException(code);

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);
}
