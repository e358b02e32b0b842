namespace ExchangeGateway.Gateway.Delivery;

/// <summary>States of a delivery, as stored and as recipients read them.</summary>
internal static class DeliveryState
{
    /// <summary>In the recipient's inbox, not yet acknowledged.</summary>
    public const string Delivered = "remise";
    /// <summary>The recipient has taken charge of it.</summary>
    public const string Acknowledged = "accusee";

    public static bool Exists(string state) => state is Delivered or Acknowledged;
}
