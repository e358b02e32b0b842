using System.IO.Compression;
using System.Text;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>Small PDF files, made here.</summary>
internal static class TestPdf
{
    public static byte[] Minimal(string inside = "") => Encoding.Latin1.GetBytes(
        $"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R{inside}>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

    /// <summary>One page with one line of text, as a word processor writes it.</summary>
    public static byte[] WithText(string text)
    {
        var content = $"BT /F1 12 Tf 72 720 Td ({text}) Tj ET";
        string[] objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            $"<</Length {content.Length}>>stream\n{content}\nendstream",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ];
        var file = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        foreach (var (index, body) in objects.Index())
        {
            offsets.Add(file.Length);
            file.Append($"{index + 1} 0 obj\n{body}\nendobj\n");
        }

        var table = file.Length;
        file.Append($"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            file.Append($"{offset:0000000000} 00000 n \n");
        file.Append($"trailer<</Size {objects.Length + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }

    /// <summary>Objects in a compressed object stream, where a plain reading does not see them.</summary>
    public static byte[] WithObjectStream(byte[] objects, string dictionary = "/Type/ObjStm/N 1/First 4/Filter/FlateDecode")
    {
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zip.Write(objects);
        return
        [
            .. "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"u8,
            .. Encoding.Latin1.GetBytes($"3 0 obj<<{dictionary}/Length {packed.Length}>>stream\r\n"), .. packed.ToArray(),
            .. "\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"u8,
        ];
    }
}
