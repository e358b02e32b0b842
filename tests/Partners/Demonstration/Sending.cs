using System.Text.Json.Nodes;

namespace ExchangeGateway.Partners.Demonstration;

/// <summary>One delivery that a message must lead to: who gets it, for which purpose.</summary>
public sealed record Arrival(string Recipient, string Purpose);

/// <summary>What the scenario says will become of one message.</summary>
/// <param name="Code">accepte, doublon, refuse.</param>
/// <param name="Refusal">Code of the refusal (<c>nir-interdit</c>); <see langword="null"/> when not refused.</param>
/// <param name="Arrivals">Deliveries at once.</param>
/// <param name="Held">Whether a further orientation waits for a fact that the sender cannot know.</param>
/// <param name="Drawn">Whether a further orientation waits for the draw of a rule with a quota.</param>
public sealed record Expectation(string Code, string? Refusal, IReadOnlyList<Arrival> Arrivals, bool Held = false, bool Drawn = false)
{
    public static Expectation Refused(string refusal) => new("refuse", refusal, []);

    /// <summary>The same message again: one deposit, nothing delivered twice.</summary>
    public Expectation Again() => Code == "refuse" ? this : new("doublon", null, []);
}

/// <param name="Household">Key of the household: the same for each sender that writes about it.</param>
/// <param name="Fault">French word for what is wrong or special in it; empty when nothing is.</param>
public sealed record DemoMessage(JsonObject Content, string Household, string Fault, Expectation Expected);

/// <summary>How a sender hands its messages over.</summary>
public enum Channel
{
    OneByOne,
    Ndjson,
    Csv,
}

/// <param name="Organisation">Code of the sender.</param>
/// <param name="Type">Message type, <c>caf/impayes</c>.</param>
public sealed record Sending(string Organisation, string Type, Channel Channel, IReadOnlyList<DemoMessage> Messages);
