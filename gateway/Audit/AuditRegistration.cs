using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExchangeGateway.Gateway.Audit;

internal static class AuditRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>The log: appending, sequencing, publication, search. Needs what <c>AddStorage</c> registers, <see cref="VaultKeys"/> and <see cref="Secrets"/>.</summary>
        /// <param name="configuration">Section <c>Journal</c>, see <see cref="JournalOptions"/>.</param>
        public IServiceCollection AddAudit(IConfiguration configuration)
        {
            services.AddSingleton(JournalOptions.Read(configuration));
            services.AddSingleton(s => new JournalFiles(s.GetRequiredService<StateFolder>().Journal));
            services.AddSingleton(s => new JournalKey(s.GetRequiredService<StateFolder>().Keys, s.GetRequiredService<IDataProtectionProvider>()));
            services.AddSingleton<JournalState>();
            services.AddSingleton<EntrySeal>();
            services.AddSingleton<AuditPseudonyms>();
            services.AddSingleton<AuditLog>();
            services.AddSingleton<Sequencer>();
            services.AddSingleton<Publisher>();
            services.AddSingleton<JournalKeeper>();
            services.AddSingleton<OriginOpening>();
            services.AddSingleton<JournalProofs>();
            services.AddSingleton<JournalSearch>();
            services.AddHostedService<JournalService>();
            services.AddHealthChecks().AddCheck<JournalHealth>("journal");
            return services;
        }
    }

    extension(WebApplication app)
    {
        /// <summary>The published log, proofs and the DPO's search.</summary>
        public WebApplication MapAudit()
        {
            LireJournalPublic.Map(app);
            PreuveDepot.Map(app);
            ChercherJournal.Map(app);
            return app;
        }

        /// <summary>While the log is stopped, everything that accepts or discloses answers 503; what writes no entry (the published log, health, the error page) does not.</summary>
        public WebApplication UseJournalGuard()
        {
            var state = app.Services.GetRequiredService<JournalState>();
            app.Use((http, next) =>
            {
                if (state.Standing is JournalStanding.Running
                    || http.GetEndpoint()?.Metadata.GetMetadata<JournaliseAttribute>()?.Action is LogAction.None
                    || http.Request.Path.StartsWithSegments("/journal", StringComparison.Ordinal) || http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
                    return next(http);
                if (Access.Schemes.IsApi(http.Request.Path))
                    return new RefusalResult(Catalogue.Indisponible, detail: "Le journal est arrêté : rien n'est reçu ni communiqué tant que l'exploitant ne l'a pas rouvert.", retryAfter: TimeSpan.FromSeconds(30)).ExecuteAsync(http);
                // The refusal plumbing gives a page its French error page from the bare status.
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                http.Response.Headers.RetryAfter = "30";
                return Task.CompletedTask;
            });
            return app;
        }
    }
}

/// <summary>Readiness: the log is open.</summary>
internal sealed class JournalHealth(JournalState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(state.Standing switch
    {
        JournalStanding.Running running => HealthCheckResult.Healthy(running.Origin),
        JournalStanding.Stopped stopped => HealthCheckResult.Unhealthy(stopped.Reason),
        _ => HealthCheckResult.Unhealthy("Le journal n'est pas encore ouvert."),
    });
}
