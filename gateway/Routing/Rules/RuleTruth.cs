namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>Kleene's strong three-valued logic: what is not known is neither yes nor no. The order makes "and" a minimum and "or" a maximum.</summary>
internal enum RuleTruth
{
    Non = 0,
    Inconnu = 1,
    Oui = 2,
}

internal static class RuleTruths
{
    public static RuleTruth And(RuleTruth a, RuleTruth b) => a < b ? a : b;

    public static RuleTruth Or(RuleTruth a, RuleTruth b) => a > b ? a : b;

    public static RuleTruth Not(RuleTruth a) => (RuleTruth)(2 - (int)a);

    public static RuleTruth Of(bool? known) => known switch
    {
        null => RuleTruth.Inconnu,
        true => RuleTruth.Oui,
        false => RuleTruth.Non,
    };
}
