using System.Text;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>What an attachment must be: a PDF by its content, not encrypted, without active content or embedded files, also where a reader finds them compressed.</summary>
internal static class PdfCheck
{
    /// <summary>PDF names (ISO 32000) that make a file refused, with the French reason. Short ones count only before the value that makes them an action or a file.</summary>
    private static readonly (byte[] Name, string Reason)[] Forbidden =
    [
        ("Encrypt"u8.ToArray(), "Le PDF est chiffré ou protégé par un mot de passe."),
        ("JavaScript"u8.ToArray(), "Le PDF contient du JavaScript."),
        ("JS"u8.ToArray(), "Le PDF contient du JavaScript."),
        ("Launch"u8.ToArray(), "Le PDF contient une action qui lance un programme."),
        ("EmbeddedFile"u8.ToArray(), "Le PDF contient un fichier inclus."),
        ("EmbeddedFiles"u8.ToArray(), "Le PDF contient un fichier inclus."),
        ("EF"u8.ToArray(), "Le PDF contient un fichier inclus."),
        ("RichMedia"u8.ToArray(), "Le PDF contient un contenu actif."),
        ("XFA"u8.ToArray(), "Le PDF contient un formulaire actif (XFA)."),
    ];

    /// <returns>The French reason of the refusal; <see langword="null"/> when the file is acceptable.</returns>
    public static string? Refuse(ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith("%PDF-"u8))
            return "Le fichier n'est pas un PDF.";
        if (content[Math.Max(0, content.Length - 2048)..].IndexOf("%%EOF"u8) < 0)
            return "Le PDF est incomplet.";
        // Bodies of streams too: a cross-reference may lead a reader to an object that hides in one.
        return FindName(content) ?? PdfObjectStreams.Refuse(content.ToArray());
    }

    /// <summary>The reason of the first forbidden name; <see langword="null"/> when there is none.</summary>
    internal static string? FindName(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf((byte)'/'); at >= 0;)
        {
            foreach (var (name, reason) in Forbidden)
            {
                var end = MatchName(text, at + 1, name);
                // Compressed pictures hold two given letters by chance: those count only with a value behind them.
                if (end > 0 && (name.Length > 3 || IsValue(text, end)))
                    return reason;
            }

            var next = text[(at + 1)..].IndexOf((byte)'/');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return null;
    }

    /// <summary>Whether a name stands here, each character plain or as #xx (ISO 32000 §7.3.5).</summary>
    /// <returns>Where it ends; -1 when it is another name.</returns>
    internal static int MatchName(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> name)
    {
        foreach (var letter in name)
        {
            if (at >= text.Length)
                return -1;
            if (text[at] == letter)
                at++;
            else if (text[at] == '#' && at + 2 < text.Length && char.IsAsciiHexDigit((char)text[at + 1]) && char.IsAsciiHexDigit((char)text[at + 2])
                && Convert.ToByte(Encoding.ASCII.GetString(text.Slice(at + 1, 2)), 16) == letter)
                at += 3;
            else
                return -1;
        }

        return at < text.Length && !IsDelimiter(text[at]) ? -1 : at;
    }

    internal static bool IsWhite(byte b) => b is 0 or 9 or 10 or 12 or 13 or 32;

    private static bool IsDelimiter(byte b) => IsWhite(b) || b is (byte)'(' or (byte)')' or (byte)'<' or (byte)'>' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'/' or (byte)'%';

    /// <summary>A text, a dictionary or a reference to one: <c>(…)</c>, <c>&lt;…</c>, <c>12 0 R</c>; a comment may hide which.</summary>
    private static bool IsValue(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && IsWhite(text[at]))
            at++;
        if (at >= text.Length)
            return false;
        if (text[at] is (byte)'(' or (byte)'<' or (byte)'%' or (byte)'[')
            return true;
        var digits = text[at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits > 0 && IsWhite(text[at + digits]);
    }
}
