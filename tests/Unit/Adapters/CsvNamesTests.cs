using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;

namespace ExchangeGateway.Unit.Adapters;

/// <summary>Names of all of Europe pass through office files to the letter, or the line is refused; never another character.</summary>
public class CsvNamesTests
{
    private static readonly ColumnFile Form = new([new("nom", "/nom", "texte", "", ""), new("libre", "/libre", "texte", "", "")]);
    private static readonly int Cases = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 50_000 : 3_000;
    private static readonly string[] Pieces =
    [
        "'", "’", "ʼ", "-", "‑", " ", "\u00A0", "\u202F", ".", ";", "\"", "\"\"", ",", "\t", "=", "+", "🏠", "👩‍👧", "é", "e\u0301", "Œ", "ß", "ﬁ", "Ø", "ı", "İ", "Ǆ", "ẞ", "\u200D", "\uFFFD",
    ];

    [Fact]
    public async Task Any_name_comes_out_as_it_went_in_or_not_at_all()
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage("seed " + seed);
#pragma warning disable RS0030, CA5394 // a test's seeded dice
        var dice = new Random(seed);
        var read = 0;
        for (var i = 0; i < Cases; i++)
        {
            var (name, free) = (Text(dice), Text(dice));
            var file = "nom;libre\r\n" + Cell(name) + ";" + Cell(free) + "\r\nfin;fin\r\n";
            var windows = dice.Next(3) == 0 && file.All(c => c < 0x80 || c is >= '\u00A0' and <= '\u00FF');
            byte[] bytes = windows ? Encoding.Latin1.GetBytes(file) : dice.Next(2) == 0 ? [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(file)] : Encoding.UTF8.GetBytes(file);
            var lines = new List<BatchLine>();
            await foreach (var line in Batch.ReadCsvAsync(new MemoryStream(bytes), Form, TestContext.Current.CancellationToken))
                lines.Add(line);
            lines[^1].Json.ShouldNotBeNull($"seed {seed}, case {i}: the next line is read");
            if (lines is not [{ Json: { } json }, _])
                continue;
            // Two bytes of Windows-1252 may read as one of UTF-8: only a file that says nothing can be taken for the other.
            var got = JsonNode.Parse(json.Span)!;
            if (!windows)
                ((string?)got["nom"] ?? "", (string?)got["libre"] ?? "").ShouldBe((Kept(name), Kept(free)), $"seed {seed}, case {i}");
            read++;
        }
#pragma warning restore RS0030, CA5394

        read.ShouldBeGreaterThan(Cases / 2);
    }

    [Theory]
    [InlineData("=\"75011\";x", "75011")]
    [InlineData("\"=\"\"75011\"\"\";x", "75011")]
    [InlineData("=75011;x", "=75011")]
    public async Task Excels_text_formula_gives_its_text(string line, string expected) => (await OneAsync("nom;libre\r\n" + line)).ShouldBe(expected);

    [Fact]
    public async Task Tabs_separate_too_and_commas_are_refused_with_the_way_out()
    {
        (await OneAsync("libre\tnom\r\nx\tDe la Tour, O'Brien\r\n")).ShouldBe("De la Tour, O'Brien");
        await foreach (var line in Batch.ReadCsvAsync(new MemoryStream(Encoding.UTF8.GetBytes("nom,libre\r\nA,B\r\n")), Form, TestContext.Current.CancellationToken))
        {
            line.Error!.Code.ShouldBe("separateur");
            line.Error.Message.ShouldContain("point-virgule");
        }
    }

    [Fact]
    public async Task A_line_end_inside_quotes_is_told_and_spoils_its_own_lines_only()
    {
        var lines = new List<BatchLine>();
        await foreach (var line in Batch.ReadCsvAsync(new MemoryStream("nom;libre\r\nA;\"un\r\ndeux\"\r\nB;fin\r\n"u8.ToArray()), Form, TestContext.Current.CancellationToken))
            lines.Add(line);
        lines[0].Error!.Code.ShouldBe("guillemets");
        lines[0].Error!.Message.ShouldContain("retour à la ligne");
        lines[^1].Json.ShouldNotBeNull();
    }

    private static async Task<string> OneAsync(string file)
    {
        await foreach (var line in Batch.ReadCsvAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), Form, TestContext.Current.CancellationToken))
            return (string)JsonNode.Parse(line.Json!.Value.Span)!["nom"]!;
        return "";
    }

    // An empty or blank cell is an absent field.
    private static string Kept(string text) => string.IsNullOrWhiteSpace(text) ? "" : text is ['=', '"', .., '"'] && text.Length >= 3 && !text[2..^1].Contains('"') ? text[2..^1] : text;

    private static string Cell(string text) => text.AsSpan().ContainsAny(';', '"') ? '"' + text.Replace("\"", "\"\"", StringComparison.Ordinal) + '"' : text;

#pragma warning disable RS0030, CA5394
    private static string Text(Random dice) => string.Concat(Enumerable.Range(0, dice.Next(12)).Select(_ => dice.Next(3) switch
    {
        0 => Pieces[dice.Next(Pieces.Length)],
        1 => ((char)dice.Next(0xC0, 0x250)).ToString(), // Latin-1 letters, Latin Extended A and B
        _ => ((char)dice.Next('A', 'z' + 1)).ToString(),
    }));
#pragma warning restore RS0030, CA5394
}
