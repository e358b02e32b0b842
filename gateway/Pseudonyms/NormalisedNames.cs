using System.Globalization;
using System.Text;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>Brings names and street lines to one form, so that what two senders write differently is the same.</summary>
internal static class NormalisedNames
{
    /// <summary>Upper case, without accents, ligatures opened, everything that is not a letter or digit as one space: <c>D'Alembert-Lévêque</c> → <c>D ALEMBERT LEVEQUE</c>.</summary>
    public static string Normalise(string text)
    {
        if (Ascii.IsValid(text))
            return NormaliseAscii(text);
        var result = new StringBuilder(text.Length);
        var gap = false;
        foreach (var c in text.Normalize(NormalizationForm.FormKD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark)
                continue;
            var letters = char.ToUpperInvariant(c) switch
            {
                'Œ' => "OE",
                'Æ' => "AE",
                'ẞ' or 'ß' => "SS",
                'Ø' => "O",
                'Ł' => "L",
                'Đ' or 'Ð' => "D",
                var upper when char.IsLetterOrDigit(upper) => upper.ToString(),
                _ => null,
            };
            if (letters is null)
            {
                gap = result.Length > 0;
                continue;
            }

            if (gap)
                result.Append(' ');
            gap = false;
            result.Append(letters);
        }

        return result.ToString();
    }

    /// <summary>As <see cref="Normalise"/>: most lines have no accent, and need none of its tables.</summary>
    private static string NormaliseAscii(string text)
    {
        var result = text.Length <= 256 ? stackalloc char[text.Length] : new char[text.Length];
        var length = 0;
        var gap = false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                gap = length > 0;
                continue;
            }

            if (gap)
                result[length++] = ' ';
            gap = false;
            result[length++] = char.IsAsciiLetterLower(c) ? (char)(c & ~0x20) : c;
        }

        return text.AsSpan().SequenceEqual(result[..length]) ? text : new string(result[..length]);
    }

    /// <summary>The first given name, normalised: <c>Jean-Pierre, Émile</c> → <c>JEAN PIERRE</c>.</summary>
    public static string FirstGivenName(string givenNames)
    {
        var parts = givenNames.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? "" : Normalise(parts[0]);
    }

    /// <summary>Number and street in one normalised line, with the usual abbreviations opened: <c>12 bis, av. Gal Leclerc</c> → <c>12 BIS AVENUE GENERAL LECLERC</c>.</summary>
    public static string Street(string? number, string street)
    {
        var words = Normalise($"{number} {street}").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
            words[i] = Opened(words[i]);
        return string.Join(' ', words);
    }

    private static string Opened(string word) => word switch
    {
        "AV" or "AVE" => "AVENUE",
        "BD" or "BLD" or "BVD" => "BOULEVARD",
        "R" => "RUE",
        "PL" => "PLACE",
        "SQ" => "SQUARE",
        "IMP" => "IMPASSE",
        "ALL" => "ALLEE",
        "CHE" or "CH" => "CHEMIN",
        "RTE" => "ROUTE",
        "PASS" => "PASSAGE",
        "FBG" or "FG" => "FAUBOURG",
        "QU" => "QUAI",
        "ST" => "SAINT",
        "STE" => "SAINTE",
        "GAL" => "GENERAL",
        "DR" => "DOCTEUR",
        "PDT" => "PRESIDENT",
        _ => word,
    };
}
