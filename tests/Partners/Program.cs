using System.Globalization;
using System.Runtime.InteropServices;
using ExchangeGateway.Partners;
using ExchangeGateway.Partners.Demonstration;
using ExchangeGateway.Partners.Messages;
using ExchangeGateway.Partners.Synthetic;

const string usage = """
    Partenaires simulés.
      demo     --url URL --credentials FICHIER [--seed 42] [--scale 1] [--wait SECONDES] [--le AAAA-MM-JJ] [--territoires DOSSIER]
               envoie tout le scénario par HTTP, attend les remises, imprime le tableau ; 1 si une remise attendue manque
      fichiers --dossier DOSSIER [--seed 42] [--scale 1] [--le AAAA-MM-JJ] [--territoires DOSSIER]
               écrit les fichiers du scénario sans rien envoyer
    """;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var options = Options(args.Skip(1).ToArray());
    var seed = int.Parse(options.GetValueOrDefault("--seed", "42"), CultureInfo.InvariantCulture);
    var scale = double.Parse(options.GetValueOrDefault("--scale", "1"), CultureInfo.InvariantCulture);
    var now = TimeProvider.System.GetUtcNow();
    // The first of the month: a second run of the same month sends the same messages.
    var today = options.TryGetValue("--le", out var given) ? DateOnly.ParseExact(given, "yyyy-MM-dd", CultureInfo.InvariantCulture) : new DateOnly(now.Year, now.Month, 1);
    var folder = options.GetValueOrDefault("--territoires") ?? Territory.FindFolder() ?? throw new FormatException("Le dossier ops/territories est introuvable : donnez --territoires.");
    IReadOnlyList<Sending> Scenes() => Scenario.Build(seed, scale, today, Territory.Read(folder, "75"), Territory.Read(folder, "modele"));

    switch (args.FirstOrDefault())
    {
        case "demo":
            using (var run = new DemoRun(new Uri(Required("--url")), Credentials.Read(Required("--credentials")), TimeProvider.System))
            {
                var wait = double.Parse(options.GetValueOrDefault("--wait", "60"), CultureInfo.InvariantCulture);
                var result = await run.RunAsync(Scenes(), TimeSpan.FromSeconds(wait), stop.Token);
                await Console.Out.WriteAsync(Report.Of(result, seed));
                return result.Failures.Count == 0 ? 0 : 1;
            }
        case "fichiers":
            await ScenarioFiles.WriteAsync(Scenes(), Required("--dossier"), stop.Token);
            return 0;
        default:
            await Console.Error.WriteLineAsync(usage);
            return 2;
    }

    string Required(string name) => options.GetValueOrDefault(name) ?? throw new FormatException($"{name} manque.");
}
catch (Exception e) when (e is FormatException or HttpRequestException or InvalidOperationException or IOException or System.Text.Json.JsonException)
{
    await Console.Error.WriteLineAsync($"partenaires : {e.Message}");
    return e is FormatException ? 2 : 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

static Dictionary<string, string> Options(string[] rest)
{
    if (rest.Length % 2 != 0 || rest.Where((_, i) => i % 2 == 0).Any(o => !o.StartsWith("--", StringComparison.Ordinal)))
        throw new FormatException("Options mal formées : --nom valeur.");
    return rest.Chunk(2).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
}
