using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Adapters;

/// <summary>One message type of one partner: turns its validated JSON into the canonical Signalement, and its CSV lines into that JSON.</summary>
public interface IPartnerMessage
{
    MessageType Type { get; }

    /// <summary>What pages and the register call such a message, in French; <see langword="null"/> for a type that the pages have words of their own for.</summary>
    string? Title => null;

    /// <summary>Adapts one message that its schema has accepted.</summary>
    /// <param name="json">UTF-8 JSON, valid against the type's schema.</param>
    /// <param name="context">What the adapter must know beside the message.</param>
    Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context);

    /// <summary>Whether an act of this type must carry the information notice, so that its flags speak of one.</summary>
    bool NoticeAttendue => false;

    /// <summary>The columns of the type's CSV form; <see langword="null"/> when the type has none.</summary>
    ColumnFile? Columns { get; }
}

/// <param name="Today">Civil date at the dwelling.</param>
/// <param name="SchemaVersion">Version of the schema that accepted the message.</param>
/// <param name="Notices">Information notices known for the territory.</param>
/// <param name="Droit">The national law in force: delays, thresholds, who is bound.</param>
public sealed record AdaptContext(DateOnly Today, string SchemaVersion, IReadOnlyList<NoticeVersion> Notices, FrenchLaw Droit);

/// <summary>One version of the information notice annexed to acts (<c>notices.json</c> of a territory).</summary>
public sealed record NoticeVersion(string Id, DateOnly ValideDu, DateOnly? ValideAu)
{
    /// <summary>SHA-256 of the files of this version, in lower-case hexadecimal.</summary>
    public IReadOnlyList<string> Empreintes { get; init; } = [];

    /// <summary>Words that this version prints and no other does: its reference, its date of edition.</summary>
    public IReadOnlyList<string> Marques { get; init; } = [];

    /// <summary>Titles under which a notice of any version is printed: a text that has none of them holds no notice.</summary>
    public IReadOnlyList<string> Intitules { get; init; } = [];

    public bool EnVigueur(DateOnly date) => date >= ValideDu && (ValideAu is null || date <= ValideAu);
}
