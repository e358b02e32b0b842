using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Npgsql;

namespace ExchangeGateway.Gateway.Storage.Protection;

/// <summary>
/// Keeps the key ring usable. Data Protection itself makes no key (a wrong certificate would silently start a new ring); this
/// does, under a lock of the database, and early enough that every node has read a key before one protects with it.
/// </summary>
internal sealed partial class KeyRing(IKeyManager keys, KeyRepository repository, Databases databases, TimeProvider clock, ILogger<KeyRing> logger)
{
    /// <summary>Nodes read the ring again at least every 24 hours: twice that before a key is used.</summary>
    public static readonly TimeSpan Propagation = TimeSpan.FromHours(48);
    /// <summary>How long before the last key ends the next one is made.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(7);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);
    private const long LockKey = 0x45474B455952494E; // 'EGKEYRIN'

    /// <summary>Checks that every stored key opens, then makes the first or next key if it is due.</summary>
    /// <exception cref="StartRefusedException">A key does not open with the certificates given: what it protects would be lost, quietly.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        Check();
        await MakeDueKeyAsync(ct);
        Check();
    }

    /// <summary>Makes the key that <see cref="Next"/> says, if any; nodes that ask together make one.</summary>
    public async Task MakeDueKeyAsync(CancellationToken ct)
    {
        if (Next(Validities(), clock.GetUtcNow()) is null)
            return;
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection, transaction);
        hold.Parameters.AddWithValue(LockKey);
        await hold.ExecuteNonQueryAsync(ct);
        if (Next(Validities(), clock.GetUtcNow()) is { } due)
        {
            keys.CreateNewKey(due.From, due.To);
            LogCreated(due.From, due.To);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>Validity of the key to make now, given those of the ring; <see langword="null"/> when none is due. A first key, or
    /// one that comes after all have ended, is valid at once; any other 48 hours ahead, or when its predecessor ends if that is sooner.</summary>
    public static (DateTimeOffset From, DateTimeOffset To)? Next(IEnumerable<(DateTimeOffset From, DateTimeOffset To)> ring, DateTimeOffset now)
    {
        var living = ring.Where(k => k.To > now).ToList();
        if (living.Count == 0)
            return (now, now + Lifetime);
        var end = living.Max(k => k.To);
        if (end - now > Ahead)
            return null;
        var from = end - now < Propagation ? end : now + Propagation;
        return (from, from + Lifetime);
    }

    private List<(DateTimeOffset From, DateTimeOffset To)> Validities() =>
        [.. keys.GetAllKeys().Where(k => !k.IsRevoked).Select(k => (k.ActivationDate, k.ExpirationDate))];

    private void Check()
    {
        // The framework leaves out, with a line in its log, a key that it cannot even parse. Read in this order, so that a key
        // that another node adds meanwhile is not missed.
        var stored = repository.GetAllElements().Where(e => e.Name.LocalName is "key").Select(e => (string?)e.Attribute("id")).ToList();
        var known = keys.GetAllKeys();
        var unreadable = stored.Where(id => !Guid.TryParse(id, out var key) || known.All(k => k.KeyId != key)).ToList();
        if (unreadable.Count > 0)
            throw new StartRefusedException($"Des clés de protection de access.data_protection_key sont illisibles ({string.Join(", ", unreadable)}) : restaurez la table depuis une sauvegarde.");
        foreach (var key in known)
        {
            try
            {
                if (key.CreateEncryptor() is null)
                    throw new StartRefusedException($"La clé de protection {key.KeyId} est d'un type inconnu de cette version.");
            }
            catch (Exception e) when (e is not StartRefusedException)
            {
                throw new StartRefusedException($"La clé de protection {key.KeyId} ne s'ouvre pas avec les certificats donnés ({e.GetBaseException().Message}). Remettez le certificat d'origine dans DataProtection:Certificate, ou ajoutez l'ancien à DataProtection:OldCertificates ; sans lui, ce que la clé protège serait perdu.", e);
            }
        }
    }

    [LoggerMessage(1020, LogLevel.Information, "Nouvelle clé de protection, valable du {From:u} au {To:u}.")]
    private partial void LogCreated(DateTimeOffset from, DateTimeOffset to);
}
