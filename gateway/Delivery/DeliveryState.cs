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

    /// <summary>The recipient has sent it back as not for it: it is no longer read there.</summary>
    public const string SentBack = "renvoyee";

    public static IReadOnlyList<string> All { get; } = [Delivered, Acknowledged, Cancelled, Replaced, SentBack];

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
    /// <summary>The news that the person has restricted the processing, said of another file of theirs.</summary>
    public const string Restriction = "limitation";
    /// <summary>The news that the message is of another person than the rest of its file, with the pseudonyms of before and now.</summary>
    public const string Separation = "separation";
    /// <summary>For the secretariat: a recipient sent back a message that the secretariat holds too.</summary>
    public const string SentBack = "renvoi";
    /// <summary>For the secretariat: a recipient has not acknowledged in spite of a reminder.</summary>
    public const string Escalation = "escalade";
    /// <summary>For the organisation in whose name it was sent: nobody has acknowledged.</summary>
    public const string NonDelivery = "non-remise";
    /// <summary>To who signalled a household: another service accompanies it.</summary>
    public const string Information = "information";
    /// <summary>To who referred it: what the CCAPEX decided on the aid.</summary>
    public const string AidDecision = "decisionAide";
    /// <summary>To who referred it: the decision on the aid is put off.</summary>
    public const string AidPostponed = "ajournementAide";

    /// <summary>Whether a line is only news about another: it shows nothing of the message.</summary>
    public static bool IsNews(string nature) => nature is not (Message or Question);

    /// <summary>Whether it holds nothing of the person either: what stops the message must not stop such news.</summary>
    public static bool HoldsNothing(string nature) => nature is Cancellation or Reduction or Restriction or Separation or SentBack or Escalation or NonDelivery;

    /// <summary>Whether the line carries a content of its own.</summary>
    public static bool HasContent(string nature) => nature is AidDecision or AidPostponed;
}
