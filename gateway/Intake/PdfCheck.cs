using System.Text;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>What an attachment must be: a PDF by its content, not encrypted, without active content or embedded files.</summary>
internal static class PdfCheck
{
    /// <summary>PDF names (ISO 32000) that make a file refused, with the French reason.</summary>
    private static readonly (string Name, string Reason)[] Forbidden =
    [
        ("/Encrypt", "Le PDF est chiffré ou protégé par un mot de passe."),
        ("/JavaScript", "Le PDF contient du JavaScript."),
        ("/JS", "Le PDF contient du JavaScript."),
        ("/Launch", "Le PDF contient une action qui lance un programme."),
        ("/EmbeddedFile", "Le PDF contient un fichier inclus."),
        ("/RichMedia", "Le PDF contient un contenu actif."),
        ("/XFA", "Le PDF contient un formulaire actif (XFA)."),
    ];

    /// <returns>The French reason of the refusal; <see langword="null"/> when the file is acceptable.</returns>
    public static string? Refuse(ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith("%PDF-"u8))
            return "Le fichier n'est pas un PDF.";
        if (content[Math.Max(0, content.Length - 2048)..].IndexOf("%%EOF"u8) < 0)
            return "Le PDF est incomplet.";
        var text = Encoding.Latin1.GetString(content);
        // ISO 32000 §7.3.5: any character of a name may be written #xx; written plainly it cannot hide.
        var plain = text.Contains('#', StringComparison.Ordinal) ? Unescape(text) : text;
        foreach (var (name, reason) in Forbidden)
        {
            for (var at = plain.IndexOf(name, StringComparison.Ordinal); at >= 0; at = plain.IndexOf(name, at + 1, StringComparison.Ordinal))
            {
                var end = at + name.Length;
                if (end >= plain.Length || !(char.IsAsciiLetterOrDigit(plain[end]) || plain[end] is '_' or '-'))
                    return reason;
                if (name is "/EmbeddedFile" && plain.AsSpan(end).StartsWith("s"))
                    return reason;
            }
        }

        return null;
    }

    private static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '#' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                result.Append((char)Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
