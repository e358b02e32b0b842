using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Schemas;
using Microsoft.Extensions.Configuration;

namespace ExchangeGateway.Unit.Audit;

public sealed class JournalOptionsTests
{
    [Fact]
    public void Has_safe_defaults()
    {
        var options = JournalOptions.Read(new ConfigurationBuilder().Build());

        options.Origin.ShouldBe("passerelle.invalid/journal");
        options.OriginOf(1).ShouldBe("passerelle.invalid/journal");
        options.OriginOf(2).ShouldBe("passerelle.invalid/journal/2");
    }

    [Theory]
    [InlineData("Journal:Origin", "https://exemple.fr/journal")]
    [InlineData("Journal:Origin", "exemple.fr/jour nal")]
    [InlineData("Journal:Origin", "exemple.fr/a+b")]
    [InlineData("Journal:Origin", "exemple.fr/journal/")]
    [InlineData("Journal:Origin", "")]
    [InlineData("Journal:Group", "0")]
    [InlineData("Journal:Group", "beaucoup")]
    [InlineData("Journal:PaceMilliseconds", "500")]
    [InlineData("Journal:PollMilliseconds", "10")]
    public void Names_the_setting_that_is_wrong(string name, string value) =>
        Should.Throw<InvalidOperationException>(() => JournalOptions.Read(new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build()))
            .Message.ShouldContain(name);

    [Theory]
    [InlineData("2026-07-01", false, "2026-06-30T22:00:00Z")]
    [InlineData("2026-07-01", true, "2026-07-01T22:00:00Z")]
    [InlineData("2026-10-25", true, "2026-10-25T23:00:00Z")] // the day clocks go back lasts 25 hours
    [InlineData("2026-07-01T10:00:00+02:00", false, "2026-07-01T08:00:00Z")]
    [InlineData("2026-07-01T10:00Z", true, "2026-07-01T10:00:00Z")]
    public void Reads_a_day_of_Paris_or_an_instant(string text, bool endOfDay, string utc)
    {
        var errors = new List<FieldError>();

        JournalPeriod.Read(text, "/depuis", endOfDay, errors).ShouldBe(DateTimeOffset.Parse(utc));
        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("hier")]
    [InlineData("2026-13-01")]
    [InlineData("2026-07-01T10:00:00")]
    [InlineData("2026-07-01T10:00:00 02:00")]
    [InlineData("9999-12-31")]
    [InlineData("")]
    public void Refuses_a_bound_without_offset_or_that_is_no_date(string text)
    {
        var errors = new List<FieldError>();

        JournalPeriod.Read(text, "/depuis", endOfDay: false, errors).ShouldBeNull();
        errors.ShouldHaveSingleItem().Pointer.ShouldBe("/depuis");
    }
}
