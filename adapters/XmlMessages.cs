using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters;

/// <summary>What became of one XML document: the partner's JSON, not validated yet, or why there is none.</summary>
/// <param name="Places">Line and column of each field, by its pointer.</param>
public sealed record XmlMessage(ReadOnlyMemory<byte>? Json, FieldError? Error, IReadOnlyDictionary<string, (int Line, int Column)> Places)
{
    /// <summary>The same errors with their place in the XML document, for whoever mends it.</summary>
    public IReadOnlyList<FieldError> Locate(IReadOnlyList<FieldError> errors) => [.. errors.Select(e => e with { Message = $"{e.Message} {XmlMessages.At(PlaceOf(e.Pointer))}" })];

    private (int Line, int Column) PlaceOf(string pointer)
    {
        // A missing field has no place: its parent's is told.
        while (!Places.ContainsKey(pointer) && pointer.LastIndexOf('/') is >= 0 and var slash)
            pointer = pointer[..slash];
        return Places.GetValueOrDefault(pointer, (1, 1));
    }
}

/// <summary>
/// Acts as XML (<c>application/xml</c>). No DTD, no entity of its own, nothing fetched; size and depth bounded. What the
/// elements hold is judged by the type's JSON Schema, as for every other form.
/// </summary>
public sealed class XmlMessages
{
    /// <summary>Partner whose messages may come as XML.</summary>
    public const string Partner = "commissaires-de-justice";

    /// <summary>Namespace of the elements; they may also stand in none.</summary>
    public const string Namespace = "urn:exchange-gateway:actes:1";

    /// <summary>Characters of one document, as many as a message has bytes.</summary>
    private const int Longest = 1 << 20;

    private const int Deepest = 16;

    private readonly Dictionary<MessageType, XmlShape> _shapes;

    public XmlMessages(SchemaCatalogue schemas)
    {
        _shapes = schemas.Types.Where(t => t.Partner == Partner).ToDictionary(t => t, t => XmlShape.Of(schemas.Documents[t.ToString()]));
        Schema = XmlSchemaText.Of(_shapes.OrderBy(s => s.Key.Name, StringComparer.Ordinal).Select(s => (s.Key.Name, s.Value)));
    }

    /// <summary>The XML Schema of all these types, for partners to download.</summary>
    public string Schema { get; }

    public bool Serves(MessageType type) => _shapes.ContainsKey(type);

    /// <summary>Turns one document into the type's JSON. Never throws for what it holds.</summary>
    public XmlMessage Read(MessageType type, byte[] document)
    {
        var places = new Dictionary<string, (int, int)>(StringComparer.Ordinal);
        var buffer = new ArrayBufferWriter<byte>(document.Length + 256);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(document), new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = Longest,
                MaxCharactersFromEntities = 1,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                IgnoreWhitespace = true,
            });
            using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            reader.MoveToContent();
            var place = Place(reader);
            if (Name(reader) != type.Name)
                return Fault("xmlRacine", $"L'élément racine doit être « {type.Name} ».", place);
            if (Write(reader, writer, _shapes[type], "", places) is { } fault)
                return fault;
            // Whatever follows the root must be well formed too.
            while (reader.Read())
            {
            }

            writer.Flush();
            return new(buffer.WrittenMemory, null, places);
        }
        catch (XmlException e)
        {
            var dtd = e.Message.Contains("DTD", StringComparison.Ordinal);
            return Fault(dtd ? "xmlDtd" : "xmlInvalide", dtd ? "Une déclaration de type de document (DTD) n'est pas permise." : "Le document n'est pas du XML bien formé, ou il est trop long.", (e.LineNumber, e.LinePosition));
        }
        catch (Exception e) when (e is DecoderFallbackException or ArgumentException)
        {
            return Fault("xmlEncodage", "Le document n'est pas écrit dans l'encodage qu'il annonce.", (1, 1));
        }
    }

    internal static string At((int Line, int Column) place) => $"(ligne {place.Line}, colonne {place.Column})";

    /// <summary>Writes the element that the reader stands on, and leaves the reader on its end.</summary>
    private static XmlMessage? Write(XmlReader reader, Utf8JsonWriter writer, XmlShape? shape, string pointer, Dictionary<string, (int, int)> places)
    {
        var place = Place(reader);
        places.TryAdd(pointer, place);
        if (reader.Depth > Deepest)
            return Fault("xmlProfondeur", "Le document a trop de niveaux imbriqués.", place);
        if (Attribute(reader) is { } attribute)
            return attribute;
        if (shape?.Kind is not ("object" or "array"))
            return WriteValue(reader, writer, shape, place);

        var isArray = shape.Kind is "array";
        if (isArray)
            writer.WriteStartArray();
        else
            writer.WriteStartObject();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        var empty = reader.IsEmptyElement;
        while (!empty && reader.Read() && reader.NodeType is not XmlNodeType.EndElement)
        {
            if (reader.NodeType is not XmlNodeType.Element)
                return Fault("xmlTexte", "Du texte se trouve là où des éléments sont attendus.", Place(reader));
            var name = Name(reader);
            if (isArray && name != shape.ItemName)
                return Fault("xmlElement", $"Seuls des éléments « {shape.ItemName} » sont attendus ici.", Place(reader));
            if (!isArray && !seen.Add(name))
                return Fault("xmlDouble", $"L'élément {Said(name)}est donné deux fois.", Place(reader));
            if (!isArray)
                writer.WritePropertyName(name);
            if (Write(reader, writer, isArray ? shape.Item : shape.Fields.GetValueOrDefault(name), $"{pointer}/{(isArray ? index++ : name)}", places) is { } fault)
                return fault;
        }

        if (isArray)
            writer.WriteEndArray();
        else
            writer.WriteEndObject();
        return null;
    }

    private static XmlMessage? WriteValue(XmlReader reader, Utf8JsonWriter writer, XmlShape? shape, (int, int) place)
    {
        var text = new StringBuilder();
        var empty = reader.IsEmptyElement;
        while (!empty && reader.Read() && reader.NodeType is not XmlNodeType.EndElement)
        {
            if (reader.NodeType is XmlNodeType.Element)
            {
                // A field that the type does not know is named by its schema; one that holds elements where it must not is told here.
                return shape is null
                    ? Fault("xmlElement", "Cet élément n'existe pas dans ce type de message.", place)
                    : Fault("xmlElement", "Cet élément ne contient que du texte.", Place(reader));
            }

            text.Append(reader.Value);
        }

        var value = text.ToString();
        if (shape?.Kind is "boolean" && value.Trim() is "true" or "1")
            writer.WriteBooleanValue(true);
        else if (shape?.Kind is "boolean" && value.Trim() is "false" or "0")
            writer.WriteBooleanValue(false);
        else if (shape?.Kind is "number" or "integer" && IsNumber(value.AsSpan().Trim()))
            writer.WriteRawValue(value.Trim());
        else
            writer.WriteStringValue(value); // of another kind than its field: the schema says so, with its pointer
        return null;
    }

    /// <summary>A JSON number without exponent: digits, perhaps a sign and decimals after a point.</summary>
    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        var digits = text.StartsWith("-") ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        return whole.Length is > 0 and <= 20 && !whole.ContainsAnyExceptInRange('0', '9') && (whole.Length == 1 || whole[0] != '0')
            && (point < 0 || (digits[(point + 1)..] is { Length: > 0 and <= 20 } decimals && !decimals.ContainsAnyExceptInRange('0', '9')));
    }

    /// <summary>A name as the sender may read it again: not one that holds a NIR.</summary>
    private static string Said(string name) => Nir.IsIn(name) ? "" : $"« {name} » ";

    private static XmlMessage? Attribute(XmlReader reader)
    {
        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI is not ("http://www.w3.org/2000/xmlns/" or "http://www.w3.org/2001/XMLSchema-instance"))
                return Fault("xmlAttribut", $"L'attribut {Said(reader.LocalName)}n'est pas attendu : les valeurs sont dans des éléments.", Place(reader));
        }

        reader.MoveToElement();
        return null;
    }

    /// <summary>The element's name; one of another namespace is no name of ours.</summary>
    private static string Name(XmlReader reader) => reader.NamespaceURI is "" or Namespace ? reader.LocalName : reader.NamespaceURI + "#" + reader.LocalName;

    private static (int Line, int Column) Place(XmlReader reader) => reader is IXmlLineInfo info ? (info.LineNumber, info.LinePosition) : (0, 0);

    private static XmlMessage Fault(string code, string message, (int Line, int Column) place) =>
        new(null, new FieldError("", code, $"{message} {At(place)}"), new Dictionary<string, (int, int)>(StringComparer.Ordinal));
}
