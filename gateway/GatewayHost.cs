using System.Text.Encodings.Web;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Consents;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Dossiers;
using ExchangeGateway.Gateway.Health;
using ExchangeGateway.Gateway.Indicators;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.Messaging;
using ExchangeGateway.Gateway.OpenApi;
using ExchangeGateway.Gateway.Pages;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Retention;
using ExchangeGateway.Gateway.Rights;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Questions;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Gateway.Sandbox;
using ExchangeGateway.Gateway.Simulation;
using ExchangeGateway.Gateway.StateSystem;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway;

/// <summary>The gateway's table of contents: what it is made of, in the order in which a message meets it.</summary>
internal static class GatewayHost
{
    /// <param name="args">Configuration by command line: <c>--State:Folder=…</c>.</param>
    /// <param name="configure">Replaces parts in tests: the clock, for instance.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // Settings and static files lie beside the program, whatever the folder it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory, ApplicationName = "exchange-gateway" });
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = 2 * DeposerMessage.MaxBytes; // each endpoint sets its own; this bounds the others
        });
        builder.Logging.AddGatewayLogging();

        var services = builder.Services;
        services.AddStorage(builder.Configuration);
        services.AddPseudonyms();
        services.AddMatching(builder.Configuration);
        services.AddAudit(builder.Configuration);
        services.AddRegisters();
        services.AddAccess(builder.Configuration);
        services.AddIntake();
        services.AddCorrections();
        services.AddConsents();
        services.AddRights();
        services.AddDistribution();
        services.AddSimulation();
        services.AddMessaging(builder.Configuration);
        services.AddDelivery();
        services.AddIndicators();
        services.AddRetention();
        services.AddDossiers();
        services.AddInterfaceDocument();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        builder.AddPages();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UseRefusals();
        app.UsePlainAddresses();
        app.UseRouting();
        app.UseJournalGuard();
        app.UseAccess();
        app.UseSandboxFaults();
        app.MapIntake();
        app.MapCorrections();
        app.MapStateSystem();
        app.MapDelivery();
        app.MapQuestions();
        app.MapDossiers();
        app.MapMatching();
        app.MapPseudonyms();
        app.MapConsents();
        app.MapRights();
        app.MapAudit();
        app.MapAccess();
        app.MapRegisters();
        app.MapQuotas();
        app.MapSimulation();
        app.MapIndicators();
        app.MapRetention();
        app.MapHealth();
        app.MapInterfaceDocument();
        app.MapPages();
        return app;
    }

    /// <summary>Opens the database, then starts serving. Nothing is served before erased persons are erased again from a restored backup, and the log and the registers are in order.</summary>
    /// <exception cref="StartRefusedException">The start must not go on; the message is for the operator.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken ct)
    {
        await app.CheckEndpointRulesAsync();
        await app.Services.StartStorageAsync(ct);
        await app.Services.GetRequiredService<EffacerSujet>().ReplayAsync(ct);
        await app.StartAsync(ct);
    }
}
