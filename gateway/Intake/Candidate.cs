using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>A message that has passed every control and waits for the commit that accepts it.</summary>
internal sealed record Candidate
{
    public required Caller Sender { get; init; }
    /// <summary>Scope of the idempotency key: the path of the message type, also for the lines of a batch.</summary>
    public required string Path { get; init; }
    /// <summary>SHA-256 of the Idempotency-Key, or the keyed digest of the body when the sender gave none.</summary>
    public required byte[] Key { get; init; }
    /// <summary>HMAC-SHA-256 of the body under the gateway's secret.</summary>
    public required byte[] KeyedBody { get; init; }
    /// <summary>SHA-256 of the body, for the promise.</summary>
    public required byte[] BodyDigest { get; init; }
    public required string SchemaVersion { get; init; }
    /// <summary>The facts in clear, as JSON in UTF-8. Of the rest of the content nothing is held but its sections: hundreds of messages wait at once.</summary>
    public required byte[] Facts { get; init; }
    public required IReadOnlyList<Drapeau> Flags { get; init; }
    /// <summary>The sections of the content that the hub may keep, each to be sealed apart: what the purpose does not name is dropped, not stored (art. 5-1-c RGPD).</summary>
    public required IReadOnlyList<(Categories Category, byte[] Json)> Sections { get; init; }
    public required string Territory { get; init; }
    public required MessageProfile Profile { get; init; }
    public required byte[] Dwelling { get; init; }
    public required string Purpose { get; init; }
    public required string RegisterVersion { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public string? TraceId { get; init; }
    /// <summary>The deposit that this one takes the place of: it stays with the same subject.</summary>
    public CorrectedDeposit? Corrects { get; init; }
    /// <summary>See <see cref="Dossiers.DeadlineRows"/>.</summary>
    public IReadOnlyList<Dossiers.KeptDeadline> Deadlines { get; init; } = [];
    /// <summary>See <see cref="KeyedDigests.Debt"/>.</summary>
    public byte[]? Debt { get; init; }
    public bool DebtEnded { get; init; }
    /// <summary>Its place, when it is a line of a batch.</summary>
    public LotLine? Line { get; init; }

    public TaskCompletionSource<IntakeOutcome> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
