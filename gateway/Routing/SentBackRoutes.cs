using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>
/// What becomes of a message sent back: the rules are evaluated again without who sent it back, and the secretariat, which
/// distributes, is told in any case. So it has somebody who answers for it also when no rule names another recipient.
/// </summary>
internal static class SentBackRoutes
{
    /// <summary>Nature of the organisations that distribute.</summary>
    public const string Secretariat = "ccapex";

    public static void TellSecretariat(WorkItem item, Guid sentBack, RouteContext known, RouteRows rows, List<AuditEntry> entries)
    {
        var missed = known.DeliveredOf(item.Deposit).FirstOrDefault(d => d.Id == sentBack);
        // It holds the file under a purpose of its own, by which it reads the news: no purpose, no news.
        var secretariat = known.DeliveredOf(item.Deposit).FirstOrDefault(d => d.RecipientNature is Secretariat && d.Id != sentBack);
        if (missed is null || secretariat is null)
        {
            entries.Add(Entry(item, LogAction.RoutingDenied, null, null, "refuse", missed, ("refus", "secretariatSansDossier")));
            return;
        }

        var notice = rows.NextDelivery();
        rows.AddDelivery(new RouteRows.NewDelivery(
            notice, item, secretariat.Recipient, secretariat.RecipientNature, secretariat.OnBehalfOf, secretariat.Purpose, secretariat.RegisterVersion, missed.Rule, Categories.None)
        { Nature = DeliveryNature.SentBack, Corrects = secretariat.Id, Motif = missed.Motif });
        entries.Add(Entry(item, LogAction.SendBackTold, secretariat, notice, "permis", missed, ("motif", missed.Motif ?? "")));
    }

    private static AuditEntry Entry(WorkItem item, LogAction action, EarlierDelivery? to, Guid? notice, string decision, EarlierDelivery? missed, (string Key, string Value) detail) => new()
    {
        Action = action,
        Organisation = to?.Recipient,
        Subjects = [item.Subject],
        Deposit = item.Deposit,
        Delivery = notice,
        Purpose = to?.Purpose,
        RegisterVersion = to?.RegisterVersion,
        Decision = decision,
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { [detail.Key] = detail.Value, ["regle"] = missed?.Rule ?? "" },
    };
}
