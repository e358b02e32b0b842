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
    public void A_file_is_judged_by_its_content()
    {
        PdfCheck.Refuse("<html>"u8).ShouldNotBeNull();
        PdfCheck.Refuse("%PDF-1.4\n1 0 obj"u8).ShouldNotBeNull();
        PdfCheck.Refuse([]).ShouldNotBeNull();
    }
}
