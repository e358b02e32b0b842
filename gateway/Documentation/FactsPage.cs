using System.Globalization;
using System.Text;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Gateway.Documentation;

/// <summary><c>faits.md</c>: the dictionary of the facts that distribution rules may look at.</summary>
internal static class FactsPage
{
    public static GeneratedPage Write()
    {
        var text = new StringBuilder(GeneratedPage.Notice).Append(
            """
            # Faits que lisent les règles de répartition

            Une règle (`ops/territories/…/repartition.json`) ne voit que ces faits : par tranches, sans identité, sans texte libre.
            Chacun vaut oui, non ou une valeur de sa liste ; ce que personne n'a dit est **inconnu**, et inconnu n'est jamais « non ».
            Un fait « toujours connu » ne manque à aucun message. « Demandé (P14) » : la passerelle peut interroger un partenaire.

            """).Append('\n');
        text.Append(GeneratedPage.Row("Fait", "Type", "Valeurs", "Qui peut le savoir", "D'où il vient", "Peut manquer")).Append(GeneratedPage.Row("---", "---", "---", "---", "---", "---"));
        foreach (var fact in FactDictionary.Facts)
            text.Append(GeneratedPage.Row($"`{fact.Name}`", Kind(fact), Values(fact), fact.KnownBy, fact.From, fact.Askable ? "oui ; demandé (P14)" : fact.Optional ? "oui" : "non, toujours connu"));
        return new("faits.md", text.ToString());
    }

    private static string Kind(RuleFact fact) => fact switch
    {
        RuleFact.Choice => "choix",
        RuleFact.YesNo => "oui ou non",
        RuleFact.Number => "nombre",
        RuleFact.Marks => "liste",
        RuleFact.Day => "date",
        _ => "code",
    };

    private static string Values(RuleFact fact) => fact switch
    {
        RuleFact.Choice choice => string.Join(" ; ", choice.Values.Select(v => $"`{v}` {choice.Phrase(v)}")),
        RuleFact.YesNo yesNo => $"`true` {yesNo.Yes} ; `false` {yesNo.No}",
        RuleFact.Number number => string.Create(CultureInfo.InvariantCulture, $"de {number.Min} à {number.Max} {number.Unit}, ou `{{ \"auMoins\": …, \"auPlus\": … }}`"),
        RuleFact.Marks => "codes de drapeaux.md ; vrai si le message en porte un",
        RuleFact.Day => "`{ \"du\": \"AAAA-MM-JJ\", \"au\": \"AAAA-MM-JJ\" }`",
        RuleFact.Code code when code.Name is "commune" => "codes INSEE de territoire.json",
        RuleFact.Code code when code.Name is "secteur" => "identifiants de territoire.json (secteurs)",
        RuleFact.Code code when code.Name is "typeMessage" => "types de messages/LISEZMOI.md",
        _ => "code",
    };
}
