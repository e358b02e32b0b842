using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Simulation;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Registers;

/// <summary>The purposes, the territories' rules, the national law and the health words that one decision reads together.</summary>
internal sealed record RegisterSet(PurposeRegister Purposes, TerritoryCatalogue Territories, LawInForce National, HealthWordsInForce Health)
{
    public FrenchLaw Law => National.Law;
}

/// <summary>
/// What is registered is what is enforced: holds the purposes and rules in force, and swaps them as one at a reload. A
/// version decides nothing before it is kept in the database and the log; an invalid file leaves what runs.
/// </summary>
internal sealed partial class RegistersInForce(RegisterOptions options, Databases databases, AuditLog log, TimeProvider clock, ILogger<RegistersInForce> logger)
{
    private RegisterSet? _current;

    public RegisterSet Current => _current ?? throw new InvalidOperationException("The registers are not loaded yet.");

    /// <summary>Demonstration lets purposes run whose retention nobody has fixed yet; production does not.</summary>
    public OperatingMode Mode => options.Mode;

    /// <summary>The mode for a sender: its sandbox holds trials only, wherever it is.</summary>
    public OperatingMode ModeOf(Caller sender) => sender.Sandbox ? OperatingMode.Demonstration : options.Mode;

    /// <summary>Reads the folders again, records the versions, then puts them in force.</summary>
    /// <exception cref="RegisterException">A purpose file is invalid; nothing changes.</exception>
    /// <exception cref="TerritoryException">A territory file, or one that they share, is invalid; nothing changes.</exception>
    public async Task ReloadAsync(CancellationToken ct)
    {
        var set = await LoadAsync(ct);
        await RecordAsync(set, ct);
        Interlocked.Exchange(ref _current, set);
        LogLoaded(logger, set.Purposes.Version, string.Join(' ', set.Territories.All.Select(t => $"{t.Code}:{t.Version}")));
    }

    /// <summary>Puts the folders' files in force in this process without recording anything, for a command that only reads.</summary>
    public async Task ReadAsync(CancellationToken ct) => Interlocked.Exchange(ref _current, await LoadAsync(ct));

    /// <summary>Puts in force the durations signed since, here or on another node; the files stay as they are.</summary>
    public async Task ReloadSignaturesAsync(CancellationToken ct)
    {
        var signatures = await SignedDurations.ReadAsync(databases, ct);
        // A reload that came between has read at least as many.
        if (_current is { } current)
            Interlocked.CompareExchange(ref _current, current with { Purposes = current.Purposes.Signed(signatures) }, current);
    }

    /// <summary>Puts in force, at their dates, the rules that two persons have agreed on since, here or on another node.</summary>
    public async Task ReloadProposalsAsync(CancellationToken ct)
    {
        if (_current is { } current && await RulesProposals.FollowedAsync(databases, current.Territories, ct) is var territories && territories != current.Territories)
            Interlocked.CompareExchange(ref _current, current with { Territories = territories }, current);
    }

    private async Task<RegisterSet> LoadAsync(CancellationToken ct) => new(
        PurposeRegister.Load(options.PurposesFolder).Signed(await SignedDurations.ReadAsync(databases, ct)),
        await RulesProposals.FollowedAsync(databases, TerritoryCatalogue.Load(options.TerritoriesFolder), ct), LawFile.Load(options.TerritoriesFolder), HealthWordsFile.Load(options.TerritoriesFolder));

    /// <summary>The question whether a sender may see the state of its own deposit (purpose P11).</summary>
    public DisclosureRequest ToSender(Caller sender, MessageType type, string territory, bool restricted, DateTimeOffset instant) => new(
        BackToSender, sender.Nature, type, OnBehalfOf(BackToSender, instant), sender.Nature, sender.Role, territory, Categories.None, restricted, ConsentState.Unknown, instant, ModeOf(sender));

    /// <summary>The purpose that lets a sender follow its own deposit.</summary>
    public const string BackToSender = "P11";

    /// <summary>In whose name a purpose is exercised at an instant.</summary>
    public string? OnBehalfOf(string purpose, DateTimeOffset instant) => Current.Purposes.InForce(purpose, instant)?.OnBehalfOf;

    private async Task RecordAsync(RegisterSet set, CancellationToken ct)
    {
        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        var entries = new List<AuditEntry>();
        await using (var insert = new NpgsqlCommand("insert into consent.register_version (version, content, loaded_at) values ($1, $2, $3) on conflict do nothing", connection))
        {
            insert.Parameters.AddWithValue(set.Purposes.Version);
            insert.Parameters.AddWithValue(NpgsqlDbType.Jsonb, set.Purposes.Content);
            insert.Parameters.AddWithValue(now);
            await insert.ExecuteNonQueryAsync(ct);
        }

        if (_current?.Purposes.Version != set.Purposes.Version)
            entries.Add(Loaded(LogAction.RegisterLoaded, ("version", set.Purposes.Version)));

        foreach (var (code, version, content, before) in Rules(set))
        {
            await using var insert = new NpgsqlCommand("insert into routing.rules_version (territory, version, content, loaded_at) values ($1, $2, $3, $4) on conflict do nothing", connection);
            insert.Parameters.AddWithValue(code);
            insert.Parameters.AddWithValue(version);
            insert.Parameters.AddWithValue(NpgsqlDbType.Jsonb, content);
            insert.Parameters.AddWithValue(now);
            await insert.ExecuteNonQueryAsync(ct);
            if (before != version)
                entries.Add(Loaded(LogAction.RulesLoaded, ("territoire", code), ("version", version)));
        }

        if (entries.Count > 0)
        {
            await using var batch = new NpgsqlBatch(connection);
            var prepared = new List<PreparedEntry>();
            foreach (var entry in entries)
                prepared.Add(await log.PrepareAsync(entry, now, ct));
            log.AddTo(batch, prepared);
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        log.Wake();
    }

    /// <summary>Each territory's rules, the national law and the health words, with the version that was in force before.</summary>
    private IEnumerable<(string Code, string Version, string Content, string? Before)> Rules(RegisterSet set) =>
    [
        (LawFile.Code, set.National.Version, set.National.Content, _current?.National.Version),
        (HealthWordsFile.Code, set.Health.Version, set.Health.Content, _current?.Health.Version),
        .. set.Territories.All.Select(t => (t.Code, t.Version, t.Content, _current?.Territories.All.FirstOrDefault(c => c.Code == t.Code)?.Version)),
    ];

    private static AuditEntry Loaded(LogAction action, params (string Key, string Value)[] details) => new()
    {
        Action = action,
        Decision = "permis",
        Details = details.ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal),
    };

    [LoggerMessage(1302, LogLevel.Information, "Purposes {Register} and rules {Rules} are in force")]
    private static partial void LogLoaded(ILogger logger, string register, string rules);
}

/// <param name="PurposesFolder">Folder of the purposes register.</param>
/// <param name="TerritoriesFolder">Folder of the territories.</param>
internal sealed record RegisterOptions(string PurposesFolder, string TerritoriesFolder, OperatingMode Mode);
