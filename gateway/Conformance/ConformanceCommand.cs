using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Documentation;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Conformance;

/// <summary>The command line <c>exchange-gateway conformance URL</c>: 0 when all is met, 1 when a requirement is broken, 2 when it could not begin.</summary>
internal static class ConformanceCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    public static Command Build()
    {
        var address = new Argument<string>("url") { Description = "Adresse de la passerelle : https://passerelle.exemple.invalid" };
        var client = new Option<string>("--client-id") { Description = "Identifiant de bac à sable", Required = true };
        var secretFile = new Option<FileInfo>("--client-secret-file") { Description = "Fichier qui contient le secret, et rien d'autre", Required = true };
        var type = new Option<string?>("--type") { Description = "Type de message à essayer (partenaire/type) ; par défaut le premier permis" };
        var message = new Option<FileInfo?>("--message") { Description = "Message JSON accepté, au lieu de l'exemple du type" };
        var json = new Option<bool>("--json") { Description = "Compte rendu en JSON" };
        var command = new Command("conformance", "Vérifie une passerelle en service, avec un identifiant de bac à sable") { address, client, secretFile, type, message, json };
        command.SetAction(async (parse, ct) =>
        {
            var (output, error) = (parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error);
            if (!Uri.TryCreate(parse.GetValue(address), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                return await RefuseAsync(error, "L'adresse de la passerelle commence par https:// (ou http:// pour un essai).");
            if (!parse.GetValue(secretFile)!.Exists)
                return await RefuseAsync(error, $"Le fichier du secret {parse.GetValue(secretFile)} n'existe pas.");
            var secret = (await File.ReadAllTextAsync(parse.GetValue(secretFile)!.FullName, ct)).Trim();
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
            using var http = new HttpClient(handler) { Timeout = Patience };
            var run = new ConformanceRun(http, url, parse.GetValue(client)!, secret);
            if (await PrepareAsync(run, parse.GetValue(type), parse.GetValue(message), ct) is { } refused)
                return await RefuseAsync(error, refused);

            var report = new List<(Check Check, Verdict Verdict)>();
            foreach (var check in Checks.All)
                report.Add((check, await TryAsync(check, run, ct)));
            await output.WriteAsync(parse.GetValue(json) ? ConformanceReport.Json(url, run.Type, report) : ConformanceReport.Table(url, run.Type, report));
            return report.Any(line => line.Verdict.Result is Verdict.BrokenCode) ? 1 : 0;
        });
        return command;
    }

    /// <returns>Why the run cannot begin, in French; <see langword="null"/> when it can.</returns>
    private static async Task<string?> PrepareAsync(ConformanceRun run, string? wantedType, FileInfo? message, CancellationToken ct)
    {
        try
        {
            if (!await run.OpenAsync(ct))
                return $"Pas de jeton, ou pas de réponse de /v1/moi (statut {run.Me?.Status}) : vérifiez l'adresse, l'identifiant et le secret.";
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return $"La passerelle ne répond pas : {failure.Message}";
        }

        if (run.Me!.At("bacASable")?.ToString() is not "true")
            return "Cet identifiant n'est pas celui d'un bac à sable : rien n'a été déposé.";
        if (run.MyTypes.Count == 0)
            return "Cet identifiant ne permet aucun dépôt.";
        run.Type = wantedType is null ? run.MyTypes[0] : run.MyTypes.FirstOrDefault(t => t.ToString() == wantedType);
        if (run.Type.Partner is null)
            return $"Cet identifiant ne permet pas de déposer {wantedType}.";
        return await ReadAsync(run.Type, message, ct) is { } body ? Take(run, body) : $"Pas d'exemple pour {run.Type} : donnez un message par --message.";
    }

    private static string? Take(ConformanceRun run, JsonObject message)
    {
        run.Message = message;
        return null;
    }

    private static async Task<JsonObject?> ReadAsync(MessageType type, FileInfo? message, CancellationToken ct)
    {
        var text = message is null ? ExampleMessages.Of(type).Select(e => e.Json).FirstOrDefault() : await File.ReadAllTextAsync(message.FullName, ct);
        return text is null ? null : JsonNode.Parse(text) as JsonObject;
    }

    /// <summary>Runs one check: whatever the server does is a verdict, never the end of the run.</summary>
    private static async Task<Verdict> TryAsync(Check check, ConformanceRun run, CancellationToken ct)
    {
        try
        {
            return await check.RunAsync(run, ct);
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return Verdict.Broken($"pas de réponse en {Patience.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or FormatException or JsonException or InvalidOperationException or ArgumentException or System.Security.Cryptography.CryptographicException)
        {
            return Verdict.Broken("réponse inattendue : " + failure.Message);
        }
    }

    private static async Task<int> RefuseAsync(TextWriter error, string why)
    {
        await error.WriteLineAsync(why);
        return 2;
    }
}
