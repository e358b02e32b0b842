using System.Text.RegularExpressions;

namespace ExchangeGateway.Schemas;

/// <summary>
/// The regular expressions that schemas may hold: anchored, bounded, linear to match, and meaning the same in every
/// dialect. ECMA 262 and .NET differ on <c>\d</c>, <c>\w</c>, <c>\s</c>, <c>.</c> and <c>$</c>; the first four are
/// refused and <c>$</c> becomes <c>\z</c> (in .NET <c>$</c> would let a final line feed through).
/// </summary>
internal static class BoundedPattern
{
    /// <summary>Longest time one match may take; a bounded pattern needs microseconds.</summary>
    public static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(100);

    private const int MaximumLength = 200;
    private const int MaximumRepeat = 500;

    /// <summary>Says why a pattern is refused; <see langword="null"/> when it is accepted.</summary>
    public static string? Refuse(string pattern)
    {
        if (pattern.Length is < 3 or > MaximumLength || pattern[0] != '^' || pattern[^1] != '$')
            return "motif non ancré par ^ et $ (200 caractères au plus)";
        // One entry per open group: whether it holds a variable repetition.
        var groups = new Stack<bool>();
        var variable = false;
        for (var i = 1; i < pattern.Length - 1; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    if (!@"\.-+*?()[]{}/^$|".Contains(pattern[++i], StringComparison.Ordinal))
                        return "séquence d'échappement non permise";
                    break;
                case '[':
                    i = EndOfClass(pattern, i);
                    if (i < 0)
                        return "classe de caractères mal formée";
                    break;
                case '(':
                    if (pattern[i + 1] == '?')
                        return "construction (?…) non permise";
                    groups.Push(variable);
                    variable = false;
                    break;
                case ')':
                    if (!groups.TryPop(out var outer))
                        return "parenthèse fermante sans ouvrante";
                    if (variable && pattern[i + 1] is '{' or '?' or '*' or '+')
                        return "répétition d'un groupe qui contient déjà une répétition variable";
                    variable |= outer;
                    break;
                case '|' when groups.Count == 0:
                    return "alternative hors d'un groupe : elle échapperait à l'ancrage";
                case '*' or '+':
                    return "répétition sans borne";
                case '?':
                    variable = true;
                    break;
                case '{':
                    var close = pattern.IndexOf('}', i);
                    if (close < 0 || !IsBounded(pattern.AsSpan(i + 1, close - i - 1), out var varies))
                        return "répétition sans borne";
                    variable |= varies;
                    i = close;
                    break;
                case '.' or '^' or '$':
                    return "métacaractère non permis hors d'une classe";
                default:
                    break;
            }
        }
        if (groups.Count > 0)
            return "parenthèse ouvrante sans fermante";
        try
        {
            _ = Compile(pattern);
            return null;
        }
        catch (ArgumentException)
        {
            return "expression mal formée";
        }
    }

    /// <summary>The .NET expression of an accepted pattern, with its time limit.</summary>
    public static Regex Compile(string pattern) =>
        new(pattern[..^1] + "\\z", RegexOptions.CultureInvariant | RegexOptions.Compiled, MatchTimeout);

    private static bool IsBounded(ReadOnlySpan<char> quantifier, out bool varies)
    {
        var comma = quantifier.IndexOf(',');
        varies = comma >= 0;
        var low = comma < 0 ? quantifier : quantifier[..comma];
        var high = comma < 0 ? quantifier : quantifier[(comma + 1)..];
        return int.TryParse(low, System.Globalization.NumberStyles.None, null, out var least)
            && int.TryParse(high, System.Globalization.NumberStyles.None, null, out var most)
            && least <= most && most is > 0 and <= MaximumRepeat;
    }

    private static int EndOfClass(string pattern, int open)
    {
        for (var i = open + 1; i < pattern.Length - 1; i++)
        {
            switch (pattern[i])
            {
                case '\\' when !@"\-]^[".Contains(pattern[i + 1], StringComparison.Ordinal):
                case '[':
                    return -1;
                case '\\':
                    i++;
                    break;
                case ']':
                    return i;
                default:
                    break;
            }
        }
        return -1;
    }
}
