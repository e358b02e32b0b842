using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Routing.Questions;

/// <summary>
/// The router's part of the questions: asks the partners that a rule names for the facts that it waits for, once a file and
/// fact, and notes the questions whose time is over. It holds the lock of each file that it does so for, as an answer does:
/// an answer comes wholly before a fallback or wholly after.
/// </summary>
internal sealed class AskPartners(RegistersInForce registers)
{
    public static readonly MessageType AnswerMessage = new("instances", "reponses");

    /// <summary>Whether a deposit asks, waits for an answer or brings one: its file must be locked.</summary>
    public static bool Concerns(WorkItem item, Territory territory, RoutingOutcome outcome) =>
        territory.Questions is not null && (item.Waited || item.Type == AnswerMessage || outcome.Holds.Any(h => h.Asks));

    /// <summary>Locks the files, takes the answers that came as messages, and reads what was asked again.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, IReadOnlyList<WorkItem> work, DossierMemory memory, DateTimeOffset now, CancellationToken ct)
    {
        var answers = work.Where(w => w.Type == AnswerMessage && w.Corrected is null).ToList();
        var named = await NamedQuestion.ReadAsync(connection, answers, ct);
        await using (var locks = new NpgsqlCommand("select pg_advisory_xact_lock(k) from (select distinct unnest($1) as k order by 1) s", connection))
        {
            locks.Parameters.AddWithValue(work.Select(w => w.Dossier).Concat(named.Values.Select(q => q.Dossier)).Select(Question.LockOf).ToArray());
            await locks.ExecuteNonQueryAsync(ct);
        }

        foreach (var item in answers)
        {
            // A question that was named and is gone went with its person: the message answers nothing else.
            if (item.Faits.ReferenceDemande is null || named.ContainsKey(item.Deposit))
                await AnswerByMessageAsync(connection, item, named.GetValueOrDefault(item.Deposit), now, ct);
        }

        await memory.ReadQuestionsAsync(connection, work, ct);
    }

    /// <summary>Adds the questions of one deposit's waits, and the end of those that nobody answered.</summary>
    public void Write(
        WorkItem item, Territory territory, IReadOnlyList<RoutingHold> holds, DossierMemory memory, RouteContext known, RegisterSet inForce, DateTimeOffset now,
        RouteRows rows, List<AuditEntry> entries)
    {
        if (territory.Questions is not { } rules)
            return;
        // What was asked by a delivery that this deposit replaces can no longer be read there: it is asked anew.
        var gone = item.Corrects is { } replaced ? known.DeliveredOf(replaced).Select(d => (Guid?)d.Id).ToHashSet() : [];
        foreach (var lost in memory.QuestionsOf(item.Dossier).Where(q => q.State is QuestionState.Asked && gone.Contains(q.Delivery)))
            rows.EndQuestion(lost.Id);
        var asked = memory.QuestionsOf(item.Dossier).Where(q => q.State is not QuestionState.Asked || !gone.Contains(q.Delivery)).ToList();
        foreach (var wait in holds.Where(h => h.Asks && RuleFact.All[h.MissingFact].Askable).SelectMany(h => h.AskedOf, (h, code) => (Hold: h, Code: code)).GroupBy(w => w.Code, StringComparer.Ordinal))
        {
            if (!known.Organisations.TryGetValue(wait.Key, out var recipient))
                continue;
            var (facts, until) = (wait.Select(w => w.Hold.MissingFact).Distinct(StringComparer.Ordinal).ToList(), wait.Max(w => w.Hold.Until));
            foreach (var open in asked.Where(q => q.Recipient == recipient.Id && q.State is QuestionState.Asked && q.DueAt < until && q.Facts.Intersect(facts, StringComparer.Ordinal).Any()))
                rows.ExtendQuestion(open.Id, until.ToUniversalTime());
            facts.RemoveAll(f => rows.Asks(item.Dossier, recipient.Id, f, until.ToUniversalTime()) || asked.Exists(q => q.Recipient == recipient.Id && Learnt.Covers(q, f, rules, now)));
            if (facts.Count > 0)
                Ask(item, territory, rules, wait.First().Hold.RuleId, wait.Key, recipient, facts, until, known, inForce, now, rows, entries);
        }

        foreach (var over in asked.Where(q => q.State is QuestionState.Asked && q.DueAt <= now && !holds.Any(h => h.Asks && h.Until > now && q.Facts.Contains(h.MissingFact, StringComparer.Ordinal))))
        {
            if (rows.EndQuestion(over.Id))
                entries.Add(Entry(LogAction.QuestionUnanswered, item, over.Recipient, over.Delivery, rules, inForce, "sansReponse", over.Facts));
        }
    }

    private void Ask(
        WorkItem item, Territory territory, QuestionRules rules, string rule, string code, KnownOrganisation recipient, List<string> facts, DateTimeOffset until,
        RouteContext known, RegisterSet inForce, DateTimeOffset now, RouteRows rows, List<AuditEntry> entries)
    {
        var onBehalfOf = territory.Partners[rules.OnBehalfOf].Nature;
        var decision = PurposeDecision.MayDisclose(
            inForce.Purposes,
            new DisclosureRequest(
                rules.Purpose, item.SenderNature, item.Type, onBehalfOf, recipient.Nature, RecipientRole: null, item.Territory,
                CategoryNames.Identifying, item.RestrictedFor(rules.Purpose), ConsentState.Unknown, now, registers.Mode));
        if (decision is not DisclosureDecision.Permit permit)
        {
            entries.Add(Entry(LogAction.RoutingDenied, item, recipient.Id, null, rules, inForce, "refuse", facts, ("refus", DecisionCodes.Of(decision)), ("regle", rule), ("destinataire", code)));
            return;
        }

        if (!known.Delivered.TryGetValue((item.Deposit, recipient.Id, rules.Purpose), out var delivery))
        {
            var id = rows.NextDelivery();
            rows.AddDelivery(new RouteRows.NewDelivery(id, item, recipient.Id, recipient.Nature, onBehalfOf, rules.Purpose, inForce.Purposes.Version, rule, permit.Categories) { Nature = DeliveryNature.Question });
            delivery = new EarlierDelivery(id, item.Deposit, item.Dossier, recipient.Id, recipient.Nature, onBehalfOf, rules.Purpose, inForce.Purposes.Version, rule, DeliveryState.Delivered) { Nature = DeliveryNature.Question };
            known.Delivered[(item.Deposit, recipient.Id, rules.Purpose)] = delivery;
        }

        rows.AddQuestion(item, delivery.Id, recipient.Id, [.. facts.Order(StringComparer.Ordinal)], until.ToUniversalTime());
        entries.Add(Entry(LogAction.QuestionAsked, item, recipient.Id, delivery.Id, rules, inForce, "permis", facts, ("regle", rule), ("destinataire", code)));
    }

    /// <summary>A service's message answers the question that it names, or else all that it was asked about the file; what was not asked, or is answered already, it tells unasked.</summary>
    private static async Task AnswerByMessageAsync(NpgsqlConnection connection, WorkItem item, Question? named, DateTimeOffset now, CancellationToken ct)
    {
        var said = NamedQuestion.SaidBy(item.Faits);
        var (dossier, subject, facts) = named is null ? (item.Dossier, item.Subject, [.. Answer.Askable.Select(a => a.Fact)]) : (named.Dossier, named.Subject, named.Facts);
        await using var batch = new NpgsqlBatch(connection);
        NpgsqlParameter[] Parameters() =>
        [
            Columns.Value(dossier), Columns.Value(item.Sender), Columns.Value(now), Columns.Value(said.Connu!), Columns.Value(said.Aide!), Columns.Value(said.Composition!),
            new() { Value = (object?)named?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
        ];
        batch.Add(
            """
            update routing.question set state = 'repondue', answered_at = $3, channel = 'message', connu = $4, aide = $5, composition = $6
            where dossier = $1 and recipient = $2 and state in ('posee', 'echue') and ($7 is null or id = $7)
            """, Parameters());
        batch.Add(
            """
            insert into routing.question (id, dossier, subject, territory, deposit, recipient, facts, state, asked_at, due_at, answered_at, channel, connu, aide, composition)
            select $8, $1, $9, $10, $11, $2, $12, 'repondue', $3, $3, $3, 'message', $4, $5, $6
            where not exists (select 1 from routing.question where dossier = $1 and recipient = $2 and answered_at = $3 and ($7 is null or id = $7))
            """,
            [.. Parameters(), Columns.Value(Guid.CreateVersion7(now)), Columns.Value(subject), Columns.Value(item.Territory), Columns.Value(item.Deposit), Columns.Value(facts.ToArray())]);
        batch.BatchCommands.Add(WakeWaiting(dossier, now));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// What waits about a file is looked at now. A row that a router holds is left to it: it will read the answer after the
    /// lock that we hold.
    /// </summary>
    public static NpgsqlBatchCommand WakeWaiting(Guid dossier, DateTimeOffset now) => new(
        """
        update routing.work w set kind = 'reponse', due_at = $2 where w.id in (
          select h.id from routing.work h where h.kind in ('repli', 'reponse') and h.kind <> 'router' and h.deposit = any(array(select d.id from exchange.deposit d where d.dossier = $1))
          for update skip locked)
        """)
    {
        Parameters = { new() { Value = dossier }, new() { Value = now } },
    };

    private static AuditEntry Entry(
        LogAction action, WorkItem item, Guid recipient, Guid? delivery, QuestionRules rules, RegisterSet inForce, string decision, IReadOnlyList<string> facts,
        params (string Key, string Value)[] details) => new()
        {
            Action = action,
            Organisation = recipient,
            Subjects = [item.Subject],
            Deposit = item.Deposit,
            Delivery = delivery,
            Purpose = rules.Purpose,
            RegisterVersion = inForce.Purposes.Version,
            Decision = decision,
            Details = details.Append(("faits", string.Join(' ', facts))).ToDictionary(d => d.Item1, d => d.Item2, StringComparer.Ordinal),
        };
}
