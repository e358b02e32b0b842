using System.Diagnostics;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>A household's file as one recipient may know it: each of its messages decided again, one log entry that names the person once.</summary>
internal sealed class ConsulterDossier(Databases databases, SubjectKeys keys, PseudonymDomains pseudonyms, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    /// <param name="reference">The recipient's own reference of the file, as its deliveries show it.</param>
    public async Task<DeliveryOutcome<DossierView>> RunAsync(Caller caller, string reference, CancellationToken ct) =>
        await ReadAsync(caller, reference, "dossier", ct) switch
        {
            DeliveryOutcome<ReadDossier>.Given given => new DeliveryOutcome<DossierView>.Given(given.Value.View),
            DeliveryOutcome<ReadDossier>.Refused r => new DeliveryOutcome<DossierView>.Refused(r.Refusal, r.Reason, r.Detail),
            _ => throw new UnreachableException(),
        };

    /// <summary>The file with the sections that its view was made of, for a use case that prints some of them.</summary>
    /// <param name="what">What is read, for the log entry: dossier, fiche.</param>
    public async Task<DeliveryOutcome<ReadDossier>> ReadAsync(Caller caller, string reference, string what, CancellationToken ct)
    {
        if (await pseudonyms.DossierAsync(caller.Organisation, reference, ct) is not { } dossier)
            return await RefuseAsync(caller, null, Catalogue.Introuvable, Catalogue.Introuvable.Code, ct);

        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (inForce, now) = (registers.Current, clock.GetUtcNow());
        var reading = await DossierReading.ReadAsync(connection, caller, [dossier], registers, now, @sealed: true, ct);
        if (reading.Permitted.Count == 0)
        {
            await transaction.RollbackAsync(ct);
            return reading.All is [var first, ..]
                ? await RefuseAsync(caller, first, Catalogue.FinaliteNonEnregistree, DecisionCodes.Of(first.Decide(registers, caller, CategoryNames.All, now)), ct)
                : await RefuseAsync(caller, null, Catalogue.Introuvable, Catalogue.Introuvable.Code, ct);
        }

        var sent = (await FollowUps.ReadAsync(connection, caller, [dossier], ct))[dossier].ToList();
        var (support, twice) = Orientations.Shown(await Orientations.ReadAsync(connection, dossier, inForce.Purposes, now, ct), caller, inForce.Purposes, now);
        var links = await LinksAsync(connection, caller, dossier, ct);
        await audit.CommitAsync(connection, transaction, Entry(caller, reading, what), ct);

        var events = reading.Open(keys);
        var file = DossierFile.Of(inForce, caller, events, sent, now);
        var today = DossierFile.Today(inForce, events[0].Delivery.Territory, now);
        var view = new DossierView(
            await pseudonyms.OfDossierAsync(caller.Organisation, dossier, ct), file.Stage,
            [.. events.Select(Line).Concat(sent.Select(Sent)).OrderBy(l => l.RecueLe)],
            [.. file.Deadlines.Select(d => Line(inForce, d, today))], support, twice, links,
            caller.Role == Roles.Instructeur ? Hints(events, file.Stage) : []);
        return new DeliveryOutcome<ReadDossier>.Given(new(dossier, events, view));
    }

    private async Task<DeliveryOutcome<ReadDossier>> RefuseAsync(Caller caller, DeliveryRecord? delivery, Refusal refusal, string reason, CancellationToken ct)
    {
        await audit.RefusedAsync(caller, delivery, "dossier", reason, ct);
        return new DeliveryOutcome<ReadDossier>.Refused(refusal, reason);
    }

    private AuditEntry Entry(Caller caller, DossierReading reading, string what) => new()
    {
        Action = LogAction.DossierConsulted,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = [.. reading.Permitted.Select(e => e.Delivery.Subject).Distinct()],
        Purpose = string.Join(' ', reading.Permitted.Select(e => e.Delivery.Purpose).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = what, ["categories"] = reading.CategoryNamesRead },
        TraceId = Activity.Current?.TraceId.ToString(),
    };

    private static DossierLine Line(DossierEvent e) => new(
        e.Delivery.Id, e.Delivery.Type.ToString(), e.Delivery.Purpose, e.Delivery.Nature, e.Delivery.State, e.Delivery.CreatedAt, e.Delivery.AcknowledgedAt, Landmarks.Of(e.Sections));

    private static DossierLine Sent(FollowUp sent) => new(null, FollowUps.Type, null, "envoi", null, sent.SentAt, null, []);

    public static DeadlineLine Line(RegisterSet registers, OpenedDeadline opened, DateOnly today)
    {
        var d = opened.Deadline;
        var title = registers.Law.Rules.TryGetValue(d.Rule, out var rule) ? rule.Title : "Fin de la trêve hivernale";
        return new(d.Rule, title, d.Effective, DossierDeadlines.IsAlert(d.Effective, today), d.Effective < today, d.Source, d.ToVerify, d.Assumed, opened.Delivery);
    }

    /// <summary>By the latest that the commission and the court said, if the reader may know both.</summary>
    private static IReadOnlyList<Hint> Hints(IReadOnlyList<DossierEvent> events, CurrentStage? stage) => SurendettementHints.Of(
        events.LastOrDefault(e => e.Surendettement is not null)?.Surendettement,
        stage,
        events.LastOrDefault(e => e.Delivery.Type.ToString() == "instances/decisions-justice")?.Decision,
        events.Select(e => e.Acte?.RenvoiAu ?? e.Acte?.AudienceLe).LastOrDefault(h => h is not null));

    private async Task<IReadOnlyList<LinkedDossier>> LinksAsync(NpgsqlConnection connection, Caller caller, Guid dossier, CancellationToken ct)
    {
        var links = new List<(Guid Other, string Kind)>();
        // A file that never reached this organisation is not named: its existence is data.
        await using (var select = new NpgsqlCommand(
            """
            select l.other, min(l.kind) from (
              select linked as other, kind from exchange.dossier_link where dossier = $1 and revoked_at is null
              union all select dossier, kind from exchange.dossier_link where linked = $1 and revoked_at is null) l
            where exists (select 1 from delivery.delivery d where d.dossier = l.other and d.recipient = $2)
            group by l.other order by l.other
            """,
            connection)
        {
            Parameters = { new() { Value = dossier }, new() { Value = caller.Organisation } },
        })
        {
            await using var reader = await select.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                links.Add((reader.GetGuid(0), reader.GetString(1)));
        }

        var named = new List<LinkedDossier>(links.Count);
        foreach (var (other, kind) in links)
            named.Add(new(await pseudonyms.OfDossierAsync(caller.Organisation, other, ct), kind));
        return named;
    }
}

/// <summary>A file that was read, logged and opened.</summary>
internal sealed record ReadDossier(Guid Dossier, IReadOnlyList<DossierEvent> Events, DossierView View);

internal static class ConsulterDossierEndpoint
{
    public static void MapConsulterDossier(this RouteGroupBuilder dossiers) =>
        dossiers.MapGet("/{reference}", HandleAsync)
            .WithName("consulterDossier")
            .WithSummary("L'historique d'un dossier, son stade et ses échéances, dans la limite de vos finalités")
            .Produces<DossierView>()
            .Refuses(Catalogue.FinaliteNonEnregistree, Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.DossierConsulted);

    private static async Task<IResult> HandleAsync(string reference, HttpContext http, ConsulterDossier consulter, CancellationToken ct) =>
        (await consulter.RunAsync(Caller.Of(http), reference, ct)).ToResult(TypedResults.Ok);
}
