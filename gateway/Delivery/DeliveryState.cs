namespace ExchangeGateway.Gateway.Delivery;

/// <summary>States of a delivery, as stored and as recipients read them.</summary>
internal static class DeliveryState
{
    /// <summary>In the recipient's inbox, not yet acknowledged.</summary>
    public const string Delivered = "remise";
    /// <summary>The recipient has taken charge of it.</summary>
    public const string Acknowledged = "accusee";
    /// <summary>The sender has withdrawn the deposit: it is no longer read.</summary>
    public const string Cancelled = "annulee";
    /// <summary>Another delivery holds the mended message: this one is no longer read.</summary>
    public const string Replaced = "remplacee";

    public static IReadOnlyList<string> All { get; } = [Delivered, Acknowledged, Cancelled, Replaced];

    public static bool Exists(string state) => All.Contains(state, StringComparer.Ordinal);
}

/// <summary>What a line of the inbox is.</summary>
internal static class DeliveryNature
{
    /// <summary>A message, the first or its replacement.</summary>
    public const string Message = "remise";
    /// <summary>The news that a message was withdrawn.</summary>
    public const string Cancellation = "annulation";
    /// <summary>The news that the person withdrew an agreement, and that only what a text orders may still be read.</summary>
    public const string Reduction = "reduction";
    /// <summary>To who signalled a household: another service accompanies it.</summary>
    public const string Information = "information";
    /// <summary>To who referred it: what the CCAPEX decided on the aid.</summary>
    public const string AidDecision = "decisionAide";
    /// <summary>To who referred it: the decision on the aid is put off.</summary>
    public const string AidPostponed = "ajournementAide";

    /// <summary>Whether the line carries a content of its own.</summary>
    public static bool HasContent(string nature) => nature is AidDecision or AidPostponed;
}
