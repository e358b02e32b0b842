namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>One evaluation of a territory's tables: what each rule says, which of them apply, and why, in French.</summary>
internal sealed class RuleRun(Territory territory, RuleFacts faits, DateTimeOffset receivedAt, DateTimeOffset at, IReadOnlyCollection<string> sentBackBy)
{
    private readonly DateOnly _day = territory.Today(receivedAt);
    private readonly List<RoutingTarget> _targets = [];
    private readonly List<RoutingHold> _holds = [];
    private readonly List<RuleLine> _lines = [];
    private readonly List<RuleFact> _decisive = [];
    private readonly List<string> _conflicts = [];
    private bool _waited;

    public void Apply(RuleTable table)
    {
        var verdicts = new List<RuleVerdict>(table.Rules.Count);
        var decided = false;
        foreach (var rule in table.Rules)
        {
            if (rule.From > _day || rule.To < _day)
                verdicts.Add(new(rule, RuleIssue.HorsValidite, $"n'était pas en vigueur le {RulePhrase.Day(_day)}, jour de la réception"));
            else if (!rule.Active)
                verdicts.Add(new(rule, RuleIssue.Desactivee, $"règle désactivée : {rule.InactiveReason}"));
            else if (decided)
                verdicts.Add(new(rule, RuleIssue.NonExaminee, "une règle précédente de la table a décidé"));
            else if (rule.Then is RuleEffect.Deliver { Recipient: var recipient } && SentBack(recipient))
                verdicts.Add(new(rule, RuleIssue.Renvoyee, $"laissée de côté : renvoyé par {territory.Designation(recipient)}"));
            else
            {
                verdicts.Add(Examine(rule));
                decided = table.HitPolicy == RuleHitPolicy.First && verdicts[^1].Stops;
            }
        }

        var chosen = RuleHits.Choose(table.HitPolicy, verdicts);
        if (chosen.Any(v => v.Issue == RuleIssue.Conflit))
            _conflicts.AddRange(chosen.Where(v => v.Issue == RuleIssue.Conflit).Select(v => v.Rule.Id));
        foreach (var verdict in chosen)
            Do(table, verdict);
        if (table.Otherwise is { } otherwise && !chosen.Any(v => v.Stops || v.Issue == RuleIssue.Conflit) && table.Scope.Of(faits) == RuleTruth.Oui)
            DoOtherwise(table, otherwise);
    }

    private bool SentBack(string recipient) => sentBackBy.Contains(recipient, StringComparer.Ordinal);

    private RuleVerdict Examine(Rule rule)
    {
        var answer = rule.When.Of(faits);
        var said = rule.When.Say(faits);
        switch (answer, rule.IfUnknown)
        {
            case (RuleTruth.Non, _):
                return new(rule, RuleIssue.Ecartee, said.Length == 0 ? "ne s'applique pas à ce message" : $"ne s'applique pas : {said}");
            case (RuleTruth.Oui, _):
                return new(rule, RuleIssue.Appliquee, said.Length == 0 ? "s'applique toujours à ce message" : $"s'applique : {said}") { Effect = rule.Then };
            case (_, RuleUnknown.Apply):
                return new(rule, RuleIssue.Appliquee, $"s'applique bien que : {said}") { Effect = rule.Then };
            case (_, RuleUnknown.Hold hold):
                return Wait(rule, hold, said);
            default:
                return new(rule, RuleIssue.Ignoree, $"laissée de côté : {said}");
        }
    }

    private RuleVerdict Wait(Rule rule, RuleUnknown.Hold hold, string said)
    {
        _waited = true;
        var until = RuleEngine.AddDays(receivedAt, hold.Days, territory.TimeZone);
        var asked = RulePhrase.List(hold.AskedOf.Select(territory.Designation));
        if (at < until)
            return new(rule, RuleIssue.Retenue, $"en attente jusqu'au {RulePhrase.Moment(until)} : {said} ; question posée à : {asked}") { Until = until };
        var over = $"sans réponse de : {asked} au {RulePhrase.Moment(until)} ({said})";
        return hold.Then switch
        {
            RuleFallback.Apply => new(rule, RuleIssue.Repli, $"repli, {over} : la règle s'applique") { Effect = rule.Then },
            RuleFallback.Replace replace => new(rule, RuleIssue.Repli, $"repli, {over}") { Effect = replace.Effect },
            _ => new(rule, RuleIssue.Repli, $"abandonnée, {over}"),
        };
    }

    private void Do(RuleTable table, RuleVerdict verdict)
    {
        var (rule, effect) = (verdict.Rule, verdict.Effect);
        if (verdict.Stops)
            _decisive.AddRange(rule.When.Facts);
        if (verdict is { Issue: RuleIssue.Retenue, Until: { } until })
        {
            var hold = (RuleUnknown.Hold)rule.IfUnknown;
            _holds.AddRange(rule.When.Because(faits).Distinct().Select(f => new RoutingHold(rule.Id, f.Name, hold.AskedOf, until, hold.Asks)));
        }

        switch (effect)
        {
            case RuleEffect.Inform inform:
                Note(table, verdict with { Issue = verdict.FellBack ? RuleIssue.Repli : RuleIssue.Information, Why = $"{verdict.Why} ; {inform.Text}" }, null);
                break;
            // Of a fallback: its recipient is not the rule's own.
            case RuleEffect.Deliver { Recipient: var back } when SentBack(back):
                Note(table, verdict with { Issue = RuleIssue.Renvoyee, Why = $"{verdict.Why} ; renvoyé par {territory.Designation(back)}" }, null);
                break;
            case RuleEffect.Deliver deliver:
                Note(table, verdict with { Why = $"{verdict.Why} → {territory.Designation(deliver.Recipient)}, finalité {deliver.Purpose}" }, deliver);
                Address(rule.Id, deliver, verdict.FellBack);
                break;
            default:
                Note(table, verdict, null);
                break;
        }
    }

    private void DoOtherwise(RuleTable table, RuleEffect effect)
    {
        var line = new RuleLine { Table = table.Id, Regle = table.Id + "-sinon", Libelle = "Sinon", Source = table.Title, Issue = RuleIssue.Information, Motif = "aucune règle de la table ne s'applique" };
        if (effect is RuleEffect.Inform inform)
        {
            _lines.Add(line with { Motif = $"{line.Motif} ; {inform.Text}" });
            return;
        }

        var deliver = (RuleEffect.Deliver)effect;
        if (SentBack(deliver.Recipient))
        {
            _lines.Add(line with { Issue = RuleIssue.Renvoyee, Motif = $"{line.Motif} ; renvoyé par {territory.Designation(deliver.Recipient)}" });
            return;
        }

        _lines.Add(line with
        {
            Issue = RuleIssue.Appliquee,
            Motif = $"{line.Motif} → {territory.Designation(deliver.Recipient)}, finalité {deliver.Purpose}",
            Destinataire = deliver.Recipient,
            Finalite = deliver.Purpose,
        });
        Address(line.Regle, deliver, fellBack: false);
    }

    /// <summary>Two rules may address one recipient for one purpose: it gets one delivery, the more urgent.</summary>
    private void Address(string rule, RuleEffect.Deliver deliver, bool fellBack)
    {
        var target = new RoutingTarget(deliver.Recipient, deliver.Purpose, rule, deliver.Priority, fellBack, deliver.OnBehalfOf, deliver.DelayDays)
        {
            Duplicate = Orientations.Duplicates(territory, faits.History, deliver),
        };
        var same = _targets.FindIndex(t => t.Destinataire == target.Destinataire && t.Finalite == target.Finalite);
        if (same < 0)
            _targets.Add(target);
        else if (target.Priorite < _targets[same].Priorite)
            _targets[same] = target;
    }

    private void Note(RuleTable table, RuleVerdict verdict, RuleEffect.Deliver? deliver) => _lines.Add(new RuleLine
    {
        Table = table.Id,
        Regle = verdict.Rule.Id,
        Libelle = verdict.Rule.Label,
        Source = verdict.Rule.Source,
        Issue = verdict.Issue,
        Motif = verdict.Why,
        Destinataire = deliver?.Recipient,
        Finalite = deliver?.Purpose,
        JusquAu = verdict.Until,
    });

    public RoutingOutcome Outcome()
    {
        var targets = _targets.OrderBy(t => t.Priorite).ToList();
        var warnings = new List<string>(targets.Where(t => t.Duplicate).Select(t => Orientations.Say(territory, faits.History!, t.Destinataire)));
        if (_conflicts.Count > 0)
            warnings.Add($"règles contradictoires, aucune d'elles n'est appliquée : {RulePhrase.List(_conflicts)}");
        var explanation = new RuleExplanation
        {
            Phrase = RulePhrase.Sentence(territory, faits, _decisive, targets, _holds),
            Reponses = faits.Sources.Count == 0 ? null : faits.Sources,
            Alertes = warnings.Count == 0 ? null : warnings,
            Territoire = territory.Code,
            Version = territory.Version,
            RecuLe = receivedAt,
            EvalueLe = at,
            Regles = _lines,
        };
        return new RoutingOutcome(territory.Version, targets, _holds, explanation) { DependsOnTime = _waited };
    }
}
