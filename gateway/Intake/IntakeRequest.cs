using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>One message as it came in, on its way to the controls.</summary>
/// <param name="Body">JSON in UTF-8, not validated yet.</param>
internal sealed record IntakeRequest(MessageType Type, Caller Sender, ReadOnlyMemory<byte> Body)
{
    /// <summary>Version of the schema that the sender writes; <see langword="null"/> for the current one.</summary>
    public SchemaVersion? Version { get; init; }

    /// <summary>The sender's key; <see langword="null"/> makes the body its own key.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Its place in a batch, if it is a line of one.</summary>
    public LotLine? Line { get; init; }

    /// <summary>What the sender sent, when the JSON was made of it (XML): the promise is about that.</summary>
    public ReadOnlyMemory<byte>? Sent { get; init; }

    /// <summary>The deposit that it takes the place of; <see langword="null"/> for a first message.</summary>
    public CorrectedDeposit? Corrects { get; init; }
}
