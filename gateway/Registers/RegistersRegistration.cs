using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.Registers;

internal static class RegistersRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>Settings: <c>Registers:Purposes</c> and <c>Registers:Territories</c> (folders; by default those beside the gateway), <c>Registers:Mode</c> (demonstration or production).</summary>
        public IServiceCollection AddRegisters() => services
            .AddSingleton(s => Read(s.GetRequiredService<IConfiguration>(), s.GetRequiredService<IHostEnvironment>()))
            .AddSingleton<RegistersInForce>()
            .AddHostedService<RegistersStart>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapRegisters()
        {
            app.MapConsulterRegistre();
            app.MapPost("/v1/exploitation/rechargement", ReloadAsync)
                .WithName("rechargerRegistres")
                .WithTags("Exploitation")
                .WithSummary("Relit les finalités et les territoires, et les met en vigueur")
                .Produces(StatusCodes.Status204NoContent)
                .Produces<RefusalProblem>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")
                .RequireAuthorization(Policies.Exploiter)
                .Journalise(LogAction.RegisterLoaded);
        }
    }

    private static RegisterOptions Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var mode = configuration["Registers:Mode"] switch
        {
            "demonstration" => OperatingMode.Demonstration,
            "production" => OperatingMode.Production,
            null when !environment.IsProduction() => OperatingMode.Demonstration,
            null => OperatingMode.Production,
            var other => throw new Storage.StartRefusedException($"Registers:Mode vaut demonstration ou production, pas « {other} »."),
        };
        return new RegisterOptions(
            configuration["Registers:Purposes"] ?? RegisterFolders.Find("consent", "finalites"),
            configuration["Registers:Territories"] ?? RegisterFolders.Find("ops", "territories"),
            mode);
    }

    private static async Task<IResult> ReloadAsync(RegistersInForce registers, CancellationToken ct)
    {
        try
        {
            await registers.ReloadAsync(ct);
            return TypedResults.NoContent();
        }
        catch (Exception invalid) when (invalid is RegisterException or TerritoryException)
        {
            return new RefusalResult(Catalogue.ConfigurationInvalide, detail: invalid.Message);
        }
    }
}

/// <summary>Finds the shipped folders beside the published gateway, or upward from it in a checkout.</summary>
internal static class RegisterFolders
{
    public static string Find(params string[] path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine([folder.FullName, .. path]);
            if (Directory.Exists(candidate))
                return candidate;
        }

        throw new Storage.StartRefusedException($"Le dossier {Path.Combine(path)} est introuvable : indiquez-le par la configuration Registers.");
    }
}

/// <summary>Puts the registers in force before anything is routed or served; an invalid file stops the start.</summary>
internal sealed class RegistersStart(RegistersInForce registers) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await registers.ReloadAsync(cancellationToken);
        }
        catch (Exception invalid) when (invalid is RegisterException or TerritoryException)
        {
            throw new Storage.StartRefusedException(invalid.Message, invalid);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
