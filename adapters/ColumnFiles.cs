using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExchangeGateway.Adapters;

/// <summary>Reads the column files shipped with the adapters and writes the templates that partners fill in.</summary>
public static class ColumnFiles
{
    /// <summary>Loads <c>adapters/&lt;name&gt;.colonnes.json</c>.</summary>
    /// <exception cref="InvalidOperationException">The file is missing or empty: a fault of this program.</exception>
    internal static ColumnFile Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"adapters/{name}.colonnes.json")
            ?? throw new InvalidOperationException($"No column file {name}.");
        return JsonSerializer.Deserialize(stream, ColumnJson.Default.ColumnFile) ?? throw new InvalidOperationException($"Empty column file {name}.");
    }

    /// <summary>The CSV template: the header and one example line, in UTF-8 with a byte-order mark so that spreadsheets read the accents.</summary>
    public static byte[] Template(ColumnFile columns)
    {
        var text = new StringBuilder();
        text.AppendJoin(';', columns.Colonnes.Select(c => Cell(c.Colonne))).Append("\r\n");
        text.AppendJoin(';', columns.Colonnes.Select(c => Cell(c.Exemple))).Append("\r\n");
        return [.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    private static string Cell(string value) =>
        value.AsSpan().ContainsAny(';', '"') ? '"' + value.Replace("\"", "\"\"", StringComparison.Ordinal) + '"' : value;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ColumnFile))]
internal sealed partial class ColumnJson : JsonSerializerContext;
