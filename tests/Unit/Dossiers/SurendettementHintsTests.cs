using ExchangeGateway.Gateway.Dossiers;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Consent;

namespace ExchangeGateway.Unit.Dossiers;

/// <summary>What over-indebtedness may change, row by row of the Paris table D5: the examples that social workers read in <c>exemples/surendettement.md</c>.</summary>
public class SurendettementHintsTests
{
    private const string Nothing = "rien";

    private static readonly DateOnly Hearing = new(2026, 6, 15);
    private static readonly DateOnly Rendered = new(2026, 7, 15);

    private static readonly Dictionary<string, Surendettement?> Givens = new(StringComparer.Ordinal)
    {
        ["aucune procédure de surendettement"] = null,
        ["un dépôt à la Banque de France"] = new() { Etape = "depot" },
        ["un dossier recevable avant l'audience"] = new() { Etape = "recevable", RecevableLe = Hearing.AddDays(-45) },
        ["un plan conventionnel avant l'audience"] = new() { Etape = "planConventionnel", RecevableLe = Hearing.AddDays(-45) },
        ["des mesures imposées avant l'audience"] = new() { Etape = "mesuresImposees", RecevableLe = Hearing.AddDays(-45) },
        ["un moratoire"] = new() { Etape = "moratoire", Mesure = "moratoire", RecevableLe = Hearing.AddDays(-45) },
        ["un rétablissement personnel"] = new() { Etape = "retablissementPersonnel", Mesure = "retablissementPersonnel", RecevableLe = Hearing.AddDays(-45) },
        ["un dossier recevable après le jugement"] = new() { Etape = "recevable", RecevableLe = Rendered.AddDays(48) },
    };

    private static readonly Dictionary<string, (string Stage, Decision? Decision)> Whens = new(StringComparer.Ordinal)
    {
        ["aucun jugement n'est connu"] = ("assignation", null),
        ["le juge a accordé des délais"] = ("decision", Delays(suspended: null)),
        ["le juge a accordé des délais sans suspendre la clause résolutoire"] = ("cql", Delays(suspended: false)),
        ["le juge a accordé des délais et suspendu la clause résolutoire"] = ("cql", Delays(suspended: true)),
        ["l'expulsion est prononcée"] = ("cql", Expelled),
        ["le concours de la force publique est accordé"] = ("cfp", Expelled),
        ["l'expulsion est faite"] = ("expulsion", Expelled),
    };

    private static Decision Expelled => new() { RendueLe = Rendered, ExpulsionOrdonnee = true };

    public static TheoryData<string, string, string> Examples() =>
    [
        .. Lines().Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| Étant donné", StringComparison.Ordinal))
            .Select(l => l.Trim('|').Split(" | ")).Select(c => (c[0].Trim(), c[1].Trim(), c[2].Trim())),
    ];

    [Theory, MemberData(nameof(Examples))]
    public void An_example_holds_and_each_sentence_has_its_source(string given, string when, string then)
    {
        var (stage, decision) = Whens[when];

        var hints = SurendettementHints.Of(Givens[given], new(stage, true, null), decision, Hearing);

        (hints.Count == 0 ? Nothing : string.Join(' ', hints.Select(h => h.Texte))).ShouldBe(then.StartsWith(Nothing, StringComparison.Ordinal) ? Nothing : then);
        hints.ShouldAllBe(h => h.Source.Length > 20);
    }

    [Fact]
    public void Every_row_of_the_table_has_an_example() =>
        Enumerable.Range(1, 8).Select(n => $"## D5-{n} : ").Where(row => !Lines().Any(l => l.StartsWith(row, StringComparison.Ordinal))).ShouldBeEmpty();

    private static Decision Delays(bool? suspended) => new() { RendueLe = Rendered, ExpulsionOrdonnee = false, DelaisJusquAu = Rendered.AddYears(2), ClauseSuspendue = suspended };

    private static string[] Lines() => File.ReadAllLines(DataFolder.Shipped("tests/Unit/Dossiers/exemples/surendettement.md"));
}
