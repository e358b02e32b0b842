using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>The command line <c>exchange-gateway vault …</c>.</summary>
internal static class VaultCommands
{
    /// <summary>The commands <c>rotate</c>, <c>destroy</c> and <c>erase</c>.</summary>
    /// <param name="open">A built application whose database is ready; its hosted services do not run.</param>
    public static Command Build(Func<CancellationToken, Task<WebApplication>> open) =>
        new("vault", "Le coffre des identités : renouvellement et destruction de ses clés, effacement d'une personne (passerelle arrêtée)") { Rotate(open), Destroy(open), Erase(open) };

    private static Command Rotate(Func<CancellationToken, Task<WebApplication>> open)
    {
        var command = new Command("rotate", "Crée la clé suivante du coffre et scelle à nouveau par elle toutes les clés de données");
        command.SetAction(async (parse, ct) =>
        {
            await using var app = await OpenAsync(open, ct);
            var rotation = app.Services.GetRequiredService<VaultRotation>();
            var version = await rotation.RotateAsync(ct);
            var count = await rotation.RewrapAsync(ct);
            await CloseAsync(app, ct);
            await parse.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Clé du coffre en vigueur : version {version}. Clés scellées à nouveau : {count}."));
            return 0;
        });
        return command;
    }

    private static Command Destroy(Func<CancellationToken, Task<WebApplication>> open)
    {
        var version = new Argument<int>("version") { Description = "Version à détruire" };
        var confirmed = new Option<bool>("--confirme") { Description = "Confirme : les sauvegardes d'avant le renouvellement ne pourront plus être lues" };
        var agents = new Option<string[]>("--par") { Description = "Code de la personne qui l'ordonne ; en production, deux personnes différentes", AllowMultipleArgumentsPerToken = true };
        var command = new Command("destroy", "Détruit une ancienne clé du coffre, qu'aucune donnée n'utilise plus") { version, confirmed, agents };
        command.SetAction(async (parse, ct) =>
        {
            if (!parse.GetValue(confirmed))
                return await RefuseAsync(parse, "Une clé détruite ne revient pas, et les sauvegardes d'avant le renouvellement ne pourront plus être lues. Relancez avec --confirme.");
            var who = (parse.GetValue(agents) ?? []).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            await using var app = await OpenAsync(open, ct);
            if (app.Environment.IsProduction() && who.Count < 2)
                return await RefuseAsync(parse, "En production, la destruction est ordonnée par deux personnes : --par <code> --par <code>.");
            var outcome = await app.Services.GetRequiredService<VaultRotation>().DestroyAsync(parse.GetValue(version), who, ct);
            await CloseAsync(app, ct);
            return outcome switch
            {
                DestructionOutcome.Destroyed => await SayAsync(parse, "Clé détruite."),
                DestructionOutcome.NotOlder => await RefuseAsync(parse, "Cette version n'existe pas, ou elle est en vigueur : renouvelez d'abord la clé (vault rotate)."),
                DestructionOutcome.StillUsed used => await RefuseAsync(parse, string.Create(CultureInfo.InvariantCulture, $"{used.Rows} clés de données utilisent encore cette version : lancez vault rotate, ou laissez la passerelle terminer.")),
                DestructionOutcome.TooSoon soon => await RefuseAsync(parse, string.Create(CultureInfo.InvariantCulture, $"La clé en vigueur est trop récente : réessayez après le {soon.NotBefore:yyyy-MM-dd HH:mm} (UTC).")),
                _ => throw new UnreachableException(),
            };
        });
        return command;
    }

    private static Command Erase(Func<CancellationToken, Task<WebApplication>> open)
    {
        var subject = new Argument<Guid>("sujet") { Description = "Référence interne de la personne" };
        var motif = new Option<string>("--motif") { Description = "Code du motif, inscrit au journal", DefaultValueFactory = _ => "droitEffacement" };
        var command = new Command("erase", "Efface une personne : identité, faits, pièces et repères") { subject, motif };
        command.SetAction(async (parse, ct) =>
        {
            await using var app = await OpenAsync(open, ct);
            var outcome = await app.Services.GetRequiredService<EffacerSujet>().RunAsync(parse.GetValue(subject), parse.GetValue(motif)!, null, ct);
            await CloseAsync(app, ct);
            return outcome is ErasureOutcome.Erased
                ? await SayAsync(parse, "Personne effacée. L'effacement sera définitif, sauvegardes comprises, quand la clé du coffre en vigueur aura été renouvelée puis détruite.")
                : await RefuseAsync(parse, "Aucune personne n'a cette référence, ou elle est déjà effacée.");
        });
        return command;
    }

    /// <summary>The application, with the log looked at first: nothing is appended to one that was not.</summary>
    public static async Task<WebApplication> OpenAsync(Func<CancellationToken, Task<WebApplication>> open, CancellationToken ct)
    {
        var app = await open(ct);
        var keeper = app.Services.GetRequiredService<JournalKeeper>();
        await keeper.InitialiseAsync(ct);
        await keeper.RoundAsync(ct);
        return app;
    }

    /// <summary>Ranks what the command has appended.</summary>
    public static Task<int> CloseAsync(WebApplication app, CancellationToken ct) => app.Services.GetRequiredService<JournalKeeper>().RoundAsync(ct);

    private static async Task<int> SayAsync(ParseResult parse, string text)
    {
        await parse.InvocationConfiguration.Output.WriteLineAsync(text);
        return 0;
    }

    private static async Task<int> RefuseAsync(ParseResult parse, string text)
    {
        await parse.InvocationConfiguration.Error.WriteLineAsync(text);
        return 1;
    }
}
