using System.Reflection;
using System.Text;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>Given names in the forms that are compared.</summary>
/// <param name="First">The usual one, a compound joined: <c>JEANPIERRE</c> for <c>Jean-Pierre</c>.</param>
/// <param name="FirstTwo">The first two joined, hyphen or not; empty when there is one.</param>
/// <param name="Atoms">Each given name by itself, at most four.</param>
/// <param name="Compound">The first one is written with a hyphen.</param>
/// <param name="InitialsOnly">Only initials were given: <c>J.</c>, <c>J.-P.</c>.</param>
/// <param name="Known">A name of the list of usual given names: two different ones are two people, not a slip of the pen.</param>
/// <param name="Stem">Without the ending that turns <c>LOUIS</c> into <c>LOUISE</c>.</param>
/// <param name="Usage">The first one in the writing that stands for all those of one name (<c>variantes.txt</c>): <c>MOHAMED</c> for <c>MUHAMMAD</c>.</param>
internal sealed record GivenForms(string First, string FirstTwo, IReadOnlyList<string> Atoms, bool Compound, bool InitialsOnly, bool Known, string Stem, string Usage)
{
    private static readonly HashSet<string> Usual = [.. Lines("prenoms.txt").SelectMany(line => line)];
    private static readonly Dictionary<string, string> Variants = Lines("variantes.txt").SelectMany(line => line.Select(w => (w, line[0]))).ToDictionary(StringComparer.Ordinal);

    /// <summary>Reads the given names of one person; <see langword="null"/> when there is none.</summary>
    public static GivenForms? Of(string text)
    {
        var groups = text.Split([' ', ',', ';', '/', '\t', '\u00A0', '\u202F'], StringSplitOptions.RemoveEmptyEntries)
            .Select(g => NameForms.Letters(NameForms.Read(g)).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(g => g.Length > 0 && g is not (["MME" or "MR" or "MLLE" or "MONSIEUR" or "MADAME"]))
            .ToList();
        if (groups.Count == 0)
            return null;
        // Abd el Kader: the servant of.
        if (groups is [["ABD"], ["EL" or "AL" or "ER" or "ES" or "UL"], [var last], ..])
            groups = [["ABD" + groups[1][0] + last], .. groups.Skip(3)];
        var head = groups[0];
        var atoms = groups.SelectMany(g => g).Take(4).ToList();
        var first = string.Concat(head);
        return new GivenForms(
            first,
            atoms.Count > 1 ? atoms[0] + atoms[1] : "",
            atoms,
            head.Length > 1,
            head.All(a => a.Length == 1) || (first.Length <= 3 && !first.Any(c => c is 'A' or 'E' or 'I' or 'O' or 'U' or 'Y')),
            head.All(Usual.Contains) || Usual.Contains(first),
            StemOf(first),
            Variants.GetValueOrDefault(first, first));
    }

    /// <summary>Initials of the first name, all its letters when only initials were given.</summary>
    public string Initials => InitialsOnly ? First : Compound ? $"{Atoms[0][0]}{Atoms[1][0]}" : First[..1];

    private static string StemOf(string name)
    {
        var stem = new StringBuilder(name);
        if (name.EndsWith("QUE", StringComparison.Ordinal))
            stem.Remove(stem.Length - 3, 3).Append('C');
        while (stem.Length > 2 && stem[^1] is 'A' or 'E' or 'I' or 'O')
            stem.Length--;
        if (stem.Length > 2 && stem[^1] == stem[^2])
            stem.Length--;
        return stem.ToString();
    }

    private static IEnumerable<string[]> Lines(string file)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("matching/" + file)!);
        return [.. reader.ReadToEnd().Split('\n').Where(l => !l.StartsWith('#')).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }
}
