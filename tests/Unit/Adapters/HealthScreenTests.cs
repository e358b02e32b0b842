using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Consent;
using ExchangeGateway.Unit.Law;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.Adapters;

/// <summary>The health words that ship: what they catch, what they leave, and that each free text passes by them.</summary>
public sealed class HealthScreenTests
{
    private static readonly HealthWords Words = HealthWordsFile.Load(DataFolder.Shipped(ShippedLaw.Folder)).Words;

    [Theory]
    [InlineData("Le locataire souffre de dépression.")]
    [InlineData("DEPRESSION sévère")]
    [InlineData("un cancer du sein")]
    [InlineData("cancéreux")]
    [InlineData("enfants handicapés")]
    [InlineData("Monsieur perçoit l'AAH")]
    [InlineData("en A.L.D. : non ; en ALD : oui")]
    [InlineData("hospitalisée depuis mai")]
    [InlineData("hôpitaux de Paris")]
    [InlineData("arrêt-maladie")]
    [InlineData("arrêts maladies répétés")]
    [InlineData("affection de longue-durée")]
    [InlineData("elle est enceinte de cinq mois")]
    [InlineData("suivi psychiatrique")]
    [InlineData("can\u200Bcer")]
    [InlineData("ｃａｎｃｅｒ")]
    [InlineData("assurance maladie, et une maladie grave")]
    public void Catches_what_says_somebodys_health(string text) => Words.AreIn(text).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("Remboursement par la caisse primaire d'assurance maladie")]
    [InlineData("l’assurance-maladie a versé 120 euros")]
    [InlineData("dans l'enceinte de l'immeuble")]
    [InlineData("la cour d'appel infirme le jugement")]
    [InlineData("l'acte est invalide ; invalidité du congé")]
    [InlineData("dépendances du logement, incapacité de payer")]
    [InlineData("Agence régionale de santé")]
    [InlineData("aldéhyde, baaha, cancan, scandale")]
    [InlineData("Trois passages sans réponse ; le gardien confirme l'occupation.")]
    public void Leaves_what_only_looks_like_it(string text) => Words.AreIn(text).ShouldBeFalse();

    [Fact]
    public void Every_free_text_of_the_canonical_form_is_screened()
    {
        var schema = JsonNode.Parse(Exemples.Catalogue.Documents[SchemaCatalogue.Canonical].Span)!;
        FreeTexts(schema, "").Where(p => !p.StartsWith("/sante/", StringComparison.Ordinal)).Except(HealthScreen.Texts.Select(t => t.Pointer)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("commissaires-de-justice.requisitions-force-publique", "/acte/diligences", "/acte/diligences")]
    [InlineData("commissaires-de-justice.requisitions-force-publique", "/acte/difficultes", "/acte/difficultes")]
    [InlineData("commissaires-de-justice.requisitions-force-publique", "/decision/dispositif", "/decision/dispositif")]
    [InlineData("instances.dsf", "/diagnostic/preconisations", "/social/diagnostic/preconisations")]
    [InlineData("instances.dsf", "/diagnostic/observations", "/social/diagnostic/observations")]
    [InlineData("instances.dsf", "/diagnostic/serviceAccompagnant", "/social/diagnostic/serviceAccompagnant")]
    public void Moves_the_text_into_its_own_category_and_tells_the_sender_without_a_word_of_health(string folder, string pointer, string place)
    {
        var before = Adapt(folder, Exemples.With(Exemples.Valid(folder, "complet"), pointer, "Trois visites."));
        before.Sante.ShouldBeNull();
        var after = Adapt(folder, Exemples.With(Exemples.Valid(folder, "complet"), pointer, "Madame est hospitalisée."));
        after.Sante!.Textes.ShouldBe([new TexteSante(place, "Madame est hospitalisée.")]);
        foreach (var (category, json) in after.Sections())
            System.Text.Encoding.UTF8.GetString(json).Contains("hospitalis", StringComparison.Ordinal).ShouldBe(category == Categories.Sante, category.ToString());
        var flag = after.Drapeaux.Except(before.Drapeaux).ShouldHaveSingleItem();
        flag.ShouldBe(Drapeaux.TexteRetenu);
        flag.ToString().ShouldNotContain("sant", Case.Insensitive);
    }

    private static Signalement Adapt(string folder, byte[] body)
    {
        var type = Exemples.TypeOf(folder);
        Exemples.Catalogue.Validate(type, body).ShouldBeOfType<ValidationResult.Valid>();
        PartnerMessages.TryGet(type, out var message).ShouldBeTrue();
        return HealthScreen.Apply(message!.Adapt(body, new AdaptContext(new(2026, 11, 16), "1", [], ShippedLaw.France)), Words);
    }

    private static IEnumerable<string> FreeTexts(JsonNode node, string at) =>
        node["x-texteLibre"] is not null ? [at]
        : node["items"] is { } items ? FreeTexts(items, at + "/*")
        : (node["properties"] as JsonObject ?? []).SelectMany(p => FreeTexts(p.Value!, $"{at}/{p.Key}"));
}
