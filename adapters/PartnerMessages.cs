using System.Diagnostics.CodeAnalysis;
using ExchangeGateway.Adapters.AlloPreventionExpulsion;
using ExchangeGateway.Adapters.Bailleurs;
using ExchangeGateway.Adapters.BanqueDeFrance;
using ExchangeGateway.Adapters.Caf;
using ExchangeGateway.Adapters.CommissairesDeJustice;
using ExchangeGateway.Adapters.Instances;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters;

/// <summary>Every message type that has an adapter. A new partner adds its folder and one line here.</summary>
public static class PartnerMessages
{
    public static IReadOnlyList<IPartnerMessage> All { get; } =
    [
        new CafImpayes(),
        new CafSaisines(),
        new CommandementsDePayer(),
        new Assignations(),
        new CommandementsDeQuitter(),
        new RequisitionsForcePublique(),
        new ProcesVerbauxExpulsion(),
        new BailleurImpayes(),
        new BailleurSaisines(),
        new Orientations(),
        new Saisines(),
        new Diagnostics(),
        new DecisionsJustice(),
        new DecisionsCfp(),
        new Suivis(),
        new Reponses(),
        new OrientationsTelephoniques(),
    ];

    private static readonly Dictionary<MessageType, IPartnerMessage> ByType = All.ToDictionary(m => m.Type);

    public static bool TryGet(MessageType type, [NotNullWhen(true)] out IPartnerMessage? message) => ByType.TryGetValue(type, out message);
}
