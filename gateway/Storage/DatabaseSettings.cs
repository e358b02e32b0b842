using System.Data.Common;
using Npgsql;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>How the gateway reaches its database: five connection strings of the operator, or none and the embedded server.</summary>
internal static class DatabaseSettings
{
    /// <summary>Largest pools, by data source; their sum stays under <c>max_connections</c> = 120 of the embedded server.</summary>
    private static readonly (string Name, int Connections)[] Sources =
        [("Owner", 6), ("Intake", 32), ("Reader", 32), ("Vault", 16), ("Worker", 24)];

    /// <summary>
    /// Tables of work go from empty to millions of rows between two ANALYZE: planned by stale statistics, the group
    /// statements of intake, routing and the log would read whole tables. All of them have an index to go by.
    /// </summary>
    private const string ByIndexOnly = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    /// <summary>Whether any connection string is given: then the gateway starts no server of its own.</summary>
    public static bool AreGiven(IConfiguration configuration) => Sources.Any(s => configuration["Database:" + s.Name] is { Length: > 0 });

    /// <summary>The data sources of the operator's database.</summary>
    /// <exception cref="StartRefusedException">Some of the five strings are missing or cannot be read.</exception>
    public static Databases FromConfiguration(IConfiguration configuration)
    {
        var missing = Sources.Where(s => configuration["Database:" + s.Name] is not { Length: > 0 }).Select(s => "Database:" + s.Name).ToList();
        if (missing.Count > 0)
            throw new StartRefusedException($"Il manque {(missing.Count == 1 ? "une chaîne" : "des chaînes")} de connexion : {string.Join(", ", missing)}. Donnez les cinq, ou aucune pour le PostgreSQL embarqué.");
        return Build(name => configuration["Database:" + name]!);
    }

    /// <summary>The data sources of the embedded server.</summary>
    public static Databases Of(EmbeddedPostgres server) =>
        Build(name => server.ConnectionString(name is "Owner" ? EmbeddedPostgres.Owner : "exchange_" + name.ToLowerInvariant()));

    /// <summary>One data source per role from the strings that <paramref name="connectionString"/> gives by name (Owner, Intake, Reader, Vault, Worker).</summary>
    /// <exception cref="StartRefusedException">A string cannot be read.</exception>
    public static Databases Build(Func<string, string> connectionString)
    {
        var sources = Sources.Select(s => NpgsqlDataSource.Create(Tune(s.Name, connectionString(s.Name), s.Connections))).ToArray();
        return new(sources[0], sources[1], sources[2], sources[3], sources[4]);
    }

    // The operator's own choice wins. No logger is given to Npgsql: what it writes of statements stays out of the logs.
    private static NpgsqlConnectionStringBuilder Tune(string name, string given, int connections)
    {
        try
        {
            var chosen = new DbConnectionStringBuilder { ConnectionString = given }.Keys!.Cast<string>()
                .Select(k => k.Replace(" ", "", StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var tuned = new NpgsqlConnectionStringBuilder(given) { IncludeErrorDetail = false, LogParameters = false };
            void Default(string keyword, Action set)
            {
                if (!chosen.Contains(keyword))
                    set();
            }

            Default("ApplicationName", () => tuned.ApplicationName = "exchange-gateway");
            Default("MaximumPoolSize", () => { if (!chosen.Contains("MaxPoolSize")) tuned.MaxPoolSize = connections; });
            Default("MaxAutoPrepare", () => tuned.MaxAutoPrepare = 200);
            Default("AutoPrepareMinUsages", () => tuned.AutoPrepareMinUsages = 2);
            // A database that does not answer must become a 503 in seconds (units: seconds).
            Default("Timeout", () => tuned.Timeout = 5);
            Default("CommandTimeout", () => tuned.CommandTimeout = 10);
            Default("KeepAlive", () => tuned.KeepAlive = 30);
            if (name is "Intake" or "Worker")
                Default("Options", () => tuned.Options = ByIndexOnly);
            return tuned;
        }
        catch (ArgumentException e)
        {
            throw new StartRefusedException($"La chaîne de connexion Database:{name} est illisible.", e);
        }
    }
}
