using System.Buffers.Text;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>A request in a list: nothing of it says who asks.</summary>
/// <param name="JoursRestants">Days until the due day; negative when it is past; <see langword="null"/> once it is decided.</param>
/// <param name="EnRetard">The due day is past and nothing is decided.</param>
/// <param name="AConfirmer">An erasure waits for a second person.</param>
internal sealed record DemandLine(Guid Id, string Droit, string Etat, DateOnly RecueLe, DateOnly EcheanceLe, int? JoursRestants, bool EnRetard, bool AConfirmer, string Canal, IReadOnlyList<string> Finalites)
{
    public static DemandLine Of(RightsRequest request, DateOnly today) => new(
        request.Id, request.Kind.Code, request.State, request.ReceivedOn, request.DueOn, request.IsOpen ? RightsClock.DaysLeft(request.DueOn, today) : null,
        request.IsOverdue(today), request.Proposal is not null, request.Channel, request.Purposes);
}

/// <param name="EnRetard">How many requests of the page are overdue.</param>
/// <param name="Suivant">Cursor of the next page; absent on the last.</param>
internal sealed record RightsPage(IReadOnlyList<DemandLine> Demandes, int EnRetard, string? Suivant);

/// <summary>A message about the person, without any of its content.</summary>
internal sealed record ConcernedDeposit(Guid Depot, string Type, string Expediteur, string Finalite, DateTimeOffset RecuLe, bool Corrige);

/// <summary>How far a decision has come to one recipient.</summary>
/// <param name="Objet">rectification, limitation, leveeLimitation, opposition, effacement.</param>
/// <param name="TransmisLe">When it stood in the recipient's inbox; <see langword="null"/> while the sender has not mended the message.</param>
internal sealed record Propagation(string Objet, string Destinataire, string Finalite, Guid? Depot, DateTimeOffset? TransmisLe, DateTimeOffset? AccuseLe);

/// <param name="Personne">Pseudonym of the log, 32 hexadecimal digits.</param>
/// <param name="MotifsPossibles">Grounds that a refusal may give, with their articles.</param>
internal sealed record RightsDetail(
    DemandLine Demande, string Personne, string Verification, string? ProlongeePour, DateOnly? InformeeLe, IReadOnlyList<PurposeAnswer> Finalites, IReadOnlyList<Outcome> Decisions,
    IReadOnlyDictionary<string, string> MotifsPossibles, IReadOnlyList<ConcernedDeposit> Depots, IReadOnlyList<Propagation> Propagation, IReadOnlyList<RightsStep> Etapes);

/// <summary>The requests for the data protection officer: the clock in the list, and each with its history and how far its decision has come.</summary>
internal sealed class ConsulterDemandes(Databases databases, AuditPseudonyms pseudonyms, DeliveryAudit audit, AuditLog log, RegistersInForce registers, TimeProvider clock)
{
    public async Task<RightsPage> ListAsync(Caller caller, bool open, Guid? before, int limit, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        var rows = await RightsRequest.ReadPageAsync(connection, open, before, limit + 1, ct);
        await log.AppendAsync(Entry(caller, [.. rows.Take(limit).Select(r => r.Subject).Distinct()], null), ct);
        var today = RightsClock.Today(clock);
        var lines = rows.Take(limit).Select(r => DemandLine.Of(r, today)).ToList();
        return new RightsPage(lines, lines.Count(l => l.EnRetard), rows.Count > limit ? Base64Url.EncodeToString(lines[^1].Id.ToByteArray()) : null);
    }

    public async Task<DeliveryOutcome<RightsDetail>> ShowAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        if (await RightsRequest.ReadAsync(connection, id, hold: false, ct) is not { } request)
        {
            await audit.RefusedAsync(caller, null, "demandeDroit", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<RightsDetail>.Refused(Catalogue.Introuvable);
        }

        await log.AppendAsync(Entry(caller, [request.Subject], request), ct);
        return new DeliveryOutcome<RightsDetail>.Given(new RightsDetail(
            DemandLine.Of(request, RightsClock.Today(clock)), Convert.ToHexStringLower(await pseudonyms.OfAsync(request.Subject, ct)), request.VerifiedHow, request.ExtendedFor, request.ToldOn,
            PurposeAnswer.Of(request.Kind, request.Purposes, registers.Current.Purposes, clock.GetUtcNow()), request.Outcomes,
            RightsRules.GroundsOf(request.Kind).ToDictionary(g => g.Code, RightsWords.Ground, StringComparer.Ordinal),
            await DepositsAsync(connection, request, ct), await PropagationAsync(connection, request, ct), await RightsStep.ReadAsync(connection, id, ct)));
    }

    private static async Task<List<ConcernedDeposit>> DepositsAsync(NpgsqlConnection connection, RightsRequest request, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select p.id, p.message_type, o.name, p.purpose, p.received_at, exists (select 1 from exchange.correction c where c.deposit = p.id)
            from rights.deposits_of($1) d join exchange.deposit p on p.id = d.deposit join access.organisation o on o.id = p.sender order by p.id
            """,
            connection)
        {
            Parameters = { new() { Value = request.Subject } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var deposits = new List<ConcernedDeposit>();
        while (await reader.ReadAsync(ct))
            deposits.Add(new ConcernedDeposit(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetBoolean(5)));
        return deposits;
    }

    /// <summary>Notices, and for a rectification the delivery that took the place of each one made before it.</summary>
    private static async Task<List<Propagation>> PropagationAsync(NpgsqlConnection connection, RightsRequest request, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select n.kind, o.name, n.purpose, null::uuid, n.sent_at, n.acknowledged_at, n.id from rights.notice n join access.organisation o on o.id = n.recipient where n.request = $1
            union all
            select 'rectification', o.name, d.purpose, d.deposit, r.created_at, r.acknowledged_at, d.id
            from rights.correction c join delivery.delivery d on d.deposit = c.deposit and d.nature = 'remise' join access.organisation o on o.id = d.recipient
              left join exchange.correction m on m.deposit = c.deposit
              left join delivery.delivery r on r.deposit = coalesce(m.replacement, m.deposit) and r.corrects = d.id
            where c.request = $1
            order by 1, 2, 3, 7
            """,
            connection)
        {
            Parameters = { new() { Value = request.Id } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var lines = new List<Propagation>();
        while (await reader.ReadAsync(ct))
        {
            lines.Add(new Propagation(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetGuid(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4), reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return lines;
    }

    private AuditEntry Entry(Caller caller, IReadOnlyList<Guid> subjects, RightsRequest? request) => new()
    {
        Action = LogAction.RightsRequestsConsulted,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = subjects,
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = request is null
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal) { ["demandeDroit"] = request.Id.ToString(), ["droit"] = request.Kind.Code },
    };
}

internal static class ConsulterDemandesEndpoint
{
    private const int MaxLimit = 200;

    public static void MapConsulterDemandes(this RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync)
            .WithName("listerDemandesDroit")
            .WithSummary("Les demandes des personnes, avec leur échéance et ce qui est en retard")
            .Produces<RightsPage>()
            .Refuses(Catalogue.DemandeInvalide)
            .RequireAuthorization(Policies.Droits)
            .Journalise(LogAction.RightsRequestsConsulted);
        group.MapGet("/{id:guid}", ShowAsync)
            .WithName("consulterDemandeDroit")
            .WithSummary("Une demande : ses étapes, ce qui peut être accordé, et où en sont ses destinataires")
            .Produces<RightsDetail>()
            .Refuses(Catalogue.Introuvable)
            .RequireAuthorization(Policies.Droits)
            .Journalise(LogAction.RightsRequestsConsulted);
    }

    private static async Task<IResult> ListAsync(bool? ouvertes, string? curseur, int? limite, HttpContext http, ConsulterDemandes consulter, CancellationToken ct)
    {
        if (!ListerReception.TryReadCursor(curseur, out var before))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre curseur ne vient pas d'une page précédente.");
        var limit = limite ?? InboxQuery.DefaultLimit;
        if (limit is < 1 or > MaxLimit)
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre limite est compris entre 1 et 200.");
        return TypedResults.Ok(await consulter.ListAsync(Caller.Of(http), ouvertes ?? false, before, limit, ct));
    }

    private static async Task<IResult> ShowAsync(Guid id, HttpContext http, ConsulterDemandes consulter, CancellationToken ct) =>
        (await consulter.ShowAsync(Caller.Of(http), id, ct)).ToResult(TypedResults.Ok);
}
