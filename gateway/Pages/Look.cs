namespace ExchangeGateway.Gateway.Pages;

/// <summary>How the pages look: configuration section <c>Look</c>.</summary>
internal sealed record Look
{
    /// <summary>Whether a State service runs this gateway. Default: yes. The bloc-marque and the Marianne font are reserved to
    /// the State (terms of use of its design system): any other operator sets this to <see langword="false"/>.</summary>
    public bool StateMark { get; init; } = true;

    /// <summary>Name of the service, on every page.</summary>
    public string Service { get; init; } = "Passerelle d’échange";

    /// <summary>What the service is for, under its name.</summary>
    public string Tagline { get; init; } = "Prévention des expulsions locatives";

    /// <summary>Who runs this gateway, in the footer. Default: nobody is named.</summary>
    public string? Operator { get; init; }
}
