using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>
/// What an entry says, as committed in the log. Its bytes are JSON with members in ordinal order, no white space and no
/// empty member, so the same facts always make the same bytes.
/// </summary>
internal sealed record EntryContent
{
    /// <summary>Version of this form; another form is another number.</summary>
    public const int Version = 1;
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _ofThread;

    public required Guid Id { get; init; }
    /// <summary>UTC, to the microsecond, as PostgreSQL keeps it.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Name of a <see cref="LogAction"/>; a string, so that a newer gateway's entries can still be read.</summary>
    public required string Action { get; init; }
    public Guid? Organisation { get; init; }
    public string? Agent { get; init; }
    /// <summary>Audit-domain pseudonyms, 32 hexadecimal digits.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];
    public Guid? Deposit { get; init; }
    public Guid? Delivery { get; init; }
    public string? Purpose { get; init; }
    public string? RegisterVersion { get; init; }
    public string? Decision { get; init; }
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    public string? TraceId { get; init; }

    public byte[] ToBytes()
    {
        // One a thread: entries are written by the hundred thousand.
        var (buffer, json) = _ofThread ??= Writer();
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("action", Action);
        Write(json, "agent", Agent);
        json.WriteString("date", At.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture));
        Write(json, "decision", Decision);
        Write(json, "depot", Deposit?.ToString());
        if (Details.Count > 0)
        {
            json.WriteStartObject("details");
            foreach (var (name, value) in Details.OrderBy(d => d.Key, StringComparer.Ordinal))
                json.WriteString(name, value);
            json.WriteEndObject();
        }

        Write(json, "finalite", Purpose);
        json.WriteString("id", Id.ToString());
        Write(json, "organisation", Organisation?.ToString());
        Write(json, "registre", RegisterVersion);
        Write(json, "remise", Delivery?.ToString());
        if (Subjects.Count > 0)
        {
            json.WriteStartArray("sujets");
            foreach (var subject in Subjects)
                json.WriteStringValue(subject);
            json.WriteEndArray();
        }

        Write(json, "trace", TraceId);
        json.WriteNumber("v", Version);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads <see cref="ToBytes"/>.</summary>
    /// <exception cref="FormatException">The bytes are of another version.</exception>
    public static EntryContent Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (root.GetProperty("v").GetInt32() != Version)
            throw new FormatException("This entry is of a version that this gateway does not know.");
        return new()
        {
            Id = root.GetProperty("id").GetGuid(),
            At = DateTimeOffset.ParseExact(root.GetProperty("date").GetString()!, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            Action = root.GetProperty("action").GetString()!,
            Organisation = Identifier(root, "organisation"),
            Agent = Text(root, "agent"),
            Subjects = root.TryGetProperty("sujets", out var subjects) ? [.. subjects.EnumerateArray().Select(s => s.GetString()!)] : [],
            Deposit = Identifier(root, "depot"),
            Delivery = Identifier(root, "remise"),
            Purpose = Text(root, "finalite"),
            RegisterVersion = Text(root, "registre"),
            Decision = Text(root, "decision"),
            Details = root.TryGetProperty("details", out var details)
                ? details.EnumerateObject().ToDictionary(d => d.Name, d => d.Value.GetString()!, StringComparer.Ordinal)
                : new Dictionary<string, string>(StringComparer.Ordinal),
            TraceId = Text(root, "trace"),
        };
    }

    /// <summary>An instant as the log and PostgreSQL keep it: UTC, whole microseconds.</summary>
    public static DateTimeOffset Instant(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) Writer()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        return (buffer, new Utf8JsonWriter(buffer, Plain));
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static Guid? Identifier(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetGuid() : null;
}
