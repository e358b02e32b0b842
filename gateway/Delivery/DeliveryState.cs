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
    /// <summary>A question about the household of a message (P14): identity and address, nothing of the message's facts.</summary>
    public const string Question = "question";
    /// <summary>The news that a message was withdrawn.</summary>
    public const string Cancellation = "annulation";
    /// <summary>The news that the person withdrew an agreement, and that only what a text orders may still be read.</summary>
    public const string Reduction = "reduction";

    /// <summary>Whether a line is only news about another: it shows nothing of the message.</summary>
    public static bool IsNews(string nature) => nature is Cancellation or Reduction;
}
