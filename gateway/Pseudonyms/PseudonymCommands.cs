using System.CommandLine;
using System.Globalization;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>The command line <c>exchange-gateway pseudonymes …</c>.</summary>
internal static class PseudonymCommands
{
    /// <summary>The command <c>rotation</c>.</summary>
    /// <param name="open">A built application whose database is ready; its hosted services do not run.</param>
    public static Command Build(Func<CancellationToken, Task<WebApplication>> open)
    {
        var organisation = new Argument<string>("organisation") { Description = "Code du destinataire, adil-75" };
        var purpose = new Argument<string?>("finalité") { Description = "Une finalité (P2) ou « dossier » ; par défaut toutes celles du destinataire", Arity = ArgumentArity.ZeroOrOne };
        var rotation = new Command("rotation", "Renouvelle la clé de pseudonymes d'un destinataire, et prépare pour lui seul la correspondance entre anciens et nouveaux") { organisation, purpose };
        rotation.SetAction(async (parse, ct) =>
        {
            await using var app = await VaultCommands.OpenAsync(open, ct);
            var pseudonyms = app.Services.GetRequiredService<PseudonymRotation>();
            if (await pseudonyms.FindAsync(parse.GetValue(organisation)!, ct) is not { } recipient)
            {
                await parse.InvocationConfiguration.Error.WriteLineAsync("Aucune organisation n'a ce code.");
                return 1;
            }

            var domains = await pseudonyms.RunAsync(recipient, parse.GetValue(purpose), ct);
            if (domains.Count == 0)
            {
                await parse.InvocationConfiguration.Error.WriteLineAsync("Ce destinataire n'a rien reçu sous cette finalité.");
                return 1;
            }

            foreach (var rotated in domains)
                await parse.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rotated.Purpose} : version {rotated.Version}, {rotated.Pairs} correspondances."));
            await VaultCommands.CloseAsync(app, ct);
            return 0;
        });
        return new("pseudonymes", "Les pseudonymes des destinataires (passerelle arrêtée)") { rotation };
    }
}
