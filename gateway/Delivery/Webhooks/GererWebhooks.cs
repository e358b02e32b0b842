using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <param name="Url">https, on a public address.</param>
internal sealed record WebhookRequest(string? Url);

/// <param name="Secret">Shown this once: <c>whsec_</c> and base64.</param>
internal sealed record WebhookCreated(Guid Id, string Url, string Etat, string Secret);

/// <param name="Secret">Shown this once.</param>
/// <param name="AncienJusquA">Until then calls carry a signature of each.</param>
internal sealed record WebhookSecretRenewed(Guid Id, string Secret, DateTimeOffset AncienJusquA);

/// <param name="Etat">actif, suspendu.</param>
/// <param name="Motif">disparu (410), echecs; absent while it is active.</param>
/// <param name="Echecs">Failed calls in a row.</param>
/// <param name="EnAttente">Calls that wait.</param>
internal sealed record WebhookLine(Guid Id, string Url, string Etat, string? Motif, int Echecs, long EnAttente, DateTimeOffset CreeLe, DateTimeOffset? SuspenduLe);

internal sealed record WebhookList(IReadOnlyList<WebhookLine> Webhooks);

/// <param name="Issue">How the test ended: livre, statut, redirection, disparu, delai, coupe, connexion, adresseRefusee.</param>
/// <param name="Statut">Of the answer; <see langword="null"/> when none came.</param>
internal sealed record WebhookTested(Guid Id, string Etat, string Issue, int? Statut, int DureeMs);

/// <summary>Creates, tests, renews and deletes the addresses that an organisation wants called. Nothing is kept before a test has succeeded.</summary>
internal sealed class GererWebhooks(
    Databases databases, WebhookSecrets secrets, WebhookSender sender, WebhookAddress addresses, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    private const int Most = 10;
    private static readonly TimeSpan BothSecrets = TimeSpan.FromHours(24);

    public async Task<DeliveryOutcome<WebhookCreated>> CreateAsync(Caller caller, WebhookRequest request, CancellationToken ct)
    {
        if (addresses.Fault(request.Url, out var url) is { } fault)
            return new DeliveryOutcome<WebhookCreated>.Refused(Catalogue.DemandeInvalide, Detail: fault);
        if ((await ListAsync(caller, ct)).Count >= Most)
            return new DeliveryOutcome<WebhookCreated>.Refused(Catalogue.EtatIncompatible, Detail: $"Votre organisation a déjà {Most} webhooks : supprimez-en un.");
        var (shown, kept) = secrets.New();
        var result = await TestAsync(url!, secrets.Keys(kept, null), ct);
        if (!result.Delivered)
            return new DeliveryOutcome<WebhookCreated>.Refused(Catalogue.DemandeInvalide, Detail: $"L'appel d'essai a échoué ({Words(result)}) : rien n'est créé. L'adresse répond 2xx en quelques secondes, sans redirection.");

        var (id, now) = (Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow());
        await InTransactionAsync(caller, id, "creation",
            """
            insert into delivery.webhook (id, organisation, role, url, secret, state, position, next_at, created_at)
            values ($1, $2, $3, $4, $5, 'actif', coalesce((select max(position) from delivery.delivery where recipient = $2), 0), $6, $6)
            """, ct, Columns.Value(id), Columns.Value(caller.Organisation), Columns.Value(caller.Role), Columns.Value(url!.AbsoluteUri), Columns.Value(kept), Columns.Value(now));
        return new DeliveryOutcome<WebhookCreated>.Given(new WebhookCreated(id, url.AbsoluteUri, "actif", shown));
    }

    public async Task<IReadOnlyList<WebhookLine>> ListAsync(Caller caller, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add(
            """
            select w.id, w.url, w.state, w.reason, w.failures, (select count(*) from delivery.webhook_call c where c.webhook = w.id and c.state = 'attente'), w.created_at, w.suspended_at
            from delivery.webhook w where w.organisation = $1 order by w.id
            """, Columns.Value(caller.Organisation));
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        var list = new List<WebhookLine>();
        while (await rows.ReadAsync(ct))
        {
            list.Add(new WebhookLine(
                rows.GetGuid(0), rows.GetString(1), rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetString(3), rows.GetInt32(4), rows.GetInt64(5),
                rows.GetFieldValue<DateTimeOffset>(6), rows.IsDBNull(7) ? null : rows.GetFieldValue<DateTimeOffset>(7)));
        }

        return list;
    }

    public async Task<DeliveryOutcome<WebhookSecretRenewed>> RenewAsync(Caller caller, Guid id, CancellationToken ct)
    {
        var (shown, kept) = secrets.New();
        var until = clock.GetUtcNow() + BothSecrets;
        return await InTransactionAsync(caller, id, "secret",
            "update delivery.webhook set previous_secret = secret, previous_until = $4, secret = $3 where id = $1 and organisation = $2",
            ct, Columns.Value(id), Columns.Value(caller.Organisation), Columns.Value(kept), Columns.Value(until)) == 0
            ? new DeliveryOutcome<WebhookSecretRenewed>.Refused(Catalogue.Introuvable)
            : new DeliveryOutcome<WebhookSecretRenewed>.Given(new WebhookSecretRenewed(id, shown, until));
    }

    public async Task<DeliveryOutcome<Guid>> DeleteAsync(Caller caller, Guid id, CancellationToken ct) =>
        await InTransactionAsync(caller, id, "suppression", "delete from delivery.webhook where id = $1 and organisation = $2", ct, Columns.Value(id), Columns.Value(caller.Organisation)) == 0
            ? new DeliveryOutcome<Guid>.Refused(Catalogue.Introuvable)
            : new DeliveryOutcome<Guid>.Given(id);

    /// <summary>Calls the address now. A suspended one that answers is active again, with all that waited; one that does not stays as it is.</summary>
    public async Task<DeliveryOutcome<WebhookTested>> TryAsync(Caller caller, Guid id, CancellationToken ct)
    {
        if (await SignedAsync(caller, id, ct) is not (var url, var keys, var state))
            return new DeliveryOutcome<WebhookTested>.Refused(Catalogue.Introuvable);
        var result = await TestAsync(url, keys, ct);
        if (result.Delivered)
        {
            var now = clock.GetUtcNow();
            await InTransactionAsync(caller, id, state is "suspendu" ? "reactivation" : "essai",
                """
                with w as (update delivery.webhook set state = 'actif', reason = null, suspended_at = null, failures = 0, next_at = $3 where id = $1 and organisation = $2 returning id)
                update delivery.webhook_call c set attempts = 0 from w where c.webhook = w.id and c.state = 'attente' and c.attempts > 0
                """, ct, Columns.Value(id), Columns.Value(caller.Organisation), Columns.Value(now));
            state = "actif";
        }

        return new DeliveryOutcome<WebhookTested>.Given(new WebhookTested(id, state, result.Outcome, result.Status, result.Milliseconds));
    }

    private Task<CallResult> TestAsync(Uri url, IReadOnlyList<byte[]> keys, CancellationToken ct)
    {
        var now = EntryContent.Instant(clock.GetUtcNow());
        return sender.SendAsync(url, keys, "essai_" + Guid.NewGuid().ToString("N"), new WebhookPayload(WebhookKind.Test, now, null).ToBytes(), ct);
    }

    private async Task<(Uri Url, IReadOnlyList<byte[]> Keys, string State)?> SignedAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add("select url, secret, case when previous_until > $3 then previous_secret end, state from delivery.webhook where id = $1 and organisation = $2",
            Columns.Value(id), Columns.Value(caller.Organisation), Columns.Value(clock.GetUtcNow()));
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        return await row.ReadAsync(ct)
            ? (new Uri(row.GetString(0)), secrets.Keys(row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2)), row.GetString(3))
            : null;
    }

    /// <summary>Runs one statement with its log entry.</summary>
    /// <returns>Rows that it wrote; nothing is logged when it is none, but for a test that had no call to set back.</returns>
    private async Task<int> InTransactionAsync(Caller caller, Guid id, string what, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.Add(sql, parameters);
        await batch.ExecuteNonQueryAsync(ct);
        var written = batch.BatchCommands[1].RecordsAffected;
        if (written == 0 && what is ("secret" or "suppression"))
            return 0;
        var entry = new AuditEntry
        {
            Action = LogAction.WebhookChanged,
            Organisation = caller.Organisation,
            Agent = caller.Agent,
            RegisterVersion = registers.Current.Purposes.Version,
            Decision = "permis",
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["webhook"] = id.ToString(), ["etape"] = what },
        };
        await audit.CommitAsync(connection, transaction, entry, ct);
        return written;
    }

    private static string Words(CallResult result) => result.Outcome switch
    {
        CallOutcome.AddressRefused => "son nom conduit à une adresse qui n'est pas publique",
        CallOutcome.Redirection => "elle redirige ailleurs",
        CallOutcome.TooSlow => "pas de réponse entière à temps",
        CallOutcome.Cut => "réponse coupée",
        CallOutcome.Unreachable => "connexion impossible",
        _ => $"réponse {result.Status}",
    };
}
