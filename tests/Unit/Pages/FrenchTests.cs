using ExchangeGateway.Gateway.Pages;

namespace ExchangeGateway.Unit.Pages;

public class FrenchTests
{
    [Fact]
    public void Writes_amounts_dates_and_instants_as_a_french_office_does()
    {
        French.Amount(1234.5m).ShouldBe("1\u202F234,50\u00A0€");
        French.Amount(-12m).ShouldBe("-12,00\u00A0€");
        French.Date(new DateOnly(2026, 3, 12)).ShouldBe("12/03/2026");
        French.Month("2026-08").ShouldBe("août 2026");
        French.Instant(new DateTimeOffset(2026, 7, 1, 22, 5, 0, TimeSpan.Zero)).ShouldBe("02/07/2026 à 00:05");
        French.Phone("0639980101").ShouldBe("06\u00A039\u00A098\u00A001\u00A001");
        French.Count(1, "ligne", "lignes").ShouldBe("1\u00A0ligne");
    }

    [Theory]
    [InlineData("1 234,56", 1234.56)]
    [InlineData("1\u202F234,56\u00A0€", 1234.56)]
    [InlineData("1234.5", 1234.5)]
    [InlineData("850", 850)]
    public void Reads_amounts_as_people_type_them(string text, double expected)
    {
        French.TryAmount(text, out var amount).ShouldBeTrue();
        amount.ShouldBe((decimal)expected);
    }

    [Theory]
    [InlineData("mille")]
    [InlineData("1.234,56")]
    [InlineData("12,3,4")]
    [InlineData("1e3")]
    public void Does_not_guess_an_amount(string text) => French.TryAmount(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2026-11-03")]
    [InlineData("03/11/2026")]
    [InlineData("3/11/2026")]
    public void Reads_dates_as_browsers_send_and_people_type_them(string text)
    {
        French.TryDate(text, out var date).ShouldBeTrue();
        date.ShouldBe(new DateOnly(2026, 11, 3));
    }
}
