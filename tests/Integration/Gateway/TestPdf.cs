using System.IO.Compression;
using System.Text;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>Small PDF files, made here.</summary>
internal static class TestPdf
{
    public static byte[] Minimal(string inside = "") => Encoding.Latin1.GetBytes(
        $"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R{inside}>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

    /// <summary>A page per text, its lines under each other; an empty text is a page that only holds an image, as a scanner makes it.</summary>
    public static byte[] Of(params string[] pages)
    {
        var objects = new List<string>
        {
            "<</Type/Catalog/Pages 2 0 R>>",
            $"<</Type/Pages/Count {pages.Length}/Kids[{string.Join(' ', pages.Select((_, i) => $"{5 + 2 * i} 0 R"))}]>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
            "<</Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 1/Length 8>>stream\nabcdefgh\nendstream",
        };
        for (var i = 0; i < pages.Length; i++)
        {
            var lines = pages[i].Split('\n').Select(l => $"({l.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("(", @"\(", StringComparison.Ordinal).Replace(")", @"\)", StringComparison.Ordinal)}) Tj T*");
            var content = pages[i].Length == 0 ? "q 500 0 0 700 40 40 cm /I Do Q" : $"BT /F 11 Tf 14 TL 40 780 Td {string.Join('\n', lines)} ET";
            objects.Add($"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>/Contents {6 + 2 * i} 0 R>>");
            objects.Add($"<</Length {content.Length}>>stream\n{content}\nendstream");
        }

        var pdf = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(pdf.Length);
            pdf.Append(i + 1).Append(" 0 obj").Append(objects[i]).Append("endobj\n");
        }

        var table = pdf.Length;
        pdf.Append("xref\n0 ").Append(objects.Count + 1).Append("\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            pdf.Append(offset.ToString("D10", System.Globalization.CultureInfo.InvariantCulture)).Append(" 00000 n \n");
        pdf.Append("trailer<</Size ").Append(objects.Count + 1).Append("/Root 1 0 R>>\nstartxref\n").Append(table).Append("\n%%EOF\n");
        return Encoding.Latin1.GetBytes(pdf.ToString());
    }

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
