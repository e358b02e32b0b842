using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Schemas.Law;
using ExchangeGateway.Unit.Consent;

namespace ExchangeGateway.Unit.Law;

/// <summary>The law that the gateway ships with.</summary>
internal static class ShippedLaw
{
    public const string Folder = "ops/territories";

    public static FrenchLaw France { get; } = LawFile.Load(DataFolder.Shipped(Folder)).Law;
}
