using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Simulation;

/// <summary>The confirmed proposals: rules that follow those of the folder from their day on. The rules before stay, for what was received before.</summary>
internal static class RulesProposals
{
    /// <summary>Territories with the rules that are to follow, in the order of their days; of two for one day, the one confirmed last. The same catalogue when nothing is new.</summary>
    public static async Task<TerritoryCatalogue> FollowedAsync(Databases databases, TerritoryCatalogue territories, CancellationToken ct)
    {
        await using var select = databases.Worker.CreateCommand(
            "select p.territory, p.effective_on, p.content::text, p.version from routing.rules_proposal p join routing.rules_confirmation c on c.proposal = p.id order by p.effective_on, c.confirmed_at, p.id");
        await using var reader = await select.ExecuteReaderAsync(ct);
        var kept = new List<(string Territory, DateOnly From, string Content, string Version)>();
        while (await reader.ReadAsync(ct))
            kept.Add((reader.GetString(0), reader.GetFieldValue<DateOnly>(1), reader.GetString(2), reader.GetString(3)));
        var wanted = territories.All.ToDictionary(t => t.Code, t => kept.Where(k => k.Territory == t.Code).GroupBy(k => k.From).Select(g => g.Last()).ToList(), StringComparer.Ordinal);
        // Read again only when there is something new: this is asked every few seconds.
        return territories.All.All(t => wanted[t.Code].Select(k => (k.From, k.Version)).SequenceEqual(t.Followers.Select(f => (f.From, f.Rules.Version))))
            ? territories
            : territories.With(t => t with { Followers = [.. wanted[t.Code].Select(k => new FollowingRules(k.From, DraftTerritory.Kept(t.Code, k.Content)))] });
    }
}

/// <summary>Finds what another node has put in force.</summary>
internal sealed partial class RulesPoll(Registers.RegistersInForce registers, TimeProvider clock, ILogger<RulesPoll> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await registers.ReloadProposalsAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is Npgsql.NpgsqlException or TerritoryException or InvalidOperationException)
            {
                LogFailed(logger, failure.GetType().Name);
            }
        }
    }

    [LoggerMessage(1306, LogLevel.Warning, "Rules put in force elsewhere could not be read: {Error}; again in five seconds")]
    private static partial void LogFailed(ILogger logger, string error);
}
