using System.Runtime.CompilerServices;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters;

/// <summary>One line of a batch: a JSON document for the same controls as a single message, or why there is none.</summary>
/// <param name="Number">Data line, from 1 (the header of a CSV file is not counted, blank lines are); 0 when the error is the whole file's.</param>
/// <param name="Json">UTF-8 JSON, not validated yet. The memory is the line's own.</param>
/// <param name="Error">Set when there is no document.</param>
public sealed record BatchLine(long Number, ReadOnlyMemory<byte>? Json, FieldError? Error);

/// <summary>Reads batches as a stream, line by line, in memory bounded by the longest line allowed: bad lines never stop good ones.</summary>
public static class Batch
{
    /// <summary>Longest CSV line, in bytes.</summary>
    public const int MaximumCsvLine = 64 * 1024;

    /// <summary>Longest NDJSON line, in bytes: a single message's limit.</summary>
    public const int MaximumNdjsonLine = 1024 * 1024;

    /// <summary>Reads NDJSON (one JSON document a line, blank lines skipped). Yields one item per document.</summary>
    public static async IAsyncEnumerable<BatchLine> ReadNdjsonAsync(Stream stream, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (number, bytes) in Lines.ReadAsync(stream, MaximumNdjsonLine, ct))
        {
            if (bytes is null)
                yield return new(number, null, new("", "ligneTropLongue", "La ligne dépasse 1 Mio."));
            else if (bytes.AsSpan().ContainsAnyExcept(" \t\r"u8))
                yield return new(number, bytes, null);
        }
    }

    /// <summary>Reads a CSV file with semicolons (or tabs), in UTF-8 or Windows-1252, whose header names every column of the form once, in any order.</summary>
    public static async IAsyncEnumerable<BatchLine> ReadCsvAsync(Stream stream, ColumnFile columns, [EnumeratorCancellation] CancellationToken ct)
    {
        var text = new CsvText();
        using var form = new CsvForm(columns);
        var (cells, ordered) = (new List<ReadOnlyMemory<char>>(), new ReadOnlyMemory<char>[form.Columns]);
        int[]? order = null;
        await foreach (var (number, bytes) in Lines.ReadAsync(stream, MaximumCsvLine, ct))
        {
            if (order is null)
            {
                if (Header(bytes, text, columns, out order) is { } fault)
                {
                    yield return new(0, null, fault);
                    yield break;
                }
                continue;
            }
            if (bytes is null)
                yield return new(number - 1, null, new("", "ligneTropLongue", "La ligne dépasse 64 Kio."));
            else if (!IsBlank(bytes))
                yield return Line(number - 1, bytes, text, form, order, cells, ordered);
        }
        if (order is null)
            yield return new(0, null, new("", "fichierVide", "Le fichier est vide : il lui faut une ligne d'en-tête."));
    }

    /// <param name="cells">Room for the cells as they stand, used line after line.</param>
    /// <param name="ordered">Room for the cells in the form's order.</param>
    private static BatchLine Line(long number, byte[] bytes, CsvText text, CsvForm form, int[] order, List<ReadOnlyMemory<char>> cells, ReadOnlyMemory<char>[] ordered)
    {
        if (text.Decode(bytes, first: false) is not { } line)
            return new(number, null, new("", "encodage", "La ligne contient des caractères illisibles : enregistrez le fichier en UTF-8."));
        if (!text.Split(line, cells))
            return new(number, null, new("", "guillemets", "Un guillemet n'est pas fermé, ou une cellule contient un retour à la ligne."));
        if (cells.Count != order.Length)
        {
            return new(number, null, new("", "nombreDeColonnes",
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"La ligne a {cells.Count} cellules au lieu de {order.Length}.")));
        }
        Array.Clear(ordered);
        for (var i = 0; i < order.Length; i++)
            ordered[order[i]] = cells[i];
        return new(number, form.ToJson(ordered), null);
    }

    /// <summary>Reads the header: <paramref name="order"/> gives, for each cell of a line, its column in the form.</summary>
    private static FieldError? Header(byte[]? bytes, CsvText text, ColumnFile columns, out int[]? order)
    {
        order = null;
        if (bytes is null)
            return new("", "enTete", "La ligne d'en-tête dépasse 64 Kio.");
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return new("", "encodage", "Le fichier est en UTF-16 : enregistrez-le en « CSV UTF-8 ».");
        var line = text.Decode(bytes, first: true);
        if (line is not null && !line.Contains(';', StringComparison.Ordinal) && line.Contains('\t', StringComparison.Ordinal))
            text.Separator = '\t';
        if (line is null || text.Split(line) is not { } cells)
            return new("", "enTete", "La ligne d'en-tête est illisible.");

        var names = cells.ConvertAll(c => c.Trim());
        var known = columns.Colonnes.Select(c => c.Colonne).ToList();
        var faults = new List<string>();
        var unknown = names.Where(n => !known.Contains(n)).ToList();
        // A comma stands in amounts too: a file that separates by it could not be read without guessing.
        if (line.Split(',').Any(n => known.Contains(n.Trim().Trim('"'))) && !known.Contains(line.Trim()))
            return new("", "separateur", "Les colonnes sont séparées par des virgules : enregistrez le fichier au format « CSV (séparateur : point-virgule) ».");
        if (unknown.Count > 0 && unknown.Count == names.Count)
            return new("", "enTete", "Aucune colonne n'est reconnue : le séparateur est le point-virgule et la première ligne porte le nom des colonnes du modèle.");
        // The position, not the text: a file without header would have a person's data here.
        if (unknown.Count > 0)
            faults.Add("colonnes inconnues en position " + string.Join(", ", names.Index().Where(n => !known.Contains(n.Item)).Take(20).Select(n => n.Index + 1)));
        var missing = columns.Colonnes.Where(c => !c.Facultative && !names.Contains(c.Colonne)).Select(c => c.Colonne).ToList();
        if (missing.Count > 0)
            faults.Add("colonnes manquantes : " + string.Join(", ", missing));
        var twice = names.Where(known.Contains).GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
        if (twice.Count > 0)
            faults.Add("colonnes en double : " + string.Join(", ", twice));
        if (faults.Count > 0)
            return new("", "enTete", "L'en-tête ne correspond pas au modèle ; " + string.Join(" ; ", faults) + ".");
        order = [.. names.Select(n => known.IndexOf(n))];
        return null;
    }

    // A spreadsheet writes its empty rows as semicolons.
    private static bool IsBlank(ReadOnlySpan<byte> line) => !line.ContainsAnyExcept(" \t\r;"u8);
}
