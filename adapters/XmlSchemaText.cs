using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace ExchangeGateway.Adapters;

/// <summary>Writes the XML Schema of messages from their JSON Schemas: the elements, their order free, what each may hold, and its French description.</summary>
internal static class XmlSchemaText
{
    private const string Xs = "http://www.w3.org/2001/XMLSchema";

    public static string Of(IEnumerable<(string Name, XmlShape Shape)> messages)
    {
        using var text = new Utf8Text();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true }))
        {
            xml.WriteStartElement("xs", "schema", Xs);
            xml.WriteAttributeString("targetNamespace", XmlMessages.Namespace);
            xml.WriteAttributeString("elementFormDefault", "qualified");
            xml.WriteAttributeString("version", "1");
            foreach (var (name, shape) in messages)
                Element(xml, name, shape, required: true, root: true);
            xml.WriteEndElement();
        }

        return text.ToString();
    }

    private static void Element(XmlWriter xml, string name, XmlShape shape, bool required, bool root = false)
    {
        xml.WriteStartElement("element", Xs);
        xml.WriteAttributeString("name", name);
        if (!root && !required)
            xml.WriteAttributeString("minOccurs", "0");
        if (shape.Schema.TryGetProperty("description", out var description))
        {
            xml.WriteStartElement("annotation", Xs);
            xml.WriteStartElement("documentation", Xs);
            xml.WriteAttributeString("xml", "lang", null, "fr");
            xml.WriteString(description.GetString());
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        switch (shape.Kind)
        {
            case "object":
                var names = shape.Schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(n => n.GetString()!).ToHashSet(StringComparer.Ordinal) : [];
                xml.WriteStartElement("complexType", Xs);
                xml.WriteStartElement("all", Xs);
                foreach (var (field, child) in shape.Fields)
                    Element(xml, field, child, names.Contains(field));
                xml.WriteEndElement();
                xml.WriteEndElement();
                break;
            case "array":
                xml.WriteStartElement("complexType", Xs);
                xml.WriteStartElement("sequence", Xs);
                Items(xml, shape);
                xml.WriteEndElement();
                xml.WriteEndElement();
                break;
            default:
                Value(xml, shape);
                break;
        }

        xml.WriteEndElement();
    }

    private static void Items(XmlWriter xml, XmlShape array)
    {
        // A sequence of one choice carries the bounds: an element's own may stand only where it is written.
        xml.WriteStartElement("choice", Xs);
        xml.WriteAttributeString("minOccurs", Number(array.Schema, "minItems") ?? "0");
        xml.WriteAttributeString("maxOccurs", Number(array.Schema, "maxItems") ?? "unbounded");
        Element(xml, array.ItemName, array.Item!, required: true);
        xml.WriteEndElement();
    }

    private static void Value(XmlWriter xml, XmlShape shape)
    {
        xml.WriteStartElement("simpleType", Xs);
        xml.WriteStartElement("restriction", Xs);
        var date = shape.Schema.TryGetProperty("format", out _);
        xml.WriteAttributeString("base", "xs:" + shape.Kind switch { "number" => "decimal", "integer" => "integer", "boolean" => "boolean", _ when date => "date", _ => "string" });
        if (shape.Schema.TryGetProperty("enum", out var values))
        {
            foreach (var value in values.EnumerateArray())
                Facet(xml, "enumeration", value.GetString());
        }

        if (shape.Kind is "string" && !date)
        {
            Facet(xml, "minLength", Number(shape.Schema, "minLength"));
            Facet(xml, "maxLength", Number(shape.Schema, "maxLength"));
        }

        Facet(xml, "minInclusive", Number(shape.Schema, "minimum"));
        Facet(xml, "maxInclusive", Number(shape.Schema, "maximum"));
        if (shape.Kind is "number")
            Facet(xml, "fractionDigits", "2");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Facet(XmlWriter xml, string name, string? value)
    {
        if (value is null)
            return;
        xml.WriteStartElement(name, Xs);
        xml.WriteAttributeString("value", value);
        xml.WriteEndElement();
    }

    private static string? Number(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var value) ? value.GetRawText() : null;

    /// <summary>A text whose declaration says UTF-8, as it is served.</summary>
    private sealed class Utf8Text() : StringWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
