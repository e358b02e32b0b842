using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ExchangeGateway.Adapters;

/// <summary>Turns the cells of one line into the partner's JSON, by the pointers of a column file.</summary>
internal sealed class CsvForm : IDisposable
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What stands between groups of three digits.</summary>
    private static readonly SearchValues<char> Spaces = SearchValues.Create(" \u00A0\u202F");

    private readonly Node _root = new();
    private readonly ColumnFile _columns;
    private readonly ArrayBufferWriter<byte> _json = new(2048);
    private readonly Utf8JsonWriter _writer;

    public CsvForm(ColumnFile columns)
    {
        _columns = columns;
        _writer = new Utf8JsonWriter(_json, Writing);
        for (var index = 0; index < columns.Colonnes.Count; index++)
        {
            var node = _root;
            foreach (var step in columns.Colonnes[index].Pointer.Split('/').Skip(1))
                node = node.Child(step);
            node.Column = index;
        }
    }

    /// <summary>Columns of the form.</summary>
    public int Columns => _columns.Colonnes.Count;

    /// <summary>The JSON of one line; empty cells are absent fields, empty objects and list items are left out. One line at a time.</summary>
    /// <param name="cells">Cells in the order of the column file.</param>
    public ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<char>[] cells)
    {
        _json.ResetWrittenCount();
        _writer.Reset();
        Write(_writer, _root, cells);
        _writer.Flush();
        return _json.WrittenSpan.ToArray();
    }

    public void Dispose() => _writer.Dispose();

    private void Write(Utf8JsonWriter writer, Node node, ReadOnlyMemory<char>[] cells)
    {
        if (node.Column is { } column)
        {
            WriteCell(writer, cells[column].Span, _columns.Colonnes[column].Format);
        }
        else if (node.IsList)
        {
            writer.WriteStartArray();
            foreach (var (_, child) in node.Children)
            {
                if (HasValue(child, cells))
                    Write(writer, child, cells);
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartObject();
            foreach (var (step, child) in node.Children)
            {
                if (!HasValue(child, cells))
                    continue;
                writer.WritePropertyName(step);
                Write(writer, child, cells);
            }

            writer.WriteEndObject();
        }
    }

    private static bool HasValue(Node node, ReadOnlyMemory<char>[] cells)
    {
        if (node.Column is { } column)
            return !cells[column].Span.IsWhiteSpace();
        foreach (var (_, child) in node.Children)
        {
            if (HasValue(child, cells))
                return true;
        }

        return false;
    }

    private static void WriteCell(Utf8JsonWriter writer, ReadOnlySpan<char> cell, string format)
    {
        // ="75011" is how a spreadsheet is told to keep a code as text.
        if (cell is ['=', '"', .., '"'] && cell.Length >= 3 && !cell[2..^1].Contains('"'))
            cell = cell[2..^1];
        var value = format == "texte" ? cell : cell.Trim();
        switch (format)
        {
            case "montant" when TryAmount(value, out var amount):
                writer.WriteNumberValue(amount);
                break;
            case "entier" when value.Length is > 0 and <= 9 && !value.ContainsAnyExceptInRange('0', '9'):
                writer.WriteNumberValue(int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture));
                break;
            case "booleen" when value.Equals("oui", StringComparison.OrdinalIgnoreCase):
                writer.WriteBooleanValue(true);
                break;
            case "booleen" when value.Equals("non", StringComparison.OrdinalIgnoreCase):
                writer.WriteBooleanValue(false);
                break;
            case "date" when value.Length == 10 && value[2] == '/' && value[5] == '/':
                WriteDate(writer, value[6..], value[3..5], value[..2]);
                break;
            case "mois" when value.Length == 7 && value[2] == '/':
                WriteDate(writer, value[3..], value[..2], []);
                break;
            case "telephone":
                writer.WriteStringValue(string.Concat(value.ToString().Where(c => c is not (' ' or '\u00A0' or '\u202F' or '.' or '-'))));
                break;
            default:
                writer.WriteStringValue(value);
                break;
        }
    }

    /// <summary>In the order of ISO 8601, whatever the parts are made of: the schema says what is no date.</summary>
    private static void WriteDate(Utf8JsonWriter writer, ReadOnlySpan<char> year, ReadOnlySpan<char> month, ReadOnlySpan<char> day)
    {
        Span<char> iso = stackalloc char[10];
        year.CopyTo(iso);
        iso[4] = '-';
        month.CopyTo(iso[5..]);
        if (day.Length > 0)
            iso[7] = '-';
        day.CopyTo(iso[8..]);
        writer.WriteStringValue(iso[..(day.Length > 0 ? 10 : 7)]);
    }

    /// <summary>Reads <c>1 234,56</c>: decimal comma, groups of three after a space; a point is refused, it may stand for thousands.</summary>
    internal static bool TryAmount(ReadOnlySpan<char> text, out decimal amount)
    {
        amount = 0;
        var digits = text;
        var negative = digits.StartsWith("-");
        if (negative)
            digits = digits[1..];
        var comma = digits.IndexOf(',');
        var whole = comma < 0 ? digits : digits[..comma];
        var cents = comma < 0 ? "0" : digits[(comma + 1)..];
        if (whole.Length is 0 or > 15 || cents.Length is 0 or > 6 || cents.ContainsAnyExceptInRange('0', '9'))
            return false;
        var grouped = whole.ContainsAny(Spaces);
        Span<char> plain = stackalloc char[24];
        var length = 0;
        for (var i = 0; i < whole.Length; i++)
        {
            var mayGroup = grouped && (whole.Length - i) % 4 == 0 && i > 0;
            if (mayGroup ? !Spaces.Contains(whole[i]) : !char.IsAsciiDigit(whole[i]))
                return false;
            if (!mayGroup)
                plain[length++] = whole[i];
        }

        plain[length++] = '.';
        cents.CopyTo(plain[length..]);
        amount = decimal.Parse(comma < 0 ? plain[..(length - 1)] : plain[..(length + cents.Length)], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * (negative ? -1 : 1);
        return true;
    }

    private sealed class Node
    {
        public List<(JsonEncodedText Step, Node Child)> Children { get; } = [];

        public int? Column { get; set; }

        public bool IsList => Children.Count > 0 && char.IsAsciiDigit(Children[0].Step.Value[0]);

        public Node Child(string step)
        {
            var known = Children.FirstOrDefault(c => c.Step.Value == step).Child;
            if (known is null)
                Children.Add((JsonEncodedText.Encode(step), known = new Node()));
            return known;
        }
    }
}
