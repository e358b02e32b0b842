using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.Caf;

/// <summary>A CAF or an MSA seizes the CCAPEX of arrears, for the decision on the housing aid (L824-2 CCH).</summary>
internal sealed class CafSaisines : IPartnerMessage
{
    public MessageType Type { get; } = new("caf", "saisines-ccapex");

    public ColumnFile? Columns { get; } = ColumnFiles.Load("Caf/saisines-ccapex");

    public Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context)
    {
        var recu = PartnerParts.Read(json, CafSaisineJson.Default.CafSaisine);
        var signalement = CafImpayes.Signal(Type, recu, recu.Stade ?? "impaye", context);
        var drapeaux = signalement.Drapeaux.ToList();
        drapeaux.Si(signalement.Faits.AideAuLogement is null, Drapeaux.AideInconnue);
        drapeaux.Dates(context.Today, recu.Saisine.SaisieLe, recu.Saisine.SignaleOrganismeLe);
        return signalement with { Drapeaux = [.. drapeaux.Distinct()], Bail = (signalement.Bail ?? new Bail()) with { Saisine = recu.Saisine } };
    }
}

internal sealed record CafSaisine : CafImpaye
{
    public string? Stade { get; init; }
    public required Saisine Saisine { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CafSaisine))]
internal sealed partial class CafSaisineJson : JsonSerializerContext;
