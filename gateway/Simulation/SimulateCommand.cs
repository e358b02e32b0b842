using System.CommandLine;
using System.Globalization;
using System.Text;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Simulation;

/// <summary>The command <c>territory simulate</c>.</summary>
internal static class SimulateCommand
{
    /// <param name="open">A built application whose database is ready; its hosted services do not run.</param>
    public static Command Build(Func<CancellationToken, Task<WebApplication>> open)
    {
        var folder = new Argument<string>("dossier") { Description = "Dossier du projet, de la forme de ops/territories/75" };
        var against = new Option<string>("--against") { Description = "past : les envois des douze derniers mois (passerelle arrêtée) ; year : l'année inventée", DefaultValueFactory = _ => "year" };
        var day = new Option<DateOnly?>("--date") { Description = "Jour dont les règles du projet sont prises ; demain par défaut" };
        var scale = new Option<double>("--scale") { Description = "Part des nombres publiés, pour year", DefaultValueFactory = _ => 0.1 };
        var seed = new Option<long>("--seed") { Description = "Graine, pour year", DefaultValueFactory = _ => 1 };
        var command = new Command("simulate", "Rejoue un projet de règles et compare ce que chacun recevrait") { folder, against, day, scale, seed };
        command.SetAction(async (parse, ct) =>
        {
            try
            {
                var draft = DraftTerritory.Folder(parse.GetValue(folder)!);
                var now = TimeProvider.System.GetUtcNow();
                var from = parse.GetValue(day) ?? draft.Today(now).AddDays(1);
                SimulationResult result;
                if (parse.GetValue(against) is "past")
                {
                    await using var app = await open(ct);
                    var registers = app.Services.GetRequiredService<RegistersInForce>();
                    await registers.ReadAsync(ct);
                    result = await SimulateRules.AgainstPastAsync(app.Services.GetRequiredService<Databases>(), registers.Current, draft, from, now, ct);
                }
                else
                {
                    var files = RegisterFolders.Find("ops", "territories");
                    if (!TerritoryCatalogue.Load(files).TryGet(draft.Code, out var before))
                        throw new TerritoryException([new(draft.Code, "", "territoire inconnu", "Donnez au dossier le code d'un territoire.")]);
                    result = SimulateRules.AgainstYear(before, before.Today(now), draft, from, LawFile.Load(files).Law, parse.GetValue(scale), parse.GetValue(seed));
                }

                await parse.InvocationConfiguration.Output.WriteAsync(Say(result));
                return 0;
            }
            catch (TerritoryException invalid)
            {
                await parse.InvocationConfiguration.Error.WriteLineAsync(invalid.Message);
                return 1;
            }
        });
        return command;
    }

    private static string Say(SimulationResult result)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Territoire {result.Territoire}, {result.Depots} envois, règles {result.VersionAvant} puis {result.VersionApres}{(result.Arrondi > 1 ? $", effectifs sous {result.Arrondi} masqués, les autres arrondis au multiple inférieur" : "")}");
        foreach (var (title, lines) in new[] { ("destinataire", result.Destinataires), ("règle", result.Regles) })
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{title,-32}{"avant",10}{"après",10}{"écart",10}");
            foreach (var line in lines)
                text.AppendLine(CultureInfo.InvariantCulture, $"{(line.Code.Length == 0 ? "(personne)" : line.Code),-32}{Shown(line.Avant, "0"),10}{Shown(line.Apres, "0"),10}{Shown(line.Ecart, "+0;-0;0"),10}");
        }

        return text.ToString();
    }

    private static string Shown(long? count, string format) => count?.ToString(format, CultureInfo.InvariantCulture) ?? "secret";
}
