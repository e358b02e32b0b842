using System.Net;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Registers;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <summary>What an organisation may give as its address: https on a public address; in demonstration also this very machine, by its number.</summary>
internal sealed class WebhookAddress(RegistersInForce registers)
{
    private const int Longest = 500;

    /// <summary>What is wrong with an address, in French; <see langword="null"/> when nothing can be said before it is called.</summary>
    public string? Fault(string? text, out Uri? url)
    {
        url = null;
        if (text is null || text.Length > Longest || !Uri.TryCreate(text, UriKind.Absolute, out var given) || given.Scheme is not ("https" or "http"))
            return $"Donnez une adresse https complète, de {Longest} caractères au plus.";
        if (given.UserInfo.Length > 0 || given.Fragment.Length > 0)
            return "L'adresse ne porte ni identifiant, ni mot de passe, ni fragment.";
        var address = IPAddress.TryParse(given.IdnHost.Trim('[', ']'), out var literal) ? literal : null;
        var here = IsHere(address);
        if (given.Scheme is "http" && !here)
            return "L'adresse doit être en https.";
        if (address is not null && !here && !PublicAddresses.Contain(address))
            return "Cette adresse n'est pas publique : la passerelle ne l'appelle pas.";
        url = given;
        return null;
    }

    /// <summary>Whether it is this machine's own loopback, given as a number, and the mode lets it be called. A name that leads there never is.</summary>
    public bool IsHere(IPAddress? literal) => literal is not null && IPAddress.IsLoopback(literal) && registers.Mode is OperatingMode.Demonstration;
}
