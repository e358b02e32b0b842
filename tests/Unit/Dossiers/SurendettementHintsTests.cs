using ExchangeGateway.Gateway.Dossiers;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Dossiers;

/// <summary>What over-indebtedness may change, line by line of the Paris table.</summary>
public class SurendettementHintsTests
{
    private static readonly DateOnly Hearing = new(2026, 6, 15);
    private static readonly DateOnly Rendered = new(2026, 7, 15);

    [Theory]
    [InlineData("depot", null, null, true, null, "assignation", "selon le jugement")]
    [InlineData("recevable", "2026-05-01", null, null, null, "assignation", "doit être demandée")]
    [InlineData("moratoire", "2026-05-01", "moratoire", null, null, "assignation", "trois mois")]
    [InlineData("retablissementPersonnel", "2026-05-01", "retablissementPersonnel", null, null, "assignation", "deux ans")]
    [InlineData("recevable", "2026-09-01", null, false, null, "cql", "la commission peut demander")]
    [InlineData("recevable", "2026-09-01", null, true, false, "cql", "la commission peut demander")]
    [InlineData("recevable", "2026-09-01", null, true, true, "cql", "inutile")]
    [InlineData("recevable", "2026-09-01", null, false, null, "cfp", "exceptionnelle")]
    [InlineData("recevable", "2026-09-01", null, false, null, "expulsion", "que la dette")]
    public void Each_situation_has_its_sentence_and_its_source(string step, string? admissible, string? measure, bool? delays, bool? suspended, string stage, string expected)
    {
        var debt = new Surendettement { Etape = step, Mesure = measure, RecevableLe = admissible is null ? null : DateOnly.Parse(admissible, System.Globalization.CultureInfo.InvariantCulture) };
        var decision = delays is null ? null : new Decision { RendueLe = Rendered, ExpulsionOrdonnee = delays == false, DelaisJusquAu = delays == true ? Rendered.AddYears(2) : null, ClauseSuspendue = suspended };

        var hint = SurendettementHints.Of(debt, new(stage, true, null), decision, Hearing).ShouldHaveSingleItem();
        hint.Texte.ShouldContain(expected);
        hint.Source.Length.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Nothing_is_said_where_the_table_says_nothing()
    {
        SurendettementHints.Of(null, new("expulsion", true, null), null, null).ShouldBeEmpty();
        SurendettementHints.Of(new Surendettement { Etape = "depot" }, new("cdp", true, null), null, null).ShouldBeEmpty("a deposit suspends nothing by itself");
    }
}
