using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>
/// Everything that rules may look at for one deposit: what its message said, what the file remembers, and the day and place
/// as its territory counts them. Three-valued, banded, without identity; what nobody has looked up is unknown.
/// </summary>
internal sealed record RuleFacts
{
    public required Faits Message { get; init; }
    /// <summary>Codes of the quality flags; <see langword="null"/> when they were not read.</summary>
    public IReadOnlyCollection<string>? Flags { get; init; }
    /// <summary>What the gateway has seen of the file before; <see langword="null"/> when it was not read.</summary>
    public DossierHistory? History { get; init; }
    /// <summary>Sector of the dwelling's commune in <c>territoire.json</c>.</summary>
    public string? Sector { get; init; }
    /// <summary>Whether the commune has a local commission.</summary>
    public bool? LocalCommission { get; init; }
    /// <summary>Civil day of the reception in the territory.</summary>
    public DateOnly? Day { get; init; }
    /// <summary>Whether offices work on that day there.</summary>
    public bool? WorkingDay { get; init; }
    /// <summary>Whether the winter truce runs on that day. Never a reason to refuse a message.</summary>
    public bool? Truce { get; init; }

    /// <summary>Which partner said what the message did not, and when; French.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    public static implicit operator RuleFacts(Faits message) => new() { Message = message };
}

/// <summary>What the gateway has seen of a file before a deposit. It is the gateway's own memory: it says nothing of what was done elsewhere.</summary>
/// <param name="Accompanied">Acknowledged by a social service or a mobile team, or followed up by one.</param>
/// <param name="Days">Calendar days since the file was opened.</param>
/// <param name="Signals">Messages received before this one.</param>
/// <param name="Met">Whether the last diagnosis or follow-up met the household; <see langword="null"/> when there was none.</param>
/// <param name="Orientations">Codes of the organisations that have the file open under an orientation.</param>
internal sealed record DossierHistory(bool Accompanied, int Days, int Signals, bool? Met, IReadOnlyList<string> Orientations)
{
    public static DossierHistory New { get; } = new(false, 0, 0, null, []);
}
