using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery.Webhooks;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery.Deadlines;

/// <summary>What one round does about late deliveries: their next step, the news to others, the entries of the log.</summary>
internal sealed class DeadlineSteps(RegisterSet inForce, DeadlineOptions options, ILookup<Guid, Holder> holders, DateTimeOffset now)
{
    private readonly AcknowledgementDates _dates = new(inForce.Law.Calendar, now);
    private readonly OrderedIds _ids = new(now);
    private readonly List<(Guid Delivery, int Step, DateTimeOffset? Due)> _steps = [];
    private readonly List<(Guid Id, string Nature, Guid Holder, string Rule)> _news = [];

    public List<AuditEntry> Entries { get; } = [];

    /// <summary>Kind of the call to the late recipient itself, by the step it has reached.</summary>
    public static string CallOf(int step) => step switch
    {
        0 => WebhookKind.Reminder,
        DeadlineStep.Reminded => WebhookKind.Escalation,
        _ => WebhookKind.NonDelivery,
    };

    /// <summary>Nobody is late with what is kept from him: it is looked at again on the next working day.</summary>
    public void PutOff(LateDelivery hidden) =>
        _steps.Add((hidden.Id, hidden.Step, inForce.Territories.TryGet(hidden.Territory, out var territory) ? _dates.After(territory, 1) : null));

    /// <returns>False when it was to be reported and nobody may be told.</returns>
    public bool Take(LateDelivery late)
    {
        if (!inForce.Territories.TryGet(late.Territory, out var territory))
        {
            _steps.Add((late.Id, late.Step, null));
            return false;
        }

        switch (late.Step)
        {
            case 0:
                Next(late, _dates.After(territory, options.EscalationWorkingDays));
                Log(LogAction.AcknowledgementReminded, late, late.Recipient, late.Id, "permis");
                return true;
            case DeadlineStep.Reminded:
                Next(late, _dates.After(territory, options.NonDeliveryWorkingDays - options.EscalationWorkingDays));
                Tell(Secretariat(late), DeliveryNature.Escalation, LogAction.AcknowledgementEscalated, late);
                return true;
            default:
                Next(late, null);
                // The sender itself may know four states of its deposit and no more (P11): then the secretariat is told in its place.
                return Tell(InWhoseName(late, territory) ?? Secretariat(late), DeliveryNature.NonDelivery, LogAction.NonDeliveryReported, late);
        }
    }

    public void AddTo(NpgsqlBatch batch)
    {
        batch.Add("update delivery.delivery d set step = s.step, due_at = s.due from unnest($1, $2, $3) as s(id, step, due) where d.id = s.id",
            Columns.Of(_steps, s => s.Delivery), Columns.Of(_steps, s => s.Step), Columns.Of(_steps, s => s.Due));
        batch.Add(
            """
            insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects, again, state, created_at)
            select n.id, d.deposit, d.dossier, d.subject, d.territory, d.recipient, d.recipient_role, d.on_behalf_of, d.purpose, d.register_version, n.rule, 0, n.nature, d.id, nextval('delivery.position'), $5, $6
            from unnest($1, $2, $3, $4) as n(id, nature, holder, rule) join delivery.delivery d on d.id = n.holder order by n.id
            """,
            Columns.Of(_news, n => n.Id), Columns.Of(_news, n => n.Nature), Columns.Of(_news, n => n.Holder), Columns.Of(_news, n => n.Rule),
            Columns.Value(DeliveryState.Delivered), Columns.Value(now));
    }

    private void Next(LateDelivery late, DateTimeOffset? due) => _steps.Add((late.Id, late.Step + 1, due));

    private bool Tell(Holder? holder, string nature, LogAction action, LateDelivery late)
    {
        if (holder is null)
        {
            Log(action, late, null, late.Id, "refuse");
            return false;
        }

        var id = _ids.Next();
        _news.Add((id, nature, holder.Delivery, late.Rule));
        Log(action, late, holder.Recipient, id, "permis");
        return true;
    }

    private Holder? Secretariat(LateDelivery late) => holders[late.Deposit].FirstOrDefault(h => h.Nature is SentBackRoutes.Secretariat && h.Delivery != late.Id);

    /// <summary>The organisation of <c>auTitreDe</c>, when it holds the deposit under a purpose of its own.</summary>
    private Holder? InWhoseName(LateDelivery late, Territory territory)
    {
        var code = territory.Tables.SelectMany(t => t.Rules).Where(r => r.Id == late.Rule).SelectMany(r => r.Deliveries())
            .FirstOrDefault(d => d.Recipient == late.RecipientCode && d.Purpose == late.Purpose)?.OnBehalfOf;
        return code is null ? null : holders[late.Deposit].FirstOrDefault(h => h.Code == code && h.Delivery != late.Id);
    }

    private void Log(LogAction action, LateDelivery late, Guid? told, Guid delivery, string decision) => Entries.Add(new AuditEntry
    {
        Action = action,
        Organisation = told,
        Subjects = [late.Subject],
        Deposit = late.Deposit,
        Delivery = delivery,
        Purpose = late.Purpose,
        RegisterVersion = inForce.Purposes.Version,
        Decision = decision,
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["regle"] = late.Rule, ["destinataire"] = late.RecipientCode },
    });
}
