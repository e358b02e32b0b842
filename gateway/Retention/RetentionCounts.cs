using System.Text.Json;
using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>What a run has done so far, or what a plan foresees. Keys name a purpose and a category: <c>P1 identite</c>.</summary>
internal sealed record RetentionCounts
{
    /// <summary>Sections erased, by the purpose that kept them longest and by category.</summary>
    public SortedDictionary<string, long> Sections { get; init; } = new(StringComparer.Ordinal);
    /// <summary>Deposits of which something was erased.</summary>
    public long Depots { get; set; }
    public long Pieces { get; set; }
    /// <summary>Persons of whom nothing was kept, erased altogether.</summary>
    public long Personnes { get; set; }
    /// <summary>Entries of the log forgotten: of consultations, and of files that have ended.</summary>
    public long InscriptionsConsultation { get; set; }
    public long InscriptionsDossier { get; set; }
    /// <summary>Entries that could not be opened, and stay as they are.</summary>
    public long InscriptionsIllisibles { get; set; }
    /// <summary>Idempotency keys and batch reports older than thirty days.</summary>
    public long Recepisses { get; set; }
    public long Lots { get; set; }

    public void AddSection(string purpose, Categories category)
    {
        var key = purpose + " " + category.Name();
        Sections[key] = Sections.GetValueOrDefault(key) + 1;
    }

    public string ToJson() => JsonSerializer.Serialize(this, RetentionJson.Default.RetentionCounts);

    public static RetentionCounts Parse(string json) => JsonSerializer.Deserialize(json, RetentionJson.Default.RetentionCounts) ?? new();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RetentionCounts))]
[JsonSerializable(typeof(RetentionPlan))]
internal sealed partial class RetentionJson : JsonSerializerContext;
