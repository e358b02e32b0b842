using System.Text;

namespace ExchangeGateway.Integration.Canaries;

/// <summary>The bytes in which a word may lie in the clear.</summary>
internal static class CanaryForms
{
    /// <summary>Shortest pattern that is searched: shorter ones are met by chance in ciphertext.</summary>
    public const int Shortest = 8;

    /// <summary>Each form of a word with its name; in other cases and without accents, as a normalised name would be, as plain text.</summary>
    public static IEnumerable<(string Form, byte[] Bytes)> Of(string word) =>
        Plain(word).Concat(Encoded(word))
            .Concat(new[] { word.ToUpperInvariant(), word.ToLowerInvariant(), word.Replace('é', 'e').ToUpperInvariant(), word.Replace('é', 'e').ToLowerInvariant() }.Distinct().SelectMany(Plain))
            .Where(f => f.Bytes.Length >= Shortest)
            .DistinctBy(f => Encoding.Latin1.GetString(f.Bytes));

    private static IEnumerable<(string Form, byte[] Bytes)> Plain(string word) =>
    [
        ("UTF-8", Encoding.UTF8.GetBytes(word)), ("Latin-1", Encoding.Latin1.GetBytes(word)),
        ("UTF-16LE", Encoding.Unicode.GetBytes(word)), ("UTF-16BE", Encoding.BigEndianUnicode.GetBytes(word)),
    ];

    private static IEnumerable<(string Form, byte[] Bytes)> Encoded(string word)
    {
        var (utf8, latin1) = (Encoding.UTF8.GetBytes(word), Encoding.Latin1.GetBytes(word));
        yield return ("URL", Encoding.ASCII.GetBytes(Uri.EscapeDataString(word)));
        yield return ("URL, minuscules", Encoding.ASCII.GetBytes(Escaped(utf8, "%", "x2")));
        yield return ("URL, Latin-1", Encoding.ASCII.GetBytes(Escaped(latin1, "%", "X2")));
        yield return ("JSON", Encoding.ASCII.GetBytes(string.Concat(word.Select(c => c < 128 ? c.ToString() : $"\\u{(int)c:x4}"))));
        yield return ("JSON, majuscules", Encoding.ASCII.GetBytes(string.Concat(word.Select(c => c < 128 ? c.ToString() : $"\\u{(int)c:X4}"))));
        yield return ("JSON, tout échappé", Encoding.ASCII.GetBytes(string.Concat(word.Select(c => $"\\u{(int)c:x4}"))));
        foreach (var (name, bytes) in new[] { ("UTF-8", utf8), ("Latin-1", latin1), ("UTF-16LE", Encoding.Unicode.GetBytes(word)) })
        {
            yield return ($"hexadécimal {name}", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)));
            yield return ($"HEXADÉCIMAL {name}", Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)));
            for (var shift = 0; shift < 3; shift++)
            {
                var base64 = Base64(bytes, shift);
                yield return ($"base64+{shift} {name}", Encoding.ASCII.GetBytes(base64));
                yield return ($"base64url+{shift} {name}", Encoding.ASCII.GetBytes(base64.Replace('+', '-').Replace('/', '_')));
            }
        }
    }

    /// <summary>The characters of a Base64 text that the word alone decides, when so many bytes of another stand before it.</summary>
    private static string Base64(byte[] word, int shift)
    {
        var text = Convert.ToBase64String([.. new byte[shift], .. word]);
        return text[(((shift * 8) + 5) / 6)..((shift + word.Length) * 8 / 6)];
    }

    private static string Escaped(byte[] bytes, string mark, string format) =>
        string.Concat(bytes.Select(b => b < 128 ? ((char)b).ToString() : mark + b.ToString(format, System.Globalization.CultureInfo.InvariantCulture)));
}
