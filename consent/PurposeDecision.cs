using ExchangeGateway.Schemas;

namespace ExchangeGateway.Consent;

/// <summary>Whether the gateway holds real data. Anything but demonstration needs a fixed retention.</summary>
public enum OperatingMode
{
    Production = 0,
    /// <summary>Demonstration, or a deposit marked sandbox: synthetic data only.</summary>
    Demonstration,
}

/// <summary>What is known of the agreement that some purposes ask for.</summary>
public enum ConsentState
{
    /// <summary>Nothing recorded: never counts as given.</summary>
    Unknown = 0,
    Granted,
    Refused,
    Withdrawn,
}

/// <param name="SenderNature">Nature of the organisation that deposits.</param>
/// <param name="Present">Categories of the canonical content.</param>
/// <param name="Consent">What the message says of the agreement that its purpose asks for.</param>
/// <param name="Named">Categories that this agreement names; only a purpose whose agreement names them looks at it.</param>
public sealed record DepositRequest(
    string SenderNature,
    MessageType MessageType,
    Categories Present,
    DateTimeOffset Instant,
    OperatingMode Mode = OperatingMode.Production,
    ConsentState Consent = ConsentState.Unknown,
    Categories Named = Categories.None);

/// <summary>May this sender give this message to the hub?</summary>
public abstract record DepositDecision
{
    private DepositDecision() { }

    /// <param name="PurposeVersion">Name of the file that allows it: <c>P1-2026-01-01</c>.</param>
    /// <param name="Categories">What may be kept; the rest of the message must not be stored (minimisation, art. 5-1-c RGPD).</param>
    public sealed record Permit(string PurposeId, string PurposeVersion, Categories Categories) : DepositDecision;

    public sealed record Deny(DenialReason Reason) : DepositDecision;
}

/// <param name="SenderNature">Nature of the organisation that deposited the data.</param>
/// <param name="OnBehalfOfNature">Nature of the organisation in whose name the data is passed on; <see langword="null"/> for the depositor's own sending.</param>
/// <param name="RecipientRole">
/// Role of the agent who reads. <see langword="null"/> at routing, when the organisation is addressed and nobody reads
/// yet: then the answer is what the organisation as a whole may get, to be decided again at each reading.
/// </param>
/// <param name="Named">Categories that the agreement names; only a purpose whose agreement names them looks at it.</param>
public sealed record DisclosureRequest(
    string PurposeId,
    string SenderNature,
    MessageType MessageType,
    string? OnBehalfOfNature,
    string RecipientNature,
    string? RecipientRole,
    string Territory,
    Categories Requested,
    bool SubjectRestricted,
    ConsentState Consent,
    DateTimeOffset Instant,
    OperatingMode Mode = OperatingMode.Production,
    Categories Named = Categories.None);

/// <summary>May this recipient get these fields of this person for this purpose now?</summary>
public abstract record DisclosureDecision
{
    private DisclosureDecision() { }

    /// <param name="Categories">What was asked for and is allowed; none for a purpose that gives a status only (P11).</param>
    public sealed record Permit(Categories Categories, string PurposeVersion) : DisclosureDecision;

    /// <param name="Missing">Code of the evidence that is missing: <c>accordElectronique</c>.</param>
    public sealed record Hold(string Missing) : DisclosureDecision;

    public sealed record Deny(DenialReason Reason) : DisclosureDecision;
}

/// <summary>The one decision. Pure and total; denies whatever a purpose does not name.</summary>
public static class PurposeDecision
{
    /// <summary>Decides at intake. A message type has one purpose of deposit: the one that the sender exercises itself.</summary>
    public static DepositDecision MayDeposit(PurposeRegister register, DepositRequest request)
    {
        // At most one is in force: the register refuses two deposit purposes for one type at the same time.
        var purpose = register.InForce(request.Instant).FirstOrDefault(p => Takes(p, request));
        if (purpose is null)
            return new DepositDecision.Deny(WhyNone(register, request));
        if (!RetentionAllows(purpose, request.Mode))
            return new DepositDecision.Deny(DenialReason.ConservationAFixer);
        if (request.Present == Categories.None)
            return new DepositDecision.Deny(DenialReason.RienDemande);
        var kept = request.Present & purpose.Reachable;
        if (kept == Categories.None)
            return new DepositDecision.Deny(DenialReason.CategoriesNonPermises);
        if (purpose.Consent.NamesCategories)
        {
            // The agreement is the ground itself: without it nothing is taken in, and nothing beyond what it names.
            if (request.Consent != ConsentState.Granted)
                return new DepositDecision.Deny(Lacking(request.Consent));
            kept &= request.Named;
            if (kept == Categories.None)
                return new DepositDecision.Deny(DenialReason.AccordSansCategorie);
        }
        return new DepositDecision.Permit(purpose.Id, purpose.Version, kept);
    }

    private static bool Takes(Purpose purpose, DepositRequest request) =>
        purpose.HasDepositor(request.SenderNature, request.MessageType) && purpose.Carries(request.MessageType);

    private static DenialReason WhyNone(PurposeRegister register, DepositRequest request)
    {
        if (register.Purposes.Any(p => Takes(p, request)))
            return DenialReason.FinaliteHorsValidite;
        return register.Purposes.Any(p => p.Depositors.Any(d => Same(d.Nature, request.SenderNature) && d.Types.Any(p.Carries)))
            ? DenialReason.TypeNonPrevu
            : DenialReason.DeposantNonPrevu;
    }

    /// <summary>Decides at routing, and again at each reading.</summary>
    public static DisclosureDecision MayDisclose(PurposeRegister register, DisclosureRequest request)
    {
        if (register.InForce(request.PurposeId, request.Instant) is not { } purpose)
            return Deny(register.Knows(request.PurposeId) ? DenialReason.FinaliteHorsValidite : DenialReason.FinaliteInconnue);
        if (!RetentionAllows(purpose, request.Mode))
            return Deny(DenialReason.ConservationAFixer);
        if (!purpose.Depositors.Any(d => Same(d.Nature, request.SenderNature)))
            return Deny(DenialReason.DeposantNonPrevu);
        if (!purpose.HasDepositor(request.SenderNature, request.MessageType))
            return Deny(DenialReason.TypeNonPrevu);
        var ways = purpose.Recipients.Where(r => Same(r.OnBehalfOf, request.OnBehalfOfNature)).ToList();
        if (ways.Count == 0)
            return Deny(DenialReason.AuTitreDeDifferent);
        if (purpose.Territories is { } territories && !territories.Contains(request.Territory, StringComparer.Ordinal))
            return Deny(DenialReason.TerritoireNonPrevu);

        var entries = ways.FindAll(r => r.Takes(request.MessageType) && Receives(r, request));
        if (entries.Count == 0)
            return Deny(DenialReason.DestinataireNonPrevu);
        if (request.RecipientRole is { } role)
            entries = entries.FindAll(r => r.Roles.Contains(role, StringComparer.Ordinal));
        if (entries.Count == 0)
            return Deny(DenialReason.RoleNonPrevu);
        if (request.SubjectRestricted)
            return Deny(DenialReason.PersonneEnLimitation);

        var allowed = entries.Aggregate(Categories.None, (sum, r) => sum | r.Categories);
        // A purpose without categories gives the deposit's state only; it can be asked for nothing else.
        if (request.Requested == Categories.None && allowed != Categories.None)
            return Deny(DenialReason.RienDemande);
        if (request.Requested != Categories.None && (request.Requested & allowed) == Categories.None)
            return Deny(DenialReason.CategoriesNonPermises);

        var conflict = register.CommonInForce(request.Instant)?.Conflict.Rule ?? AgreementConflict.PartieObligatoire;
        ConsentRule RuleOf(Recipient entry) => InForce(purpose, entry, conflict);
        var granted = request.Requested & entries.Aggregate(Categories.None, (sum, r) => sum | Agreed(r, RuleOf(r), request));
        var lacking = entries.FindAll(r => RuleOf(r).Required && request.Consent != ConsentState.Granted
            && (request.Requested == Categories.None || (request.Requested & r.Categories) != Categories.None));
        if (granted != Categories.None || (request.Requested == Categories.None && lacking.Count < entries.Count))
            return new DisclosureDecision.Permit(granted, purpose.Version);
        if (lacking.Count == 0)
            return Deny(DenialReason.AccordSansCategorie);
        return request.Consent == ConsentState.Unknown
            ? new DisclosureDecision.Hold(RuleOf(lacking[0]).Evidence!)
            : Deny(Lacking(request.Consent));
    }

    /// <summary>What one entry gives as far as the agreement goes: all of it, what the agreement names, or what a text orders without it.</summary>
    private static Categories Agreed(Recipient entry, ConsentRule rule, DisclosureRequest request) => rule switch
    {
        { Required: false } => entry.Categories,
        _ when request.Consent != ConsentState.Granted => entry.Categories & rule.Without,
        { NamesCategories: true } => entry.Categories & request.Named,
        _ => entry.Categories,
    };

    /// <summary>The rule of an agreement where a text orders the transmission too: the register's common file says which prevails.</summary>
    private static ConsentRule InForce(Purpose purpose, Recipient entry, AgreementConflict conflict) => (purpose.RuleOf(entry), conflict) switch
    {
        ({ Required: true } rule, AgreementConflict.ToutTransmettre) when purpose.LegalBasis.Article == "6-1-c" => rule with { Required = false },
        ({ Required: true } rule, AgreementConflict.RienSansAccord) when purpose.LegalBasis.Article == "6-1-c" => rule with { Without = Categories.None },
        var (rule, _) => rule,
    };

    private static DenialReason Lacking(ConsentState state) => state switch
    {
        ConsentState.Refused => DenialReason.AccordRefuse,
        ConsentState.Withdrawn => DenialReason.AccordRetire,
        _ => DenialReason.AccordManquant,
    };

    private static bool Receives(Recipient entry, DisclosureRequest request) =>
        Same(entry.Nature, Recipient.Sender)
            ? Same(request.RecipientNature, request.SenderNature)
            : Same(entry.Nature, request.RecipientNature);

    private static bool RetentionAllows(Purpose purpose, OperatingMode mode) =>
        purpose.RetentionFixed || mode == OperatingMode.Demonstration;

    private static DisclosureDecision.Deny Deny(DenialReason reason) => new(reason);

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.Ordinal);
}
