using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Newtonsoft.Json.Linq;

namespace ExchangeGateway.Schemas;

/// <summary>One pass over a body: JSON as RFC 8259 and nothing looser, the tree for the schema, and what no schema can say.</summary>
internal sealed class StrictJson
{
    public const int MaximumDepth = 32;

    /// <summary>Values in one message, whatever their nesting: 30 times the largest message that the schemas allow on purpose.</summary>
    public const int MaximumValues = 10_000;

    /// <summary>Digits, sign and separator of a number: any longer is not an amount and would be rounded.</summary>
    public const int MaximumNumberLength = 20;

    /// <summary>
    /// Characters that no field needs and that hide or reorder what a reader sees: C0, DEL, C1, bidirectional
    /// controls, separators of lines, the byte-order mark and non-characters.
    /// </summary>
    public static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Concat(Enumerable.Range(0x2028, 7)).Concat(Enumerable.Range(0x2066, 4))
            .Concat([0x200B, 0x200E, 0x200F, 0x061C, 0xFEFF, 0xFFFE, 0xFFFF]).Select(c => (char)c)]);

    /// <summary>Code of the fault of a text whose only forbidden characters are line breaks: free texts may have them.</summary>
    public const string LineBreak = "finDeLigne";

    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\r\n");

    private readonly List<JToken> _nirs = [];
    private readonly List<JToken> _bankData = [];
    private readonly List<(JToken Token, string Code, string Message)> _faults = [];

    /// <summary>The whole message; strings are never read as dates, numbers are exact.</summary>
    public JToken? Root { get; private set; }

    /// <summary>Values that hold a NIR, typed references included, and objects that have one for a field's name.</summary>
    public IReadOnlyList<JToken> Nirs => _nirs;

    /// <summary>Texts that hold the number of a card or of an account, typed fields included.</summary>
    public IReadOnlyList<JToken> BankData => _bankData;

    /// <summary>Values that no schema keyword describes: control characters, numbers that cannot be kept exact.</summary>
    public IReadOnlyList<(JToken Token, string Code, string Message)> Faults => _faults;

    /// <summary>Skips a UTF-8 byte-order mark: RFC 8259 §8.1 lets a parser ignore it, and Windows tools write it.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) =>
        body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    /// <summary>Reads a body. Never throws for what it holds.</summary>
    /// <returns>The error that makes it no JSON, with its place; <see langword="null"/> when it is.</returns>
    public FieldError? Read(ReadOnlySpan<byte> body)
    {
        body = WithoutMark(body);
        if (!Utf8.IsValid(body))
            return At(body, FirstInvalid(body), "encodage", "Le message n'est pas en UTF-8");
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaximumDepth });
        try
        {
            return Fill(ref reader, body);
        }
        catch (JsonException)
        {
            // The reader does not count the container that it has just opened.
            var depth = reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0);
            return depth >= MaximumDepth
                ? At(body, reader.BytesConsumed, "profondeur", "Le message a plus de 32 niveaux imbriqués")
                : At(body, reader.BytesConsumed, "jsonInvalide", "Le message n'est pas du JSON valide");
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate (\ud800) has no UTF-8 form: the reader throws when the text is taken.
            return At(body, reader.TokenStartIndex, "surrogatIsole", "Une séquence \\u du message n'est pas un caractère");
        }
    }

    private FieldError? Fill(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var open = new Stack<JContainer>();
        string? name = null;
        var values = 0;
        while (reader.Read())
        {
            JToken token;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    if (((JObject)open.Peek()).ContainsKey(name))
                        return At(body, reader.TokenStartIndex, "cleEnDouble", "Le même champ est donné deux fois");
                    if (Nir.IsIn(name))
                        _nirs.Add(open.Peek());
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    open.Pop();
                    continue;
                case JsonTokenType.StartObject:
                    token = new JObject();
                    break;
                case JsonTokenType.StartArray:
                    token = new JArray();
                    break;
                case JsonTokenType.String:
                    token = Text(reader.GetString()!);
                    break;
                case JsonTokenType.Number:
                    token = Number(ref reader);
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    token = new JValue(reader.TokenType == JsonTokenType.True);
                    break;
                default:
                    token = JValue.CreateNull();
                    break;
            }
            if (++values > MaximumValues)
                return At(body, reader.TokenStartIndex, "tropDeValeurs", "Le message a plus de 10 000 valeurs");
            Attach(token, name, open);
            name = null;
            if (token is JContainer container)
                open.Push(container);
        }
        return null;
    }

    private void Attach(JToken token, string? name, Stack<JContainer> open)
    {
        if (open.Count == 0)
            Root = token;
        else if (open.Peek() is JObject parent)
            parent.Add(name!, token);
        else
            open.Peek().Add(token);
    }

    private JValue Text(string text)
    {
        var value = new JValue(text);
        if (Nir.IsIn(text))
            _nirs.Add(value);
        if (Schemas.BankData.IsIn(text))
            _bankData.Add(value);
        if (text.AsSpan().ContainsAny(Forbidden))
            _faults.Add((value, HasHidden(text) ? "caractereInterdit" : LineBreak, "contient un caractère de contrôle ou invisible : retirez-le"));
        return value;
    }

    /// <summary>Whether a text holds a forbidden character other than a line break.</summary>
    public static bool HasHidden(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAny(Forbidden); at >= 0; at = text.IndexOfAny(Forbidden))
        {
            if (!LineBreaks.Contains(text[at]))
                return true;
            text = text[(at + 1)..];
        }
        return false;
    }

    private JValue Number(ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        // An exponent or too many digits would be rounded in silence by decimal.
        var exact = raw.Length <= MaximumNumberLength && !raw.ContainsAny((byte)'e', (byte)'E');
        var value = !exact ? new JValue(0L)
            : reader.TryGetInt64(out var whole) && !raw.Contains((byte)'.') ? new JValue(whole)
            : new JValue(reader.GetDecimal());
        if (!exact)
            _faults.Add((value, "nombre", "doit être un nombre simple : vingt caractères au plus, sans exposant"));
        if (raw.Length >= 15 && raw.Length <= 64)
        {
            Span<char> text = stackalloc char[raw.Length];
            System.Text.Encoding.ASCII.GetChars(raw, text);
            if (Nir.IsIn(text))
                _nirs.Add(value);
        }
        return value;
    }

    private static long FirstInvalid(ReadOnlySpan<byte> body)
    {
        var position = 0;
        while (position < body.Length && System.Text.Rune.DecodeFromUtf8(body[position..], out _, out var length) == OperationStatus.Done)
            position += length;
        return position;
    }

    private static FieldError At(ReadOnlySpan<byte> body, long position, string code, string message)
    {
        var before = body[..(int)Math.Min(position, body.Length)];
        var line = before.Count((byte)'\n') + 1;
        var column = before.Length - before.LastIndexOf((byte)'\n');
        return new("", code, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{message} (ligne {line}, octet {column})."));
    }
}
