using System.Globalization;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>Card and account numbers: those that the networks publish for tests, and numbers that only look like them.</summary>
public class BankDataTests
{
    private static readonly MessageType Requisition = new("commissaires-de-justice", "requisitions-force-publique");

    public static TheoryData<string> Cards() => new(
        "4970101122334455"[..15] + Key("497010112233445"),
        "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", "4111\u00A01111\u202F1111 1111",
        "5555555555554444", "2223003122003222", "378282246310005", "3782 822463 10005", "3566002020360505", "6011111111111117", "4222222222222",
        "6304000000000000", "payé par carte 4111 1111 1111 1111 le 3 mai", "CB4111111111111111", "en 2024 4111 1111 1111 1111",
        string.Join(' ', "4111111111111111".AsEnumerable()), string.Join('\u200B', "4111111111111111".AsEnumerable()),
        string.Concat("4111111111111111".Select(c => (char)(c - '0' + '\uFF10'))));

    public static TheoryData<string> NotCards() => new(
        "", "4111111111111112", "411111111111111", "41111111111111111111", "0639980101 0639980102", "tél. 06 39 98 01 01, 01 99 00 12 34, 05 36 49 00 10",
        "36252187900034", "362 521 879 00034", "SIRET 732 829 320 00074", "1234567812345670", "1 200,00 € puis 1 250,00 € et 4 111,11 €",
        "dossier 24/09758 du 12/01/2024", "75111 75112 75113 75114", "FR76 3000 6000 0112 3456 7890 189");

    [Theory, MemberData(nameof(Cards))]
    public void Catches_a_card_with_its_prefix_and_its_key(string text) => BankData.IsCardIn(text).ShouldBeTrue();

    [Theory, MemberData(nameof(NotCards))]
    public void Leaves_numbers_that_are_no_card(string text) => BankData.IsCardIn(text).ShouldBeFalse();

    [Theory]
    [InlineData("FR7630006000011234567890189", true)]
    [InlineData("IBAN : FR76 3000 6000 0112 3456 7890 189.", true)]
    [InlineData("de89370400440532013000", true)]
    [InlineData("GB29 NWBK 6016 1331 9268 19", true)]
    [InlineData("FR7630006000011234567890188", false)]
    [InlineData("FR76300060000112345678901890", false)]
    [InlineData("AFR7630006000011234567890189", false)]
    [InlineData("ZZ7630006000011234567890189", false)]
    [InlineData("frais de 760 euros, il reste 1234567890", false)]
    public void Tells_an_account_number_by_its_length_and_key(string text, bool caught) => BankData.IsIbanIn(text).ShouldBe(caught);

    [Fact]
    public void Refuses_a_free_text_with_its_pointer_and_never_the_value_the_fast_way_too()
    {
        foreach (var (number, code) in new[] { ("4111 1111 1111 1111", "carteInterdite"), ("FR7630006000011234567890189", "ibanInterdit") })
        {
            var body = Exemples.With(Exemples.Valid("commissaires-de-justice.requisitions-force-publique", "complet"), "/acte/diligences", "Paiement : " + number);
            var error = Exemples.Catalogue.Validate(Requisition, body).ShouldBeOfType<ValidationResult.ContainsBankData>().Errors.ShouldHaveSingleItem();
            (error.Pointer, error.Code).ShouldBe(("/acte/diligences", code));
            error.ToString().ShouldNotContain(number[..4]);
        }
    }

    [Fact]
    public void Leaves_typed_references_and_fields_with_a_form_of_their_own()
    {
        var body = Exemples.With(Exemples.Valid("commissaires-de-justice.commandements-de-payer", "complet"), "/acte/referenceEtude", "4111111111111111");
        Exemples.Catalogue.Validate(new("commissaires-de-justice", "commandements-de-payer"), body).ShouldBeOfType<ValidationResult.Valid>();
    }

    [Fact]
    public void Finds_it_in_a_field_that_the_schema_does_not_know()
    {
        var body = Exemples.With(Exemples.Valid("caf.impayes", "complet"), "/carte", new JsonArray("4111111111111111"));
        Exemples.Catalogue.Validate(new("caf", "impayes"), body).ShouldBeOfType<ValidationResult.ContainsBankData>().Errors.ShouldHaveSingleItem().Pointer.ShouldBe("/carte/0");
    }

    /// <summary>The digit that gives a number Luhn's key.</summary>
    private static string Key(string digits)
    {
        var sum = digits.Reverse().Select((c, i) => (c - '0') * (i % 2 == 0 ? 2 : 1)).Sum(d => d > 9 ? d - 9 : d);
        return ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
    }
}
