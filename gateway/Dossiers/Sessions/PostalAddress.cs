using System.Globalization;
using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Dossiers.Sessions;

/// <summary>An address as the post reads it: six lines of 38 characters (NF Z10-011).</summary>
/// <param name="Lines">Always six; those without content are empty.</param>
/// <param name="Cut">Whether something did not fit: to be looked at before printing.</param>
internal sealed record PostalAddress(IReadOnlyList<string> Lines, bool Cut)
{
    public const int Width = 38;

    public static PostalAddress Of(Personne person, Adresse address)
    {
        string[] whole =
        [
            Join(person.Civilite == "M" ? "M." : person.Civilite == "MME" ? "Mme" : null, person.Prenoms, person.NomUsage ?? person.Nom),
            Plain(address.Etage),
            Plain(address.Complement),
            Join(address.Numero, address.Voie),
            "",
            Unaccented(Join(address.CodePostal, address.Commune)).ToUpperInvariant(),
        ];
        var fitted = whole.Select(Fit).ToList();
        return new(fitted, !fitted.SequenceEqual(whole, StringComparer.Ordinal));
    }

    /// <summary>Cut at the end of a word where there is one.</summary>
    private static string Fit(string line)
    {
        if (line.Length <= Width)
            return line;
        var space = line.LastIndexOf(' ', Width);
        return space > Width / 2 ? line[..space] : line[..Width];
    }

    private static string Join(params ReadOnlySpan<string?> parts)
    {
        var line = new StringBuilder();
        foreach (var part in parts)
        {
            if (Plain(part) is { Length: > 0 } text)
                line.Append(line.Length == 0 ? "" : " ").Append(text);
        }

        return line.ToString();
    }

    /// <summary>One line, whatever was typed.</summary>
    private static string Plain(string? text) => string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Unaccented(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)).Normalize(NormalizationForm.FormC);
}
