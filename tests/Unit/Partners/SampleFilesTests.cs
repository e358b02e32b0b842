using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.Partners;

/// <summary>The files of <c>ops/demo/exemples</c>, that a person opens and sends by hand.</summary>
public partial class SampleFilesTests
{
    private static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Exemples.Root, "ops", "demo", "exemples", name));

    [Theory]
    [InlineData("caf-impayes.json", "caf/impayes")]
    [InlineData("commandement-de-payer.json", "commissaires-de-justice/commandements-de-payer")]
    [InlineData("bailleur-impayes.json", "bailleurs/impayes")]
    [InlineData("banque-de-france-orientation.json", "banque-de-france/orientations")]
    public void Each_message_is_valid(string name, string type)
    {
        MessageType.TryParse(type, out var parsed).ShouldBeTrue();
        Exemples.Catalogue.Validate(parsed, Read(name)).ShouldBe(new ValidationResult.Valid("1"));
    }

    [Theory]
    [InlineData("caf-impayes.csv", "caf/impayes")]
    [InlineData("commandements-de-payer.csv", "commissaires-de-justice/commandements-de-payer")]
    public async Task Each_line_of_a_csv_file_is_valid(string name, string type)
    {
        MessageType.TryParse(type, out var parsed).ShouldBeTrue();
        PartnerMessages.TryGet(parsed, out var message).ShouldBeTrue();
        var lines = new List<BatchLine>();
        await foreach (var line in Batch.ReadCsvAsync(new MemoryStream(Read(name)), message!.Columns!, TestContext.Current.CancellationToken))
            lines.Add(line);
        lines.Select(l => l.Number).ShouldBe([1L, 2L, 3L]);
        lines.ShouldAllBe(l => Exemples.Catalogue.Validate(parsed, l.Json!.Value) is ValidationResult.Valid);
    }

    [Fact]
    public void The_act_is_a_plain_pdf_whose_table_of_objects_is_right()
    {
        var bytes = Read("commandement-de-payer.pdf");
        var text = Encoding.Latin1.GetString(bytes);
        text.ShouldStartWith("%PDF-1.4");
        text.ShouldEndWith("%%EOF\n");
        var table = int.Parse(StartXref().Match(text).Groups["at"].Value, CultureInfo.InvariantCulture);
        text[table..].ShouldStartWith("xref\n0 9\n");
        foreach (var (entry, index) in Entry().Matches(text[table..]).Select((m, i) => (m, i)))
            text[int.Parse(entry.Groups["at"].Value, CultureInfo.InvariantCulture)..].ShouldStartWith($"{index + 1} 0 obj");
        text.ShouldContain("DOCUMENT FICTIF");
        foreach (var active in new[] { "/JavaScript", "/JS", "/OpenAction", "/EmbeddedFile", "/Launch", "/Encrypt" })
            text.ShouldNotContain(active);
    }

    [GeneratedRegex("startxref\n(?<at>[0-9]+)\n%%EOF", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StartXref();

    [GeneratedRegex("(?<at>[0-9]{10}) 00000 n ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Entry();
}
