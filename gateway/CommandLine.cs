using System.CommandLine;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Conformance;
using ExchangeGateway.Gateway.Documentation;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Retention;
using ExchangeGateway.Gateway.Routing.Coverage;
using ExchangeGateway.Gateway.Simulation;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway;

/// <summary>The command line: without a command the gateway serves.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var demo = new Option<bool>("--demo") { Description = "Charge les organisations et comptes de démonstration au démarrage" };
        var root = new RootCommand("Passerelle d'échange pour la prévention des expulsions. Sans commande : sert.") { demo };
        // Anything else is configuration: --State:Folder=…, --urls=…
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((parse, ct) => ServeAsync([.. parse.UnmatchedTokens], parse.GetValue(demo), ct));
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        root.Add(LogCommands.Build(() => Path.Combine(StateFolder.Locate(configuration), "keys"), OpenAsync));
        root.Add(DemoCommands.Build(() => StateFolder.Locate(configuration), OpenAsync));
        root.Add(VaultCommands.Build(OpenAsync));
        root.Add(PseudonymCommands.Build(OpenAsync));
        root.Add(RetentionCommands.Build(OpenAsync));
        root.Add(ConformanceCommand.Build());
        root.Add(DocumentationCommands.Build());
        root.Add(TerritoryCommands.Build(SimulateCommand.Build(OpenAsync)));
        // The host ends in order by itself, however long the database takes: no second deadline.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        try
        {
            return await root.Parse(args).InvokeAsync(invocation);
        }
        catch (StartRefusedException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
    }

    private static async Task<int> ServeAsync(string[] settings, bool demo, CancellationToken ct)
    {
        await using var app = GatewayHost.Build(settings, builder =>
        {
            if (demo)
                builder.Services.AddHostedService<DemoStart>();
        });
        await GatewayHost.StartAsync(app, ct);
        await app.WaitForShutdownAsync(ct);
        return Environment.ExitCode;
    }

    /// <summary>A gateway whose database is ready and whose hosted services do not run, for the operator's commands.</summary>
    private static async Task<WebApplication> OpenAsync(CancellationToken ct)
    {
        var app = GatewayHost.Build([]);
        await app.Services.StartStorageAsync(ct);
        return app;
    }
}
