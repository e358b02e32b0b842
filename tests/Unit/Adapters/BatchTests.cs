using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.Adapters;

public class BatchTests
{
    private static readonly ColumnFile Small = new(
    [
        new("nom", "/personnes/0/nom", "texte", "", ""), new("nom2", "/personnes/1/nom", "texte", "", ""), new("montant", "/dette/total", "montant", "", ""),
        new("date", "/acte/signifieLe", "date", "", ""), new("oui", "/dette/tiersPayant", "booleen", "", ""), new("code", "/motif", "code", "", ""),
        new("tel", "/telephones/0/numero", "telephone", "", ""), new("n", "/dette/moisImpayes", "entier", "", ""), new("mois", "/dette/premierMoisImpaye", "mois", "", ""),
    ]);

    private const string Header = "nom;nom2;montant;date;oui;code;tel;n;mois\r\n";

    private static async Task<List<BatchLine>> ReadAsync(byte[] file, ColumnFile columns)
    {
        var lines = new List<BatchLine>();
        // One byte at a time: no line may depend on how the network cuts the file.
        await foreach (var line in Batch.ReadCsvAsync(new TrickleStream(file), columns, TestContext.Current.CancellationToken))
            lines.Add(line);
        return lines;
    }

    private static async Task<string> OneAsync(string line) =>
        Text((await ReadAsync(Encoding.UTF8.GetBytes(Header + line), Small)).ShouldHaveSingleItem());

    private static string Text(BatchLine line) => line.Json is { } json ? Encoding.UTF8.GetString(json.Span) : line.Error!.Code;

    [Theory]
    [InlineData("Dupont;;;;;;;;", """{"personnes":[{"nom":"Dupont"}]}""")]
    [InlineData(";Durand;;;;;;;", """{"personnes":[{"nom":"Durand"}]}""")]
    [InlineData("A;B;;;;;;;", """{"personnes":[{"nom":"A"},{"nom":"B"}]}""")]
    [InlineData("\"Le \"\"Grand\"\"; dit Petit\";;;;;;;;", """{"personnes":[{"nom":"Le \"Grand\"; dit Petit"}]}""")]
    [InlineData("rue \"bis\";;;;;;;;", """{"personnes":[{"nom":"rue \"bis\""}]}""")]
    [InlineData(" deux  espaces ;;;;;;;;", """{"personnes":[{"nom":" deux  espaces "}]}""")]
    [InlineData("œuvre, Łódź’s – Ñ;;;;;;;;", """{"personnes":[{"nom":"œuvre, Łódź’s – Ñ"}]}""")]
    [InlineData(";;1234,56;;;;;;", """{"dette":{"total":1234.56}}""")]
    [InlineData(";;1 234,5;;;;;;", """{"dette":{"total":1234.5}}""")]
    [InlineData(";;\u00A01\u202F234\u00A0567;;;;;;", """{"dette":{"total":1234567}}""")]
    [InlineData(";;-12,00;;;;;;", """{"dette":{"total":-12.00}}""")]
    [InlineData(";;0;;;;;;", """{"dette":{"total":0}}""")]
    [InlineData(";;1234.56;;;;;;", """{"dette":{"total":"1234.56"}}""")]
    [InlineData(";;1 23,5;;;;;;", """{"dette":{"total":"1 23,5"}}""")]
    [InlineData(";;12,;;;;;;", """{"dette":{"total":"12,"}}""")]
    [InlineData(";;12 €;;;;;;", """{"dette":{"total":"12 €"}}""")]
    [InlineData(";;;03/11/2026;;;;;", """{"acte":{"signifieLe":"2026-11-03"}}""")]
    [InlineData(";;;31/02/2026;;;;;", """{"acte":{"signifieLe":"2026-02-31"}}""")]
    [InlineData(";;;3/11/26;;;;;", """{"acte":{"signifieLe":"3/11/26"}}""")]
    [InlineData(";;;;Oui;;;;", """{"dette":{"tiersPayant":true}}""")]
    [InlineData(";;;;non;;;;", """{"dette":{"tiersPayant":false}}""")]
    [InlineData(";;;;peut-être;;;;", """{"dette":{"tiersPayant":"peut-être"}}""")]
    [InlineData(";;;;; impayes ;;;", """{"motif":"impayes"}""")]
    [InlineData(";;;;;;06 39.98-01 01;;", """{"telephones":[{"numero":"0639980101"}]}""")]
    [InlineData(";;;;;;;3;08/2026", """{"dette":{"moisImpayes":3,"premierMoisImpaye":"2026-08"}}""")]
    [InlineData(";;;;;;;3,5;août-26", """{"dette":{"moisImpayes":"3,5","premierMoisImpaye":"août-26"}}""")]
    [InlineData("\"ouvert;;;;;;;;", "guillemets")]
    [InlineData("\"fermé\"trop tôt;;;;;;;;", "guillemets")]
    [InlineData("trop;peu", "nombreDeColonnes")]
    [InlineData("trop;;;;;;;;;", "nombreDeColonnes")]
    public async Task Reads_a_line(string line, string expected) => (await OneAsync(line)).ShouldBe(expected);

    [Fact]
    public async Task Numbers_lines_as_the_spreadsheet_does_and_goes_on_after_a_bad_one()
    {
        var file = Header + "A;;;;;;;;\r\n\r\n;;;;;;;;\r\n\"B;;;;;;;;\r\nC;;;;;;;;";
        var lines = await ReadAsync(Encoding.UTF8.GetBytes(file), Small);
        lines.Select(l => (l.Number, Ok: l.Error is null)).ShouldBe([(1, true), (4, false), (5, true)]);
    }

    [Fact]
    public async Task A_line_too_long_is_one_error_and_the_next_is_read()
    {
        var file = Header + new string('x', 3 * Batch.MaximumCsvLine) + ";;;;;;;;\nSuivant;;;;;;;;\n";
        var lines = new List<BatchLine>();
        await foreach (var line in Batch.ReadCsvAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), Small, TestContext.Current.CancellationToken))
            lines.Add(line);
        lines.Select(Text).ShouldBe(["ligneTropLongue", """{"personnes":[{"nom":"Suivant"}]}"""]);
        lines.Select(l => l.Number).ShouldBe([1L, 2L]);
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("windows-1252", false)]
    public async Task Detects_the_encoding(string encoding, bool mark)
    {
        const string name = "Lévêque-Œuf d'Hœf ‘ça’ – 5 €";
        var bytes = encoding == "utf-8" ? Encoding.UTF8.GetBytes(Header + name + ";;;;;;;;") : CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Header + name + ";;;;;;;;");
        var lines = await ReadAsync(mark ? [0xEF, 0xBB, 0xBF, .. bytes] : bytes, Small);
        JsonNode.Parse(Text(lines.ShouldHaveSingleItem()))!["personnes"]![0]!["nom"]!.GetValue<string>().ShouldBe(name);
    }

    [Fact]
    public async Task Never_changes_a_character_in_silence()
    {
        // "é" of CP 850 is a low quotation mark in Windows-1252; a Latin-1 line in a UTF-8 file has no sense.
        byte[] dos = [.. Encoding.ASCII.GetBytes(Header), (byte)'L', 0x82, .. ";;;;;;;;"u8];
        Text((await ReadAsync(dos, Small)).ShouldHaveSingleItem()).ShouldBe("encodage");
        byte[] mixed = [.. Encoding.UTF8.GetBytes(Header + "Zoé;;;;;;;;\n"), (byte)'Z', 0xE9, .. ";;;;;;;;\nFin;;;;;;;;"u8];
        (await ReadAsync(mixed, Small)).Select(l => l.Error?.Code).ShouldBe([null, "encodage", null]);
        byte[] wide = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Header)];
        Text((await ReadAsync(wide, Small)).ShouldHaveSingleItem()).ShouldBe("encodage");
    }

    [Theory]
    [InlineData("", "fichierVide")]
    [InlineData("nom;nom2;montant\r\nA;B;1", "enTete")]
    [InlineData("nom;nom2;montant;date;oui;code;tel;n;mois;autre\r\n", "enTete")]
    [InlineData("nom;nom;montant;date;oui;code;tel;n;mois\r\n", "enTete")]
    [InlineData("nom,nom2,montant,date,oui,code,tel,n,mois\r\n", "separateur")]
    [InlineData("Dupont;Durand\r\n", "enTete")]
    public async Task A_bad_header_is_one_error_for_the_file(string file, string code)
    {
        var line = (await ReadAsync(Encoding.UTF8.GetBytes(file), Small)).ShouldHaveSingleItem();
        line.Number.ShouldBe(0);
        line.Error!.Code.ShouldBe(code);
        line.Error.Message.ShouldNotContain("Dupont");
    }

    [Fact]
    public async Task Columns_may_stand_in_any_order()
    {
        var file = "mois;n;tel;code;oui;date;montant;nom2;nom\r\n08/2026;;;;;;;;Dupont";
        Text((await ReadAsync(Encoding.UTF8.GetBytes(file), Small)).ShouldHaveSingleItem()).ShouldBe("""{"personnes":[{"nom":"Dupont"}],"dette":{"premierMoisImpaye":"2026-08"}}""");
    }

    public static TheoryData<string> Forms() => [.. PartnerMessages.All.Where(m => m.Columns is not null).Select(m => m.Type.ToString())];

    [Theory, MemberData(nameof(Forms))]
    public async Task The_template_of_a_form_is_itself_a_valid_file(string type)
    {
        MessageType.TryParse(type, out var parsed).ShouldBeTrue();
        PartnerMessages.TryGet(parsed, out var message).ShouldBeTrue();
        var line = (await ReadAsync(ColumnFiles.Template(message!.Columns!), message.Columns!)).ShouldHaveSingleItem();
        Exemples.Catalogue.Validate(parsed, line.Json!.Value).ShouldBe(new ValidationResult.Valid("1"), Text(line));
    }

    [Theory, MemberData(nameof(Forms))]
    public void Each_column_goes_to_a_field_of_the_schema(string type)
    {
        MessageType.TryParse(type, out var parsed).ShouldBeTrue();
        PartnerMessages.TryGet(parsed, out var message).ShouldBeTrue();
        var schema = JsonNode.Parse(Exemples.Catalogue.Documents[type].Span)!;
        foreach (var column in message!.Columns!.Colonnes)
        {
            var leaf = column.Pointer.Split('/').Skip(1).Aggregate(schema, (node, step) => (char.IsAsciiDigit(step[0]) ? node["items"] : node["properties"]?[step]) ?? throw new Xunit.Sdk.XunitException(column.Colonne));
            leaf["x-categorie"].ShouldNotBeNull(column.Colonne);
            var expected = leaf["type"]!.GetValue<string>() switch { "number" => "montant", "integer" => "entier", "boolean" => "booleen", _ when leaf["format"] is not null => "date", _ => null };
            if (expected is not null)
                column.Format.ShouldBe(expected, column.Colonne);
        }
    }

    [Fact]
    public async Task Reads_ndjson_and_skips_blank_lines()
    {
        byte[] file = [.. "{\"a\":1}\n\r\n  \n{\"b\":\n"u8, .. Enumerable.Repeat((byte)'x', Batch.MaximumNdjsonLine + 1), .. "\n;\n{\"c\":3}"u8];
        var lines = new List<BatchLine>();
        await foreach (var line in Batch.ReadNdjsonAsync(new MemoryStream(file), TestContext.Current.CancellationToken))
            lines.Add(line);
        lines.Select(l => (l.Number, Text(l))).ShouldBe([(1, "{\"a\":1}"), (4, "{\"b\":"), (5, "ligneTropLongue"), (6, ";"), (7, "{\"c\":3}")]);
    }

    private sealed class TrickleStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, 1)], cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => base.ReadAsync(buffer, offset, Math.Min(count, 1), cancellationToken);
    }
}
