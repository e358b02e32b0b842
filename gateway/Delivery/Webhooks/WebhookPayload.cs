using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <summary>What a call says: that something came, under the recipient's own pseudonym. The rest is read in the inbox.</summary>
/// <param name="Type">remise.recue, remise.rappel, remise.escalade, remise.non-remise, essai.</param>
/// <param name="Timestamp">When it happened; the same at every attempt.</param>
internal sealed record WebhookPayload(string Type, DateTimeOffset Timestamp, WebhookData? Data)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, WebhookJson.Default.WebhookPayload);
}

/// <param name="Remise">Id under <c>/v1/reception</c>.</param>
/// <param name="Type">Message type.</param>
internal sealed record WebhookData(Guid Remise, string Nature, string Type, string Etat, string Pseudonyme);

/// <summary>Kinds of calls.</summary>
internal static class WebhookKind
{
    public const string Received = "remise.recue";
    public const string Reminder = "remise.rappel";
    public const string Escalation = "remise.escalade";
    public const string NonDelivery = "remise.non-remise";
    public const string Test = "essai";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookPayload))]
internal sealed partial class WebhookJson : JsonSerializerContext;
