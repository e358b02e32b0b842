namespace ExchangeGateway.Schemas.Law;

/// <summary>What a message says that deadlines are counted from; a section that is not known, or not permitted, is <see langword="null"/>.</summary>
/// <param name="Decision">Of a message that is itself the decision; one that an act only recalls opened its delays when it was rendered.</param>
public sealed record DatedParts(Acte? Acte, Bail? Bail, Decision? Decision, Suivi? Suivi);

/// <summary>The deadlines that one message opens. Pure: the same message and law give the same days.</summary>
public static class MessageDeadlines
{
    extension(FrenchLaw law)
    {
        /// <summary>Every deadline that the message opens, past or ahead, in the order of their days.</summary>
        /// <param name="region">One of <see cref="FrenchCalendar.RegionOf"/>.</param>
        public IReadOnlyList<Deadline> Opened(DatedParts parts, string region) =>
        [
            .. law.ByAct(parts, region).Concat(law.ByDecision(parts)).Append(law.ByFollowUp(parts.Suivi, region)).OfType<Deadline>().OrderBy(d => d.Effective),
        ];

        /// <summary>The last day on which a mobile team should have been in touch, from its last exchange with the household.</summary>
        public Deadline? NextContact(DateOnly lastExchange, string region) => law.After(LawRules.MobileTeamContact, lastExchange, lastExchange, region);

        private IEnumerable<Deadline?> ByAct(DatedParts parts, string region)
        {
            switch (parts.Acte)
            {
                case { Nature: "commandementDePayer", SignifieLe: { } served }:
                    yield return law.ResolutoryClause(served, parts.Bail?.SigneLe, region);
                    if (parts.Bail?.Garantie == "caution")
                        yield return law.GuarantorService(served, region);
                    break;
                case { Nature: "assignation", SignifieLe: { } summoned, AudienceLe: { } hearing } act:
                    // A notification that is said to be made is a deadline no more; the first hearing counts for it, also after a renvoi.
                    if (act.NotifiePrefetLe is null)
                        yield return law.PrefectNotification(summoned, hearing, region);
                    yield return law.DiagnosisTransmission(act.RenvoiAu ?? hearing, region);
                    break;
                case { Nature: "commandementDeQuitterLesLieux", DelaiExpulsion: not "supprime", SignifieLe: { } served } act:
                    var end = law.LeavingThePremises(served, region);
                    if (act is { DelaiExpulsion: "reduit", LiberationLe: { } free })
                        end = end is null ? null : end with { Date = free, Effective = free, Assumed = "Délai réduit par le juge : date de libération portée par l'acte." };
                    yield return end;
                    yield return end is null ? null : law.EndOfTruce(end.Effective);
                    break;
                case { Nature: "requisitionForcePublique" } act when (act.RequisLe ?? act.SignifieLe) is { } requested:
                    yield return law.ImplicitRefusal(requested, region);
                    break;
            }
        }

        private IEnumerable<Deadline?> ByDecision(DatedParts parts)
        {
            if (parts.Decision is not { } decision)
                yield break;
            if (decision is { DelaisJusquAu: { } until, RendueLe: { } rendered } && law.Rules.GetValueOrDefault(LawRules.JudgesDelays)?.At(rendered) is { } judge)
                yield return new Deadline(LawRules.JudgesDelays, until, until, judge.Source, judge.ToVerify);
            if (decision is { SensCfp: "octroi", EffetLe: { } effect })
                yield return law.EndOfTruce(effect);
        }

        private Deadline? ByFollowUp(Suivi? followUp, string region) =>
            followUp is { Issue: "enCours" } && (followUp.Veille15jLe ?? followUp.ContactLe ?? followUp.CourrierLe) is { } last ? law.NextContact(last, region) : null;

        /// <summary>The first day after the truce for what would fall in it; <see langword="null"/> outside of it.</summary>
        private Deadline? EndOfTruce(DateOnly day) => law.Truce.Contains(day)
            ? new Deadline(LawRules.Truce, law.Truce.FirstDayOutside(day), law.Truce.FirstDayOutside(day), law.Truce.Source, ToVerify: false)
            : null;
    }
}
