using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

public class StrictJsonTests
{
    private static readonly MessageType Caf = new("caf", "impayes");

    public static TheoryData<string, string> NotJson() => new()
    {
        { "", "jsonInvalide" },
        { " \r\n", "jsonInvalide" },
        { "{", "jsonInvalide" },
        { "{\"a\":1,}", "jsonInvalide" },
        { "{\"a\":1}/* */", "jsonInvalide" },
        { "{'a':1}", "jsonInvalide" },
        { "{\"a\":01}", "jsonInvalide" },
        { "{\"a\":NaN}", "jsonInvalide" },
        { "{\"a\":1} {\"b\":2}", "jsonInvalide" },
        { "{\"a\":\"\u0001\"}", "jsonInvalide" },
        { "{\"a\":1,\"b\":2,\"a\":3}", "cleEnDouble" },
        { "{\"a\":1,\"\\u0061\":3}", "cleEnDouble" },
        { "[{\"x\":{\"k\":1,\"k\":1}}]", "cleEnDouble" },
        { "{\"a\":\"\\ud800\"}", "surrogatIsole" },
        { "{\"a\":\"\\udc00\\ud800\"}", "surrogatIsole" },
        { "{\"\\ud800\":1}", "surrogatIsole" },
        { new string('[', 33) + new string(']', 33), "profondeur" },
        { "[" + string.Join(',', Enumerable.Repeat("1", 10_001)) + "]", "tropDeValeurs" },
    };

    [Theory, MemberData(nameof(NotJson))]
    public void Refuses_what_is_not_strict_json(string text, string code)
    {
        var error = Exemples.Catalogue.Validate(Caf, Encoding.UTF8.GetBytes(text)).ShouldBeOfType<ValidationResult.NotJson>().Error;
        error.Code.ShouldBe(code);
        error.Message.ShouldContain("ligne ");
    }

    [Fact]
    public void Tells_the_line_and_the_byte()
    {
        var error = Exemples.Catalogue.Validate(Caf, "{\n  \"é\": 1,\n  \"é\": 2\n}"u8.ToArray()).ShouldBeOfType<ValidationResult.NotJson>().Error;
        error.Message.ShouldEndWith("(ligne 3, octet 3).");
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf8()
    {
        byte[] body = [.. "{\"nom\":\"L"u8, 0xE9, .. "veque\"}"u8];
        var error = Exemples.Catalogue.Validate(Caf, body).ShouldBeOfType<ValidationResult.NotJson>().Error;
        error.Code.ShouldBe("encodage");
        error.Message.ShouldEndWith("(ligne 1, octet 10).");
    }

    [Fact]
    public void Accepts_a_byte_order_mark()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. Exemples.Valid("caf.impayes", "complet")];
        Exemples.Catalogue.Validate(Caf, body).ShouldBeOfType<ValidationResult.Valid>();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("\"texte\"")]
    [InlineData("[]")]
    [InlineData("true")]
    public void Refuses_a_root_that_is_no_object_with_one_error(string text) =>
        Exemples.Catalogue.Validate(Caf, Encoding.UTF8.GetBytes(text)).ShouldBeOfType<ValidationResult.Invalid>()
            .Errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(e => e.Pointer.ShouldBe(""), e => e.Code.ShouldBe("type"));

    [Theory]
    [InlineData("100000000000000000000000000000")]
    [InlineData("0.10000000000000000000000000001")]
    [InlineData("1e2")]
    [InlineData("1E-400")]
    public void Refuses_a_number_that_could_be_rounded(string number)
    {
        var body = Encoding.UTF8.GetString(Exemples.Valid("caf.impayes", "complet")).Replace("2188.5", number, StringComparison.Ordinal);
        Exemples.Catalogue.Validate(Caf, Encoding.UTF8.GetBytes(body)).ShouldBeOfType<ValidationResult.Invalid>()
            .Errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(e => e.Pointer.ShouldBe("/dette/total"), e => e.Code.ShouldBe("nombre"));
    }

    [Theory]
    [InlineData('\u202E')]
    [InlineData('\u2066')]
    [InlineData('\u200B')]
    [InlineData('\uFEFF')]
    [InlineData('\u0085')]
    public void Refuses_characters_that_hide_or_reorder_what_a_reader_sees(char hidden)
    {
        var body = Exemples.With(Exemples.Valid("caf.impayes", "complet"), "/personnes/0/nom", "Du" + hidden + "pont");
        Exemples.Catalogue.Validate(Caf, body).ShouldBeOfType<ValidationResult.Invalid>()
            .Errors.ShouldHaveSingleItem().Code.ShouldBe("caractereInterdit");
    }

    [Fact]
    public void Caps_the_errors_and_counts_the_others()
    {
        var body = "{" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"x{i}\":1")) + "}";
        var errors = Exemples.Catalogue.Validate(Caf, Encoding.UTF8.GetBytes(body)).ShouldBeOfType<ValidationResult.Invalid>().Errors;
        errors.Count.ShouldBe(SchemaCatalogue.MaximumErrors);
        errors[^1].Code.ShouldBe("autresErreurs");
    }
}
