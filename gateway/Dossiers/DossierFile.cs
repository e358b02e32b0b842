using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>What one file comes to for one reader on one day: its stage and the deadlines that run. Pure.</summary>
internal sealed record DossierFile(CurrentStage? Stage, IReadOnlyList<OpenedDeadline> Deadlines)
{
    /// <summary>Of the sections that were opened, under the law in force.</summary>
    public static DossierFile Of(RegisterSet registers, Caller caller, IReadOnlyList<DossierEvent> events, IEnumerable<FollowUp> sent, DateTimeOffset now) =>
        Of(registers, caller, events, sent, now, e => registers.Law.Opened(
            new DatedParts(e.Acte, e.Bail, DossierStage.IsDecision(e.Delivery.Type) ? e.Decision : null, null), registers.Law.Calendar.RegionOf(e.Commune)));

    /// <summary>Of the deadlines that were kept in clear: nothing is opened for a list.</summary>
    /// <param name="kept">By deposit.</param>
    public static DossierFile Of(
        RegisterSet registers, Caller caller, IReadOnlyList<DossierEvent> events, IEnumerable<FollowUp> sent, ILookup<Guid, KeptDeadline> kept, DateTimeOffset now) =>
        Of(registers, caller, events, sent, now, e => [.. kept[e.Delivery.Deposit]
            .Where(k => (e.Permitted & CategoriesOf(k.Rule)) != Categories.None)
            .Select(k => new Deadline(k.Rule, k.Due, k.Due, "", ToVerify: false))]);

    /// <summary>The civil day where the file is.</summary>
    public static DateOnly Today(RegisterSet registers, string territory, DateTimeOffset at) =>
        registers.Territories.TryGet(territory, out var known) ? known.Today(at) : Pages.French.Day(at);

    private static DossierFile Of(
        RegisterSet registers, Caller caller, IReadOnlyList<DossierEvent> events, IEnumerable<FollowUp> sent, DateTimeOffset now, Func<DossierEvent, IReadOnlyList<Deadline>> opened)
    {
        var live = events.Where(e => e.Delivery.IsReadable).ToList();
        if (live.Count == 0)
            return new(null, []);
        var (law, territory) = (registers.Law, live[0].Delivery.Territory);
        var today = Today(registers, territory, now);
        var region = law.Calendar.RegionOf(live[0].Commune);
        var (stages, deadlines) = (new List<StageEvent>(live.Count), new List<OpenedDeadline>());
        foreach (var e in live)
        {
            var stage = e.ToStage(Today(registers, territory, e.Delivery.ReceivedAt));
            stages.Add(stage);
            deadlines.AddRange(opened(e).Concat(OfDelivery(law, caller, e.Delivery, Today(registers, territory, e.Delivery.CreatedAt), region))
                .Select(d => new OpenedDeadline(e.Delivery.Id, stage, e.Delivery.ReceivedAt, d)));
        }

        var running = DossierDeadlines.Running(deadlines, stages, today);
        var asked = live.Find(e => registers.Purposes.InForce(e.Delivery.Purpose, now)?.Support is not null);
        if (asked is not null && FollowUps.Next(law, caller, Today(registers, territory, asked.Delivery.CreatedAt), sent, region) is { } watch)
            running = [.. running.Append(new OpenedDeadline(asked.Delivery.Id, stages[live.IndexOf(asked)], asked.Delivery.ReceivedAt, watch)).OrderBy(d => d.Deadline.Effective)];
        return new(DossierStage.Of(stages, today), running);
    }

    /// <summary>The body of the diagnosis is asked by the delivery itself: its days to offer an interview count from there.</summary>
    private static IEnumerable<Deadline> OfDelivery(FrenchLaw law, Caller caller, DeliveryRecord delivery, DateOnly received, string region) =>
        caller.Nature == "organisme-dsf" && delivery.Type.ToString() == "commissaires-de-justice/assignations" && law.DiagnosisInterview(received, region) is { } interview
            ? [interview]
            : [];

    /// <summary>The categories any of which must be permitted for a deadline to be told.</summary>
    private static Categories CategoriesOf(string rule) => rule switch
    {
        LawRules.JudgesDelays => Categories.Decision,
        LawRules.Truce => Categories.Acte | Categories.Decision,
        // A team's watch over its own work is told to itself, from what it sent.
        LawRules.MobileTeamContact => Categories.None,
        _ => Categories.Acte,
    };
}
