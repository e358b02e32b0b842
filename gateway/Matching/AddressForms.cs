using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>A dwelling's address in the forms that are compared, written as the Base Adresse Nationale writes it.</summary>
/// <param name="Number">House number with its index: <c>12B</c> for <c>12 bis</c>, <c>12B</c>, <c>12, bis</c>; empty when there is none.</param>
/// <param name="Street">All words, abbreviations opened, articles left out: <c>AVENUEGENERALLECLERC</c>.</param>
/// <param name="Key">How the street's longest word sounds: what two writings of one street share.</param>
/// <param name="Floor">0 for the ground floor; empty when it is not said.</param>
/// <param name="Shared">A hostel, a domiciliation, poste restante: many people who have nothing to do with each other have it.</param>
internal sealed record AddressForms(string Number, string Street, string Key, string Floor, bool Shared)
{
    private static readonly HashSet<string> Articles = new(StringComparer.Ordinal) { "DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "A", "AU", "AUX", "EN", "ET", "SUR", "N", "NO" };

    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["AV"] = "AVENUE",
        ["AVE"] = "AVENUE",
        ["AVN"] = "AVENUE",
        ["BD"] = "BOULEVARD",
        ["BLD"] = "BOULEVARD",
        ["BVD"] = "BOULEVARD",
        ["BOUL"] = "BOULEVARD",
        ["BOULV"] = "BOULEVARD",
        ["R"] = "RUE",
        ["PL"] = "PLACE",
        ["PLA"] = "PLACE",
        ["SQ"] = "SQUARE",
        ["IMP"] = "IMPASSE",
        ["ALL"] = "ALLEE",
        ["ALLEES"] = "ALLEE",
        ["CHE"] = "CHEMIN",
        ["CHEM"] = "CHEMIN",
        ["CH"] = "CHEMIN",
        ["RTE"] = "ROUTE",
        ["PASS"] = "PASSAGE",
        ["PAS"] = "PASSAGE",
        ["FBG"] = "FAUBOURG",
        ["FG"] = "FAUBOURG",
        ["QU"] = "QUAI",
        ["CRS"] = "COURS",
        ["RES"] = "RESIDENCE",
        ["RPT"] = "ROND POINT",
        ["LOT"] = "LOTISSEMENT",
        ["ESP"] = "ESPLANADE",
        ["SEN"] = "SENTIER",
        ["VLA"] = "VILLA",
        ["CTE"] = "CITE",
        ["ST"] = "SAINT",
        ["STE"] = "SAINTE",
        ["GAL"] = "GENERAL",
        ["GEN"] = "GENERAL",
        ["GRAL"] = "GENERAL",
        ["MAL"] = "MARECHAL",
        ["MARL"] = "MARECHAL",
        ["CDT"] = "COMMANDANT",
        ["CNE"] = "CAPITAINE",
        ["COL"] = "COLONEL",
        ["LT"] = "LIEUTENANT",
        ["DR"] = "DOCTEUR",
        ["DOCT"] = "DOCTEUR",
        ["PR"] = "PROFESSEUR",
        ["PROF"] = "PROFESSEUR",
        ["PDT"] = "PRESIDENT",
        ["PRES"] = "PRESIDENT",
        ["GD"] = "GRAND",
        ["GDE"] = "GRANDE",
        ["PT"] = "PETIT",
        ["PTE"] = "PORTE",
        ["VX"] = "VIEUX",
        ["NTRE"] = "NOTRE",
        ["ND"] = "NOTRE DAME",
        ["JB"] = "JEAN BAPTISTE",
        ["JJ"] = "JEAN JACQUES",
    };

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "AVENUE", "BOULEVARD", "RUE", "PLACE", "SQUARE", "IMPASSE", "ALLEE", "CHEMIN", "ROUTE", "PASSAGE", "QUAI", "COURS", "RESIDENCE", "LOTISSEMENT", "ESPLANADE", "SENTIER", "VILLA", "CITE",
        "FAUBOURG", "GENERAL", "MARECHAL", "DOCTEUR", "PRESIDENT", "PROFESSEUR", "COMMANDANT", "CAPITAINE", "COLONEL",
    };

    private static readonly HashSet<string> SharedWords = new(StringComparer.Ordinal) { "FOYER", "CCAS", "CIAS", "CHRS", "CADA", "SIAO", "DOMICILIATION", "DOMICILIE", "DOMICILIEE", "SDF" };

    public static AddressForms Of(Adresse address)
    {
        var words = NameForms.Letters($"{address.Numero} {address.Voie}".Replace("c/o", "chez", StringComparison.OrdinalIgnoreCase)).Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        var shared = IsShared(words) || IsShared([.. NameForms.Letters(address.Complement ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        LeaveHostOut(words);
        if (shared && words.Exists(w => !SharedWords.Contains(w)))
        {
            words.RemoveAll(SharedWords.Contains);
            words.RemoveRange(0, Math.Max(0, words.FindIndex(w => char.IsAsciiDigit(w[0]))));
        }

        while (words.Count > 1 && words[0] is "N" or "NO" or "NUMERO")
            words.RemoveAt(0);
        var number = TakeNumber(words);
        var street = words.Where(w => w is not "CEDEX").SelectMany(w => Words.GetValueOrDefault(w, w).Split(' ')).Where(w => !Articles.Contains(w)).ToList();
        var own = street.Where(w => !Types.Contains(w)).ToList();
        var key = (own.Count > 0 ? own : street).OrderByDescending(w => w.Length).ThenBy(w => w, StringComparer.Ordinal).FirstOrDefault() ?? "";
        var digits = key.All(char.IsAsciiDigit);
        return new AddressForms(number, string.Concat(street), digits ? key : FrenchSound.Of(key), FloorOf(address.Etage), shared);
    }

    /// <summary>A street may be called so; a word after « rue », « place »… does not count.</summary>
    private static bool IsShared(List<string> words)
    {
        var own = words.Where(w => !Articles.Contains(w)).ToList();
        for (var i = 0; i < own.Count; i++)
        {
            var street = i > 0 && Types.Contains(Words.GetValueOrDefault(own[i - 1], own[i - 1])) && own[i - 1] is not ("RESIDENCE" or "RES");
            var next = i + 1 < own.Count ? own[i + 1] : "";
            if (!street && (SharedWords.Contains(own[i]) || (own[i], next) is ("POSTE", "RESTANTE") or ("RESIDENCE", "SOCIALE") or ("HOTEL", "SOCIAL") or ("PENSION", "FAMILLE") or ("CENTRE", "HEBERGEMENT") or ("CENTRE", "COMMUNAL") or ("SANS", "DOMICILE")))
                return true;
        }

        return false;
    }

    /// <summary>« 12 rue de l'Essai, chez M. Exemple », « chez M. Exemple, 12 rue de l'Essai »: one dwelling, whoever lodges there. « Chez Essai » alone is a hamlet.</summary>
    private static void LeaveHostOut(List<string> words)
    {
        var at = words.IndexOf("CHEZ");
        if (at < 0)
            return;
        var next = words.FindIndex(at + 1, w => char.IsAsciiDigit(w[0]) || Types.Contains(Words.GetValueOrDefault(w, w)));
        if (next > 0)
            words.RemoveRange(at, next - at);
        else if (at > 1)
            words.RemoveRange(at, words.Count - at);
    }

    /// <summary>Takes the house number off the front: <c>12</c>, <c>12B</c>, <c>12 BIS</c>, <c>12 14</c> (the first of two).</summary>
    private static string TakeNumber(List<string> words)
    {
        if (words.Count == 0 || !char.IsAsciiDigit(words[0][0]))
            return "";
        var first = words[0];
        words.RemoveAt(0);
        var digits = first.TakeWhile(char.IsAsciiDigit).Count();
        var index = first[digits..];
        if (index.Length == 0 && words.Count > 1 && (words[0] is "BIS" or "TER" or "QUATER" || (words[0].Length == 1 && Types.Contains(Words.GetValueOrDefault(words[1], words[1])))))
        {
            index = words[0];
            words.RemoveAt(0);
        }

        // A range ("12-14"): the first number is the address.
        if (words.Count > 1 && index.Length == 0 && words[0].Length <= 4 && words[0].All(char.IsAsciiDigit) && Types.Contains(Words.GetValueOrDefault(words[1], words[1])))
            words.RemoveAt(0);
        var suffix = index switch { "BIS" or "B" => "B", "TER" or "T" => "T", "QUATER" or "Q" => "Q", _ => index };
        return first[..digits].TrimStart('0') + suffix;
    }

    /// <summary>The floor alone: of the rest each sender writes what it likes.</summary>
    private static string FloorOf(string? floor)
    {
        foreach (var word in NameForms.Letters(floor ?? "").Split(' '))
        {
            if (word is "RDC" or "REZ")
                return "0";
            if (word.Length > 0 && char.IsAsciiDigit(word[0]))
                return string.Concat(word.TakeWhile(char.IsAsciiDigit)).TrimStart('0');
        }

        return "";
    }
}
