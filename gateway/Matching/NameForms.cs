using System.Text;
using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>One surname in the forms that are compared, all in capitals without accents.</summary>
/// <param name="Full">All words joined: <c>DALEMBERTLEVEQUE</c>.</param>
/// <param name="Core">Without particles and articles: <c>ALEMBERTLEVEQUE</c>; the full form when nothing else would be left.</param>
/// <param name="Parts">The words of a double name, without particles; empty for a simple name.</param>
internal sealed record Surname(string Full, string Core, IReadOnlyList<string> Parts);

/// <summary>Surnames as clerks write them: titles, "née", "épouse", "veuve", particles, double names.</summary>
internal static class NameForms
{
    private static readonly HashSet<string> Titles = new(StringComparer.Ordinal)
    {
        "M", "MR", "MM", "MME", "MMES", "MLLE", "MONSIEUR", "MADAME", "MADEMOISELLE", "VEUVE", "VVE", "DR", "DOCTEUR", "EPOUX",
    };

    /// <summary>What stands between two names of one person.</summary>
    private static readonly HashSet<string> Markers = new(StringComparer.Ordinal)
    {
        "NE", "NEE", "EPOUSE", "EPSE", "EPS", "EP", "VEUVE", "VVE", "DIVORCEE", "DIVORCE", "DIV", "DIT", "DITE", "ALIAS", "MME", "USAGE",
    };

    private static readonly HashSet<string> Particles = new(StringComparer.Ordinal)
    {
        "D", "DE", "DU", "DES", "L", "LA", "LE", "LES", "VAN", "VON", "DER", "DEN", "TEN", "TER", "ZU", "EL", "AL", "BEN", "BENT", "BINT", "IBN", "OULD",
        "O", "MAC", "MC", "DA", "DAS", "DI", "DEL", "DELLA", "DO", "DOS", "Y", "THI",
    };

    /// <summary>The surnames that a text names: <c>Mme veuve Martin née Durand</c> gives MARTIN and DURAND.</summary>
    public static IReadOnlyList<Surname> Surnames(params ReadOnlySpan<string?> texts)
    {
        var found = new List<Surname>(2);
        foreach (var text in texts)
        {
            if (string.IsNullOrWhiteSpace(text))
                continue;
            var words = new List<string>();
            foreach (var raw in text.Replace("(e)", "e", StringComparison.OrdinalIgnoreCase).Replace("(", " / ", StringComparison.Ordinal).Replace(")", " / ", StringComparison.Ordinal).Replace("/", " / ", StringComparison.Ordinal)
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                var word = Letters(Read(raw));
                if (raw == "/" || (words.Count > 0 && Markers.Contains(word)))
                    Flush(found, words);
                else if (words.Count > 0 || !(Titles.Contains(word) || (found.Count > 0 && Markers.Contains(word))))
                    words.AddRange(word.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }

            Flush(found, words);
        }

        // Durand, usage name Durand-Martin: she is also called Martin.
        foreach (var other in found.Where(s => s.Parts.Count == 2).Select(s => s.Parts.Where(p => !found.Exists(f => f.Full == p)).ToList()).Where(o => o.Count == 1).ToList())
            found.Add(new Surname(other[0], other[0], []));
        return found;
    }

    /// <summary>A word with the letters that a scanner or a hand took for digits: <c>M0REAU</c>, <c>MART1N</c>, <c>Pau1</c>.</summary>
    public static string Read(string word) =>
        word.AsSpan().ContainsAnyInRange('0', '9') && word.Any(char.IsLetter)
            ? word.Replace('0', 'O').Replace('1', word.Any(char.IsLower) ? 'L' : 'I').Replace('5', 'S').Replace('8', 'B')
            : word;

    /// <summary>Letters and digits in capitals, accents off, ligatures opened, Greek and Cyrillic transliterated; gaps as one space.</summary>
    public static string Letters(string text)
    {
        var plain = NormalisedNames.Normalise(text);
        if (Ascii.IsValid(plain))
            return plain;
        var latin = new StringBuilder(plain.Length + 4);
        foreach (var c in plain)
            latin.Append(c < 128 ? c.ToString() : Transliterated(c));
        return latin.ToString();
    }

    private static string Transliterated(char c)
    {
        const string From = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЫЭЮЯЬЪІЇЄҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩıÞŊƏĦŦ";
        string[] to =
        [
            "A", "B", "V", "G", "D", "E", "J", "Z", "I", "I", "K", "L", "M", "N", "O", "P", "R", "S", "T", "OU", "F", "KH", "TS", "TCH", "CH", "CHTCH", "Y", "E", "IOU", "IA", "", "",
            "I", "I", "E", "G", "A", "B", "G", "D", "E", "Z", "I", "TH", "I", "K", "L", "M", "N", "X", "O", "P", "R", "S", "T", "Y", "F", "CH", "PS", "O", "I", "TH", "N", "A", "H", "T",
        ];
        var at = From.IndexOf(c, StringComparison.Ordinal);
        return at < 0 ? c.ToString() : to[at];
    }

    private static void Flush(List<Surname> found, List<string> words)
    {
        for (var i = 0; i < words.Count - 1; i++)
            words[i] = words[i] switch { "ST" => "SAINT", "STE" => "SAINTE", var w => w };
        var full = string.Concat(words);
        if (full.Length > 0 && !found.Exists(s => s.Full == full) && found.Count < 4)
        {
            var own = words.Where(w => !Particles.Contains(w)).ToList();
            var core = string.Concat(own);
            found.Add(new Surname(full, core.Length >= 3 ? core : full, own.Count > 1 ? [.. own.Where(w => w.Length >= 3).Take(3)] : []));
        }

        words.Clear();
    }
}
