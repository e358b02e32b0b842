using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pages;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>Makes the access report of a request: its log entry commits with the reading, and only then is anything opened.</summary>
internal sealed class EtablirRapport(
    Databases databases, SubjectKeys keys, ReportAccesses accesses, JournalKey journalKey, DeliveryAudit audit, AuditLog log, RegistersInForce registers, TimeProvider clock)
{
    private const string Complaint = "Vous pouvez introduire une réclamation auprès de la CNIL (3 place de Fontenoy, 75007 Paris, www.cnil.fr) et former un recours devant le juge (art. 77 et 79 du RGPD).";

    private const string Others =
        "Les données des autres personnes du dossier (conjoint, colocataire, caution, bailleur personne physique) ne sont pas communiquées (art. 15-4 du RGPD) ; ce qui est retenu est signalé, et peut être réexaminé à votre demande.";

    private const string Proofs =
        "Chaque inscription du journal a sa preuve (C2SP tlog-proof), vérifiable sans la passerelle avec la clé publique : aucun accès inscrit ne peut être modifié ou caché sans que cela se voie. « Pas encore intégrée » : l'inscription est durable, sa preuve se demande quelques secondes plus tard. La liste s'arrête à la date du rapport.";

    internal sealed record Held(
        Guid Deposit, string Type, string Purpose, string Register, DateTimeOffset ReceivedAt, string Sender, string SenderNature, Guid Subject, int VaultKey, byte[] WrappedKey, string? Correction);

    public async Task<DeliveryOutcome<AccessReport>> RunAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var request = await RightsRequest.ReadAsync(connection, id, hold: false, ct);
        if (request is null || Fault(request) is not null)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "demandeDroit", (request is null ? Catalogue.Introuvable : Catalogue.EtatIncompatible).Code, ct);
            return request is null
                ? new DeliveryOutcome<AccessReport>.Refused(Catalogue.Introuvable)
                : new DeliveryOutcome<AccessReport>.Refused(Catalogue.EtatIncompatible, Detail: Fault(request));
        }

        // Held until the entry commits: an erasure comes wholly before or wholly after.
        var persons = await HoldAsync(connection, request.Subject, ct);
        var deposits = await DepositsAsync(connection, request.Subject, ct);
        var sections = new Dictionary<Guid, (SealedSections Vault, SealedSections Exchange)>();
        foreach (var held in deposits)
            sections[held.Deposit] = await SectionsAsync(connection, held.Deposit, ct);

        var recipients = await RecipientsAsync(connection, request.Subject, ct);
        var separated = await SeparatedAsync(connection, persons, ct);
        var now = EntryContent.Instant(clock.GetUtcNow());
        await using (var batch = new NpgsqlBatch(connection))
        {
            await RightsStep.AddAsync(batch, log, caller, request, LogAction.RightsReportGiven, "rapport", persons, new Dictionary<string, string>(StringComparer.Ordinal),
                registers.Current.Purposes.Version, now, ct);
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        log.Wake();
        return new DeliveryOutcome<AccessReport>.Given(await MakeAsync(request, persons, deposits, sections, recipients, separated, now, ct));
    }

    /// <summary>Data are shown through a request that still runs, and no longer.</summary>
    internal string? Fault(RightsRequest request) => request switch
    {
        { Kind: not RightKind.Acces } => "Le rapport d'accès répond à une demande d'accès : enregistrez-en une si la personne le demande.",
        { Identity: null } => "Les données de cette personne sont effacées.",
        { State: RightsState.Refused } => "Cette demande est refusée.",
        { IsOpen: false } when RightsClock.Today(clock) > request.DueOn => "Cette demande est close et son délai passé : une nouvelle demande ouvre un nouveau rapport.",
        _ => null,
    };

    private async Task<AccessReport> MakeAsync(
        RightsRequest request, IReadOnlyList<Guid> persons, IReadOnlyList<Held> deposits, Dictionary<Guid, (SealedSections Vault, SealedSections Exchange)> sections,
        IReadOnlyList<(string Purpose, ReportRecipient Recipient)> recipients, ILookup<bool, Guid> separated, DateTimeOffset now, CancellationToken ct)
    {
        var who = OpenRequester(request, deposits);
        var pieces = await PiecesAsync(request.Id, [.. deposits.Select(d => d.Deposit)], ct);
        var own = new Dictionary<Guid, (string Purpose, ReportDeposit Deposit)>();
        foreach (var held in deposits)
        {
            if (OwnOf(held, sections[held.Deposit], who) is { } data)
                own[held.Deposit] = (held.Purpose, Of(held, data, [.. pieces[held.Deposit]]));
        }

        var register = registers.Current.Purposes;
        var sheets = Article30.Of(register, now);
        // Whole, also what came since the request: a copy that leaves something out would have to say so.
        var concerned = own.Values.Select(d => d.Purpose).Concat(recipients.Where(r => own.ContainsKey(r.Recipient.Depot)).Select(r => r.Purpose))
            .Concat(request.Purposes).Distinct(StringComparer.Ordinal).OrderBy(p => p.Length).ThenBy(p => p, StringComparer.Ordinal);
        return new AccessReport(
            request.Id, request.ReceivedOn, request.DueOn, now, sheets.Commun?.Delegue, sheets.Commun?.ContactDelegue, Complaint,
            [.. concerned.Select(p => new ReportPurpose(
                p, register.InForce(p, now)?.Title ?? p, sheets.Traitements.FirstOrDefault(t => t.EnVigueur && t.Finalite == p),
                [.. own.Values.Where(d => d.Purpose == p).Select(d => d.Deposit)],
                [.. recipients.Where(r => r.Purpose == p && own.ContainsKey(r.Recipient.Depot)).Select(r => r.Recipient)]))],
            await accesses.ReadAsync(persons, deposits.Select(d => d.Deposit).Except(own.Keys).Concat(separated[true]).ToHashSet().Contains, [.. separated[false]], ct),
            new ReportProofs(Proofs, [journalKey.For(log.Origin).ToString()]), deposits.Count - own.Count, Others);
    }

    /// <returns><see langword="null"/> when the deposit does not name the person.</returns>
    internal OwnData? OwnOf(Held held, (SealedSections Vault, SealedSections Exchange) sections, Requester who)
    {
        using var key = keys.Unwrap(held.Subject, held.VaultKey, held.WrappedKey);
        var content = sections.Vault.Open(key);
        foreach (var (name, section) in sections.Exchange.Open(key).ToList())
            content[name] = section!.DeepClone();
        return ThirdParties.Without(content, who);
    }

    internal Requester OpenRequester(RightsRequest request, IReadOnlyList<Held> deposits)
    {
        var held = deposits.First(d => d.Subject == request.Subject);
        using var key = keys.Unwrap(held.Subject, held.VaultKey, held.WrappedKey);
        return Requester.Open(key, request.Id, request.Identity!);
    }

    private static ReportDeposit Of(Held held, OwnData data, IReadOnlyList<ReportPiece> pieces) => new(
        held.Deposit, held.Type, Vocabulary.MessageType(held.Type), new ReportOrigin(held.Sender, PartnerNatures.Label(held.SenderNature)), held.ReceivedAt, held.Register,
        held.Correction switch { null => "enVigueur", CorrectionKind.Annulation => "annule", _ => "rectifie" }, data.Qualite, data.Content, data.Withheld, pieces);

    internal static async Task<IReadOnlyList<Guid>> HoldAsync(NpgsqlConnection connection, Guid subject, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            "select s.subject from consent.subject_state s where s.subject in (select p.id from vault.joined_with($1) as p(id)) order by s.subject for share", connection)
        {
            Parameters = { new() { Value = subject } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var persons = new List<Guid>();
        while (await reader.ReadAsync(ct))
            persons.Add(reader.GetGuid(0));
        return persons;
    }

    internal static async Task<IReadOnlyList<Held>> DepositsAsync(NpgsqlConnection connection, Guid subject, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select p.id, p.message_type, p.purpose, p.register_version, p.received_at, o.name, o.nature, s.id, s.vault_key, s.wrapped_key, c.kind
            from rights.deposits_of($1) d join exchange.deposit p on p.id = d.deposit join access.organisation o on o.id = p.sender
              join vault.subject s on s.id = d.subject left join exchange.correction c on c.deposit = p.id
            order by p.id
            """,
            connection)
        {
            Parameters = { new() { Value = subject } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var deposits = new List<Held>();
        while (await reader.ReadAsync(ct))
        {
            deposits.Add(new Held(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetString(5), reader.GetString(6),
                reader.GetGuid(7), reader.GetInt32(8), reader.GetFieldValue<byte[]>(9), reader.IsDBNull(10) ? null : reader.GetString(10)));
        }

        return deposits;
    }

    private static async Task<IReadOnlyList<(string Purpose, ReportRecipient Recipient)>> RecipientsAsync(NpgsqlConnection connection, Guid subject, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select d.purpose, d.delivery, d.deposit, o.name, o.nature, d.created_at, d.register_version, d.categories, d.state, d.acknowledged_at
            from rights.deliveries_of($1) d join access.organisation o on o.id = d.recipient where d.nature = 'remise' order by d.created_at, d.delivery
            """,
            connection)
        {
            Parameters = { new() { Value = subject } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var recipients = new List<(string, ReportRecipient)>();
        while (await reader.ReadAsync(ct))
        {
            recipients.Add((reader.GetString(0), new ReportRecipient(
                reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), PartnerNatures.Label(reader.GetString(4)), reader.GetFieldValue<DateTimeOffset>(5), reader.GetString(6),
                ((Categories)reader.GetInt32(7)).ToNames(), Vocabulary.DeliveryState(reader.GetString(8)), reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9))));
        }

        return recipients;
    }

    /// <summary>Deposits taken off the person's file (true), and those of the person that were in another's (false).</summary>
    private static async Task<ILookup<bool, Guid>> SeparatedAsync(NpgsqlConnection connection, IReadOnlyList<Guid> persons, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select gone, deposit from rights.separated($1)", connection) { Parameters = { new() { Value = persons.ToArray() } } };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var deposits = new List<(bool Gone, Guid Deposit)>();
        while (await reader.ReadAsync(ct))
            deposits.Add((reader.GetBoolean(0), reader.GetGuid(1)));
        return deposits.ToLookup(d => d.Gone, d => d.Deposit);
    }

    internal static async Task<(SealedSections Vault, SealedSections Exchange)> SectionsAsync(NpgsqlConnection connection, Guid deposit, CancellationToken ct) => (
        await SealedSections.ReadAsync(connection, PartTable.Vault, deposit, CategoryNames.All, ct),
        await SealedSections.ReadAsync(connection, PartTable.Exchange, deposit, CategoryNames.All, ct));

    private async Task<ILookup<Guid, ReportPiece>> PiecesAsync(Guid request, Guid[] deposits, CancellationToken ct)
    {
        await using var select = databases.Worker.CreateCommand(
            """
            select deposit, name, size, received_at, null as reason from exchange.piece where deposit = any($1)
            union all select deposit, name, size, received_at, reason from exchange.piece_quarantine where deposit = any($1)
            order by 1, 2, 4
            """);
        select.Parameters.AddWithValue(deposits);
        await using var reader = await select.ExecuteReaderAsync(ct);
        var pieces = new List<(Guid Deposit, ReportPiece Piece)>();
        while (await reader.ReadAsync(ct))
        {
            var (deposit, name, reason) = (reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(4) ? null : reader.GetString(4));
            pieces.Add((deposit, new ReportPiece(name, reader.GetInt64(2), reader.GetFieldValue<DateTimeOffset>(3), reason, reason is null ? $"/v1/droits/{request}/pieces/{deposit}/{name}" : null)));
        }

        return pieces.ToLookup(p => p.Deposit, p => p.Piece);
    }
}

internal static class EtablirRapportEndpoint
{
    public static void MapEtablirRapport(this RouteGroupBuilder group) =>
        group.MapGet("/{id:guid}/rapport", HandleAsync)
            .WithName("rapportAcces")
            .WithSummary("Le rapport d'accès d'une personne (art. 15 du RGPD) ; la même adresse suivie de .html le donne prêt à imprimer")
            .Produces<AccessReport>()
            .Refuses(Catalogue.Introuvable, Catalogue.EtatIncompatible)
            .RequireAuthorization(Policies.Droits)
            .Journalise(LogAction.RightsReportGiven);

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, EtablirRapport etablir, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return (await etablir.RunAsync(Caller.Of(http), id, ct)).ToResult(TypedResults.Ok);
    }
}
