using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Adapters;

/// <summary>What an attachment shows of the information notice.</summary>
/// <param name="Constat">One of the notice flags of <see cref="Drapeaux"/>.</param>
/// <param name="Version">Id of the version that was recognised; <see langword="null"/> when none was.</param>
/// <param name="NumeroErrone">Whether the notice prints a helpline number that is not the one in force.</param>
public sealed record NoticeLue(Drapeau Constat, string? Version = null, bool NumeroErrone = false)
{
    public IEnumerable<Drapeau> Drapeaux => NumeroErrone ? [Constat, Adapters.Drapeaux.NumeroAideErrone] : [Constat];
}

/// <summary>
/// Recognises the information notice in a file: by its digest, or by the words that its version prints. What cannot be
/// read is illegible, never old, and never missing.
/// </summary>
public static partial class NoticeText
{
    /// <summary>A page with fewer letters is an image to us: a stamp or a page number says nothing.</summary>
    private const int FewestLetters = 40;

    /// <summary>Whether the territory has said by what its notices are known; without it nothing is concluded from a text.</summary>
    public static bool Connaissable(IReadOnlyList<NoticeVersion> connues) => connues.Any(n => n.Marques.Count > 0);

    /// <summary>The notice whose own file this is; <see langword="null"/> for a file that is not known.</summary>
    /// <param name="empreinte">SHA-256 of the file, lower-case hexadecimal.</param>
    /// <param name="acte">Day of the act.</param>
    public static NoticeLue? ParEmpreinte(string empreinte, IReadOnlyList<NoticeVersion> connues, DateOnly acte) =>
        connues.FirstOrDefault(n => n.Empreintes.Contains(empreinte, StringComparer.OrdinalIgnoreCase)) is { } version ? new(Constat(version, acte), version.Id) : null;

    /// <summary>The notice in the pages of a file.</summary>
    /// <param name="pages">Text of each page, empty for a page that is an image.</param>
    /// <param name="fichierPropre">Whether the file is the notice itself; otherwise it is an act that should hold one.</param>
    public static NoticeLue ParTexte(IReadOnlyList<string> pages, bool fichierPropre, IReadOnlyList<NoticeVersion> connues, DateOnly acte, Helplines numeros)
    {
        var lues = pages.Select(Plain).ToList();
        // A new version may name the one that it replaces: the latest that is named is the one that is printed.
        var version = connues.Where(n => n.Marques.Any(m => Contient(lues, m))).MaxBy(n => n.ValideDu);
        var intitulee = version is not null || fichierPropre || connues.SelectMany(n => n.Intitules).Any(i => Contient(lues, i));
        if (version is not null || (intitulee && lues.TrueForAll(Lisible)))
        {
            var debut = fichierPropre ? 0 : Math.Max(0, lues.FindIndex(p => connues.Any(n => n.Marques.Concat(n.Intitules).Any(m => p.Contains(Plain(m), StringComparison.Ordinal)))));
            return new(version is null ? Drapeaux.NoticeInconnue : Constat(version, acte), version?.Id, Errone(string.Join('\n', pages.Skip(debut)), acte, numeros));
        }

        // One page that is an image may be the notice.
        return new(lues.Count == 0 || lues.Exists(p => !Lisible(p)) ? Drapeaux.NoticeIllisible : Drapeaux.NoticeAbsente);
    }

    private static Drapeau Constat(NoticeVersion version, DateOnly acte)
    {
        if (version.EnVigueur(acte))
            return Drapeaux.NoticeAJour;
        return acte < version.ValideDu ? Drapeaux.NoticeInconnue : Drapeaux.NoticeAncienne;
    }

    private static bool Errone(string texte, DateOnly acte, Helplines numeros)
    {
        var bons = numeros.InForce(acte).Select(n => n.Number).ToHashSet(StringComparer.Ordinal);
        return Phone().Matches(texte)
            .Select(m => string.Concat(m.Value.Where(char.IsAsciiDigit)))
            .Select(n => n.StartsWith("33", StringComparison.Ordinal) ? "0" + n[2..] : n)
            .Any(n => numeros.Prefixes.Any(p => n.StartsWith(p, StringComparison.Ordinal)) && !bons.Contains(n));
    }

    private static bool Contient(List<string> pages, string marque) => Plain(marque) is { Length: > 0 } plain && pages.Exists(p => p.Contains(plain, StringComparison.Ordinal));

    private static bool Lisible(string page) => page.Count(char.IsLetter) >= FewestLetters;

    /// <summary>Upper case, without accents, every run of white space as one space, typographic apostrophes and hyphens as plain ones.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormKD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark)
                continue;
            if (char.IsWhiteSpace(c))
            {
                if (plain.Length > 0 && plain[^1] != ' ')
                    plain.Append(' ');
            }
            else
            {
                plain.Append(c switch { '’' or '‘' or 'ʼ' => '\'', '‐' or '‑' or '–' or '—' => '-', _ => char.ToUpperInvariant(c) });
            }
        }

        return plain.ToString().TrimEnd();
    }

    [GeneratedRegex(@"(?<!\d)(?:0|(?:\+|00)33[ .\-\u00A0\u202F]?(?:\(0\))?)(?:[ .\-\u00A0\u202F]?\d){9}(?!\d)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Phone();
}

/// <summary>The quality flags of a deposit: what its message said, and what its attachments showed since.</summary>
public static class DrapeauxRetenus
{
    /// <summary>Flags about which notice is annexed: a deposit keeps one of them at most.</summary>
    private static readonly HashSet<string> Notice = new(
        [Drapeaux.NoticeAncienne.Code, Drapeaux.NoticeAbsente.Code, Drapeaux.NoticeInconnue.Code, Drapeaux.NoticeIllisible.Code, Drapeaux.NoticeAJour.Code], StringComparer.Ordinal);

    /// <summary>
    /// What was seen is stronger than what was declared; but what could not be read takes nothing away from a version that
    /// the sender has named, and the notice joined as a file of its own is stronger than its trace in the act.
    /// </summary>
    /// <param name="declares">Codes kept with the deposit.</param>
    /// <param name="constates"><c>piece:code</c> of what attachments showed.</param>
    public static IReadOnlyList<string> De(IReadOnlyList<string> declares, IReadOnlyList<string> constates)
    {
        if (constates.Count == 0)
            return declares;
        var vus = constates.Select(c => c.Split(':', 2)).Where(c => c.Length == 2).Select(c => (Piece: c[0], Code: c[1])).ToList();
        var declare = declares.FirstOrDefault(Notice.Contains);
        var notices = vus.Where(v => Notice.Contains(v.Code)).OrderByDescending(v => v.Piece == "notice").Select(v => v.Code).ToList();
        var vu = notices.Find(Sure) ?? notices.FirstOrDefault();
        var retenu = vu is null || (Vague(vu) && !Vague(declare) && (declare is not null || vu == Drapeaux.NoticeIllisible.Code)) ? declare : vu;
        return
        [
            .. declares.Where(d => !Notice.Contains(d)),
            .. retenu is null ? Array.Empty<string>() : [retenu],
            .. vus.Select(v => v.Code).Where(c => !Notice.Contains(c) && !declares.Contains(c, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>A version was seen.</summary>
    private static bool Sure(string code) => code == Drapeaux.NoticeAJour.Code || code == Drapeaux.NoticeAncienne.Code;

    /// <summary>Nothing can be told: not which version, not whether there is one.</summary>
    private static bool Vague(string? code) => code == Drapeaux.NoticeIllisible.Code || code == Drapeaux.NoticeInconnue.Code;
}
