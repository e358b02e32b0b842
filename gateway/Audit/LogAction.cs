namespace ExchangeGateway.Gateway.Audit;

/// <summary>What an entry of the log says was done. Names are stored: never rename, only add.</summary>
internal enum LogAction
{
    /// <summary>The endpoint discloses and changes nothing about a person: no entry.</summary>
    None = 0,
    DepositReceived,
    DepositRefused,
    BatchReceived,
    PieceReceived,
    DepositConsulted,
    ProofGiven,
    Routed,
    RoutingHeld,
    RoutingFellBack,
    RoutingDenied,
    InboxListed,
    DeliveryConsulted,
    DeliveryAcknowledged,
    IdentityDisclosed,
    PieceDisclosed,
    AccessRefused,
    DossierConsulted,
    JournalSearched,
    TokenIssued,
    TokenRefused,
    TokenRevoked,
    SignedIn,
    SignInRefused,
    SignedOut,
    RegisterLoaded,
    RulesLoaded,
    OrganisationAdded,
    OriginOpened,
    MatchesListed,
    MatchDecided,
    MatchReverted,
}
