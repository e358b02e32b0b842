using System.Diagnostics.CodeAnalysis;

namespace ExchangeGateway.Schemas;

/// <summary>A partner's message type as its URL names it: <c>caf/impayes</c>.</summary>
public readonly record struct MessageType(string Partner, string Name)
{
    public override string ToString() => $"{Partner}/{Name}";

    /// <summary>Reads back what the gateway stored.</summary>
    /// <exception cref="FormatException">Not of the form <c>partner/name</c>.</exception>
    public static MessageType Parse(string text) =>
        TryParse(text, out var type) ? type : throw new FormatException("A message type has the form partner/name.");

    /// <summary>Reads <c>partner/name</c>; both parts are lower-case letters, digits and hyphens.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MessageType type)
    {
        type = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash <= 0 || slash == text!.Length - 1 || !text.All(c => c is '/' or '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9')))
            return false;
        type = new(text[..slash], text[(slash + 1)..]);
        return !type.Name.Contains('/', StringComparison.Ordinal);
    }
}
