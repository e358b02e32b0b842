using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

public class NirTests
{
    /// <summary>A NIR made for the test: 13 characters and their key.</summary>
    private static string WithKey(string thirteen)
    {
        var number = long.Parse(thirteen.Replace("2A", "19", StringComparison.Ordinal).Replace("2B", "18", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return thirteen + (97 - number % 97).ToString("00", CultureInfo.InvariantCulture);
    }

    private static readonly string Ordinary = WithKey("2850578006084");

    public static TheoryData<string> Caught() => new(
        Ordinary,
        WithKey("1850578006084"),
        WithKey("185052A006084"),
        WithKey("185052B006084"),
        WithKey("1850597106084"),
        WithKey("1850599106084"),
        WithKey("3850578006084"),
        WithKey("7850578006084"),
        WithKey("1852078006084"),
        WithKey("1856278006084"),
        WithKey("185052A006084").Replace("2A", "2a", StringComparison.Ordinal),
        Spaced(Ordinary, " "),
        Spaced(Ordinary, "."),
        Spaced(Ordinary, "-"),
        Spaced(Ordinary, "\u00A0"),
        Spaced(Ordinary, "\u202F"),
        Spaced(Ordinary, " - "),
        string.Join(' ', Ordinary.AsEnumerable()),
        "NIR" + Ordinary,
        "sécu n° " + Ordinary + ", à vérifier",
        "tél. 06 39 98 01 01 " + Spaced(Ordinary, " "),
        Ordinary + " bis",
        // Invisible characters, however many, and the letters of Corsica in full width.
        string.Join('\u200B', Ordinary.AsEnumerable()),
        string.Join("\u2060\u200D\u200C\u00AD\uFEFF", Ordinary.AsEnumerable()),
        WithKey("185052B006084").Replace("2B", "2\uFF22", StringComparison.Ordinal),
        string.Concat(WithKey("185052A006084").Select(c => (char)(c + 0xFEE0))),
        string.Concat(Ordinary.Select(c => (char)(c - '0' + '\uFF10'))));

    public static TheoryData<string> Left() => new(
        "",
        "285057800608",
        Ordinary[..14],
        Ordinary[..13],
        Ordinary[..13] + "00",
        // Another key, month 13, département 00, sex 5: no structure.
        Ordinary[..14] + (char)('0' + (Ordinary[14] - '0' + 1) % 10),
        WithKey("2851378006084"),
        WithKey("2850500006084"),
        WithKey("5850578006084"),
        // Longer numbers: an IBAN's digits, a bar code.
        "1" + Ordinary,
        Ordinary + "1",
        "FR7630006000011234567890189",
        "12345678901234",
        "06 39 98 01 01 01 99 00 12 34",
        "2850578006084 ;;;; " + Ordinary[13..]);

    [Theory, MemberData(nameof(Caught))]
    public void Catches_a_number_with_the_structure_and_the_key(string text) => Nir.IsIn(text).ShouldBeTrue();

    [Theory, MemberData(nameof(Left))]
    public void Leaves_other_numbers(string text) => Nir.IsIn(text).ShouldBeFalse();

    [Fact]
    public void Warns_of_the_form_without_key_which_is_not_proof()
    {
        foreach (var text in new[] { Ordinary[..13], "n° " + Ordinary[..13] + ".", Spaced(Ordinary, " ")[..^3], "185052A006084" })
            (Nir.IsBareIn(text), Nir.IsIn(text)).ShouldBe((true, false), text);
        foreach (var text in new[] { "", Ordinary[..12], Ordinary, "9850578006084", "2851378006084", "2850500006084", "06 39 98 01 01 du 3 mai" })
            Nir.IsBareIn(text).ShouldBeFalse(text);
    }

    [Fact]
    public void Refuses_a_message_with_the_pointer_and_never_the_value()
    {
        var body = Exemples.With(Exemples.Valid("caf.impayes", "complet"), "/personnes/1/nomUsage", "Martin " + Spaced(Ordinary, " "));
        var errors = Exemples.Catalogue.Validate(new("caf", "impayes"), body).ShouldBeOfType<ValidationResult.ContainsNir>().Errors;
        errors.ShouldHaveSingleItem().Pointer.ShouldBe("/personnes/1/nomUsage");
        errors[0].ToString().ShouldNotContain("2 85");
    }

    [Fact]
    public void Refuses_a_number_as_well_as_a_text()
    {
        var body = Exemples.With(Exemples.Valid("caf.impayes", "complet"), "/numeroAllocataire", JsonNode.Parse(Ordinary));
        Exemples.Catalogue.Validate(new("caf", "impayes"), body).ShouldBeOfType<ValidationResult.ContainsNir>()
            .Errors.ShouldHaveSingleItem().Pointer.ShouldBe("/numeroAllocataire");
    }

    [Fact]
    public void Finds_it_in_a_field_that_the_schema_does_not_know()
    {
        var body = Exemples.With(Exemples.Valid("caf.impayes", "complet"), "/inconnu", new JsonArray("x", new JsonObject { ["a/b"] = Ordinary }));
        Exemples.Catalogue.Validate(new("caf", "impayes"), body).ShouldBeOfType<ValidationResult.ContainsNir>()
            .Errors.ShouldHaveSingleItem().Pointer.ShouldBe("/inconnu/1/a~1b");
    }

    [Fact]
    public void Finds_it_in_the_name_of_a_field_and_points_at_the_object_that_has_it()
    {
        var body = Exemples.With(Exemples.Valid("caf.impayes", "complet"), "/logement/" + Ordinary, "x");
        var error = Exemples.Catalogue.Validate(new("caf", "impayes"), body).ShouldBeOfType<ValidationResult.ContainsNir>().Errors.ShouldHaveSingleItem();
        error.Pointer.ShouldBe("/logement");
        error.ToString().ShouldNotContain(Ordinary);
    }

    [Theory]
    [InlineData("commissaires-de-justice.commandements-de-payer", "complet", "/acte/referenceEtude")]
    [InlineData("commissaires-de-justice.commandements-de-payer", "troubles-sans-dette", "/acte/referenceExploc")]
    [InlineData("bailleurs.impayes", "social-complet", "/bail/referenceLogement")]
    [InlineData("banque-de-france.orientations", "complet", "/surendettement/referenceDossier")]
    [InlineData("banque-de-france.orientations", "complet", "/surendettement/procedures/1/reference")]
    public void Exempts_typed_references(string folder, string name, string pointer)
    {
        var body = Exemples.With(Exemples.Valid(folder, name), pointer, Ordinary);
        Exemples.Catalogue.Validate(Exemples.TypeOf(folder), body).ShouldBeOfType<ValidationResult.Valid>();
    }

    [Fact]
    public void Exempts_a_reference_only_at_its_own_place()
    {
        var body = Exemples.With(Exemples.Valid("commissaires-de-justice.commandements-de-payer", "complet"), "/etude/contact", Ordinary);
        Exemples.Catalogue.Validate(new("commissaires-de-justice", "commandements-de-payer"), body).ShouldBeOfType<ValidationResult.ContainsNir>();
    }

    private static string Spaced(string nir, string separator) =>
        new StringBuilder(nir).Insert(13, separator).Insert(10, separator).Insert(7, separator).Insert(5, separator).Insert(3, separator).Insert(1, separator).ToString();
}
