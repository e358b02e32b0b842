using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>The command line <c>exchange-gateway log …</c>.</summary>
internal static class LogCommands
{
    /// <summary>The command <c>log</c> with its subcommands.</summary>
    /// <param name="keysFolder">The <c>keys/</c> folder; read only for <c>key</c>, and for <c>verify</c> without <c>--key</c>.</param>
    /// <param name="open">A built application whose database is ready, for <c>open-origin</c>; its hosted services do not run.</param>
    public static Command Build(Func<string> keysFolder, Func<CancellationToken, Task<WebApplication>> open) =>
        new("log", "Le journal : vérification, clé publique, ouverture d'une origine") { Verify(keysFolder), Key(keysFolder), OpenOrigin(open) };

    private static Command Verify(Func<string> keysFolder)
    {
        var source = new Argument<string?>("dossier ou url") { Description = "Le journal publié : son dossier, ou son adresse", Arity = ArgumentArity.ZeroOrOne };
        var keys = new Option<string[]>("--key") { Description = "Clé publique du journal ; par défaut celle de cette passerelle" };
        var since = new Option<string[]>("--since") { Description = "Tête signée conservée auparavant : le journal doit la prolonger" };
        var proof = new Option<string?>("--proof") { Description = "Preuve .tlog-proof à vérifier" };
        var entry = new Option<string?>("--entry") { Description = "Ouverture (sel et contenu) de l'entrée que la preuve doit porter" };
        var leaf = new Option<string?>("--leaf") { Description = "Engagement (base64) que la preuve doit porter, tel que promis au dépôt" };
        var command = new Command("verify", "Vérifie le journal ou une preuve, sans base de données ni réseau") { source, keys, since, proof, entry, leaf };
        command.SetAction(async (parse, ct) =>
        {
            var arguments = new List<string>();
            if (parse.GetValue(source) is { } where)
                arguments.Add(where);
            var given = parse.GetValue(keys) is { Length: > 0 } named ? named : ReadKeys(keysFolder());
            foreach (var (option, values) in new (string, IEnumerable<string?>)[] { ("--key", given), ("--since", parse.GetValue(since) ?? []), ("--proof", [parse.GetValue(proof)]), ("--entry", [parse.GetValue(entry)]), ("--leaf", [parse.GetValue(leaf)]) })
                arguments.AddRange(values.OfType<string>().SelectMany(v => (string[])[option, v]));
            return await RunVerifierAsync(arguments, ct);
        });
        return command;
    }

    private static Command Key(Func<string> keysFolder)
    {
        var command = new Command("key", "Affiche la clé publique de vérification du journal (une ligne par origine)");
        command.SetAction(async (parse, ct) =>
        {
            var path = JournalKey.PublicKeysFile(keysFolder());
            if (!File.Exists(path))
            {
                await parse.InvocationConfiguration.Error.WriteLineAsync($"Pas de clé dans {path} : démarrez une fois la passerelle, ou lancez la commande sous son compte.");
                return 1;
            }

            await parse.InvocationConfiguration.Output.WriteAsync(await File.ReadAllTextAsync(path, ct));
            return 0;
        });
        return command;
    }

    private static Command OpenOrigin(Func<CancellationToken, Task<WebApplication>> open)
    {
        var command = new Command("open-origin", "Après une sauvegarde restaurée : clôt l'arbre contredit et ouvre l'origine suivante");
        command.SetAction(async (parse, ct) =>
        {
            await using var app = await open(ct);
            var (message, code) = await app.Services.GetRequiredService<OriginOpening>().OpenAsync(ct) switch
            {
                OpeningOutcome.Opened opened => ($"Origine ouverte : {opened.Origin}\nMotif : {opened.Reason}", 0),
                OpeningOutcome.NotStopped => ("Le journal n'est pas arrêté : rien à ouvrir.", 1),
                OpeningOutcome.Busy => ("Une passerelle publie en ce moment : recommencez dans un instant.", 1),
                _ => throw new UnreachableException(),
            };
            await (code == 0 ? parse.InvocationConfiguration.Output : parse.InvocationConfiguration.Error).WriteLineAsync(message);
            return code;
        });
        return command;
    }

    private static string[] ReadKeys(string keysFolder) =>
        JournalKey.PublicKeysFile(keysFolder) is var path && File.Exists(path) ? File.ReadAllLines(path) : [];

    /// <summary>Runs the verifier, a program of its own that shares no code with the gateway.</summary>
    private static async Task<int> RunVerifierAsync(List<string> arguments, CancellationToken ct)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "verifier", "ExchangeGateway.Verifier.dll");
        if (!File.Exists(program))
            throw new FileNotFoundException($"The verifier is not beside the gateway: {program}.", program);
        // The same .NET that runs the gateway: <root>/shared/Microsoft.NETCore.App/<version>/ has its host three folders up.
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        using var process = Process.Start(new ProcessStartInfo(File.Exists(host) ? host : "dotnet", [program, .. arguments]))
            ?? throw new InvalidOperationException("The verifier did not start.");
        await process.WaitForExitAsync(ct);
        return process.ExitCode;
    }
}
