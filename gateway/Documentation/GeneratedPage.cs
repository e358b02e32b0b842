using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Documentation;

/// <summary>A page of the partners' documentation that is written from the code, so that it cannot say anything else.</summary>
/// <param name="Path">Path in <c>ops/docs/</c>, with slashes.</param>
/// <param name="Text">Markdown, French.</param>
internal sealed record GeneratedPage(string Path, string Text)
{
    public static string Notice => "<!-- Page écrite par « exchange-gateway docs » à partir du code : ne la modifiez pas à la main. -->\n\n";

    /// <summary>Every generated page: refusals, flags, facts of the rules, conformance list, and one page a message type.</summary>
    public static IReadOnlyList<GeneratedPage> All()
    {
        var schemas = SchemaCatalogue.Load();
        return [RefusalsPage.Write(schemas), FlagsPage.Write(), FactsPage.Write(), ConformancePage.Write(), .. MessagePages.Write(schemas)];
    }

    /// <summary>A row of a Markdown table; a bar inside a cell would end it.</summary>
    public static string Row(params IEnumerable<string> cells) =>
        "| " + string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' '))) + " |\n";
}
