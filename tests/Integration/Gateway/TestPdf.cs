using System.Text;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>Small PDF files, made here.</summary>
internal static class TestPdf
{
    public static byte[] Minimal(string inside = "") => Encoding.Latin1.GetBytes(
        $"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R{inside}>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
}
