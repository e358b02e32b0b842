using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>Every keyword that schemas may use means here what JSON Schema says, in the fast way and in the full one.</summary>
public class MotsClesTests
{
    private static readonly MessageType Type = new("essai", "message");

    public static TheoryData<string> Keywords() => [.. MotsCles.All().Select(c => c.Keyword).Distinct(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Keywords))]
    public void A_keyword_accepts_and_refuses_what_it_should(string keyword)
    {
        foreach (var sameSchema in MotsCles.All().Where(c => c.Keyword == keyword).GroupBy(c => Convert.ToBase64String(c.Schema)))
        {
            var schema = SchemaCatalogue.Load(new Dictionary<string, ReadOnlyMemory<byte>> { ["essai/message"] = sameSchema.First().Schema })[Type];
            foreach (var test in sameSchema)
            {
                (schema.ValidateInFull(test.Body) is ValidationResult.Valid).ShouldBe(test.Expected, test.Name);
                // The fast way may be unsure of a good text, never sure of a bad one.
                (schema.IsSurelyValid(test.Body) && !test.Expected).ShouldBeFalse(test.Name);
            }
        }
    }

    [Fact]
    public void Every_keyword_that_is_let_through_has_its_cases() =>
        SchemaDiscipline.KeywordsByType.Values.SelectMany(k => k).Concat(["type", "anyOf", "not"]).Distinct(StringComparer.Ordinal)
            .ShouldBe(Keywords().Select(k => k.Data), ignoreOrder: true);

    [Fact]
    public void Every_keyword_has_cases_of_both_kinds() =>
        MotsCles.All().GroupBy(c => c.Keyword).ShouldAllBe(k => k.Any(c => c.Valid) && k.Any(c => !c.Valid));
}
