namespace ExchangeGateway.Schemas.Law;

/// <summary>A day that the law puts to an act.</summary>
/// <param name="Rule">Rule that gives it (<see cref="LawRules"/>).</param>
/// <param name="Date">As counted from the event.</param>
/// <param name="Effective">The same, or the next working day where the delay is carried over (art. 642 CPC).</param>
/// <param name="Source">Text.</param>
/// <param name="ToVerify">Whether a lawyer must still check the rule, or the way of counting where it changed the day.</param>
/// <param name="Assumed">French: what was assumed for want of a date; <see langword="null"/> when nothing was.</param>
public sealed record Deadline(string Rule, DateOnly Date, DateOnly Effective, string Source, bool ToVerify, string? Assumed = null);

/// <summary>
/// The deadlines of a procedure, each a pure function of dates and of the law in force. <see langword="null"/> means that
/// the rule did not exist yet. Regions are those of <see cref="FrenchCalendar.RegionOf"/>.
/// </summary>
public static class Deadlines
{
    extension(FrenchLaw law)
    {
        /// <summary>
        /// The last day to pay before the resolutory clause takes effect. The delay depends on the date of the lease, not on
        /// that of the act (Cass. 3e civ., avis n° 24-70.002); without it the nearest deadline is given, and said to be assumed.
        /// </summary>
        /// <param name="servedOn">Day on which the commandement de payer was served.</param>
        /// <param name="leaseConcludedOn">Day of the lease; <see langword="null"/> when unknown.</param>
        public Deadline? ResolutoryClause(DateOnly servedOn, DateOnly? leaseConcludedOn, string region = FrenchCalendar.Metropole)
        {
            if (leaseConcludedOn is { } lease)
                return law.After(LawRules.ResolutoryClause, lease, servedOn, region);
            return law.Rules[LawRules.ResolutoryClause].Versions
                .Where(v => v.InForce.From is null || v.InForce.From <= servedOn)
                .Select(v => law.After(LawRules.ResolutoryClause, v, servedOn, region))
                .OfType<Deadline>()
                .MinBy(d => d.Effective) is { } nearest
                ? nearest with { Assumed = "Date du bail inconnue : échéance la plus proche." }
                : null;
        }

        /// <summary>The day after which a commandement is late against the service's own goal: no text sets it, late never means invalid.</summary>
        public Deadline? SignallingGoal(DateOnly servedOn, string region = FrenchCalendar.Metropole) => law.After(LawRules.SignallingGoal, servedOn, servedOn, region);

        /// <summary>The last day to serve the commandement on the guarantor.</summary>
        public Deadline? GuarantorService(DateOnly servedOn, string region = FrenchCalendar.Metropole) => law.After(LawRules.Guarantor, servedOn, servedOn, region);

        /// <summary>The last day to notify the assignation to the préfet, else the request is inadmissible.</summary>
        /// <param name="summonedOn">Day of the assignation: it chooses the rule.</param>
        /// <param name="hearingOn">Day of the first hearing; a renvoi asks again with its own day.</param>
        public Deadline? PrefectNotification(DateOnly summonedOn, DateOnly hearingOn, string region = FrenchCalendar.Metropole) =>
            law.Before(LawRules.PrefectNotification, summonedOn, hearingOn, region);

        /// <summary>The last day for a corporate landlord to refer the case to the CCAPEX before an assignation; <see langword="null"/> also for a landlord whom the rule does not bind.</summary>
        public Deadline? LandlordReferral(DateOnly summonedOn, string? landlord, string region = FrenchCalendar.Metropole) =>
            law.At(LawRules.LandlordReferral, summonedOn)?.Binds(landlord) == true ? law.Before(LawRules.LandlordReferral, summonedOn, summonedOn, region) : null;

        /// <summary>The last day to offer the interview of the social and financial diagnosis, from the préfet's referral.</summary>
        public Deadline? DiagnosisInterview(DateOnly referredOn, string region = FrenchCalendar.Metropole) => law.After(LawRules.DiagnosisInterview, referredOn, referredOn, region);

        /// <summary>The last day to hand the social and financial diagnosis to the judge and the CCAPEX.</summary>
        public Deadline? DiagnosisTransmission(DateOnly hearingOn, string region = FrenchCalendar.Metropole) =>
            law.Before(LawRules.DiagnosisTransmission, hearingOn, hearingOn, region);

        /// <summary>The end of the delay that a commandement de quitter les lieux opens; the judge may change it, and the truce suspends execution only.</summary>
        public Deadline? LeavingThePremises(DateOnly servedOn, string region = FrenchCalendar.Metropole) => law.After(LawRules.LeavingThePremises, servedOn, servedOn, region);

        /// <summary>The day on which the préfet's silence on a request for the police force becomes a refusal.</summary>
        public Deadline? ImplicitRefusal(DateOnly requestedOn, string region = FrenchCalendar.Metropole) => law.After(LawRules.PoliceForceSilence, requestedOn, requestedOn, region);

        /// <summary>The last day for the landlord to signal arrears to the paying body, from their constitution.</summary>
        public Deadline? ArrearsSignal(DateOnly constitutedOn, string region = FrenchCalendar.Metropole) => law.After(LawRules.AidedArrearsSignal, constitutedOn, constitutedOn, region);

        internal Deadline? After(string rule, DateOnly reference, DateOnly start, string region) =>
            law.At(rule, reference) is { } version ? law.After(rule, version, start, region) : null;

        private Deadline? After(string rule, LawVersion version, DateOnly start, string region) =>
            version.Delay is { } delay ? law.Of(rule, version, delay.After(start, law.Calendar, region), region) : null;

        private Deadline? Before(string rule, DateOnly reference, DateOnly end, string region) =>
            law.At(rule, reference) is { Delay: { } delay } version ? law.Of(rule, version, delay.Before(end, law.Calendar, region), region) : null;

        private Deadline Of(string rule, LawVersion version, DateOnly date, string region)
        {
            var effective = version.CarriedOver ? law.Calendar.WorkingDayFrom(date, region) : date;
            return new Deadline(rule, date, effective, version.Source, version.ToVerify || (effective != date && law.CountingToVerify));
        }
    }
}
