using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExchangeGateway.Adapters;
using ExchangeGateway.Partners.Messages;
using ExchangeGateway.Partners.Synthetic;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Consent;
using ExchangeGateway.Unit.Law;

namespace ExchangeGateway.Unit.Privacy;

/// <summary>
/// How far the facts that stand in clear single somebody out, and the sizes of what is sealed, over a synthetic month of Paris.
/// The figures are those that <c>ops/docs/aipd.md</c> gives; a change of the facts that moves them fails here.
/// </summary>
public sealed partial class BandedFactsTests
{
    private const int Households = 5000;

    private static readonly Lazy<List<(Signalement Cdp, Signalement Caf)>> Month = new(Draw);

    [Fact]
    public void The_page_tells_how_many_households_the_facts_of_an_act_single_out() =>
        Measure(Month.Value.Select(m => JsonSerializer.Serialize(m.Cdp.Faits, SignalementJson.Default.Faits)), "faits-cdp");

    [Fact]
    public void The_page_tells_how_many_households_the_facts_of_a_notice_single_out() =>
        Measure(Month.Value.Select(m => JsonSerializer.Serialize(m.Caf.Faits, SignalementJson.Default.Faits)), "faits-caf");

    [Fact]
    public void The_page_tells_how_many_households_the_sizes_of_their_sealed_identity_single_out()
    {
        Measure(Month.Value.Select(m => Sizes(m.Cdp, CategoryNames.Identifying)), "tailles-identite");
        foreach (var (_, json) in Month.Value.Take(100).SelectMany(m => m.Cdp.Sections()))
            (json.Length % Signalement.SizeStep).ShouldBe(0);
    }

    [Fact]
    public void No_fact_is_an_exact_amount_a_date_or_a_reference()
    {
        foreach (var (cdp, caf) in Month.Value.Take(500))
        {
            foreach (var s in new[] { cdp, caf })
            {
                var facts = JsonSerializer.Serialize(s.Faits, SignalementJson.Default.Faits);
                facts.ShouldNotContain(s.Dette!.Total!.Value.ToString(CultureInfo.InvariantCulture));
                ExactDate().IsMatch(facts).ShouldBeFalse(facts);
                if (s.Acte?.ReferenceEtude is { } reference)
                    facts.ShouldNotContain(reference);
            }
        }
    }

    private static string Sizes(Signalement s, Categories of) =>
        string.Join(' ', s.Sections().Where(p => (p.Category & of) != Categories.None).Select(p => $"{p.Category}:{p.Json.Length}"));

    /// <summary>Share of households alone in their class, and in a class of less than five, in whole per cent.</summary>
    private static void Measure(IEnumerable<string> classes, string name)
    {
        var sizes = classes.GroupBy(c => c, StringComparer.Ordinal).Select(g => g.Count()).ToList();
        var (all, alone, few) = (sizes.Sum(), sizes.Count(s => s == 1), sizes.Where(s => s < 5).Sum());
        all.ShouldBe(Households);
        var measured = string.Create(CultureInfo.InvariantCulture, $"<!-- mesure {name} : seuls {100.0 * alone / all:0} %, moins de cinq {100.0 * few / all:0} %, classes {sizes.Count} -->");
        File.ReadAllText(DataFolder.Shipped("ops/docs/aipd.md")).ShouldContain(measured);
    }

    private static List<(Signalement, Signalement)> Draw()
    {
        var generator = new HouseholdGenerator(75, Territory.Read(DataFolder.Shipped(ShippedLaw.Folder), "75"), new DateOnly(2026, 11, 1));
        var context = new AdaptContext(new(2026, 11, 16), "1", [], ShippedLaw.France);
        PartnerMessages.TryGet(new("commissaires-de-justice", "commandements-de-payer"), out var act).ShouldBeTrue();
        PartnerMessages.TryGet(new("caf", "impayes"), out var notice).ShouldBeTrue();
        return
        [
            .. Enumerable.Range(0, Households).Select(i =>
            {
                var h = generator.Next();
                return (act!.Adapt(MessageWriter.Bytes(MessageWriter.Commandement(h, $"E{i}", new(2026, 11, 2), "impayes", null, phone: true)), context),
                    notice!.Adapt(MessageWriter.Bytes(MessageWriter.Caf(h, "751", new(2026, 10, 31), phone: true)), context));
            }),
        ];
    }

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}", RegexOptions.None, 1000)]
    private static partial Regex ExactDate();
}
