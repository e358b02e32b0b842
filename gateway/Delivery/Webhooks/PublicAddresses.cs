using System.Net;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <summary>
/// Which addresses the gateway may call: those of the public Internet only, so that nobody reaches the gateway's own network
/// through it (IANA registries of special-purpose addresses, RFC 6890).
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Inside 2000::/3, what is reserved, or holds an IPv4 address that nobody has looked at.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    public static bool Contain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return (address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetwork || GlobalUnicast.Contains(address))
            && !Refused.Any(network => network.Contains(address));
    }
}
