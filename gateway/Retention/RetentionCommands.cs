using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Registers;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>The command line <c>exchange-gateway retention …</c>.</summary>
internal static class RetentionCommands
{
    /// <summary>The commands <c>plan</c>, <c>run</c>, <c>sign</c> and <c>confirm</c>.</summary>
    /// <param name="open">A built application whose database is ready; its hosted services do not run.</param>
    public static Command Build(Func<CancellationToken, Task<WebApplication>> open) =>
        new("retention", "Durées de conservation : plan, exécution, signature d'une durée à fixer (passerelle arrêtée)") { Plan(open), Run(open), Sign(open), Confirm(open) };

    private static Command Plan(Func<CancellationToken, Task<WebApplication>> open)
    {
        var months = new Option<int>("--mois") { Description = "Nombre de mois à venir à distinguer", DefaultValueFactory = _ => 12 };
        var json = new Option<bool>("--json") { Description = "Écrit le plan en JSON" };
        var command = new Command("plan", "Dit ce qui sera effacé et quand, sans rien changer") { months, json };
        command.SetAction(async (parse, ct) =>
        {
            await using var app = await open(ct);
            await app.Services.GetRequiredService<RegistersInForce>().ReadAsync(ct);
            var plan = await app.Services.GetRequiredService<PlanRetention>().RunAsync(parse.GetValue(months), ct);
            await parse.InvocationConfiguration.Output.WriteLineAsync(parse.GetValue(json) ? JsonSerializer.Serialize(plan, RetentionJson.Default.RetentionPlan) : RetentionWords.Of(plan));
            return 0;
        });
        return command;
    }

    private static Command Run(Func<CancellationToken, Task<WebApplication>> open)
    {
        var json = new Option<bool>("--json") { Description = "Écrit le compte rendu en JSON" };
        var command = new Command("run", "Efface ce dont la conservation est échue, comme la passerelle le fait chaque jour") { json };
        command.SetAction(async (parse, ct) =>
        {
            await using var app = await OpenAsync(open, ct);
            var outcome = await app.Services.GetRequiredService<RetentionRun>().RunAsync(ct);
            await VaultCommands.CloseAsync(app, ct);
            if (outcome is not RetentionOutcome.Done done)
                return await RefuseAsync(parse, "Un autre nœud applique la conservation en ce moment.");
            await parse.InvocationConfiguration.Output.WriteLineAsync(parse.GetValue(json) ? done.Counts.ToJson() : RetentionWords.Of(done));
            return 0;
        });
        return command;
    }

    private static Command Sign(Func<CancellationToken, Task<WebApplication>> open)
    {
        var purpose = new Argument<string>("finalite") { Description = "Finalité : P1" };
        var duration = new Option<string>("--duree") { Description = "Durée ISO 8601 d'une seule unité : P24M", Required = true };
        var reference = new Option<string>("--reference") { Description = "Référence de la décision", Required = true };
        var agents = new Option<string[]>("--par") { Description = "Code de qui signe, puis de qui confirme : en production, deux personnes différentes", AllowMultipleArgumentsPerToken = true, Required = true };
        var command = new Command("sign", "Signe la durée qu'aucun texte ne fixe pour une finalité") { purpose, duration, reference, agents };
        command.SetAction(async (parse, ct) =>
        {
            var who = parse.GetValue(agents)!;
            await using var app = await OpenAsync(open, ct);
            var signing = app.Services.GetRequiredService<SignerDuree>();
            var outcome = await signing.SignAsync(parse.GetValue(purpose)!, parse.GetValue(duration)!, parse.GetValue(reference)!, who[0], null, ct);
            if (outcome is SigningOutcome.Signed { EnVigueur: false } waiting && who.Length > 1)
                outcome = await signing.ConfirmAsync(waiting.Id, who[1], null, ct);
            await VaultCommands.CloseAsync(app, ct);
            return await SayAsync(parse, outcome);
        });
        return command;
    }

    private static Command Confirm(Func<CancellationToken, Task<WebApplication>> open)
    {
        var signature = new Argument<Guid>("signature") { Description = "Identifiant de la signature" };
        var agent = new Option<string>("--par") { Description = "Code de qui confirme : une autre personne que le signataire", Required = true };
        var command = new Command("confirm", "Confirme une durée signée par une autre personne") { signature, agent };
        command.SetAction(async (parse, ct) =>
        {
            await using var app = await OpenAsync(open, ct);
            var outcome = await app.Services.GetRequiredService<SignerDuree>().ConfirmAsync(parse.GetValue(signature), parse.GetValue(agent)!, null, ct);
            await VaultCommands.CloseAsync(app, ct);
            return await SayAsync(parse, outcome);
        });
        return command;
    }

    private static async Task<WebApplication> OpenAsync(Func<CancellationToken, Task<WebApplication>> open, CancellationToken ct)
    {
        var app = await VaultCommands.OpenAsync(open, ct);
        await app.Services.GetRequiredService<RegistersInForce>().ReloadAsync(ct);
        return app;
    }

    private static async Task<int> SayAsync(ParseResult parse, SigningOutcome outcome)
    {
        switch (outcome)
        {
            case SigningOutcome.Signed { EnVigueur: true } signed:
                await parse.InvocationConfiguration.Output.WriteLineAsync($"La durée signée pour {signed.Version} est en vigueur (signature {signed.Id}).");
                return 0;
            case SigningOutcome.Signed signed:
                await parse.InvocationConfiguration.Output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"Durée signée pour {signed.Version}, sans effet tant qu'une autre personne ne l'a pas confirmée : exchange-gateway retention confirm {signed.Id} --par <code>."));
                return 0;
            case SigningOutcome.Invalid invalid:
                return await RefuseAsync(parse, invalid.Detail);
            case SigningOutcome.Conflict conflict:
                return await RefuseAsync(parse, conflict.Detail);
            case SigningOutcome.NotFound:
                return await RefuseAsync(parse, "Aucune signature n'a cet identifiant.");
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<int> RefuseAsync(ParseResult parse, string text)
    {
        await parse.InvocationConfiguration.Error.WriteLineAsync(text);
        return 1;
    }
}
