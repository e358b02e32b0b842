using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.SystemeEtat;

/// <summary>
/// Writes the acts of an étude as a file for the State's system (EXPLOC, Alexi; art. 7-2 loi 90-449), which the law names
/// as their channel: the gateway does not replace that formality, it spares typing the act twice. No public format was
/// found; ours is documented in <c>actes.etat.json</c>, marked <c>aVerifier</c>.
/// </summary>
public static class StateFile
{
    private static readonly StateColumns Form = Load();

    /// <summary>The partner whose acts have this file.</summary>
    public const string Partner = "commissaires-de-justice";

    /// <summary>Version of the form, <c>AAAA-MM</c>, and whether it is verified (<c>aVerifier</c>).</summary>
    public static string Version => $"{Form.Version} ({Form.Statut})";

    /// <summary>The header line: UTF-8 with byte-order mark, semicolons, CRLF.</summary>
    public static byte[] Header() => [.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes(CsvCell.Row(Form.Colonnes.Select(c => c.Colonne)))];

    /// <summary>One act as one line.</summary>
    /// <param name="type">Type of the message.</param>
    /// <param name="message">UTF-8 JSON that the type's schema has accepted.</param>
    public static byte[] Line(MessageType type, ReadOnlyMemory<byte> message)
    {
        using var act = JsonDocument.Parse(message);
        return Encoding.UTF8.GetBytes(CsvCell.Row(Form.Colonnes.Select(c => Value(c, type, act.RootElement))));
    }

    private static string Value(StateColumn column, MessageType type, JsonElement act)
    {
        if (column.Format == "type")
            return type.ToString();
        var found = column.Pointeurs.Select(p => Find(act, p)).FirstOrDefault(v => v is not null);
        return found is not { } value ? "" : column.Format switch
        {
            "nombre" => value.GetArrayLength().ToString(CultureInfo.InvariantCulture),
            "montant" => value.GetDecimal().ToString("0.00", CultureInfo.InvariantCulture).Replace('.', ','),
            "date" => value.GetString() is { Length: 10 } date ? $"{date.AsSpan(8, 2)}/{date.AsSpan(5, 2)}/{date.AsSpan(0, 4)}" : "",
            _ => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(),
        };
    }

    private static JsonElement? Find(JsonElement act, string pointer)
    {
        var at = act;
        foreach (var step in pointer.Split('/').Skip(1))
        {
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.GetArrayLength())
                at = at[index];
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
                return null;
        }
        return at.ValueKind == JsonValueKind.Null ? null : at;
    }

    private static StateColumns Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("adapters/SystemeEtat/actes.etat.json")
            ?? throw new InvalidOperationException("No column file of the State's system.");
        return JsonSerializer.Deserialize(stream, StateFileJson.Default.StateColumns) ?? throw new InvalidOperationException("Empty column file of the State's system.");
    }
}

/// <param name="Statut"><c>aVerifier</c> until the State publishes its own.</param>
internal sealed record StateColumns(string Statut, string Version, string Remarque, IReadOnlyList<StateColumn> Colonnes);

/// <param name="Pointeurs">Where the value may stand in the message; the first that is there counts.</param>
/// <param name="Format"><c>texte</c>, <c>date</c> (JJ/MM/AAAA), <c>montant</c> (decimal comma), <c>nombre</c> (items of a list), <c>type</c> (the message type).</param>
internal sealed record StateColumn(string Colonne, IReadOnlyList<string> Pointeurs, string Format, string Description, string Exemple);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StateColumns))]
internal sealed partial class StateFileJson : JsonSerializerContext;
