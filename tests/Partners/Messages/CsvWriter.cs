using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ExchangeGateway.Partners.Messages;

/// <summary>Writes messages as a partner's software writes the published CSV form: semicolons, decimal comma, JJ/MM/AAAA, CRLF.</summary>
public sealed class CsvWriter
{
    private readonly IReadOnlyList<FormColumn> _columns;

    /// <param name="form">impayes or commandements-de-payer.</param>
    public CsvWriter(string form)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"formulaires/{form}.colonnes.json")
            ?? throw new ArgumentException("No such form.", nameof(form));
        _columns = JsonSerializer.Deserialize(stream, FormJson.Default.Form)!.Colonnes;
    }

    public string Header => string.Join(';', _columns.Select(c => c.Colonne)) + "\r\n";

    /// <summary>One line; fields of the message that the form has no column for are left out (décompte).</summary>
    public string Line(JsonObject message) =>
        string.Join(';', _columns.Select(c => Cell(Find(message, c.Pointer), c.Format))) + "\r\n";

    /// <summary>A whole file in UTF-8 with a byte-order mark.</summary>
    public byte[] File(IEnumerable<JsonObject> messages) =>
        [.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes(Header + string.Concat(messages.Select(Line)))];

    private static JsonNode? Find(JsonNode root, string pointer) =>
        pointer.Split('/').Skip(1).Aggregate((JsonNode?)root, (node, step) => node switch
        {
            JsonArray list => int.Parse(step, CultureInfo.InvariantCulture) is var i && i < list.Count ? list[i] : null,
            JsonObject o => o[step],
            _ => null,
        });

    private static string Cell(JsonNode? value, string format)
    {
        if (value is null)
            return "";
        var text = value.GetValueKind() switch
        {
            JsonValueKind.True => "oui",
            JsonValueKind.False => "non",
            JsonValueKind.Number => value.ToJsonString().Replace('.', ','),
            _ => value.GetValue<string>(),
        };
        text = format switch
        {
            "date" when text.Length == 10 && text[4] == '-' => $"{text.AsSpan(8)}/{text.AsSpan(5, 2)}/{text.AsSpan(0, 4)}",
            "mois" when text.Length == 7 && text[4] == '-' => $"{text.AsSpan(5)}/{text.AsSpan(0, 4)}",
            _ => text,
        };
        return text.AsSpan().ContainsAny(';', '"') ? '"' + text.Replace("\"", "\"\"", StringComparison.Ordinal) + '"' : text;
    }
}

internal sealed record Form(IReadOnlyList<FormColumn> Colonnes);

internal sealed record FormColumn(string Colonne, string Pointer, string Format);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Form))]
internal sealed partial class FormJson : JsonSerializerContext;
