using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas.Law;
using Npgsql;

namespace ExchangeGateway.Gateway.Dossiers;

/// <param name="Echeances">Those of the asked days, the next first: rule, what it is, last day.</param>
internal sealed record DueDossier(string Dossier, CurrentStage? Stade, IReadOnlyList<DueLine> Echeances);

internal sealed record DueLine(string Regle, string Libelle, DateOnly Le);

/// <param name="Complet">False when more files fall due than one answer holds.</param>
internal sealed record DueDossiers(IReadOnlyList<DueDossier> Dossiers, bool Complet);

/// <summary>The files of the caller in which a deadline falls due soon: alerts before it passes. Found by their day, nothing is opened.</summary>
internal sealed class ListerDossiers(Databases databases, PseudonymDomains pseudonyms, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    /// <summary>Most files in one answer.</summary>
    public const int Most = 200;

    public const int LongestAhead = 60;

    /// <summary>Working days that a body has from the delivery itself, in calendar days, at most.</summary>
    private const int LongestFromDelivery = 45;

    /// <param name="days">Days ahead, the day itself counted as zero.</param>
    public async Task<DueDossiers> RunAsync(Caller caller, int days, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (inForce, now) = (registers.Current, clock.GetUtcNow());
        var candidates = await CandidatesAsync(connection, caller, Pages.French.Day(now), days, now, ct);
        var reading = await DossierReading.ReadAsync(connection, caller, [.. candidates], registers, now, @sealed: false, ct);
        var kept = await KeptAsync(connection, [.. reading.Permitted.Select(e => e.Delivery.Deposit).Distinct()], ct);
        var sent = await FollowUps.ReadAsync(connection, caller, [.. candidates], ct);

        var due = new List<(DueDossier Line, Guid Subject)>();
        foreach (var file in reading.Permitted.GroupBy(e => e.Delivery.Dossier))
        {
            var events = file.ToList();
            var made = DossierFile.Of(inForce, caller, events, sent[file.Key], kept, now);
            var today = DossierFile.Today(inForce, events[0].Delivery.Territory, now);
            var lines = made.Deadlines.Where(d => DossierDeadlines.IsAlert(d.Deadline.Effective, today, days))
                .Select(d => ConsulterDossier.Line(inForce, d, today)).Select(d => new DueLine(d.Regle, d.Libelle, d.Le)).ToList();
            if (lines.Count > 0)
                due.Add((new(await pseudonyms.OfDossierAsync(caller.Organisation, file.Key, ct), made.Stage, lines), events[0].Delivery.Subject));
        }

        await audit.CommitAsync(connection, transaction, Entry(caller, days, [.. due.Select(d => d.Subject).Distinct()]), ct);
        return new([.. due.Select(d => d.Line).OrderBy(d => d.Echeances[0].Le)], candidates.Count < Most);
    }

    private AuditEntry Entry(Caller caller, int days, IReadOnlyList<Guid> subjects) => new()
    {
        Action = LogAction.DossiersListed,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = subjects,
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["jours"] = days.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        TraceId = Activity.Current?.TraceId.ToString(),
    };

    private static async Task<List<Guid>> CandidatesAsync(NpgsqlConnection connection, Caller caller, DateOnly today, int days, DateTimeOffset now, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        // A day more on both sides: overseas it may be another day already; what is an alert is decided in the territory's own time.
        // A team's watch counts from what it sent, a body's days from what it received: both look at their own recent rows.
        batch.Add(
            """
            select dossier from (
              select d.dossier, min(e.due) as due from exchange.deadline e join delivery.delivery d on d.deposit = e.deposit and d.recipient = $1
              where e.territory = any($2) and e.due between $3 and $4 and d.nature = 'remise' group by d.dossier
              union all
              select p.dossier, min(e.due) from exchange.deadline e join exchange.deposit p on p.id = e.deposit and p.sender = $1
              where e.territory = any($2) and e.due between $3 and $4 and e.rule = $5 group by p.dossier
              union all
              select d.dossier, $3 from delivery.delivery d where $6 and d.recipient = $1 and d.nature = 'remise' and d.created_at >= $7 group by d.dossier) f
            group by dossier order by min(due) limit $8
            """,
            Columns.Value(caller.Organisation), Columns.Value(caller.Territories.ToArray()), Columns.Value(today.AddDays(-1)), Columns.Value(today.AddDays(days + 1)),
            Columns.Value(LawRules.MobileTeamContact), Columns.Value(caller.Nature is "equipe-mobile" or "organisme-dsf"), Columns.Value(now.AddDays(-LongestFromDelivery)), Columns.Value(Most));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        var dossiers = new List<Guid>();
        while (await reader.ReadAsync(ct))
            dossiers.Add(reader.GetGuid(0));
        return dossiers;
    }

    private static async Task<ILookup<Guid, KeptDeadline>> KeptAsync(NpgsqlConnection connection, Guid[] deposits, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select deposit, rule, due from exchange.deadline where deposit = any($1)", connection)
        {
            Parameters = { new() { Value = deposits } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var kept = new List<(Guid Deposit, KeptDeadline Deadline)>();
        while (await reader.ReadAsync(ct))
            kept.Add((reader.GetGuid(0), new(reader.GetString(1), reader.GetFieldValue<DateOnly>(2))));
        return kept.ToLookup(k => k.Deposit, k => k.Deadline);
    }
}

internal static class ListerDossiersEndpoint
{
    public static void MapListerDossiers(this RouteGroupBuilder dossiers) =>
        dossiers.MapGet("", HandleAsync)
            .WithName("listerDossiers")
            .WithSummary("Les dossiers dont une échéance tombe dans les jours à venir (dix par défaut)")
            .Produces<DueDossiers>()
            .Refuses(Catalogue.DemandeInvalide)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.DossiersListed);

    private static async Task<IResult> HandleAsync(int? echeance, HttpContext http, ListerDossiers lister, CancellationToken ct) =>
        echeance is < 0 or > ListerDossiers.LongestAhead
            ? new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre echeance est un nombre de jours, de 0 à 60.")
            : TypedResults.Ok(await lister.RunAsync(Caller.Of(http), echeance ?? DossierDeadlines.AlertDays, ct));
}
