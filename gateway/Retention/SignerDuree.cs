using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Retention;

internal abstract record SigningOutcome
{
    /// <param name="EnVigueur">False while a second person must confirm it.</param>
    internal sealed record Signed(Guid Id, string Version, bool EnVigueur) : SigningOutcome;

    /// <param name="Detail">French: what is wrong.</param>
    internal sealed record Invalid(string Detail) : SigningOutcome;

    internal sealed record NotFound : SigningOutcome;

    /// <summary>Already confirmed, or by the person who signed.</summary>
    internal sealed record Conflict(string Detail) : SigningOutcome;
}

/// <summary>
/// Fixes a duration that no text gives: an operator signs it for one purpose version, and outside demonstration another
/// person confirms it before it counts. Both acts stay as they were said, with their log entries.
/// </summary>
internal sealed class SignerDuree(Databases databases, RegistersInForce registers, AuditLog log, TimeProvider clock)
{
    private const int LongestReference = 500;

    /// <param name="by">Code of who signs.</param>
    /// <param name="organisation">Of who signs; <see langword="null"/> for the operator's command.</param>
    public async Task<SigningOutcome> SignAsync(string purposeId, string duration, string reference, string by, Guid? organisation, CancellationToken ct)
    {
        var now = EntryContent.Instant(clock.GetUtcNow());
        if (!RetentionPeriod.TryParse(duration, out var period))
            return new SigningOutcome.Invalid("La durée s'écrit en ISO 8601, d'une seule unité : P24M, P4Y, P90D.");
        if (string.IsNullOrWhiteSpace(reference) || reference.Length > LongestReference || reference.Any(char.IsControl))
            return new SigningOutcome.Invalid($"Donnez la référence de la décision, en {LongestReference} caractères au plus.");
        if (registers.Current.Purposes.InForce(purposeId, now) is not { } purpose)
            return new SigningOutcome.Invalid($"Aucune finalité {Printable(purposeId)} n'est en vigueur aujourd'hui.");
        if (!purpose.Retention.Values.Any(PurposeRegister.IsSignable))
            return new SigningOutcome.Invalid($"Le registre fixe déjà toutes les durées de {purpose.Id} : une durée donnée par un fichier se change dans le fichier.");

        var id = Guid.CreateVersion7(now);
        var alone = registers.Mode is OperatingMode.Demonstration;
        var signed = await log.PrepareAsync(Entry(LogAction.RetentionSigned, purpose.Id, id, by, organisation, ("version", purpose.Version), ("duree", period.ToString())), now, ct);
        var confirmed = alone ? await log.PrepareAsync(Entry(LogAction.RetentionConfirmed, purpose.Id, id, by, organisation, ("regime", "demonstration")), now, ct) : null;
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("insert into consent.retention_signature (id, purpose_version, duration, reference, signed_by, signed_at, entry) values ($1, $2, $3, $4, $5, $6, $7)",
            Columns.Value(id), Columns.Value(purpose.Version), Columns.Value(period.ToString()), Columns.Value(reference), Columns.Value(by), Columns.Value(now), Columns.Value(signed.Id));
        if (confirmed is not null)
        {
            batch.Add("insert into consent.retention_confirmation (signature, confirmed_by, confirmed_at, entry) values ($1, null, $2, $3)",
                Columns.Value(id), Columns.Value(now), Columns.Value(confirmed.Id));
        }

        log.AddTo(batch, confirmed is null ? [signed] : [signed, confirmed]);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        if (alone)
            await registers.ReloadSignaturesAsync(ct);
        return new SigningOutcome.Signed(id, purpose.Version, alone);
    }

    /// <param name="by">Code of who confirms: another person than the one who signed.</param>
    public async Task<SigningOutcome> ConfirmAsync(Guid signature, string by, Guid? organisation, CancellationToken ct)
    {
        var now = EntryContent.Instant(clock.GetUtcNow());
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await FindAsync(connection, signature, ct) is not { } found)
            return new SigningOutcome.NotFound();
        if (found.Confirmed)
            return new SigningOutcome.Conflict("Cette durée est déjà confirmée.");
        if (string.Equals(found.By, by, StringComparison.OrdinalIgnoreCase))
            return new SigningOutcome.Conflict("La durée est confirmée par une autre personne que celle qui l'a signée.");
        var entry = await log.PrepareAsync(Entry(LogAction.RetentionConfirmed, found.Version[..found.Version.IndexOf('-', StringComparison.Ordinal)], signature, by, organisation, ("version", found.Version)), now, ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("insert into consent.retention_confirmation (signature, confirmed_by, confirmed_at, entry) values ($1, $2, $3, $4)",
            Columns.Value(signature), Columns.Value(by), Columns.Value(now), Columns.Value(entry.Id));
        log.AddTo(batch, [entry]);
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException twice) when (twice.SqlState is PostgresErrorCodes.UniqueViolation)
        {
            return new SigningOutcome.Conflict("Cette durée est déjà confirmée.");
        }

        await transaction.CommitAsync(ct);
        log.Wake();
        await registers.ReloadSignaturesAsync(ct);
        return new SigningOutcome.Signed(signature, found.Version, EnVigueur: true);
    }

    private static async Task<(string Version, string By, bool Confirmed)?> FindAsync(NpgsqlConnection connection, Guid signature, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            "select s.purpose_version, s.signed_by, exists (select 1 from consent.retention_confirmation c where c.signature = s.id) from consent.retention_signature s where s.id = $1", connection)
        {
            Parameters = { Columns.Value(signature) },
        };
        await using var row = await select.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetString(0), row.GetString(1), row.GetBoolean(2)) : null;
    }

    private AuditEntry Entry(LogAction action, string purpose, Guid signature, string by, Guid? organisation, params ReadOnlySpan<(string Key, string Value)> details)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["signature"] = signature.ToString() };
        foreach (var (key, value) in details)
            all[key] = value;
        return new AuditEntry { Action = action, Organisation = organisation, Agent = by, Purpose = purpose, RegisterVersion = registers.Current.Purposes.Version, Decision = "permis", Details = all };
    }

    private static string Printable(string text) => text.Length <= 5 && text.All(char.IsAsciiLetterOrDigit) ? text : "de ce nom";
}
