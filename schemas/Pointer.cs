using System.Text;
using Newtonsoft.Json.Linq;

namespace ExchangeGateway.Schemas;

/// <summary>JSON Pointers (RFC 6901) of places in a message.</summary>
internal static class Pointer
{
    /// <summary>Keys longer than this are not repeated to the sender.</summary>
    private const int MaximumKey = 100;

    public static string Of(JToken token)
    {
        var steps = new Stack<string>();
        for (JToken? at = token; at?.Parent is not null; at = at.Parent)
        {
            switch (at.Parent)
            {
                case JProperty property:
                    steps.Push(property.Name);
                    break;
                case JArray array:
                    steps.Push(array.IndexOf(at).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    break;
                default:
                    break;
            }
        }
        var pointer = "";
        foreach (var step in steps)
        {
            if (!TryAppend(pointer, step, out pointer))
                break;
        }
        return pointer;
    }

    /// <summary>Adds one key; <see langword="false"/> when the key itself must not be repeated (a NIR, a text instead of a name).</summary>
    public static bool TryAppend(string pointer, string key, out string longer)
    {
        var repeatable = key.Length <= MaximumKey && !Nir.IsIn(key);
        longer = repeatable ? pointer + "/" + Escape(key) : pointer;
        return repeatable;
    }

    /// <summary>Turns NJsonSchema's path of known fields (<c>#/personnes[0].nom</c>) into a pointer.</summary>
    public static string FromPath(string? path)
    {
        var text = path.AsSpan();
        if (text.StartsWith("#/"))
            text = text[2..];
        else if (text is "#")
            return "";
        var pointer = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (c is '.' or '[')
            {
                if (pointer.Length > 0)
                    pointer.Append('/');
            }
            else if (c is not ']')
            {
                pointer.Append(c);
            }
        }
        return pointer.Length == 0 ? "" : pointer.Insert(0, '/').ToString();
    }

    /// <summary>The pointer with every array index replaced by <c>*</c>: the place in the schema.</summary>
    public static string Template(string pointer) =>
        string.Join('/', pointer.Split('/').Select(step => step.Length > 0 && step.All(char.IsAsciiDigit) ? "*" : step));

    private static string Escape(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
