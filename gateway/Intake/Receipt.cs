using System.Text.Json;
using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>What the sender keeps of an accepted message (<c>récépissé</c>).</summary>
internal sealed record Receipt
{
    public const string NotExploc = "Ce récépissé ne vaut pas transmission par EXPLOC/Alexi.";

    public required Guid Depot { get; init; }
    /// <summary>The earlier deposit about the same debt that this one takes the place of.</summary>
    public Guid? Remplace { get; init; }
    public string Etat { get; init; } = DepositState.Received;
    public required DateTimeOffset RecuLe { get; init; }
    /// <summary>Quality flags of the message: what makes it weak, never a refusal.</summary>
    public required IReadOnlyList<Drapeau> Drapeaux { get; init; }
    /// <summary>True for a trial: it was checked as any message and goes to nobody. Absent otherwise.</summary>
    public bool? BacASable { get; init; }
    /// <summary>The signed promise that the deposit is in the log (compact JWS, ES256; keys at <c>/.well-known/jwks.json</c>).</summary>
    public required string Promesse { get; init; }
    public string Avertissement { get; init; } = NotExploc;
    public required ReceiptLinks Liens { get; init; }

    /// <summary>Reads a receipt as it is kept: that of a batch's line waits for its signature, unless an earlier version of the gateway signed it.</summary>
    public static Receipt Read(byte[] kept, PromiseSigner signer) =>
        JsonSerializer.Deserialize(kept, IntakeJson.Default.LineReceipt) is { Unsigned: { } receipt, Promise: { } promise }
            ? receipt with { Promesse = signer.Sign(promise) }
            : JsonSerializer.Deserialize(kept, IntakeJson.Default.Receipt)!;
}

/// <summary>How the receipt of a batch's line is kept: a report gives no promises, so those that are asked for later are signed then.</summary>
internal sealed record LineReceipt(Receipt? Unsigned, Promise? Promise);

internal sealed record ReceiptLinks(string Depot, string Preuve);

/// <summary>Where a deposit stands, in the words its sender may read (purpose P11).</summary>
internal static class DepositState
{
    public const string Received = "recu";
    public const string Transmitted = "transmis";
    public const string ToMend = "a-corriger";
    public const string Cancelled = "annule";
}

/// <summary>What the promise says; signed.</summary>
internal sealed record Promise
{
    public required Guid Depot { get; init; }
    /// <summary>SHA-256 of the body as sent, base64url.</summary>
    public required string Empreinte { get; init; }
    public required string Expediteur { get; init; }
    public required string Type { get; init; }
    public required DateTimeOffset RecuLe { get; init; }
    /// <summary>Leaf data of the log entry, base64: the proof of <c>/preuve</c> is a proof of exactly this.</summary>
    public required string Feuille { get; init; }
    /// <summary>Origin of the log.</summary>
    public required string Origine { get; init; }
    /// <summary>True for a trial: its promise must not pass for that of a real message. Absent otherwise.</summary>
    public bool? BacASable { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(LineReceipt))]
[JsonSerializable(typeof(Promise))]
[JsonSerializable(typeof(DepositStatus))]
internal sealed partial class IntakeJson : JsonSerializerContext;
