using System.IO.Compression;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// Looks into compressed object streams (ISO 32000 §7.5.7): actions and files hide there from a reader of the plain bytes.
/// Bounded: what would inflate without end, or is packed in a way that is not known here, is refused.
/// </summary>
internal static class PdfObjectStreams
{
    /// <summary>Inflated bytes of all object streams of one file.</summary>
    private const int MostInflated = 48 << 20;

    /// <summary>Bytes of dictionaries looked at in one file; an honest one has each once.</summary>
    private const int MostRead = 64 << 20;

    private const string Unknown = "Le PDF est compressé d'une façon que la passerelle ne sait pas contrôler.";

    /// <returns>The French reason of the refusal; <see langword="null"/> when nothing forbidden hides.</returns>
    public static string? Refuse(byte[] file)
    {
        ReadOnlySpan<byte> content = file;
        var (inflated, read) = (0, 0);
        // The dictionary of a stream begins after the last « obj ».
        var start = 0;
        for (int before = 0, at = content.IndexOf("stream"u8); at >= 0;)
        {
            if (content[before..at].LastIndexOf("obj"u8) is >= 0 and var obj)
                start = before + obj + 3;
            var dictionary = content[start..at];
            var after = at + 6;
            if (!content[..at].EndsWith("end"u8))
            {
                read += dictionary.Length;
                if (read > MostRead)
                    return Unknown;
                var body = Body(content, after);
                // A comment may keep the dictionary from being read right: then what it packs tells.
                var declared = IsObjectStream(dictionary);
                if (declared || LooksLikeObjects(file, body))
                {
                    if (Inflate(file, dictionary, body, MostInflated - inflated, declared) is not { } objects)
                        return Unknown;
                    inflated += objects.Length;
                    if (PdfCheck.FindName(objects) is { } reason)
                        return reason;
                }
            }

            before = after;
            var next = content[after..].IndexOf("stream"u8);
            at = next < 0 ? -1 : after + next;
        }

        return null;
    }

    // By its type, or by the keys that only an object stream has together.
    private static bool IsObjectStream(ReadOnlySpan<byte> dictionary) =>
        After(dictionary, "ObjStm"u8) >= 0 || (After(dictionary, "First"u8) >= 0 && After(dictionary, "N"u8) >= 0);

    /// <summary>Whether a packed body begins as the index of an object stream does: object number, offset.</summary>
    private static bool LooksLikeObjects(byte[] file, int body)
    {
        if (body >= file.Length || (file[body] & 0x0F) != 8) // RFC 1950: the method is deflate
            return false;
        var head = new byte[24];
        try
        {
            using var zip = new ZLibStream(new MemoryStream(file, body, file.Length - body), CompressionMode.Decompress);
            var length = zip.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            var text = head.AsSpan(0, length).TrimStart(" \t\r\n\0\f"u8);
            var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits <= 0 || !PdfCheck.IsWhite(text[digits]))
                return false;
            text = text[digits..].TrimStart(" \t\r\n\0\f"u8);
            return text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is > 0 and var more && PdfCheck.IsWhite(text[more]);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <returns>Where a name ends in a dictionary; -1 when it is not there.</returns>
    private static int After(ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> name)
    {
        for (var at = dictionary.IndexOf((byte)'/'); at >= 0;)
        {
            if (PdfCheck.MatchName(dictionary, at + 1, name) is > 0 and var end)
                return end;
            var next = dictionary[(at + 1)..].IndexOf((byte)'/');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return -1;
    }

    /// <summary>Where the body begins: after the line end that ends the keyword.</summary>
    private static int Body(ReadOnlySpan<byte> content, int after)
    {
        var rest = content[after..];
        return after + (rest.StartsWith("\r\n"u8) ? 2 : rest.StartsWith("\n"u8) || rest.StartsWith("\r"u8) ? 1 : 0);
    }

    /// <summary>One filter, Flate, without a predictor; a list of one is the same.</summary>
    private static bool IsPlainFlate(ReadOnlySpan<byte> dictionary, int filter)
    {
        var value = dictionary[filter..].TrimStart(" \t\r\n\0\f["u8);
        if (value.IsEmpty || value[0] != '/')
            return false;
        var end = PdfCheck.MatchName(value, 1, "FlateDecode"u8);
        if (end < 0)
            end = PdfCheck.MatchName(value, 1, "Fl"u8);
        var isList = dictionary[filter..].TrimStart(" \t\r\n\0\f"u8).StartsWith("["u8);
        return end > 0 && (!isList || value[end..].TrimStart(" \t\r\n\0\f"u8).StartsWith("]"u8))
            && After(dictionary, "DecodeParms"u8) < 0 && After(dictionary, "DP"u8) < 0 && After(dictionary, "F"u8) < 0;
    }

    /// <returns>The content; empty when it is plain and has been read already; <see langword="null"/> when it is packed otherwise, or too large.</returns>
    private static byte[]? Inflate(byte[] file, ReadOnlySpan<byte> dictionary, int body, int most, bool declared)
    {
        var filter = After(dictionary, "Filter"u8);
        if (declared && filter < 0)
            return [];
        if (declared && !IsPlainFlate(dictionary, filter))
            return null;
        try
        {
            using var zip = new ZLibStream(new MemoryStream(file, body, file.Length - body), CompressionMode.Decompress);
            using var inflated = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = zip.Read(buffer)) > 0;)
            {
                inflated.Write(buffer, 0, read);
                if (inflated.Length > most)
                    return null;
            }

            return inflated.Length == 0 ? null : inflated.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
