using System.Collections.Concurrent;
using System.Security.Cryptography;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>
/// Secrets that pseudonyms, match tokens and keyed digests are derived from: 32 random bytes each, kept in
/// <c>vault.secret</c> wrapped by Data Protection. Made at first use; two nodes that make the same one agree on the first.
/// </summary>
internal sealed class Secrets(Databases databases, IDataProtectionProvider protection, TimeProvider clock)
{
    private readonly IDataProtector _protector = protection.CreateProtector("derived-key-secret");
    private readonly ConcurrentDictionary<string, byte[]> _cache = new(StringComparer.Ordinal);

    /// <summary>The secret of a name, for instance <c>tokens/75</c>, <c>pseudonym/&lt;organisation&gt;/P2/1</c>, <c>audit</c>.</summary>
    public ValueTask<byte[]> GetAsync(string name, CancellationToken ct) =>
        _cache.TryGetValue(name, out var secret) ? ValueTask.FromResult(secret) : new(LoadOrCreateAsync(name, ct));

    private async Task<byte[]> LoadOrCreateAsync(string name, CancellationToken ct)
    {
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using (var insert = new NpgsqlCommand("insert into vault.secret (name, wrapped, created_at) select $1, $2, $3 where not exists (select 1 from vault.secret where name = $1) on conflict (name) do nothing", connection))
        {
            insert.Parameters.AddWithValue(name);
            insert.Parameters.AddWithValue(_protector.Protect(RandomNumberGenerator.GetBytes(32)));
            insert.Parameters.AddWithValue(clock.GetUtcNow());
            await insert.ExecuteNonQueryAsync(ct);
        }

        await using var select = new NpgsqlCommand("select wrapped from vault.secret where name = $1", connection);
        select.Parameters.AddWithValue(name);
        var wrapped = (byte[]?)await select.ExecuteScalarAsync(ct) ?? throw new InvalidOperationException("A secret vanished between its insertion and its reading.");
        return _cache.GetOrAdd(name, _protector.Unprotect(wrapped));
    }
}
