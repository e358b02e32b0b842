using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Audit;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>What decides how long an entry of the log can be read.</summary>
internal enum LogClass
{
    /// <summary>Says how the gateway is governed: kept as long as the log.</summary>
    Governance = 0,
    /// <summary>Who consulted what, signed in, was refused: twelve months, or what the purpose says (CNIL, délib. 2021-122).</summary>
    Consultation,
    /// <summary>Who received what: as long as the file, and no less than a consultation.</summary>
    Transmission,
}

/// <summary>How long entries of the log can be read. Forgetting deletes an entry's key and content; its leaf, its rank and every proof stay.</summary>
internal static class LogRetention
{
    /// <summary>Class of each action; a test holds that none is missing. What is not here is kept.</summary>
    public static IReadOnlyDictionary<LogAction, LogClass> Classes { get; } = new Dictionary<LogAction, LogClass>
    {
        [LogAction.DepositReceived] = LogClass.Transmission,
        [LogAction.DepositRefused] = LogClass.Consultation,
        [LogAction.BatchReceived] = LogClass.Consultation,
        [LogAction.PieceReceived] = LogClass.Transmission,
        [LogAction.DepositConsulted] = LogClass.Consultation,
        [LogAction.ProofGiven] = LogClass.Consultation,
        [LogAction.Routed] = LogClass.Transmission,
        [LogAction.RoutingHeld] = LogClass.Transmission,
        [LogAction.RoutingFellBack] = LogClass.Transmission,
        [LogAction.RoutingDenied] = LogClass.Transmission,
        [LogAction.InboxListed] = LogClass.Consultation,
        [LogAction.DeliveryConsulted] = LogClass.Consultation,
        [LogAction.DeliveryAcknowledged] = LogClass.Transmission,
        [LogAction.IdentityDisclosed] = LogClass.Consultation,
        [LogAction.PieceDisclosed] = LogClass.Consultation,
        [LogAction.AccessRefused] = LogClass.Consultation,
        [LogAction.DossierConsulted] = LogClass.Consultation,
        [LogAction.JournalSearched] = LogClass.Consultation,
        [LogAction.TokenIssued] = LogClass.Consultation,
        [LogAction.TokenRefused] = LogClass.Consultation,
        [LogAction.TokenRevoked] = LogClass.Consultation,
        [LogAction.SignedIn] = LogClass.Consultation,
        [LogAction.SignInRefused] = LogClass.Consultation,
        [LogAction.SignedOut] = LogClass.Consultation,
        [LogAction.RegisterLoaded] = LogClass.Governance,
        [LogAction.RulesLoaded] = LogClass.Governance,
        [LogAction.OrganisationAdded] = LogClass.Governance,
        [LogAction.OriginOpened] = LogClass.Governance,
        [LogAction.QualityConsulted] = LogClass.Consultation,
        [LogAction.DepositCancelled] = LogClass.Transmission,
        [LogAction.CorrectionDelivered] = LogClass.Transmission,
        [LogAction.StateFileWritten] = LogClass.Transmission,
        [LogAction.BatchConsulted] = LogClass.Consultation,
        [LogAction.MatchesListed] = LogClass.Consultation,
        [LogAction.MatchDecided] = LogClass.Transmission,
        [LogAction.MatchReverted] = LogClass.Transmission,
        [LogAction.DepositSeparated] = LogClass.Transmission,
        [LogAction.VaultKeyRotated] = LogClass.Governance,
        [LogAction.VaultKeyDestroyed] = LogClass.Governance,
        [LogAction.SubjectErased] = LogClass.Governance,
        [LogAction.PseudonymsRotated] = LogClass.Governance,
        [LogAction.CorrespondenceGiven] = LogClass.Consultation,
        [LogAction.ConsentRecorded] = LogClass.Transmission,
        [LogAction.ConsentsConsulted] = LogClass.Consultation,
        [LogAction.RetentionRan] = LogClass.Governance,
        [LogAction.RetentionErased] = LogClass.Governance,
        [LogAction.RetentionSigned] = LogClass.Governance,
        [LogAction.RetentionConfirmed] = LogClass.Governance,
        [LogAction.RetentionConsulted] = LogClass.Consultation,
        [LogAction.IndicatorsConsulted] = LogClass.Consultation,
        [LogAction.RightsRequestRecorded] = LogClass.Transmission,
        [LogAction.RightsRequestsConsulted] = LogClass.Consultation,
        [LogAction.RightsReportGiven] = LogClass.Transmission,
        [LogAction.RightsPieceCopied] = LogClass.Transmission,
        [LogAction.RightsRequestExtended] = LogClass.Transmission,
        [LogAction.RightsRequestDecided] = LogClass.Transmission,
        [LogAction.RightsNoticeSent] = LogClass.Transmission,
        [LogAction.RightsNoticesListed] = LogClass.Consultation,
        [LogAction.RightsNoticeAcknowledged] = LogClass.Transmission,
        [LogAction.PieceRemoved] = LogClass.Transmission,
        [LogAction.DeliverySentBack] = LogClass.Transmission,
        [LogAction.SendBackTold] = LogClass.Transmission,
        [LogAction.DeliveryAssigned] = LogClass.Transmission,
        [LogAction.DeliveryForwarded] = LogClass.Transmission,
        [LogAction.CommentAdded] = LogClass.Transmission,
        [LogAction.CommentsRead] = LogClass.Consultation,
        [LogAction.AcknowledgementReminded] = LogClass.Transmission,
        [LogAction.AcknowledgementEscalated] = LogClass.Transmission,
        [LogAction.NonDeliveryReported] = LogClass.Transmission,
        [LogAction.WebhookChanged] = LogClass.Governance,
        [LogAction.DeliveryNotified] = LogClass.Transmission,
        [LogAction.DossiersListed] = LogClass.Consultation,
        [LogAction.InformationDelivered] = LogClass.Transmission,
        [LogAction.SessionPrepared] = LogClass.Transmission,
        [LogAction.SessionConsulted] = LogClass.Consultation,
        [LogAction.AdviceRecorded] = LogClass.Transmission,
        [LogAction.LettersPrepared] = LogClass.Transmission,
        [LogAction.QuotaDrawn] = LogClass.Governance,
        [LogAction.QuotasConsulted] = LogClass.Consultation,
        [LogAction.RulesProposed] = LogClass.Governance,
        [LogAction.RulesConfirmed] = LogClass.Governance,
        [LogAction.SimulationRun] = LogClass.Consultation,
        [LogAction.QuestionAsked] = LogClass.Transmission,
        [LogAction.QuestionsListed] = LogClass.Consultation,
        [LogAction.QuestionAnswered] = LogClass.Transmission,
        [LogAction.QuestionUnanswered] = LogClass.Transmission,
    };

    /// <summary>Names of the actions of a class, as the table has them.</summary>
    public static string[] Names(LogClass of) => [.. Classes.Where(c => c.Value == of).Select(c => c.Key.ToString())];

    /// <summary>The day before which entries may be forgotten by the common rule of that day.</summary>
    public static DateOnly CommonLimit(PurposeRegister register, DateTimeOffset now) => Period(register, null, now).Before(PurposeRegister.LegalDay(now));

    /// <summary>Whether an entry has been kept long enough, by the purpose that it names and the register in force at <paramref name="now"/>.</summary>
    public static bool Ripe(PurposeRegister register, string? purpose, DateTimeOffset at, DateTimeOffset now) =>
        Period(register, purpose, now).From(PurposeRegister.LegalDay(at)) < PurposeRegister.LegalDay(now);

    private static RetentionPeriod Period(PurposeRegister register, string? purpose, DateTimeOffset now)
    {
        var common = (register.CommonInForce(now)?.LogRetention ?? RegisterCommon.DefaultLog).Period;
        return purpose is not null && register.InForce(purpose, now)?.LogRetention is { } own ? own.Period : common;
    }
}
