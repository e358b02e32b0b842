namespace ExchangeGateway.Gateway.Access;

/// <summary>Names of the authorisation policies; each endpoint and page declares one.</summary>
internal static class Policies
{
    /// <summary>Role depositaire: may send.</summary>
    public const string Deposer = "deposer";
    /// <summary>Roles instructeur, secretariat, autorite: may receive.</summary>
    public const string Recevoir = "recevoir";
    /// <summary>Role dpo: may search the log and read the register.</summary>
    public const string Journal = "journal";
    /// <summary>Any authenticated caller.</summary>
    public const string Partenaire = "partenaire";
    /// <summary>Roles exploitant, administrateur.</summary>
    public const string Exploiter = "exploiter";
    /// <summary>Open to anybody, on purpose: hashes, health, metadata, sign-in.</summary>
    public const string Public = "public";
}
