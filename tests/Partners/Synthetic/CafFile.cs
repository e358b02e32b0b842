using System.Globalization;
using System.Text;
using ExchangeGateway.Partners.Messages;

namespace ExchangeGateway.Partners.Synthetic;

/// <summary>What the report must say of one line: <see langword="null"/> pointer and error for a good one.</summary>
public sealed record ExpectedLine(long Number, string? Pointer, string? Error);

/// <summary>
/// A monthly file of the CAF as its office software exports it: one household a line, one line in ten wrong, each in one of
/// six ways. The same for the same seed. Made line by line: a file of a million lines takes no memory.
/// </summary>
/// <param name="seed">Any number; printed by the programs that use it.</param>
public sealed class CafFile(int seed, int lines)
{
    private static readonly string[] Names = ["D'Alembert-Lévêque", "O'Brien", "Œuvrard", "Müller-Essai", "Haÿ", "L'Hôte", "Le Goff d'Essai", "Modèle", "Ça-Exemple", "Noël"];
    private static readonly (string Column, string Cell, string Pointer, string Error)[] Faults =
    [
        ("date_constitution", "31/02/2026", "/dette/dateConstitution", "date"),
        ("dette_totale", "1834.50", "/dette/total", "type"),
        ("motif", "dettes", "/motif", "valeurInconnue"),
        ("titulaire_nom", "", "/personnes/0/nom", "obligatoire"),
        ("code_postal", "7501", "/logement/codePostal", "format"),
    ];

    private readonly string[] _columns = new CsvWriter("impayes").Header.TrimEnd().Split(';');

    /// <summary>Households of the file; no other seed's file has one of them.</summary>
    public int Lines => lines;

    /// <summary>Writes the file in UTF-8 with a byte-order mark.</summary>
    public async Task WriteAsync(Stream to, CancellationToken ct)
    {
        var text = new StringBuilder("\uFEFF" + string.Join(';', _columns) + "\r\n");
        for (var line = 1L; line <= lines; line++)
        {
            text.Append(Line(line)).Append("\r\n");
            if (text.Length < 32_768 && line < lines)
                continue;
            await to.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), ct);
            text.Clear();
        }
    }

    /// <summary>What the report must say of a line.</summary>
    public static ExpectedLine Expected(long line) => FaultOf(line) switch
    {
        null => new(line, null, null),
        5 => new(line, "", "nombreDeColonnes"),
        var fault => new(line, Faults[fault.Value].Pointer, Faults[fault.Value].Error),
    };

    // One line in ten, at a place of its tenth that moves, each fault in its turn.
    private static int? FaultOf(long line) => (line - 1) % 10 == (line - 1) / 10 % 10 ? (int)((line - 1) / 10 % 6) : null;

    private string Line(long line)
    {
        var n = line.ToString(CultureInfo.InvariantCulture);
        var arrondissement = (line % 20 + 1).ToString("00", CultureInfo.InvariantCulture);
        var cents = (line * 7919 + seed) % 100_000;
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["organisme"] = "caf",
            ["code_organisme"] = "751",
            ["numero_allocataire"] = ((seed % 9 + 1) * 1_000_000L + line).ToString(CultureInfo.InvariantCulture),
            ["motif"] = "impayes",
            ["titulaire_qualite"] = "titulaire",
            ["titulaire_civilite"] = line % 2 == 0 ? "MME" : "M",
            ["titulaire_nom"] = Names[line % Names.Length] + Letters(line),
            ["titulaire_prenoms"] = "Élodie-Anne",
            ["titulaire_date_naissance"] = new DateOnly(1950, 1, 1).AddDays((int)((line * 31 + seed) % 18_000)).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture),
            ["numero_voie"] = n,
            ["voie"] = "rue de l’Essai",
            ["code_postal"] = "750" + arrondissement,
            ["code_commune"] = "751" + arrondissement,
            ["commune"] = "Paris",
            ["telephone_connu"] = "oui",
            ["telephone"] = "06 39 98 " + (line % 100).ToString("00", CultureInfo.InvariantCulture) + " 01",
            ["telephone_source"] = "caf",
            ["composition"] = "familleAvecEnfants",
            ["enfants_a_charge"] = "2",
            ["nombre_personnes"] = "4",
            ["quotient_familial"] = "642,00",
            ["parc"] = "prive",
            ["loyer_hors_charges"] = "850,00",
            ["charges"] = "90,00",
            ["aide_au_logement"] = "210,50",
            ["nature_aide"] = "APL",
            ["tiers_payant"] = "oui",
            ["dette_totale"] = string.Create(CultureInfo.InvariantCulture, $"{1 + cents / 10_000} {cents % 1000:000},{cents % 100:00}"),
            ["premier_mois_impaye"] = "08/2026",
            ["mois_impayes"] = "3",
            ["date_constitution"] = "05/10/2026",
        };
        if (FaultOf(line) is { } fault)
        {
            if (fault == 5)
                return string.Join(';', _columns.Skip(1).Select(c => values.GetValueOrDefault(c, "")));
            values[Faults[fault].Column] = Faults[fault].Cell;
        }

        return string.Join(';', _columns.Select(c => values.GetValueOrDefault(c, "")));
    }

    private static string Letters(long n) => n == 0 ? "" : Letters(n / 26) + (char)('a' + n % 26);
}
