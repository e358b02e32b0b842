namespace ExchangeGateway.Gateway.Matching;

/// <summary>Limits of the search for candidates.</summary>
internal static class Blocking
{
    /// <summary>A key that more subjects hold is too common to find anybody by; the look-up skips it (also in vault.find_subjects).</summary>
    public const int MostHolders = 24;

    /// <summary>Profiles of one subject that are compared, the latest ones.</summary>
    public const int MostProfiles = 16;
}
