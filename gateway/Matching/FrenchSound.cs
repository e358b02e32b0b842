using System.Text;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>
/// How a name sounds in French, as a rough code: <c>DUPOND</c> and <c>DUPONT</c>, <c>MATHIEU</c> and <c>MATTHIEU</c>, <c>LEROY</c>
/// and <c>LEROI</c> give the same. It finds candidates and excuses a spelling; alone it never decides.
/// </summary>
internal static class FrenchSound
{
    /// <summary>Each letter as a text, made once.</summary>
    private static readonly string[] Letters = [.. Enumerable.Range('A', 26).Select(c => ((char)c).ToString())];

    /// <param name="name">Capital letters A–Z; anything else is skipped.</param>
    /// <param name="keepEnd">Keeps final consonants, as given names need it: <c>LUCAS</c> is not <c>LUCA</c>.</param>
    public static string Of(string name, bool keepEnd = false)
    {
        var sound = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length;)
        {
            var (code, length) = At(name, i);
            foreach (var c in code)
            {
                if (sound.Length == 0 || sound[^1] != c)
                    sound.Append(c);
            }

            i += length;
        }

        // Letters that French does not pronounce at the end of a name.
        var mute = keepEnd ? "E" : "ETDSP";
        while (sound.Length > 3 && mute.Contains(sound[^1], StringComparison.Ordinal))
            sound.Length--;
        return sound.ToString();
    }

    private static (string Code, int Length) At(string s, int i)
    {
        char Next(int n = 1) => i + n < s.Length ? s[i + n] : '\0';
        var soft = Next() is 'E' or 'I' or 'Y';
        return s[i] switch
        {
            'P' when Next() is 'H' => ("F", 2),
            'C' when Next() is 'H' => (Next(2) is 'R' or 'L' or 'N' or 'T' ? "K" : "C", 2),
            'C' when soft => ("S", 1),
            'C' when Next() is 'Q' or 'K' => ("", 1),
            'C' or 'K' => ("K", 1),
            'Q' => ("K", Next() is 'U' ? 2 : 1),
            'G' when Next() is 'N' => ("N", 2),
            'G' when Next() is 'U' && Next(2) is 'E' or 'I' or 'Y' => ("G", 2),
            'G' when soft => ("J", 1),
            'S' when Next() is 'C' && Next(2) is 'H' => ("C", 3),
            'S' when Next() is 'H' => ("C", 2),
            'S' when Next() is 'C' && Next(2) is 'E' or 'I' or 'Y' => ("S", 2),
            'X' or 'Z' or 'S' => ("S", 1),
            'T' => ("T", Next() is 'H' ? 2 : 1),
            'H' => ("", 1),
            'W' => ("V", 1),
            'E' when Next() is 'A' && Next(2) is 'U' => ("O", Next(3) is 'X' ? 4 : 3),
            'A' when Next() is 'U' => ("O", Next(2) is 'X' ? 3 : 2),
            'O' when Next() is 'U' => ("U", 2),
            'O' when Next() is 'E' => ("E", 2),
            'A' or 'E' when Next() is 'I' or 'Y' && !Vowel(Next(2)) => ("E", 2),
            'A' when Next() is 'E' => ("E", 2),
            'E' when Next() is 'U' => ("E", 2),
            'U' when Next() is 'E' && i + 2 < s.Length => ("U", 2), // Mueller, Müller
            'E' when Next() is 'N' or 'M' && Next(2) is not '\0' && !Vowel(Next(2)) && Next(2) != Next() => ("A", 1),
            'Y' => ("I", 1),
            >= 'A' and <= 'Z' and var letter => (Letters[letter - 'A'], 1),
            _ => ("", 1),
        };
    }

    private static bool Vowel(char c) => c is 'A' or 'E' or 'I' or 'O' or 'U' or 'Y';
}
