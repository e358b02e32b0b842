using System.Globalization;
using System.Security.Cryptography;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <param name="Purpose">Purpose, or <c>dossier</c>.</param>
/// <param name="Version">Version now in use.</param>
/// <param name="Pairs">Lines of its correspondence written by this run.</param>
internal sealed record RotatedDomain(string Purpose, int Version, long Pairs);

/// <summary>
/// A recipient's key is replaced: from then on all its pseudonyms are others, and it alone gets the list old ↔ new, so that
/// no link of its own is lost. Only random ids are read, by the role that cannot read an identity, and no row is rewritten.
/// </summary>
/// <remarks>
/// Can be killed at any time and run again. The list is written in the order of the ids: its last whole line says where to
/// go on. It is begun before the new version is in use, and completed after by what was delivered meanwhile (some of it
/// twice, in the same words).
/// </remarks>
internal sealed class PseudonymRotation(Databases databases, PseudonymDomains domains, Correspondences correspondences, AuditLog log, TimeProvider clock)
{
    /// <summary>Longer than a delivery takes from its date to its commit.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>The organisation of a code; <see langword="null"/> when there is none.</summary>
    public async Task<Guid?> FindAsync(string code, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand("select id from access.organisation where code = $1");
        command.Parameters.AddWithValue(code);
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }

    /// <summary>Rotates one domain of a recipient, or all those under which it holds something.</summary>
    /// <returns>Empty when it holds nothing under that purpose.</returns>
    /// <exception cref="JournalStoppedException">The log is stopped: no version was put in use.</exception>
    public async Task<IReadOnlyList<RotatedDomain>> RunAsync(Guid recipient, string? purpose, CancellationToken ct)
    {
        log.ThrowIfStopped();
        var rotated = new List<RotatedDomain>();
        string[] held = [.. await PurposesAsync(recipient, ct), PseudonymDomains.Dossiers];
        foreach (var domain in held.Where(d => purpose is null || d == purpose))
            rotated.Add(await RotateAsync(recipient, domain, ct));
        return rotated;
    }

    private async Task<RotatedDomain> RotateAsync(Guid recipient, string purpose, CancellationToken ct)
    {
        domains.Forget();
        var current = await domains.CurrentAsync(recipient, purpose, ct);
        // A run that was cut between the change and the end of the list: its list is completed, and nothing changes again.
        var version = correspondences.IsUnfinished(recipient, purpose, current) ? current : current + 1;
        var begun = await PrepareAsync(recipient, purpose, version, ct);
        using var old = Aes.Create();
        old.Key = await domains.SecretAsync(recipient, purpose, version - 1, ct);
        using var fresh = Aes.Create();
        fresh.Key = await domains.SecretAsync(recipient, purpose, version, ct);

        long pairs = 0;
        await using (var list = correspondences.Continue(recipient, purpose, version))
        {
            if (version > current)
            {
                Guid? last = list.LastOld is { } line && Pseudonym.TryReverse(old.Key, line, out var id) ? id : null;
                pairs += await WriteAsync(list, recipient, purpose, last ?? Guid.Empty, DateTimeOffset.UnixEpoch, old, fresh, ct);
                // A run that is taken up after the change writes again only what was delivered about its time.
                await list.FlushAsync(ct);
                await PutInUseAsync(recipient, purpose, version, ct);
            }

            pairs += await WriteAsync(list, recipient, purpose, Guid.Empty, begun - Margin, old, fresh, ct);
        }

        correspondences.Finish(recipient, purpose, version);
        return new(purpose, version, pairs);
    }

    private async Task<IReadOnlyList<string>> PurposesAsync(Guid recipient, CancellationToken ct)
    {
        await using var batch = databases.Reader.CreateBatch();
        batch.BatchCommands.Add(RowContext.Of(recipient));
        batch.BatchCommands.Add(new("select distinct purpose from delivery.delivery where recipient = $1 order by purpose") { Parameters = { new() { Value = recipient } } });
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        var purposes = new List<string>();
        while (await rows.ReadAsync(ct))
            purposes.Add(rows.GetString(0));
        return purposes;
    }

    /// <returns>When the version was first prepared.</returns>
    private async Task<DateTimeOffset> PrepareAsync(Guid recipient, string purpose, int version, CancellationToken ct)
    {
        await using var insert = databases.Vault.CreateCommand(
            "insert into vault.pseudonym_domain (recipient, purpose, version, state, created_at) values ($1, $2, $3, 'preparee', $4) on conflict do nothing");
        insert.Parameters.AddWithValue(recipient);
        insert.Parameters.AddWithValue(purpose);
        insert.Parameters.AddWithValue(version);
        insert.Parameters.AddWithValue(clock.GetUtcNow());
        await insert.ExecuteNonQueryAsync(ct);
        await using var select = databases.Vault.CreateCommand("select created_at from vault.pseudonym_domain where recipient = $1 and purpose = $2 and version = $3");
        select.Parameters.AddWithValue(recipient);
        select.Parameters.AddWithValue(purpose);
        select.Parameters.AddWithValue(version);
        return new((DateTime)(await select.ExecuteScalarAsync(ct))!);
    }

    private async Task PutInUseAsync(Guid recipient, string purpose, int version, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var entry = await log.PrepareAsync(
            new AuditEntry
            {
                Action = LogAction.PseudonymsRotated,
                Purpose = purpose == PseudonymDomains.Dossiers ? null : purpose,
                Decision = "permis",
                Details = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["destinataire"] = recipient.ToString(),
                    ["objet"] = purpose,
                    ["version"] = version.ToString(CultureInfo.InvariantCulture),
                },
            }, now, ct);
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.Add("update vault.pseudonym_domain set state = 'courante', in_use_at = $4 where recipient = $1 and purpose = $2 and version = $3",
                Columns.Value(recipient), Columns.Value(purpose), Columns.Value(version), Columns.Value(now));
            log.AddTo(batch, [entry]);
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        log.Wake();
        domains.Forget();
    }

    private async Task<long> WriteAsync(CorrespondenceList list, Guid recipient, string purpose, Guid after, DateTimeOffset since, Aes old, Aes fresh, CancellationToken ct)
    {
        var (column, condition) = purpose == PseudonymDomains.Dossiers ? ("dossier", "$4 <> ''") : ("subject", "d.purpose = $4");
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.BatchCommands.Add(RowContext.Of(recipient));
        batch.Add(
            $"""
            select distinct d.{column} from delivery.delivery d join vault.subject s on s.id = d.subject
            where d.recipient = $1 and d.{column} > $2 and d.created_at >= $3 and {condition} order by 1
            """,
            Columns.Value(recipient), Columns.Value(after), Columns.Value(since), Columns.Value(purpose));
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        var count = 0L;
        while (await rows.ReadAsync(ct))
        {
            var id = rows.GetGuid(0);
            await list.AddAsync(Pseudonym.Of(old, id), Pseudonym.Of(fresh, id), ct);
            count++;
        }

        return count;
    }
}
