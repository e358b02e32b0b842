using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Gateway.Intake;

namespace ExchangeGateway.Unit.Intake;

public sealed class ControlsTests
{
    private static readonly byte[] Body = "{\"motif\":\"impayes\"}"u8.ToArray();

    [Fact]
    public void A_right_digest_matches_and_unknown_algorithms_are_ignored()
    {
        ContentDigest.Matches(null, Body).ShouldBeTrue();
        ContentDigest.Matches("sha-256=:" + Convert.ToBase64String(SHA256.HashData(Body)) + ":", Body).ShouldBeTrue();
        ContentDigest.Matches("sha-512=:" + Convert.ToBase64String(SHA512.HashData(Body)) + ":, md5=:AAAA:", Body).ShouldBeTrue();
    }

    [Theory]
    [InlineData("sha-256")]
    [InlineData("sha-256=abc")]
    [InlineData("sha-256=:pas du base64:")]
    [InlineData("sha-256=::")]
    [InlineData("sha-256=:AAAA:")]
    public void A_wrong_or_malformed_digest_does_not(string header) => ContentDigest.Matches(header, Body).ShouldBeFalse();

    [Theory]
    [InlineData("", null)]
    [InlineData("/Encrypt 3 0 R", "chiffré")]
    [InlineData("/OpenAction<</S/JavaScript/JS(x)>>", "JavaScript")]
    [InlineData("/AA<</O<</S/#4aavaScript/J#53(x)>>>>", "JavaScript")]
    [InlineData("/A<</S/Launch/F(x)>>", "lance")]
    [InlineData("/Names<</EmbeddedFiles 4 0 R>>", "inclus")]
    [InlineData("/Type/EmbeddedFile", "inclus")]
    [InlineData("/JSON 1", null)]
    [InlineData("/JS null/JSON(x)", null)]
    [InlineData("/F<</EF<</F 5 0 R>>>>", "inclus")]
    [InlineData("/A<</S/Rendition/J#53 12 0 R>>", "JavaScript")]
    public void A_PDF_with_active_content_says_why_it_is_refused(string inside, string? reason)
    {
        var pdf = Encoding.Latin1.GetBytes($"%PDF-1.7\n1 0 obj<</Type/Catalog{inside}>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
        var refused = PdfCheck.Refuse(pdf);
        if (reason is null)
            refused.ShouldBeNull();
        else
            refused.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public void Compressed_pictures_are_not_taken_for_actions_by_chance()
    {
#pragma warning disable RS0030, CA5394 // seeded: the same bytes each time
        var picture = new byte[8 << 20];
        new Random(20261121).NextBytes(picture);
#pragma warning restore RS0030, CA5394
        byte[] pdf = [.. "%PDF-1.7\n1 0 obj<</Type/XObject/Subtype/Image/Filter/DCTDecode/Length 8388608>>stream\n"u8, .. picture, .. "\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"u8];
        PdfCheck.Refuse(pdf).ShouldBeNull();
    }

    [Theory]
    [InlineData("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", "4 0 <</S/Launch/F(x)>>", "lance")]
    [InlineData("/Type/ObjStm/N 1/First 4/Filter[/FlateDecode]", "4 0 <</EmbeddedFiles 5 0 R>>", "inclus")]
    [InlineData("/N 1/First 4/Filter/Fl", "4 0 <</S/JavaScript>>", "JavaScript")]
    [InlineData("/Type/ObjStm/N 1/First 4/Filter[/FlateDecode/ASCIIHexDecode]", "4 0 <<>>", "compressé")]
    [InlineData("/Type/ObjStm/N 1/First 4/Filter 9 0 R", "4 0 <<>>", "compressé")]
    [InlineData("/Type/ObjStm/N 1/First 4/Filter/FlateDecode/DecodeParms<</Predictor 12>>", "4 0 <<>>", "compressé")]
    [InlineData("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", "4 0 <</Type/Pages>>", null)]
    public void Object_streams_are_looked_into(string dictionary, string objects, string? reason)
    {
        var refused = PdfCheck.Refuse(Packed(dictionary, Encoding.Latin1.GetBytes(objects)));
        if (reason is null)
            refused.ShouldBeNull();
        else
            refused.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public void What_inflates_without_end_or_not_at_all_is_refused()
    {
        PdfCheck.Refuse(Packed("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", new byte[64 << 20])).ShouldNotBeNull().ShouldContain("compressé");
        var broken = Encoding.Latin1.GetBytes("%PDF-1.7\n3 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\npas du zlib\nendstream endobj\n%%EOF\n");
        PdfCheck.Refuse(broken).ShouldNotBeNull().ShouldContain("compressé");
    }

    private static byte[] Packed(string dictionary, byte[] objects)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zip.Write(objects);
        return [.. Encoding.Latin1.GetBytes($"%PDF-1.7\n3 0 obj\n<<{dictionary}/Length {packed.Length}>>\nstream\n"), .. packed.ToArray(), .. "\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"u8];
    }

    [Fact]
    public void A_file_is_judged_by_its_content()
    {
        PdfCheck.Refuse("<html>"u8).ShouldNotBeNull();
        PdfCheck.Refuse("%PDF-1.4\n1 0 obj"u8).ShouldNotBeNull();
        PdfCheck.Refuse([]).ShouldNotBeNull();
    }
}
