using System.Text.Json;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Console;

namespace ExchangeGateway.Gateway.Health;

/// <summary>What operators watch: liveness, readiness, and logs a machine can read.</summary>
internal static class HealthRegistration
{
    /// <summary>Their messages repeat addresses, and a caller may write anything into one.</summary>
    private static readonly string[] TellAddresses = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.StaticFiles", "Microsoft.AspNetCore.StaticAssets", "Microsoft.AspNetCore.Http"];

    extension(ILoggingBuilder logging)
    {
        /// <summary>JSON lines on standard output. Frameworks below warning are silent: their messages may carry URLs and parameters.</summary>
        public void AddGatewayLogging()
        {
            logging.ClearProviders();
            logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                options.JsonWriterOptions = new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
            logging.SetMinimumLevel(LogLevel.Warning);
            logging.AddFilter("ExchangeGateway", LogLevel.Information);
            logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
            logging.Services.PostConfigure<LoggerFilterOptions>(SilenceAddresses);
            // The scope of a request holds its path.
            logging.Services.PostConfigure<JsonConsoleFormatterOptions>(options => options.IncludeScopes = false);
        }
    }

    /// <summary>Keeps addresses out of the logs whatever the configuration asks for, of one provider too.</summary>
    private static void SilenceAddresses(LoggerFilterOptions filters)
    {
        bool Tells(LoggerFilterRule rule) => TellAddresses.Any(c => rule.CategoryName?.StartsWith(c, StringComparison.OrdinalIgnoreCase) == true);
        foreach (var rule in filters.Rules.Where(Tells).ToList())
            filters.Rules.Remove(rule);
        foreach (var provider in filters.Rules.Select(r => r.ProviderName).Append(null).Distinct(StringComparer.Ordinal).ToList())
        {
            foreach (var category in TellAddresses)
                filters.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.Warning, null));
        }
    }

    extension(WebApplication app)
    {
        public void MapHealth()
        {
            app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false })
                .RequireAuthorization(Policies.Public).Journalise(LogAction.None);
            app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync })
                .RequireAuthorization(Policies.Public).Journalise(LogAction.None);
        }
    }

    private static Task WriteAsync(HttpContext http, HealthReport report)
    {
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(new
        {
            etat = report.Status == HealthStatus.Healthy ? "pret" : "indisponible",
            controles = report.Entries.ToDictionary(e => e.Key, e => e.Value.Status == HealthStatus.Healthy ? "en ordre" : "en defaut", StringComparer.Ordinal),
        });
    }
}

/// <summary>Readiness: the database answers.</summary>
internal sealed class DatabaseHealth(Databases databases) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = databases.Reader.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Npgsql.NpgsqlException failure)
        {
            return HealthCheckResult.Unhealthy(exception: failure);
        }
    }
}
