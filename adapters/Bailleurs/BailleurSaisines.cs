using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.Bailleurs;

/// <summary>A landlord seizes the CCAPEX: before a summons if he is a legal person (art. 24 II loi 89-462), or for any other motive.</summary>
internal sealed class BailleurSaisines : IPartnerMessage
{
    public MessageType Type { get; } = new("bailleurs", "saisines-ccapex");

    public ColumnFile? Columns => null;

    public Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context)
    {
        var recu = PartnerParts.Read(json, BailleurSaisineJson.Default.BailleurSaisine);
        var signalement = BailleurImpayes.Signal(Type, recu, recu.Stade ?? "impaye", context);
        var drapeaux = signalement.Drapeaux.ToList();
        drapeaux.Dates(context.Today, recu.Saisine.SaisieLe, recu.Saisine.SignaleOrganismeLe);
        return signalement with { Drapeaux = [.. drapeaux.Distinct()], Bail = signalement.Bail! with { Saisine = recu.Saisine } };
    }
}

internal sealed record BailleurSaisine : BailleurImpaye
{
    public string? Stade { get; init; }
    public required Saisine Saisine { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BailleurSaisine))]
internal sealed partial class BailleurSaisineJson : JsonSerializerContext;
