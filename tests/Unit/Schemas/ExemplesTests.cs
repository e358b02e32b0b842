using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

public class ExemplesTests
{
    public static TheoryData<string, string> ValidCases() => [.. Exemples.Valid().Select(e => (e.Type.ToString(), e.Name))];

    public static TheoryData<string, string> InvalidCases() => [.. Exemples.Invalid().Select(e => (e.Type.ToString(), e.Name))];

    [Theory, MemberData(nameof(ValidCases))]
    public void Accepts_each_valid_example(string type, string name)
    {
        var example = Exemples.Valid().Single(e => e.Type.ToString() == type && e.Name == name);
        Exemples.Catalogue.Validate(example.Type, example.Body).ShouldBe(new ValidationResult.Valid("1"));
        Exemples.Catalogue[example.Type].ValidateInFull(example.Body).ShouldBe(new ValidationResult.Valid("1"));
        Exemples.Catalogue[example.Type].IsSurelyValid(example.Body).ShouldBeTrue("a good message takes the fast way");
    }

    [Theory, MemberData(nameof(InvalidCases))]
    public void Refuses_each_bad_example_with_its_pointer_and_its_code(string type, string name)
    {
        var example = Exemples.Invalid().Single(e => e.Type.ToString() == type && e.Name == name);
        var errors = Exemples.Catalogue.Validate(example.Type, example.Body) switch
        {
            ValidationResult.Invalid invalid => invalid.Errors,
            ValidationResult.ContainsNir nir => nir.Errors,
            var other => throw new Xunit.Sdk.XunitException(other.ToString()),
        };
        Exemples.Catalogue[example.Type].IsSurelyValid(example.Body).ShouldBeFalse();
        errors.Select(e => (e.Pointer, e.Code)).ShouldBe(example.Expected);
        errors.ShouldAllBe(e => e.Message.EndsWith('.') && e.Message.Length > 20);
    }

    [Fact]
    public void Has_three_valid_and_ten_bad_examples_of_each_type()
    {
        foreach (var type in Exemples.Catalogue.Types)
        {
            Exemples.Valid().Count(e => e.Type == type).ShouldBeGreaterThanOrEqualTo(3, type.ToString());
            Exemples.Invalid().Count(e => e.Type == type).ShouldBeGreaterThanOrEqualTo(10, type.ToString());
        }
    }

    [Fact]
    public void Gives_every_error_at_once_in_words_that_a_clerk_understands()
    {
        var body = Exemples.Without(Exemples.Valid("commissaires-de-justice.commandements-de-payer", "complet"), "/logement/codePostal");
        body = Exemples.With(body, "/acte/signifieLe", "2026-02-30");
        body = Exemples.With(body, "/personnes/1/nom", "");
        Exemples.Catalogue.Validate(new("commissaires-de-justice", "commandements-de-payer"), body).ShouldBeOfType<ValidationResult.Invalid>()
            .Errors.Select(e => e.Message).ShouldBe(
            [
                "Le champ « Nom » ne peut pas être vide.",
                "Le champ « Code postal » est obligatoire.",
                "Le champ « Signifié le » doit être une date qui existe, au format AAAA-MM-JJ (JJ/MM/AAAA dans un fichier CSV).",
            ], ignoreOrder: true);
    }

    [Fact]
    public void Knows_its_types_and_no_other()
    {
        Exemples.Catalogue.Types.Select(t => t.ToString()).ShouldBe(
            [
                "caf/impayes", "caf/saisines-ccapex", "commissaires-de-justice/commandements-de-payer", "commissaires-de-justice/assignations",
                "commissaires-de-justice/commandements-de-quitter-les-lieux", "commissaires-de-justice/requisitions-force-publique",
                "commissaires-de-justice/proces-verbaux-expulsion", "bailleurs/impayes", "bailleurs/saisines-ccapex", "banque-de-france/orientations",
                "instances/saisines-ccapex", "instances/dsf", "instances/decisions-justice", "instances/decisions-cfp", "instances/suivis", "instances/reponses",
                "allo-prevention-expulsion/orientations",
            ], ignoreOrder: true);
        Exemples.Catalogue.Knows(new("caf", "saisines")).ShouldBeFalse();
        Exemples.Catalogue.Knows(default).ShouldBeFalse();
    }

    [Fact]
    public void Validates_from_many_threads_alike()
    {
        var cases = Exemples.Invalid().ToList();
        var alone = cases.ConvertAll(c => Exemples.Catalogue.Validate(c.Type, c.Body).GetType());
        Parallel.For(0, cases.Count * 20, i =>
            Exemples.Catalogue.Validate(cases[i % cases.Count].Type, cases[i % cases.Count].Body).GetType().ShouldBe(alone[i % cases.Count]));
    }
}
