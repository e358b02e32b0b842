using System.Globalization;
using System.Text.Json;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Simulation;

internal abstract record ProposalOutcome
{
    /// <param name="EnVigueur">False while a second person must confirm it.</param>
    internal sealed record Recorded(Guid Id, string Territoire, string Version, DateOnly ValideDu, bool EnVigueur) : ProposalOutcome;

    /// <param name="Detail">French: what is wrong.</param>
    internal sealed record Invalid(string Detail) : ProposalOutcome;

    internal sealed record NotFound : ProposalOutcome;

    /// <summary>Already confirmed, by the same person, or too late.</summary>
    internal sealed record Conflict(string Detail) : ProposalOutcome;
}

/// <summary>
/// Puts other rules in force from a day to come: one person proposes them, another of another organisation or role confirms
/// (in demonstration nobody else is asked, and it is logged). Both acts stay, and so do the rules before.
/// </summary>
internal sealed class ProposerRegles(Databases databases, RegistersInForce registers, AuditLog log, TimeProvider clock)
{
    private const int LongestReason = 500;

    public async Task<ProposalOutcome> ProposeAsync(Caller caller, Territory territory, JsonElement rules, DateOnly from, string reason, CancellationToken ct)
    {
        var now = EntryContent.Instant(clock.GetUtcNow());
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason || reason.Any(char.IsControl))
            return new ProposalOutcome.Invalid($"Donnez le motif ou la décision, en {LongestReason} caractères au plus.");
        if (from <= territory.Today(now))
            return new ProposalOutcome.Invalid("Des règles entrent en vigueur demain au plus tôt : ce qui est reçu aujourd'hui suit celles d'aujourd'hui.");
        var draft = DraftTerritory.With(territory, rules);
        if (!draft.Tables.SelectMany(t => t.Rules).Any(r => r.Active && r.From <= from && (r.To is null || r.To >= from)))
            return new ProposalOutcome.Invalid($"Aucune règle du projet n'est en vigueur le {RulePhrase.Day(from)} : vérifiez « valideDu ».");
        var id = Guid.CreateVersion7(now);
        var alone = registers.Mode is OperatingMode.Demonstration;
        var proposed = await log.PrepareAsync(Entry(LogAction.RulesProposed, id, caller, territory.Code, draft.Version, from), now, ct);
        var confirmed = alone ? await log.PrepareAsync(Entry(LogAction.RulesConfirmed, id, caller, territory.Code, draft.Version, from), now, ct) : null;
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            "insert into routing.rules_proposal (id, territory, content, version, effective_on, reason, proposed_by, organisation, role, proposed_at, entry) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            Columns.Value(id), Columns.Value(territory.Code), new NpgsqlParameter { Value = draft.Content, NpgsqlDbType = NpgsqlDbType.Jsonb }, Columns.Value(draft.Version), Columns.Value(from), Columns.Value(reason),
            Columns.Value(caller.Agent), Columns.Value(caller.Organisation), Columns.Value(caller.Role), Columns.Value(now), Columns.Value(proposed.Id));
        if (confirmed is not null)
            AddConfirmation(batch, id, territory.Code, draft.Version, draft.Content, null, now, confirmed.Id);
        log.AddTo(batch, confirmed is null ? [proposed] : [proposed, confirmed]);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        if (alone)
            await registers.ReloadProposalsAsync(ct);
        return new ProposalOutcome.Recorded(id, territory.Code, draft.Version, from, alone);
    }

    public async Task<ProposalOutcome> ConfirmAsync(Caller caller, Guid proposal, CancellationToken ct)
    {
        var now = EntryContent.Instant(clock.GetUtcNow());
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await FindAsync(connection, proposal, ct) is not { } found || !caller.Territories.Contains(found.Territory, StringComparer.Ordinal)
            || !registers.Current.Territories.TryGet(found.Territory, out var territory))
            return new ProposalOutcome.NotFound();
        if (found.Confirmed)
            return new ProposalOutcome.Conflict("Cette proposition est déjà confirmée.");
        if (found.By == caller.Agent || (found.Organisation == caller.Organisation && found.Role == caller.Role))
            return new ProposalOutcome.Conflict("Les règles sont confirmées par une autre personne que celle qui les a proposées, d'une autre organisation ou dans un autre rôle.");
        if (found.From <= territory.Today(now))
            return new ProposalOutcome.Conflict("La date proposée est passée : proposez de nouveau, à une date à venir.");
        var entry = await log.PrepareAsync(Entry(LogAction.RulesConfirmed, proposal, caller, found.Territory, found.Version, found.From), now, ct);
        await using var batch = new NpgsqlBatch(connection);
        AddConfirmation(batch, proposal, found.Territory, found.Version, found.Content, caller, now, entry.Id);
        log.AddTo(batch, [entry]);
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException twice) when (twice.SqlState is PostgresErrorCodes.UniqueViolation)
        {
            return new ProposalOutcome.Conflict("Cette proposition est déjà confirmée.");
        }

        await transaction.CommitAsync(ct);
        log.Wake();
        await registers.ReloadProposalsAsync(ct);
        return new ProposalOutcome.Recorded(proposal, found.Territory, found.Version, found.From, EnVigueur: true);
    }

    /// <summary>The version is kept with those that the folder had: what was in force when a deposit was routed can always be shown.</summary>
    private static void AddConfirmation(NpgsqlBatch batch, Guid proposal, string territory, string version, string content, Caller? caller, DateTimeOffset now, Guid entry)
    {
        batch.Add("insert into routing.rules_confirmation (proposal, confirmed_by, organisation, role, confirmed_at, entry) values ($1, $2, $3, $4, $5, $6)",
            Columns.Value(proposal), new NpgsqlParameter { Value = (object?)caller?.Agent ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new NpgsqlParameter { Value = (object?)caller?.Organisation ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new NpgsqlParameter { Value = (object?)caller?.Role ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, Columns.Value(now), Columns.Value(entry));
        batch.Add("insert into routing.rules_version (territory, version, content, loaded_at) values ($1, $2, $3, $4) on conflict do nothing",
            Columns.Value(territory), Columns.Value(version), new NpgsqlParameter { Value = content, NpgsqlDbType = NpgsqlDbType.Jsonb }, Columns.Value(now));
    }

    private sealed record Found(string Territory, string Version, string Content, DateOnly From, string By, Guid Organisation, string Role, bool Confirmed);

    private static async Task<Found?> FindAsync(NpgsqlConnection connection, Guid proposal, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select p.territory, p.version, p.content::text, p.effective_on, p.proposed_by, p.organisation, p.role, exists (select 1 from routing.rules_confirmation c where c.proposal = p.id)
            from routing.rules_proposal p where p.id = $1
            """, connection)
        {
            Parameters = { Columns.Value(proposal) },
        };
        await using var row = await select.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateOnly>(3), row.GetString(4), row.GetGuid(5), row.GetString(6), row.GetBoolean(7))
            : null;
    }

    private AuditEntry Entry(LogAction action, Guid proposal, Caller caller, string territory, string version, DateOnly from) => new()
    {
        Action = action,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["proposition"] = proposal.ToString(),
            ["territoire"] = territory,
            ["version"] = version,
            ["valideDu"] = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        },
    };
}
