using System.CommandLine;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.SyntheticYear;

namespace ExchangeGateway.Gateway.Access.Demo;

/// <summary>The command line <c>exchange-gateway demo …</c>.</summary>
internal static class DemoCommands
{
    /// <summary>The commands <c>load</c>, <c>code</c> and <c>year</c>.</summary>
    /// <param name="stateFolder">The state folder, without taking its lock.</param>
    /// <param name="open">A built application whose database is ready, for <c>load</c>; its hosted services do not run.</param>
    public static Command Build(Func<string> stateFolder, Func<CancellationToken, Task<WebApplication>> open) =>
        new("demo", "La démonstration : organisations et identifiants fictifs, code du second facteur") { Load(stateFolder, open), Code(stateFolder), YearCommand.Build(() => RegisterFolders.Find("ops", "territories")) };

    private static Command Load(Func<string> stateFolder, Func<CancellationToken, Task<WebApplication>> open)
    {
        var url = new Option<string>("--url") { Description = "Adresse où la passerelle servira", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
        var command = new Command("load", "Crée les organisations des territoires et leurs identifiants (passerelle arrêtée)") { url };
        command.SetAction(async (parse, ct) =>
        {
            await using var app = await open(ct);
            // As the log's own service does at start: nothing is appended to a log that was not looked at.
            var keeper = app.Services.GetRequiredService<JournalKeeper>();
            await keeper.InitialiseAsync(ct);
            await keeper.RoundAsync(ct);
            var registers = app.Services.GetRequiredService<RegistersInForce>();
            await registers.ReloadAsync(ct);
            var path = DemoCredentials.PathIn(stateFolder());
            var credentials = await app.Services.GetRequiredService<DemoDirectory>().LoadAsync(registers.Current.Territories, path, parse.GetValue(url)!, ct);
            await keeper.RoundAsync(ct);
            await parse.InvocationConfiguration.Output.WriteLineAsync($"{credentials.Clients.Count} clients et {credentials.Personnes.Count} personnes : {path}");
            return 0;
        });
        return command;
    }

    private static Command Code(Func<string> stateFolder)
    {
        var account = new Argument<string>("compte") { Description = "Compte d'une personne de la démonstration" };
        var command = new Command("code", "Affiche le code actuel du second facteur d'une personne de la démonstration") { account };
        command.SetAction(async (parse, ct) =>
        {
            var path = DemoCredentials.PathIn(stateFolder());
            var person = (await DemoCredentials.ReadAsync(path, ct))?.Personnes.FirstOrDefault(p => string.Equals(p.Compte, parse.GetValue(account), StringComparison.OrdinalIgnoreCase));
            if (person?.CleTotp is not { } key)
            {
                await parse.InvocationConfiguration.Error.WriteLineAsync(person is null
                    ? $"Ce compte n'est pas dans {path}."
                    : "Ce compte n'a pas de second facteur : son rôle ne voit pas d'identité.");
                return 1;
            }

            await parse.InvocationConfiguration.Output.WriteLineAsync(Totp.Code(key, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return command;
    }
}
