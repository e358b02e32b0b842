using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>The secrets under which each recipient's pseudonyms are made: one domain per (recipient, purpose), one secret per version of it.</summary>
/// <remarks><c>Pseudonyms:GraceDays</c>: how long a reference of the version before is still understood after a rotation, in days, 90 by default.</remarks>
internal sealed class PseudonymDomains(Secrets secrets, Databases databases, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>Stands in the place of a purpose for the references of dossiers, the same under all purposes.</summary>
    public const string Dossiers = "dossier";

    /// <summary>How long a node may not know of a rotation made by another.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);

    private readonly TimeSpan _grace = TimeSpan.FromDays(configuration.GetValue("Pseudonyms:GraceDays", 90));
    private volatile Known? _known;

    /// <summary>Pseudonym of a person for one recipient under one purpose.</summary>
    public async ValueTask<string> OfSubjectAsync(Guid recipient, string purpose, Guid subject, CancellationToken ct) =>
        Pseudonym.Of(await SecretAsync(recipient, purpose, await CurrentAsync(recipient, purpose, ct), ct), subject);

    /// <summary>Reference of a dossier for one recipient: the same under all its purposes, so that its messages gather; another one at every other recipient.</summary>
    public async ValueTask<string> OfDossierAsync(Guid recipient, Guid dossier, CancellationToken ct) =>
        Pseudonym.Of(await SecretAsync(recipient, Dossiers, await CurrentAsync(recipient, Dossiers, ct), ct), dossier);

    /// <summary>The dossier behind a recipient's own reference, of this version or, for a time after a rotation, of the one before; <see langword="null"/> when the reference is none of it.</summary>
    public async ValueTask<Guid?> DossierAsync(Guid recipient, string reference, CancellationToken ct)
    {
        var domain = await ReadAsync(recipient, Dossiers, ct);
        var found = new List<Guid>(2);
        foreach (var version in domain.Understood(clock.GetUtcNow(), _grace))
        {
            if (Pseudonym.TryReverse(await SecretAsync(recipient, Dossiers, version, ct), reference, out var dossier))
                found.Add(dossier);
        }

        // A block opens under any key: with two, the one that names a dossier is meant.
        return found.Count < 2 ? found.Cast<Guid?>().FirstOrDefault() : await ExistingAsync(found, ct);
    }

    /// <summary>Version that makes pseudonyms now.</summary>
    public async ValueTask<int> CurrentAsync(Guid recipient, string purpose, CancellationToken ct) => (await ReadAsync(recipient, purpose, ct)).Current;

    /// <summary>The 32-byte secret of a version; made at its first use.</summary>
    public ValueTask<byte[]> SecretAsync(Guid recipient, string purpose, int version, CancellationToken ct) =>
        secrets.GetAsync(PseudonymVersion.SecretOf(recipient, purpose, version), ct);

    /// <summary>Looks at the versions again at the next use: one has just changed.</summary>
    public void Forget() => _known = null;

    private async ValueTask<PseudonymVersion> ReadAsync(Guid recipient, string purpose, CancellationToken ct)
    {
        if (_known is not { } known || clock.GetElapsedTime(known.At) > Fresh)
            _known = known = await LoadAsync(ct);
        return known.Versions.TryGetValue((recipient, purpose), out var version) ? version : PseudonymVersion.First;
    }

    private async Task<Known> LoadAsync(CancellationToken ct)
    {
        var at = clock.GetTimestamp();
        await using var command = databases.Vault.CreateCommand(
            "select distinct on (recipient, purpose) recipient, purpose, version, in_use_at from vault.pseudonym_domain where state = 'courante' order by recipient, purpose, version desc");
        await using var rows = await command.ExecuteReaderAsync(ct);
        var versions = new Dictionary<(Guid, string), PseudonymVersion>();
        while (await rows.ReadAsync(ct))
            versions[(rows.GetGuid(0), rows.GetString(1))] = new(rows.GetInt32(2), rows.GetFieldValue<DateTimeOffset>(3));
        return new(versions, at);
    }

    private async Task<Guid?> ExistingAsync(List<Guid> found, CancellationToken ct)
    {
        await using var command = databases.Vault.CreateCommand("select id from exchange.dossier where id = any($1) limit 1");
        command.Parameters.AddWithValue(found.ToArray());
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }

    private sealed record Known(Dictionary<(Guid, string), PseudonymVersion> Versions, long At);
}
