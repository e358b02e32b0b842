using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>What the rules of a territory say of one deposit at one instant.</summary>
internal sealed record RoutingOutcome(
    string RulesVersion, IReadOnlyList<RoutingTarget> Targets, IReadOnlyList<RoutingHold> Holds, RuleExplanation Explanation)
{
    /// <summary>When to evaluate again if nobody answers; <see langword="null"/> when nothing is awaited.</summary>
    public DateTimeOffset? NextDue => Holds.Count == 0 ? null : Holds.Min(h => h.Until);
}

/// <param name="Destinataire">Code of the organisation to address. Whether it may get anything is for the purpose to decide.</param>
/// <param name="FellBack">Addressed because the wait for a fact ended without an answer.</param>
/// <param name="AuTitreDe">Code of the organisation in whose name it is passed on; <see langword="null"/> when the depositor addresses the recipient itself.</param>
/// <param name="DelaiJours">Calendar days that the recipient has to acknowledge.</param>
internal sealed record RoutingTarget(
    string Destinataire, string Finalite, string RuleId, int Priorite, bool FellBack, string? AuTitreDe, int DelaiJours);

/// <param name="MissingFact">Name of the fact: <c>connuDesServices</c>.</param>
/// <param name="AskedOf">Codes of the organisations that may know.</param>
internal sealed record RoutingHold(string RuleId, string MissingFact, IReadOnlyList<string> AskedOf, DateTimeOffset Until);

/// <summary>Applies a territory's decision tables to facts. Pure: the same facts, dates and files give the same outcome.</summary>
internal static class RuleEngine
{
    /// <summary>Evaluates every table.</summary>
    /// <param name="receivedAt">When the deposit was accepted: picks the rules in force, and delays count from it.</param>
    /// <param name="at">Now: whether a wait is over.</param>
    /// <param name="sentBackBy">Codes of the organisations that sent it back: rules that address them are left aside, so that the next rule of a FIRST table decides.</param>
    public static RoutingOutcome Evaluate(Territory territory, Faits faits, DateTimeOffset receivedAt, DateTimeOffset at, IReadOnlyCollection<string>? sentBackBy = null)
    {
        var run = new Run(territory, faits, receivedAt, at, sentBackBy ?? []);
        foreach (var table in territory.Tables)
            run.Apply(table);
        return run.Outcome();
    }

    /// <summary>The same wall-clock time some calendar days later; a time that the change to summer time skips moves after it.</summary>
    public static DateTimeOffset AddDays(DateTimeOffset from, int days, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(from, zone).DateTime.AddDays(days);
        if (zone.IsInvalidTime(local))
            local = local.AddHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private sealed class Run(Territory territory, Faits faits, DateTimeOffset receivedAt, DateTimeOffset at, IReadOnlyCollection<string> sentBackBy)
    {
        private readonly DateOnly _day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(receivedAt, territory.TimeZone).Date);
        private readonly List<RoutingTarget> _targets = [];
        private readonly List<RoutingHold> _holds = [];
        private readonly List<RuleLine> _lines = [];
        private readonly List<RuleFact> _decisive = [];

        public void Apply(RuleTable table)
        {
            var decided = false;
            foreach (var rule in table.Rules)
            {
                if (rule.From > _day || rule.To < _day)
                    Note(table, rule, RuleIssue.HorsValidite, $"n'était pas en vigueur le {RulePhrase.Day(_day)}, jour de la réception");
                else if (!rule.Active)
                    Note(table, rule, RuleIssue.Desactivee, $"règle désactivée : {rule.InactiveReason}");
                else if (decided)
                    Note(table, rule, RuleIssue.NonExaminee, "une règle précédente de la table a décidé");
                else if (rule.Then is RuleEffect.Deliver { Recipient: var recipient } && sentBackBy.Contains(recipient, StringComparer.Ordinal))
                    Note(table, rule, RuleIssue.Renvoyee, $"laissée de côté : renvoyé par {territory.Designation(recipient)}");
                else
                    decided = Try(table, rule) && table.HitPolicy == RuleHitPolicy.First;
            }
        }

        /// <summary>Whether the rule ends a FIRST table: it applies, or it waits.</summary>
        private bool Try(RuleTable table, Rule rule)
        {
            var answer = rule.When.Of(faits);
            var said = rule.When.Say(faits);
            if (answer == RuleTruth.Non)
            {
                Note(table, rule, RuleIssue.Ecartee, said.Length == 0 ? "ne s'applique pas à ce message" : $"ne s'applique pas : {said}");
                return false;
            }
            if (answer == RuleTruth.Oui || rule.IfUnknown is not RuleUnknown.Ignore)
                _decisive.AddRange(rule.When.Facts);
            if (answer == RuleTruth.Oui)
                return Do(table, rule, rule.Then, said.Length == 0 ? "s'applique toujours à ce message" : $"s'applique : {said}", fellBack: false);
            switch (rule.IfUnknown)
            {
                case RuleUnknown.Apply:
                    return Do(table, rule, rule.Then, $"s'applique bien que : {said}", fellBack: false);
                case RuleUnknown.Hold hold:
                    return Wait(table, rule, hold, said);
                default:
                    Note(table, rule, RuleIssue.Ignoree, $"laissée de côté : {said}");
                    return false;
            }
        }

        private bool Wait(RuleTable table, Rule rule, RuleUnknown.Hold hold, string said)
        {
            var until = AddDays(receivedAt, hold.Days, territory.TimeZone);
            var asked = RulePhrase.List(hold.AskedOf.Select(territory.Designation));
            if (at < until)
            {
                _holds.AddRange(rule.When.Because(faits).Distinct().Select(f => new RoutingHold(rule.Id, f.Name, hold.AskedOf, until)));
                Note(table, rule, RuleIssue.Retenue, $"en attente jusqu'au {RulePhrase.Moment(until)} : {said} ; question posée à : {asked}", until: until);
                return true;
            }
            var over = $"sans réponse de : {asked} au {RulePhrase.Moment(until)} ({said})";
            switch (hold.Then)
            {
                case RuleFallback.Apply:
                    return Do(table, rule, rule.Then, $"repli, {over} : la règle s'applique", fellBack: true);
                case RuleFallback.Replace replace:
                    return Do(table, rule, replace.Effect, $"repli, {over}", fellBack: true);
                default:
                    Note(table, rule, RuleIssue.Repli, $"abandonnée, {over}");
                    return false;
            }
        }

        private bool Do(RuleTable table, Rule rule, RuleEffect effect, string why, bool fellBack)
        {
            if (effect is RuleEffect.Inform inform)
            {
                Note(table, rule, fellBack ? RuleIssue.Repli : RuleIssue.Information, $"{why} ; {inform.Text}");
                return true;
            }
            var deliver = (RuleEffect.Deliver)effect;
            if (sentBackBy.Contains(deliver.Recipient, StringComparer.Ordinal))
            {
                Note(table, rule, RuleIssue.Renvoyee, $"{why} ; renvoyé par {territory.Designation(deliver.Recipient)}");
                return false;
            }

            Note(table, rule, fellBack ? RuleIssue.Repli : RuleIssue.Appliquee, $"{why} → {territory.Designation(deliver.Recipient)}, finalité {deliver.Purpose}", deliver);
            var target = new RoutingTarget(deliver.Recipient, deliver.Purpose, rule.Id, deliver.Priority, fellBack, deliver.OnBehalfOf, deliver.DelayDays);
            // Two rules may address one recipient for one purpose: it gets one delivery, the more urgent.
            var same = _targets.FindIndex(t => t.Destinataire == target.Destinataire && t.Finalite == target.Finalite);
            if (same < 0)
                _targets.Add(target);
            else if (target.Priorite < _targets[same].Priorite)
                _targets[same] = target;
            return true;
        }

        private void Note(RuleTable table, Rule rule, string issue, string why, RuleEffect.Deliver? deliver = null, DateTimeOffset? until = null) =>
            _lines.Add(new RuleLine
            {
                Table = table.Id,
                Regle = rule.Id,
                Libelle = rule.Label,
                Source = rule.Source,
                Issue = issue,
                Motif = why,
                Destinataire = deliver?.Recipient,
                Finalite = deliver?.Purpose,
                JusquAu = until,
            });

        public RoutingOutcome Outcome()
        {
            var targets = _targets.OrderBy(t => t.Priorite).ToList();
            var explanation = new RuleExplanation
            {
                Phrase = RulePhrase.Sentence(territory, faits, _decisive, targets, _holds),
                Territoire = territory.Code,
                Version = territory.Version,
                RecuLe = receivedAt,
                EvalueLe = at,
                Regles = _lines,
            };
            return new RoutingOutcome(territory.Version, targets, _holds, explanation);
        }
    }
}
