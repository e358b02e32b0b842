using System.Globalization;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>
/// Rotation of the vault keys: a new version wraps what is new, what older ones wrap is wrapped again while the gateway
/// serves, and an older version that wraps nothing any more can be destroyed. Until then an erased person can be read in
/// an older backup; from then on nobody can, whatever keys remain.
/// </summary>
internal sealed class VaultRotation(Databases databases, VaultKeys keys, SubjectKeys subjects, EntrySeal entries, AuditLog log, TimeProvider clock)
{
    /// <summary>Rows of one statement: what a kill costs, and what a deposit may have to wait for.</summary>
    private const int Batch = 1000;

    /// <summary>Makes the next vault key. The entry of the log is durable first: no key without it, however the run ends.</summary>
    /// <returns>Its version.</returns>
    /// <exception cref="JournalStoppedException">The log is stopped: nothing was made.</exception>
    /// <exception cref="IOException">Another node makes it at this moment, or the disk refuses.</exception>
    public async Task<int> RotateAsync(CancellationToken ct)
    {
        log.ThrowIfStopped();
        keys.Reload();
        await LogAsync(LogAction.VaultKeyRotated, keys.Current + 1, [], ct);
        return keys.Rotate();
    }

    /// <summary>Wraps again, by the current version, whatever an older one wraps. Can be killed at any time: the next call goes on.</summary>
    /// <returns>How many keys were wrapped again.</returns>
    public async Task<long> RewrapAsync(CancellationToken ct) =>
        await RewrapAsync(
            "select id, vault_key, wrapped_key from vault.subject where vault_key < $1 and id <> all($2) limit $3",
            "update vault.subject s set vault_key = $4, wrapped_key = n.wrapped from unnest($1, $2, $3) as n(id, old, wrapped) where s.id = n.id and s.vault_key = n.old",
            subjects.Rewrap, ct)
        + await RewrapAsync(
            "select entry, vault_key, wrapped from audit.entry_key where vault_key < $1 and entry <> all($2) limit $3",
            "update audit.entry_key k set vault_key = $4, wrapped = n.wrapped from unnest($1, $2, $3) as n(id, old, wrapped) where k.entry = n.id and k.vault_key = n.old",
            entries.Rewrap, ct);

    /// <summary>Destroys an older version, unless something still needs it. The entry of the log is durable first.</summary>
    /// <param name="agents">Codes of the persons who ordered it.</param>
    public async Task<DestructionOutcome> DestroyAsync(int version, IReadOnlyList<string> agents, CancellationToken ct)
    {
        keys.Reload();
        if (VaultDestruction.Refusal(keys, version, clock.GetUtcNow()) is { } refusal)
            return refusal;
        if (await CountAsync(version, ct) is > 0 and var rows)
            return new DestructionOutcome.StillUsed(rows);
        await LogAsync(LogAction.VaultKeyDestroyed, version, agents, ct);
        keys.Destroy(version);
        return new DestructionOutcome.Destroyed();
    }

    /// <summary>Data keys and entry keys that a version wraps.</summary>
    public async Task<long> CountAsync(int version, CancellationToken ct)
    {
        await using var command = databases.Vault.CreateCommand(
            "select (select count(*) from vault.subject where vault_key = $1) + (select count(*) from audit.entry_key where vault_key = $1)");
        command.Parameters.AddWithValue(version);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<long> RewrapAsync(string select, string update, Func<Guid, int, byte[], int, byte[]> rewrap, CancellationToken ct)
    {
        var current = keys.Current;
        var (done, unreadable) = (0L, new List<Guid>());
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        while (await ReadAsync(connection, select, current, unreadable, ct) is { Count: > 0 } old)
        {
            var fresh = new List<(Guid Id, int Old, byte[] Wrapped)>(old.Count);
            foreach (var (id, version, wrapped) in old)
            {
                try
                {
                    fresh.Add((id, version, rewrap(id, version, wrapped, current)));
                }
                catch (System.Security.Cryptography.CryptographicException) when (unreadable.Count < Batch)
                {
                    // Altered, or of a version destroyed by force. It stays as it is, and keeps its version from being destroyed.
                    unreadable.Add(id);
                }
            }

            // Only where the version is still the one read: an erasure or another node may have been faster.
            await using var command = new NpgsqlCommand(update, connection)
            {
                Parameters = { Columns.Of(fresh, f => f.Id), Columns.Of(fresh, f => f.Old), Columns.Of(fresh, f => f.Wrapped), Columns.Value(current) },
            };
            done += await command.ExecuteNonQueryAsync(ct);
        }

        return done;
    }

    private static async Task<List<(Guid Id, int Version, byte[] Wrapped)>> ReadAsync(NpgsqlConnection connection, string select, int current, List<Guid> except, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(select, connection)
        {
            Parameters = { Columns.Value(current), Columns.Of(except, id => id), Columns.Value(Batch) },
        };
        await using var rows = await command.ExecuteReaderAsync(ct);
        var old = new List<(Guid, int, byte[])>(Batch);
        while (await rows.ReadAsync(ct))
            old.Add((rows.GetGuid(0), rows.GetInt32(1), rows.GetFieldValue<byte[]>(2)));
        return old;
    }

    private async Task LogAsync(LogAction action, int version, IReadOnlyList<string> agents, CancellationToken ct) =>
        await log.AppendAsync(new AuditEntry
        {
            Action = action,
            Decision = "permis",
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["version"] = version.ToString(CultureInfo.InvariantCulture),
                ["ordonnePar"] = agents.Count > 0 ? string.Join(' ', agents) : "passerelle",
            },
        }, ct);
}
