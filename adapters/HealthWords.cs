using System.Globalization;
using System.Text;

namespace ExchangeGateway.Adapters;

/// <summary>
/// Words that say the health of a person (art. 9 RGPD), as a dated list gives them. Whole words are compared without accents,
/// case, hyphens and plurals.
/// </summary>
public sealed class HealthWords
{
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly List<string> _stems = [];
    private readonly List<string> _phrases = [];
    private readonly List<string> _exceptions;

    /// <param name="words">Words or phrases; a star at the end takes every ending of the last word.</param>
    /// <param name="exceptions">Phrases that say nothing of a person: an organisation, a place.</param>
    public HealthWords(IEnumerable<string> words, IEnumerable<string> exceptions)
    {
        foreach (var word in words)
        {
            var isStem = word.EndsWith('*');
            var normal = Normalise(word, singular: !isStem);
            if (isStem)
                _stems.Add(" " + normal);
            else if (normal.Contains(' ', StringComparison.Ordinal))
                _phrases.Add($" {normal} ");
            else
                _words.Add(normal);
        }
        _exceptions = [.. exceptions.Select(e => $" {Normalise(e, singular: true)} ").OrderByDescending(e => e.Length)];
    }

    /// <summary>Whether a text says somebody's health.</summary>
    public bool AreIn(string text)
    {
        var normal = $" {Normalise(text, singular: true)} ";
        foreach (var exception in _exceptions)
            normal = normal.Replace(exception, " | ", StringComparison.Ordinal);
        return normal.Split(' ').Any(_words.Contains)
            || _stems.Exists(s => normal.Contains(s, StringComparison.Ordinal))
            || _phrases.Exists(p => normal.Contains(p, StringComparison.Ordinal));
    }

    /// <summary>Small letters without accents, words apart by one space, without the mark of their plural; invisible characters are none.</summary>
    private static string Normalise(string text, bool singular)
    {
        var words = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormKD))
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(c);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)
                continue;
            words.Append(char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ');
        }
        return string.Join(' ', words.Replace("œ", "oe").ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => singular ? Singular(w) : w));
    }

    /// <summary>Both sides lose their last s or x: "sida" stays, "diabètes" and "diabète" meet.</summary>
    private static string Singular(string word) => word.Length > 3 && word[^1] is 's' or 'x' ? word[..^1] : word;
}
