using System.Text;
using System.Text.Unicode;

namespace ExchangeGateway.Adapters;

/// <summary>
/// The characters of a CSV file, never one changed in silence. A file is UTF-8 or Windows-1252 as a whole: its first line
/// with a byte above 127 decides, and a later line that contradicts it is an error of that line.
/// </summary>
internal sealed class CsvText
{
    /// <summary>Bytes 0x80 to 0x9F of Windows-1252 that French text uses; the others betray another code page (0x82 is "é" in CP 850).</summary>
    private static readonly Dictionary<byte, char> Upper = new()
    {
        [0x80] = '€',
        [0x85] = '…',
        [0x8A] = 'Š',
        [0x8C] = 'Œ',
        [0x8E] = 'Ž',
        [0x91] = '‘',
        [0x92] = '’',
        [0x93] = '“',
        [0x94] = '”',
        [0x96] = '–',
        [0x97] = '—',
        [0x9A] = 'š',
        [0x9C] = 'œ',
        [0x9E] = 'ž',
        [0x9F] = 'Ÿ',
    };

    private bool? _isUtf8;

    /// <summary>What stands between two cells: a semicolon, or the tab that a spreadsheet's "text" export puts.</summary>
    public char Separator { get; set; } = ';';

    /// <summary>Decodes one line; <see langword="null"/> when it holds bytes that are no text in the file's encoding.</summary>
    public string? Decode(ReadOnlySpan<byte> line, bool first)
    {
        if (first && line.StartsWith("\uFEFF"u8))
        {
            _isUtf8 = true;
            line = line[3..];
        }
        if (Ascii.IsValid(line))
            return Encoding.ASCII.GetString(line);
        _isUtf8 ??= Utf8.IsValid(line);
        if (_isUtf8.Value)
            return Utf8.IsValid(line) ? Encoding.UTF8.GetString(line) : null;
        var text = new char[line.Length];
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] is < 0x80 or >= 0xA0)
                text[i] = (char)line[i];
            else if (!Upper.TryGetValue(line[i], out text[i]))
                return null;
        }
        return new string(text);
    }

    /// <summary>As <see cref="Split(string, List{ReadOnlyMemory{char}})"/>, each cell as a text of its own; <see langword="null"/> where that is false.</summary>
    public List<string>? Split(string line)
    {
        var cells = new List<ReadOnlyMemory<char>>();
        return Split(line, cells) ? cells.ConvertAll(c => c.ToString()) : null;
    }

    /// <summary>
    /// Cells of one line. A quoted cell may hold separators and doubled quotes, not a line end: no
    /// field has one, and so a quote left open spoils its own line only.
    /// </summary>
    /// <param name="cells">Filled anew; parts of <paramref name="line"/> where nothing is doubled.</param>
    /// <returns>False when a quote is not closed, or closed before the end of its cell.</returns>
    public bool Split(string line, List<ReadOnlyMemory<char>> cells)
    {
        cells.Clear();
        var at = 0;
        while (true)
        {
            if (at < line.Length && line[at] == '"')
            {
                var cell = new StringBuilder();
                for (at++; ; at++)
                {
                    if (at >= line.Length)
                        return false;
                    if (line[at] != '"')
                        cell.Append(line[at]);
                    else if (at + 1 < line.Length && line[at + 1] == '"')
                        cell.Append(line[at++]);
                    else
                        break;
                }
                at++;
                if (at < line.Length && line[at] != Separator)
                    return false;
                cells.Add(cell.ToString().AsMemory());
            }
            else
            {
                var end = line.IndexOf(Separator, at);
                cells.Add(line.AsMemory(at, (end < 0 ? line.Length : end) - at));
                at = end < 0 ? line.Length : end;
            }
            if (at >= line.Length)
                return true;
            at++;
        }
    }
}
